"""The list of settings, and the audit log."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lockstep.operations.connection import connection_of
from lockstep.operations.history import audit_log_of
from lockstep.operations.overview import overview
from lockstep.operations.visible import home_zone
from lockstep.scheduling.roles import Ability
from lockstep.web.access import MemberRequest, needs
from lockstep.web.settings.pages import may_connect

A_PAGE = 50


@require_safe
@needs(Ability.CHANGE_SETTINGS)
def index(request: MemberRequest) -> HttpResponse:
    shows_gsuite = may_connect(request.user)
    connection = connection_of(request.organisation) if shows_gsuite else None
    state = overview(connection, now=timezone.now()).sentence if connection else ""
    return render(request, "settings/index.html", {"shows_gsuite": shows_gsuite, "gsuite_state": state})


@require_safe
@needs(Ability.CHANGE_SETTINGS)
def audit_log(request: MemberRequest) -> HttpResponse:
    """Every change of a setting: who, when, what."""
    page = Paginator(audit_log_of(request.organisation), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "settings/audit.html", {"page": page, "zone": home_zone(request.user)})
