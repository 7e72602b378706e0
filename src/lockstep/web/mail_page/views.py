"""Shows the caught messages: a list that keeps itself up to date, and each message as its reader sees it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from lockstep.operations.caught_mail import caught_message, newest_messages
from lockstep.store.models import CaughtMessage

SHOWN = 100
P = ParamSpec("P")

# The message is somebody else's document: it may bring its own looks, and nothing that runs, loads or sends. Its links
# open in the whole window, as a mail program would open them.
MESSAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox allow-top-navigation-by-user-activation",
    )
)


def _only_with_catcher(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    @never_cache
    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.MAIL_CATCHER:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _message_or_404(uuid: UUID) -> CaughtMessage:
    found = caught_message(uuid)
    if found is None:
        raise Http404
    return found


@_only_with_catcher
def messages(request: HttpRequest) -> HttpResponse:
    """The newest messages. The list asks again every two seconds; 204 says that nothing came."""
    caught = newest_messages(SHOWN)
    newest = str(caught[0].uuid) if caught else ""
    if request.GET.get("known") == (newest or "none") and request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return render(request, "mail_page/list.html", {"caught": caught, "newest": newest or "none"})


@_only_with_catcher
def message(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return render(request, "mail_page/message.html", {"mail": _message_or_404(uuid)})


@_only_with_catcher
@xframe_options_exempt
def message_html(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The message's own page, for the frame; the policy's frame-ancestors keeps it in ours."""
    html = _message_or_404(uuid).html
    return HttpResponse(html, headers={"Content-Security-Policy": MESSAGE_POLICY})


@_only_with_catcher
def calendar_file(request: HttpRequest, uuid: UUID) -> HttpResponse:
    file = _message_or_404(uuid).calendar
    if not file:
        raise Http404
    headers = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
    return HttpResponse(file, content_type="text/calendar; charset=utf-8", headers=headers)
