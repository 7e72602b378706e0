"""A conflict as its reader sees it: both sides, who is affected, and the ways out in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Page
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lockstep.calendar.interval import Interval
from lockstep.operations import visible
from lockstep.operations.asking import alternatives_for
from lockstep.operations.conflicts import busy_beside, free_colleagues
from lockstep.operations.journal_search import decided_lately
from lockstep.scheduling.roles import Ability
from lockstep.scheduling.ways_out import DELETIONS, WayOut, ways_out_of
from lockstep.store.models import Conflict, JournalEntry, StaffMember, User

_SHOWN_DECISIONS = 8
_DECIDED = {
    "googles_time": gettext_lazy("Moved to Google’s time"),
    "locksteps_time": gettext_lazy("Google’s event put back"),
    "handed_over": gettext_lazy("Handed over"),
    "kept_both": gettext_lazy("Both kept"),
    "cancelled": gettext_lazy("Cancelled"),
    "alternatives_offered": gettext_lazy("Other times offered to the client"),
    "staff_asked": gettext_lazy("Staff member asked"),
    "undone": gettext_lazy("Undone"),
}
_UNDOABLE = frozenset({"googles_time", "locksteps_time", "handed_over", "kept_both", "cancelled", "undone"})


@dataclass(frozen=True, slots=True)
class ConflictFace:
    conflict: Conflict
    sentence: str
    beside: Sequence[Interval]
    """The Google events that overlap; empty unless it is an overlap."""
    is_deletion: bool
    ways: frozenset[WayOut]
    colleagues: Sequence[StaffMember]
    alternatives: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class DecisionFace:
    entry: JournalEntry
    what: str
    is_undone: bool
    can_undo: bool


def inbox(user: User, page: Page[Conflict]) -> dict[str, Any]:
    """What the inbox shows: the conflicts of a page with their ways out, and what was decided lately."""
    now = timezone.now()
    changes = set(visible.staff_within(user, Ability.CHANGE_APPOINTMENTS).values_list("pk", flat=True))
    return {
        "page": page,
        "zone": visible.home_zone(user),
        "faces": [_face(each, may_decide=each.staff_id in changes, now=now) for each in page],
        "decisions": list(_decisions(user, now)),
    }


def _face(conflict: Conflict, *, may_decide: bool, now: datetime) -> ConflictFace:
    over = conflict.appointment.ends_at <= now
    ways = frozenset(ways_out_of(conflict.kind)) if may_decide and not over else frozenset[WayOut]()
    return ConflictFace(
        conflict=conflict,
        sentence=_sentence(conflict, may_decide=may_decide, over=over),
        beside=busy_beside(conflict) if conflict.kind == Conflict.Kind.OVERLAP else [],
        is_deletion=conflict.kind in DELETIONS,
        ways=ways,
        colleagues=free_colleagues(conflict, now=now) if WayOut.HAND_OVER in ways else [],
        alternatives=alternatives_for(conflict, now=now) if WayOut.ALTERNATIVES in ways else [],
    )


def _sentence(conflict: Conflict, *, may_decide: bool, over: bool) -> str:
    if over:
        return _("The appointment is over, so there is nothing left to decide.")
    if not may_decide:
        return _("Somebody who may change this calendar decides. Both times stay blocked until then.")
    names = {"client": conflict.appointment.client.name, "staff": conflict.staff.name}
    if conflict.kind == Conflict.Kind.OVERLAP:
        return _("%(client)s expects %(staff)s, who has something else in Google at that time.") % names
    if conflict.kind in DELETIONS:
        return (
            _("%(client)s still expects %(staff)s. The event is no longer in Google, and the time stays kept.") % names
        )
    return _("%(client)s still expects %(staff)s at the time in Lockstep. Both times stay blocked.") % names


def _decisions(user: User, now: datetime) -> Iterable[DecisionFace]:
    staff = visible.staff_within(user, Ability.CHANGE_APPOINTMENTS)
    for entry in decided_lately(staff, since=now - timedelta(days=7), most=_SHOWN_DECISIONS):
        is_undone = bool(getattr(entry, "is_undone", False))
        yield DecisionFace(
            entry=entry,
            what=str(_DECIDED.get(entry.action) or entry.action),
            is_undone=is_undone,
            can_undo=not is_undone and entry.action in _UNDOABLE,
        )
