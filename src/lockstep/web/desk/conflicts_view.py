"""The conflict inbox: what only a person can decide, with both sides."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lockstep.operations import visible
from lockstep.scheduling.roles import Ability
from lockstep.web.access import MemberRequest, needs

A_PAGE = 25


@never_cache
@require_safe
@needs(Ability.SEE_CALENDARS)
def conflicts(request: MemberRequest) -> HttpResponse:
    page = Paginator(visible.open_conflicts(request.user), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/conflicts.html", {"page": page, "zone": visible.home_zone(request.user)})
