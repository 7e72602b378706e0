"""From demo to production: four steps, as far as they can be seen from here, and the day that Google may take."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lockstep.operations import transition as operations
from lockstep.operations.connection import connection_of
from lockstep.operations.leftovers import others_of
from lockstep.operations.overview import progress_of
from lockstep.operations.visible import home_zone
from lockstep.store.models import Connection
from lockstep.web.access import MemberRequest
from lockstep.web.settings.guide import values_to_paste
from lockstep.web.settings.lifecycle import TYPED
from lockstep.web.settings.pages import gsuite_page


@never_cache
@require_safe
@gsuite_page
def transition(request: MemberRequest) -> HttpResponse:
    context = _context(request)
    if not request.htmx:
        return render(request, "settings/transition.html", context)
    if request.GET.get("version") == context["version"]:
        return HttpResponse(status=204)
    return render(request, "settings/transition_panel.html", context)


@require_POST
@gsuite_page
def changed(request: MemberRequest) -> HttpResponse:
    """Somebody has changed the Client ID in Google's console: the clock runs from now, kept here."""
    operations.client_id_changed(request.organisation, by=request.user, now=timezone.now())
    messages.success(request, _("Noted. The day that Google may take is being counted here."))
    return redirect("settings:gsuite_transition")


@require_POST
@gsuite_page
def unchanged(request: MemberRequest) -> HttpResponse:
    operations.not_changed_after_all(request.organisation, by=request.user, now=timezone.now())
    return redirect("settings:gsuite_transition")


def _context(request: MemberRequest) -> dict[str, Any]:
    now = timezone.now()
    connection = connection_of(request.organisation)
    waiting = operations.waiting_of(request.organisation)
    typed = request.session.get(TYPED) or {}
    group = connection.directory_group if connection else typed.get("directory_group", "a group")
    minutes = int(waiting.left(now).total_seconds() // 60) if waiting else 0
    others = others_of(connection) if connection else []
    state = connection.state if connection else "none"
    return {
        **values_to_paste(with_group=bool(group)),
        "connection": connection,
        "connected": connection is not None and connection.state != Connection.State.WAITING,
        "waiting": waiting,
        "hours_left": minutes // 60,
        "minutes_left": minutes % 60,
        "passed": operations.GOOGLE_SPREADS.total_seconds() / 60 - minutes,
        "whole": operations.GOOGLE_SPREADS.total_seconds() / 60,
        "zone": home_zone(request.user),
        "others": others,
        "looked": connection is not None and progress_of(connection).done,
        "version": f"{state}-{minutes if waiting else 'no'}-{sum(each.events for each in others)}",
    }
