"""Bringing an appointment from how it stands to how it is to stand: another time, another person, called off, or back.

The one way in which people at the desk, decisions about conflicts and undoing change an appointment. As at Confirm, the
calendar of whoever is to have it is looked at first; then lock, check and change are one transaction, with history, the
wish for Google's event and the message to the client.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from lockstep.calendar.interval import Interval
from lockstep.operations import diary
from lockstep.operations.clock import Clock
from lockstep.operations.everyone import everyone
from lockstep.operations.history import By, remember, state_of
from lockstep.operations.looking import look_now
from lockstep.operations.team import check_free
from lockstep.operations.telling import tell
from lockstep.operations.writing import want_event
from lockstep.scheduling.refusals import AlreadyOver, CalendarUnreadable, ChangedSince, NotOffered, SlotTaken
from lockstep.store.locks import lock_staff
from lockstep.store.models import Appointment, AppointmentHistory
from lockstep.store.queries import people_for
from lockstep.sync.gateway import Workspace

Action = AppointmentHistory.Action
Also = Callable[[Appointment, dict[str, Any], datetime], None]
"""What belongs in the same transaction: called with the appointment as it stands then, its state before, and when."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an appointment stands: when, with whom, and whether at all."""

    interval: Interval
    staff_id: int | None
    booked: bool = True


def standing_of(appointment: Appointment) -> Standing:
    return Standing(
        Interval(appointment.starts_at, appointment.ends_at),
        appointment.staff_id,
        appointment.status == Appointment.Status.BOOKED,
    )


def amend(
    appointment: Appointment,
    to: Standing,
    *,
    by: By,
    workspace: Workspace | None,
    clock: Clock,
    expected: Standing | None = None,
    within_hours: bool = False,
    looked: bool = False,
    also: Also | None = None,
) -> Appointment:
    """Have the appointment stand as `to`; nothing happens where it does already.

    `expected` is how whoever decides believes that it stands. Outside working time only where `within_hours` is off.
    `looked`: whoever changes many at once has just looked at the calendar of `to`.
    Raises: ChangedSince, AlreadyOver, SlotTaken, CalendarUnreadable, NotOffered for somebody who does not do this.
    """
    if to.booked and to.staff_id is not None:
        for staff_id in {*everyone(appointment)[1:]} if looked else {to.staff_id, *everyone(appointment)[1:]}:
            look_now(staff_id, workspace=workspace, clock=clock)
    now = clock()
    people = {*everyone(appointment), *([to.staff_id] if to.staff_id is not None else [])}
    try:
        with transaction.atomic():
            lock_staff(people)
            current = _current(appointment)
            standing = standing_of(current)
            if expected is not None and standing != expected:
                raise ChangedSince
            if not set(everyone(current)) <= people:
                raise ChangedSince
            before = state_of(current)
            if standing != to:
                _check(current, to, within_hours, now)
                _change(current, standing, to, by, now)
            if also:
                also(current, before, now)
    except IntegrityError as error:
        raise SlotTaken from error
    return current


def _current(appointment: Appointment) -> Appointment:
    rows = Appointment.objects.select_related("service", "location", "staff", "client", "organisation")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=appointment.pk)


def _check(current: Appointment, to: Standing, within_hours: bool, now: datetime) -> None:
    was_over = current.ends_at <= now and current.status == Appointment.Status.BOOKED
    if was_over or (to.booked and to.interval.start <= now):
        raise AlreadyOver
    if not to.booked:
        return
    if to.staff_id is None:
        raise NotOffered
    people = people_for(service_id=current.service_id, location_id=current.location_id, only=to.staff_id, now=now)
    if people.withheld:
        raise CalendarUnreadable
    if to.staff_id not in people.known and to.staff_id != current.staff_id:
        raise NotOffered
    diary.clear_expired(to.staff_id, now)
    if not diary.is_free(
        staff_id=to.staff_id,
        service=current.service,
        location=current.location,
        interval=to.interval,
        now=now,
        except_appointment=current.pk,
        within_hours=within_hours,
    ):
        raise SlotTaken
    for staff_id in everyone(current)[1:]:
        if staff_id != to.staff_id:
            check_free(current, staff_id, to.interval, now=now, within_hours=within_hours)


def _change(current: Appointment, standing: Standing, to: Standing, by: By, now: datetime) -> None:
    before = state_of(current)
    if not to.booked or to.staff_id is None:
        diary.take_out(current, now=now)
        action = Action.CANCELLED
    else:
        diary.put(current, to.interval, staff_id=to.staff_id, now=now)
        handed_over = standing.staff_id != to.staff_id
        action = Action.REASSIGNED if handed_over else Action.MOVED if standing.booked else Action.RESTORED
    remember(current, action, by, before=before, now=now)
    want_event(current, now=now)
    tell(current, at=now, now=now)
