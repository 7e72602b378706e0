"""Where Google's notifications arrive: headers only, checked and handed on, answered at once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from lockstep.operations import channels as operations


@csrf_exempt  # Google has no session; the channel's own token is what proves the sender.
@require_POST
def push(request: HttpRequest) -> HttpResponse:
    """204 whatever it says: an answer that depends on the channel would tell a stranger which channels exist.

    Source: Google Calendar API, push notifications: the message has no body, its X-Goog-… headers say everything.
    """
    operations.receive(
        channel_id=request.headers.get("X-Goog-Channel-Id", ""),
        token=request.headers.get("X-Goog-Channel-Token", ""),
        resource_id=request.headers.get("X-Goog-Resource-Id", ""),
        state=request.headers.get("X-Goog-Resource-State", ""),
        now=timezone.now(),
    )
    return HttpResponse(status=204)
