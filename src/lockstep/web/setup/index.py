"""The front page of the set-up: what there is, and what is still missing before anybody can book."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lockstep.operations.hours import hours_to_follow
from lockstep.operations.setting_up.lists import Kind, listed
from lockstep.operations.setting_up.reach import closures_for, sets_up_everything
from lockstep.scheduling.roles import Ability
from lockstep.web.access import MemberRequest, needs


@never_cache
@require_safe
@needs(Ability.SET_UP)
def index(request: MemberRequest) -> HttpResponse:
    user = request.user
    return render(
        request,
        "setup/index.html",
        {
            "counts": {kind.value: listed(user, kind).count() for kind in Kind},
            "closures": closures_for(user).count(),
            "everything": sets_up_everything(user),
            "following": hours_to_follow(request.organisation.pk),
        },
    )


@never_cache
@require_safe
@needs(Ability.SET_UP, Ability.CHANGE_HOURS)
def following(request: MemberRequest) -> HttpResponse:
    """How many people's offered times still follow a change of hours; the panel asks until there is nobody."""
    return render(request, "setup/following.html", {"following": hours_to_follow(request.organisation.pk)})
