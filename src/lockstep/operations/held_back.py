"""What an admin makes of what a brake held back: release it, or drop it. Each is in the audit log.

Held appointments are decided one by one, each in its own transaction, so that a decision that is interrupted is simply
made again; the brake is lifted at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction

from lockstep.operations import conflicts, mirror
from lockstep.operations.brakes import held_by
from lockstep.operations.conflicts import Deciding
from lockstep.operations.history import audit
from lockstep.operations.overlaps import check_overlaps
from lockstep.scheduling.refusals import AlreadyOver, ChangedSince, SlotTaken
from lockstep.store.locks import lock_staff
from lockstep.store.models import Brake, CalendarLink, Conflict, MirroredEvent, User

Decision = Brake.Decision


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of it: how many were done, and how many could not be and stay in the conflict inbox."""

    done: int
    left: int


def release(brake: Brake, deciding: Deciding, *, by: User) -> Decided:
    """Follow Google after all: appointments move and are cancelled, missing busy time is free.

    What is no longer possible stays a conflict. Raises: CalendarUnreadable, with nothing lost; try again.
    """
    if brake.kind == Brake.Kind.SWEEP:
        return _released_sweep(brake, deciding, by)
    done = left = 0
    deciding = deciding.look([brake.link.staff_id])
    for conflict in held_by(brake):
        try:
            if conflict.kind == Conflict.Kind.HELD_MOVE:
                conflicts.take_googles_time(conflict, deciding)
            else:
                conflicts.cancel(conflict, deciding)
            done += 1
        except (SlotTaken, AlreadyOver, ChangedSince):
            _leave_in_inbox(conflict)
            left += 1
    _lift(brake, Decision.RELEASED, deciding, by)
    return Decided(done, left)


def drop(brake: Brake, deciding: Deciding, *, by: User) -> Decided:
    """Keep to what Lockstep has: Google's events are put back or written again, missing busy time stays blocked."""
    if brake.kind == Brake.Kind.SWEEP:
        return _dropped_sweep(brake, deciding, by)
    done = left = 0
    for conflict in held_by(brake):
        try:
            conflicts.put_googles_event_back(conflict, deciding)
            done += 1
        except (AlreadyOver, ChangedSince):
            _leave_in_inbox(conflict)
            left += 1
    _lift(brake, Decision.DROPPED, deciding, by)
    return Decided(done, left)


def _leave_in_inbox(conflict: Conflict) -> None:
    """It is no longer part of a whole that waits, but a question of its own."""
    kind = Conflict.Kind.TIME_TAKEN if conflict.kind == Conflict.Kind.HELD_MOVE else Conflict.Kind.ASKED_DELETION
    Conflict.objects.filter(pk=conflict.pk, closed_at=None).update(kind=kind)


def _released_sweep(brake: Brake, deciding: Deciding, by: User) -> Decided:
    with transaction.atomic():
        link = _locked(brake)
        zone = ZoneInfo(link.time_zone)
        gone = mirror.sweep(link, zone=zone, generation=brake.generation)
        mirror.expand_series(link, gone, zone=zone)
        now = deciding.clock()
        check_overlaps(link, now=now)
        CalendarLink.objects.filter(pk=link.pk).update(changed_at=now)
        _lift(brake, Decision.RELEASED, deciding, by)
    return Decided(len(gone), 0)


def _dropped_sweep(brake: Brake, deciding: Deciding, by: User) -> Decided:
    with transaction.atomic():
        link = _locked(brake)
        kept = MirroredEvent.objects.filter(link=link, generation__lt=brake.generation).update(
            generation=brake.generation
        )
        _lift(brake, Decision.DROPPED, deciding, by)
    return Decided(kept, 0)


def _locked(brake: Brake) -> CalendarLink:
    lock_staff([brake.link.staff_id])
    rows = CalendarLink.objects.select_related("connection__organisation", "staff")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=brake.link_id)


def _lift(brake: Brake, decision: Brake.Decision, deciding: Deciding, by: User) -> None:
    now = deciding.clock()
    Brake.objects.filter(pk=brake.pk).update(closed_at=now, decision=decision)
    audit(
        brake.organisation,
        by,
        f"Brake {decision.value}",
        now=now,
        after={"staff": brake.link.staff.name, "held": brake.held, "of": brake.total, "what": brake.kind},
    )
