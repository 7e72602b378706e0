"""The conflict inbox: what can be done about each, and doing it.

Every decision goes through `amend`, so that it is checked like a booking, stands in the appointment's history and the
journal, and can be undone from there. A conflict closes in the transaction that ends it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lockstep.calendar.event import Timed, When, ZoneName
from lockstep.calendar.interval import Interval
from lockstep.operations import brakes, colleagues
from lockstep.operations.amending import Also, Standing, amend, standing_of
from lockstep.operations.clock import Clock
from lockstep.operations.event_of_ours import agree_on_time, insist_on_time
from lockstep.operations.history import By, journal, state_of
from lockstep.operations.looking import look_now
from lockstep.operations.writing import want_event
from lockstep.scheduling.refusals import AlreadyOver, ChangedSince, NotOffered, SlotTaken
from lockstep.scheduling.ways_out import DELETIONS, WayOut, ways_out_of
from lockstep.store.locks import lock_staff
from lockstep.store.models import (
    Appointment,
    BusyInterval,
    CalendarLink,
    Conflict,
    JournalEntry,
    StaffMember,
    WrittenEvent,
)
from lockstep.store.values import interval_of, range_of
from lockstep.sync.gateway import Workspace

Outcome = Conflict.Outcome
_MOST_COLLEAGUES = 5


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who decides, and with what."""

    by: By
    workspace: Workspace | None
    clock: Clock
    looked: frozenset[int] = frozenset()
    """Whose calendars were looked at a moment ago, for all of many decisions."""

    def look(self, staff_ids: Iterable[int]) -> Deciding:
        """The same, after a look at these people's calendars. Raises: CalendarUnreadable."""
        looked = frozenset(staff_ids)
        for staff_id in sorted(looked):
            look_now(staff_id, workspace=self.workspace, clock=self.clock)
        return replace(self, looked=self.looked | looked)


def busy_beside(conflict: Conflict) -> list[Interval]:
    """When the Google events take place that overlap the conflict's appointment."""
    appointment = conflict.appointment
    own = WrittenEvent.objects.filter(appointment=appointment).values("event_id")
    time = range_of(Interval(appointment.starts_at, appointment.ends_at))
    busy = BusyInterval.objects.filter(staff_id=conflict.staff_id, span__overlap=time).exclude(series_id__in=own)
    return [interval_of(span) for span in busy.order_by("span").values_list("span", flat=True)]


def free_colleagues(conflict: Conflict, *, now: datetime) -> list[StaffMember]:
    """Who could take the appointment at its time: assigned, at work, known to be free; the least loaded first."""
    return colleagues.free_colleagues(conflict.appointment, besides=[conflict.staff_id], most=_MOST_COLLEAGUES, now=now)


def colleague(conflict: Conflict, uuid: str, *, now: datetime) -> StaffMember:
    """The free colleague with that id. Raises: SlotTaken when they are not free any more, or nobody is chosen."""
    for each in free_colleagues(conflict, now=now):
        if str(each.uuid) == uuid:
            return each
    raise SlotTaken(_("This colleague is not free at that time any more. Choose another."))


def take_googles_time(conflict: Conflict, deciding: Deciding) -> None:
    """Move the appointment to where Google's event stands. Raises: as `amend`."""
    _refuse_unless(conflict, WayOut.GOOGLES_TIME)
    if conflict.span is None:
        raise NotOffered
    googles = interval_of(conflict.span)

    def agree(appointment: Appointment, before: dict[str, Any], now: datetime) -> None:
        when = Timed(googles.start, googles.end, ZoneName(appointment.location.time_zone))
        for written in _events(conflict):
            agree_on_time(written, when)

    to = replace(standing_of(conflict.appointment), interval=googles)
    _amend(conflict, to, deciding, Outcome.GOOGLES_TIME, also=agree)


def put_googles_event_back(conflict: Conflict, deciding: Deciding) -> None:
    """Have Google's event stand at the appointment's time again, written anew where it was deleted."""
    _refuse_unless(conflict, WayOut.LOCKSTEPS_TIME)
    now = deciding.clock()
    with transaction.atomic():
        lock_staff([conflict.staff_id])
        current = _still_open(conflict, now)
        appointment = current.appointment
        after = state_of(appointment)
        for written in _events(current):
            insist_on_time(written, _shown(current))
        _close(current, Outcome.LOCKSTEPS_TIME, now)
        _journal(current, Outcome.LOCKSTEPS_TIME, deciding.by, after | _googles_state(current), after, now)
        want_event(appointment, now=now)


def _googles_state(conflict: Conflict) -> dict[str, Any]:
    """What would have become of the appointment, had Google's copy been followed."""
    if conflict.kind in DELETIONS:
        return {"status": Appointment.Status.CANCELLED.value}
    if conflict.span is None:
        return {}
    span = interval_of(conflict.span)
    return {"starts_at": span.start.isoformat(), "ends_at": span.end.isoformat()}


def _shown(conflict: Conflict) -> When:
    """Where Google has the event. One that has no time of its own, or as a series many, counts as having no length:
    different from any appointment, so that it is written."""
    start = conflict.appointment.starts_at
    if conflict.span is None:
        return Timed(start, start)
    span = interval_of(conflict.span)
    return Timed(span.start, span.start if conflict.kind == Conflict.Kind.RECURRING else span.end)


def hand_over(conflict: Conflict, to: StaffMember, deciding: Deciding) -> None:
    """Give the appointment to `to`, within their working hours. Raises: as `amend`."""
    _refuse_unless(conflict, WayOut.HAND_OVER)
    standing = replace(standing_of(conflict.appointment), staff_id=to.pk)
    _amend(conflict, standing, deciding, Outcome.HANDED_OVER, within_hours=True)


def cancel(conflict: Conflict, deciding: Deciding) -> None:
    """Call the appointment off. Raises: as `amend`."""
    _refuse_unless(conflict, WayOut.CANCEL)
    to = replace(standing_of(conflict.appointment), booked=False)
    _amend(conflict, to, deciding, Outcome.CANCELLED)


def keep_both(conflict: Conflict, deciding: Deciding) -> None:
    """Accept the overlap as it is now; more busy time over the appointment opens it again."""
    _refuse_unless(conflict, WayOut.KEEP_BOTH)
    now = deciding.clock()
    with transaction.atomic():
        lock_staff([conflict.staff_id])
        current = _still_open(conflict, now)
        time = Interval(current.appointment.starts_at, current.appointment.ends_at)
        busy = busy_beside(current)
        if busy:
            first, last = min(each.start for each in busy), max(each.end for each in busy)
            current.span = range_of(Interval(max(first, time.start), min(last, time.end)))
        _close(current, Outcome.KEPT_BOTH, now)
        state = state_of(current.appointment)
        _journal(current, Outcome.KEPT_BOTH, deciding.by, state, state | {"conflict": current.pk}, now)


def _refuse_unless(conflict: Conflict, way: WayOut) -> None:
    if way not in ways_out_of(conflict.kind):
        raise NotOffered


def _amend(
    conflict: Conflict,
    to: Standing,
    deciding: Deciding,
    outcome: Conflict.Outcome,
    *,
    also: Also | None = None,
    within_hours: bool = False,
) -> None:
    def decided(appointment: Appointment, before: dict[str, Any], now: datetime) -> None:
        if also:
            also(appointment, before, now)
        _close(conflict, outcome, now)
        _journal(conflict, outcome, deciding.by, before, state_of(appointment), now)

    amend(
        conflict.appointment,
        to,
        by=deciding.by,
        workspace=deciding.workspace,
        clock=deciding.clock,
        expected=standing_of(conflict.appointment),
        within_hours=within_hours,
        looked=to.staff_id in deciding.looked,
        also=decided,
    )


def _still_open(conflict: Conflict, now: datetime) -> Conflict:
    """The conflict as it is under the lock. Raises: ChangedSince when somebody has decided it, AlreadyOver."""
    rows = Conflict.objects.select_related(
        "appointment__location", "appointment__service", "appointment__staff", "staff"
    )
    current = rows.filter(pk=conflict.pk, closed_at=None).first()
    if current is None:
        raise ChangedSince
    if current.appointment.ends_at <= now:
        raise AlreadyOver
    return current


def _events(conflict: Conflict) -> Iterable[WrittenEvent]:
    """The events that the conflict is about, locked: those in the calendar of whoever it concerns."""
    rows = WrittenEvent.objects.filter(appointment=conflict.appointment, link__staff_id=conflict.staff_id)
    return rows.select_for_update(no_key=True).order_by("pk")


def _close(conflict: Conflict, outcome: Conflict.Outcome, now: datetime) -> None:
    Conflict.objects.filter(pk=conflict.pk).update(outcome=outcome, closed_at=now, span=conflict.span)


def _journal(
    conflict: Conflict,
    outcome: Conflict.Outcome,
    by: By,
    before: dict[str, Any],
    after: dict[str, Any],
    now: datetime,
) -> None:
    journal(
        conflict.staff,
        JournalEntry.Direction.DECIDED,
        outcome.value,
        now=now,
        appointment=conflict.appointment,
        before=before,
        after=after,
        actor=by.name,
    )
    link = CalendarLink.objects.select_related("connection__organisation").filter(staff_id=conflict.staff_id).first()
    if link is not None:
        brakes.lift_if_over(link, now=now)
