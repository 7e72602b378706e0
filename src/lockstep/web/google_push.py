"""Where Google's notifications arrive: headers only, checked and handed on, answered at once."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime

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
    said = request.headers
    message = operations.Notification(
        channel_id=said.get("X-Goog-Channel-Id", ""),
        token=said.get("X-Goog-Channel-Token", ""),
        resource_id=said.get("X-Goog-Resource-Id", ""),
        state=said.get("X-Goog-Resource-State", ""),
        resource_uri=said.get("X-Goog-Resource-Uri", ""),
        expires_at=_date(said.get("X-Goog-Channel-Expiration", "")),
    )
    operations.receive(message, now=timezone.now())
    return HttpResponse(status=204)


def _date(text: str) -> datetime | None:
    """An HTTP date; None for anything else."""
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo is not None else None
