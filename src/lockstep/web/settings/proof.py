"""Proof that nobody is double-booked, for an auditor: the last race, and a count that is made while they look."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lockstep.operations.proof import OVERLAPS, last_proof, overlaps_now
from lockstep.operations.visible import home_zone
from lockstep.scheduling.roles import Ability
from lockstep.web.access import MemberRequest, needs


@never_cache
@require_safe
@needs(Ability.CHANGE_SETTINGS)
def proof(request: MemberRequest) -> HttpResponse:
    last = last_proof()
    context = {
        "overlaps": overlaps_now(request.organisation),
        "query": OVERLAPS.strip().replace("%s", str(request.organisation.pk)),
        "proof": last,
        "refused": sum(last.report["refused"].values()) if last else 0,
        "errors": sum(last.report["errors"].values()) if last else 0,
        "zone": home_zone(request.user),
    }
    return render(request, "settings/proof.html", context)
