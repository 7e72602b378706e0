"""The list of settings, and the audit log."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lockstep.operations.overview import overview
from lockstep.scheduling.roles import Ability
from lockstep.store.models import AuditEntry, Connection
from lockstep.web.access import MemberRequest, needs
from lockstep.web.desk.reading import home_zone
from lockstep.web.settings.pages import may_connect

A_PAGE = 50


@require_safe
@needs(Ability.CHANGE_SETTINGS)
def index(request: MemberRequest) -> HttpResponse:
    shows_gsuite = may_connect(request.user)
    connection = Connection.objects.filter(organisation=request.organisation).first() if shows_gsuite else None
    state = overview(connection, now=timezone.now()).sentence if connection else ""
    return render(request, "settings/index.html", {"shows_gsuite": shows_gsuite, "gsuite_state": state})


@require_safe
@needs(Ability.CHANGE_SETTINGS)
def audit_log(request: MemberRequest) -> HttpResponse:
    """Every change of a setting: who, when, what."""
    entries = AuditEntry.objects.filter(organisation=request.organisation).order_by("-at", "-pk")
    page = Paginator(entries, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "settings/audit.html", {"page": page, "zone": home_zone(request.user)})
