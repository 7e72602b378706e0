"""Update, Pause, Resume and Disconnect, and the pages of connections that wait or are being left.

What is removed is counted before; what takes long shows its progress, which survives closing the page.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lockstep import wiring
from lockstep.operations import connection as operations
from lockstep.operations import disconnecting, waiting
from lockstep.operations.check_steps import scopes_for
from lockstep.store.models import Connection
from lockstep.sync.errors import SyncError
from lockstep.web.access import MemberRequest
from lockstep.web.settings.forms import DisconnectForm
from lockstep.web.settings.pages import UNFINISHED, connected_page, gsuite_page, unfinished_page

TYPED = "gsuite_typed"
"""Where the session keeps what was typed, so that it is still there after a walk to Google's console."""


@require_POST
@connected_page
def update(request: MemberRequest, connection: Connection) -> HttpResponse:
    operations.update_people(connection, by=request.user, now=timezone.now())
    messages.success(request, _("People are being read from Google. New ones appear here in a moment."))
    return redirect("settings:gsuite")


@require_POST
@connected_page
def pause(request: MemberRequest, connection: Connection) -> HttpResponse:
    operations.pause(connection, by=request.user, now=timezone.now())
    messages.warning(request, _("Paused. Nothing is removed, and nobody who syncs is offered until you resume."))
    return redirect("settings:gsuite")


@require_POST
@connected_page
def resume(request: MemberRequest, connection: Connection) -> HttpResponse:
    people = operations.stakes_of(connection).people
    operations.resume(connection, by=request.user, now=timezone.now())
    words = ngettext(
        "Live again. %(n)s calendar is catching up.", "Live again. %(n)s calendars are catching up.", people
    )
    messages.success(request, words % {"n": people})
    return redirect("settings:gsuite")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@connected_page
def disconnect(request: MemberRequest, connection: Connection) -> HttpResponse:
    """GET says the numbers and asks; POST begins, and the page shows the progress."""
    form = DisconnectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        keep = form.cleaned_data["keep_events"] == "keep"
        disconnecting.begin_disconnect(connection, keep_events=keep, by=request.user, now=timezone.now())
        return redirect("settings:gsuite")
    counts = disconnecting.disconnect_counts(connection)
    return render(request, "settings/disconnect.html", {"connection": connection, "form": form, "counts": counts})


@require_POST
@unfinished_page
def keep_the_rest(request: MemberRequest, connection: Connection) -> HttpResponse:
    """Leave in Google what could not be removed."""
    disconnecting.keep_the_rest(connection, by=request.user, now=timezone.now())
    messages.success(request, _("What could not be removed stays in Google Calendar."))
    return redirect("settings:gsuite")


@require_POST
@unfinished_page
def check_now(request: MemberRequest, connection: Connection) -> HttpResponse:
    waiting.check_now(connection, now=timezone.now())
    messages.success(request, _("Google is being asked. The answer appears here by itself."))
    return redirect("settings:gsuite")


@require_POST
@unfinished_page
def stop_waiting(request: MemberRequest, connection: Connection) -> HttpResponse:
    """Back to the form, with what was typed."""
    request.session[TYPED] = {
        "directory_user": connection.directory_user,
        "directory_group": connection.directory_group,
    }
    waiting.stop_waiting(connection, by=request.user, now=timezone.now())
    return redirect("settings:gsuite")


@never_cache
@require_safe
@gsuite_page
def unfinished(request: MemberRequest) -> HttpResponse:
    """How far a connection that waits or is being left is; once it is neither, htmx is sent to what it has become."""
    connection = operations.connection_of(request.organisation)
    if not request.htmx:
        return redirect("settings:gsuite")
    if connection is None or connection.state not in UNFINISHED:
        if connection is None:
            messages.success(request, _("Disconnected. Lockstep no longer reads or writes any Google calendar."))
        return HttpResponse(headers={"HX-Redirect": reverse("settings:gsuite")})
    context = unfinished_context(connection)
    if request.GET.get("version") == context["version"]:
        return HttpResponse(status=204)
    return render(request, "settings/unfinished_panel.html", context)


def unfinished_context(connection: Connection) -> dict[str, Any]:
    """What the page of a connection that waits or is being left shows."""
    leaving = disconnecting.leaving(connection)
    shown = (connection.state, connection.attempts, leaving.left, connection.keep_events, connection.next_due is None)
    return {
        "connection": connection,
        "leaving": leaving,
        "version": "-".join(str(each) for each in shown),
        "client_id": _client_id(),
        "scopes": ",".join(scopes_for(connection.directory_group)),
    }


def _client_id() -> str:
    workspace = wiring.workspace()
    try:
        return workspace.client_id if workspace else ""
    except SyncError:
        return ""
