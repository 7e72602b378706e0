"""The Conflicts tab: what a brake held back, what could not be read, and the conflict inbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lockstep import wiring
from lockstep.operations import brakes, held_back, set_aside
from lockstep.operations.conflicts import Deciding
from lockstep.operations.history import By
from lockstep.operations.visible import open_conflicts
from lockstep.scheduling.refusals import Refused
from lockstep.store.models import AppointmentHistory, Brake, Conflict, Connection, MirroredEvent
from lockstep.web.access import MemberRequest
from lockstep.web.desk.conflict_words import inbox
from lockstep.web.desk.conflicts_view import A_PAGE
from lockstep.web.desk.google_words import event_page
from lockstep.web.settings.pages import connected_page, tab

_SHOWN = 10
_MOST_UNREAD = 50


@dataclass(frozen=True, slots=True)
class BrakeFace:
    brake: Brake
    moves: int
    deletions: int
    shown: list[Conflict]

    @property
    def held(self) -> int:
        return self.moves + self.deletions

    @property
    def more(self) -> int:
        return self.held - len(self.shown)


@dataclass(frozen=True, slots=True)
class UnreadFace:
    """An event that could not be read. `is_series`: its own time is known, when it repeats is not."""

    event: MirroredEvent
    is_series: bool
    href: str


@never_cache
@require_safe
@connected_page
def conflicts(request: MemberRequest, connection: Connection) -> HttpResponse:
    # What a brake holds is decided as a whole, above the others.
    others = open_conflicts(request.user).exclude(kind__in=brakes.HELD)
    page = Paginator(others, A_PAGE).get_page(request.GET.get("page"))
    unread = set_aside.events_set_aside(connection)
    context: dict[str, Any] = {
        **tab(connection, "conflicts"),
        **inbox(request.user, page),
        "brakes": [_brake_face(each) for each in brakes.open_brakes(request.organisation)],
        "unread": [_unread_face(each) for each in unread[:_MOST_UNREAD]],
        "unread_count": unread.count(),
        "back": "settings",
    }
    return render(request, "settings/gsuite_conflicts.html", context)


def _brake_face(brake: Brake) -> BrakeFace:
    held = [] if brake.kind == Brake.Kind.SWEEP else list(brakes.held_by(brake))
    moves = sum(each.kind == Conflict.Kind.HELD_MOVE for each in held)
    return BrakeFace(brake, moves, len(held) - moves, held[:_SHOWN])


def _unread_face(event: MirroredEvent) -> UnreadFace:
    is_series = event.set_aside == "recurrence"
    return UnreadFace(event, is_series, event_page(event.event_id, event.link.staff.email) if event.event_id else "")


@require_POST
@connected_page
def decide_brake(request: MemberRequest, connection: Connection, number: int, decision: str) -> HttpResponse:
    """Release or drop what was held back."""
    decide = {"release": held_back.release, "drop": held_back.drop}.get(decision)
    if decide is None:
        raise Http404
    brake = brakes.open_brake(request.organisation, number)
    if brake is None:
        messages.warning(request, _("That is decided already."))
        return redirect("settings:gsuite_conflicts")
    by = By(AppointmentHistory.Actor.STAFF, request.user.name)
    try:
        decided = decide(brake, Deciding(by, wiring.workspace(), timezone.now), by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("settings:gsuite_conflicts")
    words = _("Released: Google is followed.") if decision == "release" else _("Dropped: Lockstep’s version stays.")
    messages.success(request, words)
    if decided.left:
        messages.warning(request, _("%(n)s could not be done and are conflicts below.") % {"n": decided.left})
    return redirect("settings:gsuite_conflicts")


@require_POST
@connected_page
def ignore(request: MemberRequest, connection: Connection, number: int) -> HttpResponse:
    """Say that an event that cannot be read takes no time."""
    event = set_aside.event_set_aside(connection, number)
    if event is not None:
        set_aside.ignore_event(event, by=request.user, now=timezone.now())
        name = event.link.staff.name
        messages.success(request, _("Ignored. It no longer keeps %(name)s from being offered.") % {"name": name})
    return redirect("settings:gsuite_conflicts")
