"""Undoing what stands in the journal: one change, one person's, or all of one run.

An undo is itself a change: it goes through `amend` with its free check, stands in the history and the journal, and can
be undone in turn. What it would do is said before, in numbers; what cannot be undone says why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from lockstep.calendar.interval import Interval
from lockstep.operations import diary
from lockstep.operations.amending import Standing, amend, standing_of
from lockstep.operations.conflicts import Deciding
from lockstep.operations.history import journal, state_of
from lockstep.operations.overlaps import check_overlaps
from lockstep.scheduling.refusals import AlreadyOver, CalendarUnreadable, ChangedSince, NotOffered, Refused, SlotTaken
from lockstep.store.locks import lock_staff
from lockstep.store.models import Appointment, CalendarLink, Conflict, JournalEntry

MOST_AT_ONCE = 200
KEPT_BOTH = Conflict.Outcome.KEPT_BOTH.value


class Reason(StrEnum):
    """Why an entry cannot be undone."""

    UNDONE = "undone"
    GONE = "gone"
    CHANGED = "changed"
    PAST = "past"
    TAKEN = "taken"
    FOLLOWS = "follows"
    """It only carried out what was changed in Lockstep."""
    SENT = "sent"
    UNREADABLE = "unreadable"
    NOT_OFFERED = "not_offered"


_REASONS: dict[type[Refused], Reason] = {
    SlotTaken: Reason.TAKEN,
    AlreadyOver: Reason.PAST,
    ChangedSince: Reason.CHANGED,
    CalendarUnreadable: Reason.UNREADABLE,
    NotOffered: Reason.NOT_OFFERED,
}


@dataclass(frozen=True, slots=True)
class Undo:
    """What undoing does to one appointment: from how it stands to how it stood before all of the entries."""

    entries: tuple[JournalEntry, ...]
    appointment: Appointment
    expected: Standing
    to: Standing

    @property
    def looked_at(self) -> int | None:
        """Whose calendar is looked at first; None where nobody's time is taken anew."""
        return self.to.staff_id if self.to.booked and self.last.action != KEPT_BOTH else None

    @property
    def last(self) -> JournalEntry:
        return self.entries[-1]


@dataclass(slots=True)
class UndoPlan:
    """What can be undone, and what cannot and why."""

    undos: list[Undo] = field(default_factory=list)
    refused: list[tuple[JournalEntry, Reason]] = field(default_factory=list)


@dataclass(slots=True)
class Undone:
    done: int = 0
    refused: list[tuple[JournalEntry, Reason]] = field(default_factory=list)


def plan_undo(entries: Iterable[JournalEntry], *, now: datetime) -> UndoPlan:
    """What undoing these entries would do, as things are now. Changes nothing."""
    plan = UndoPlan()
    by_appointment: dict[int, list[JournalEntry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda each: (each.at, each.pk)):
        reason = _never(entry)
        if reason is not None:
            plan.refused.append((entry, reason))
        elif entry.appointment_id is not None:
            by_appointment[entry.appointment_id].append(entry)
    found = Appointment.objects.select_related("service", "location", "staff", "organisation").in_bulk(by_appointment)
    for appointment_id, mine in by_appointment.items():
        undo = _undo(found[appointment_id], mine)
        reason = _standing_in_the_way(undo, now)
        if reason is None:
            plan.undos.append(undo)
        else:
            plan.refused += [(entry, reason) for entry in mine]
    return plan


def undo(entries: Iterable[JournalEntry], deciding: Deciding) -> Undone:
    """Undo what can be undone of these entries, each appointment on its own."""
    plan = plan_undo(entries, now=deciding.clock())
    result = Undone(refused=list(plan.refused))
    # One look for all that is to be a person's again.
    for staff_id in sorted({each.looked_at for each in plan.undos if each.looked_at is not None}):
        with suppress(CalendarUnreadable):
            deciding = deciding.look([staff_id])
    for each in plan.undos:
        if each.looked_at is not None and each.looked_at not in deciding.looked:
            result.refused.append((each.last, Reason.UNREADABLE))
            continue
        try:
            _carry_out(each, deciding)
            result.done += 1
        except Refused as refusal:
            result.refused.append((each.last, _REASONS.get(type(refusal), Reason.CHANGED)))
    return result


def _never(entry: JournalEntry) -> Reason | None:
    """Why no circumstances would let this entry be undone."""
    if entry.appointment_id is None:
        return Reason.GONE
    if JournalEntry.objects.filter(undoes=entry).exists():
        return Reason.UNDONE
    if entry.action in ("alternatives_offered", "staff_asked"):
        return Reason.SENT
    return None if _states(entry) else Reason.FOLLOWS


def _states(entry: JournalEntry) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The appointment's state before and after; None where the entry changed none."""
    if entry.action == KEPT_BOTH:
        return entry.before, entry.after
    before, after = _state(entry.before), _state(entry.after)
    return (before, after) if before and after and before != after else None


def _state(stored: dict[str, Any]) -> dict[str, Any]:
    """What an entry says of the appointment. A write to Google says only when it took place."""
    when = stored.get("when")
    if isinstance(when, dict) and "start" in when:
        return {"starts_at": when["start"], "ends_at": when["end"]}
    return {name: stored[name] for name in ("starts_at", "ends_at", "staff", "status") if name in stored}


def _undo(appointment: Appointment, entries: list[JournalEntry]) -> Undo:
    current = standing_of(appointment)
    pairs = [states for entry in entries if (states := _states(entry))]
    return Undo(
        entries=tuple(entries),
        appointment=appointment,
        expected=_standing(pairs[-1][1], current),
        to=_standing(pairs[0][0], current),
    )


def _standing(state: dict[str, Any], current: Standing) -> Standing:
    """How the appointment stood by `state`; what that does not say is as it is now."""
    start = datetime.fromisoformat(state["starts_at"]) if "starts_at" in state else current.interval.start
    end = datetime.fromisoformat(state["ends_at"]) if "ends_at" in state else current.interval.end
    booked = state["status"] == Appointment.Status.BOOKED if "status" in state else current.booked
    return Standing(Interval(start, end), state.get("staff", current.staff_id), booked)


def _standing_in_the_way(undo: Undo, now: datetime) -> Reason | None:
    current = standing_of(undo.appointment)
    if current != undo.expected:
        return Reason.CHANGED
    if (current.booked and current.interval.end <= now) or (undo.to.booked and undo.to.interval.start <= now):
        return Reason.PAST
    if undo.last.action == KEPT_BOTH or not undo.to.booked:
        return None
    if undo.to.staff_id is None:
        return Reason.NOT_OFFERED
    free = diary.is_free(
        staff_id=undo.to.staff_id,
        service=undo.appointment.service,
        location=undo.appointment.location,
        interval=undo.to.interval,
        now=now,
        except_appointment=undo.appointment.pk,
        within_hours=False,
    )
    return None if free else Reason.TAKEN


def _carry_out(undo: Undo, deciding: Deciding) -> None:
    if undo.last.action == KEPT_BOTH:
        _open_again(undo, deciding)
        return

    def write_down(appointment: Appointment, before: dict[str, Any], now: datetime) -> None:
        _journal(undo, deciding, before, state_of(appointment), now)

    amend(
        undo.appointment,
        undo.to,
        by=deciding.by,
        workspace=deciding.workspace,
        clock=deciding.clock,
        expected=undo.expected,
        looked=undo.to.staff_id in deciding.looked,
        also=write_down,
    )


def _open_again(undo: Undo, deciding: Deciding) -> None:
    """An overlap that was accepted is a conflict again, if the two still overlap."""
    now = deciding.clock()
    staff_id = undo.last.staff_id
    with transaction.atomic():
        lock_staff([staff_id])
        kept = Conflict.objects.filter(pk=undo.last.after.get("conflict"), outcome=Conflict.Outcome.KEPT_BOTH)
        if not kept.update(outcome=""):
            raise ChangedSince
        link = CalendarLink.objects.filter(staff_id=staff_id).first()
        if link is not None:
            check_overlaps(link, now=now)
        state = state_of(undo.appointment)
        _journal(undo, deciding, state, state, now)


def _journal(undo: Undo, deciding: Deciding, before: dict[str, Any], after: dict[str, Any], now: datetime) -> None:
    journal(
        undo.last.staff,
        JournalEntry.Direction.DECIDED,
        "undone",
        now=now,
        appointment=undo.appointment,
        before=before,
        after=after,
        actor=deciding.by.name,
        undoes=undo.last,
    )
