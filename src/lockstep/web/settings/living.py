"""GSuite once it is live: event content; update, pause, resume, disconnect."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lockstep import wiring
from lockstep.operations import connection as operations
from lockstep.store.models import Connection
from lockstep.web.access import MemberRequest
from lockstep.web.settings.forms import DisconnectForm, content_form
from lockstep.web.settings.pages import connected_page, tab


@require_safe
@connected_page
def content(request: MemberRequest, connection: Connection) -> HttpResponse:
    return render(
        request, "settings/gsuite_content.html", tab(connection, "content") | {"form": content_form(connection)}
    )


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
    operations.resume(connection, by=request.user, now=timezone.now())
    messages.success(request, _("Live again. What happened meanwhile is being caught up with."))
    return redirect("settings:gsuite")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@connected_page
def disconnect(request: MemberRequest, connection: Connection) -> HttpResponse:
    """GET says the numbers and asks; POST disconnects."""
    form = DisconnectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.disconnect(
                connection,
                keep_events=form.cleaned_data["keep_events"] == "keep",
                workspace=wiring.workspace(),
                by=request.user,
                clock=timezone.now,
            )
        except operations.DisconnectFailed as failure:
            messages.error(request, str(failure))
            return redirect("settings:gsuite_disconnect")
        messages.success(request, _("Disconnected. Lockstep no longer reads or writes any Google calendar."))
        return redirect("settings:gsuite")
    counts = operations.disconnect_counts(connection)
    return render(request, "settings/disconnect.html", {"connection": connection, "form": form, "counts": counts})
