"""Who takes part in an appointment: its staff member, and additional people. All of them must be free.

Adding and removing additional people; who could is for `colleagues` to say.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from lockstep.calendar.interval import Interval
from lockstep.operations import diary
from lockstep.operations.clock import Clock
from lockstep.operations.everyone import everyone
from lockstep.operations.history import By, remember, state_of
from lockstep.operations.looking import look_now
from lockstep.operations.writing import want_event
from lockstep.scheduling.refusals import (
    AlreadyCancelled,
    AlreadyOver,
    CalendarUnreadable,
    ChangedSince,
    NotOffered,
    SlotTaken,
)
from lockstep.store.locks import lock_staff
from lockstep.store.models import Appointment, AppointmentHistory, Conflict, StaffMember, WrittenEvent
from lockstep.store.queries import people_for
from lockstep.sync.gateway import Workspace

Action = AppointmentHistory.Action


def add_person(
    appointment: Appointment, person: StaffMember, *, by: By, workspace: Workspace | None, clock: Clock
) -> None:
    """Have `person` take part as well, within their working hours; their event follows.

    Raises: SlotTaken, CalendarUnreadable, NotOffered for somebody who does not do this there, ChangedSince,
    AlreadyCancelled, AlreadyOver.
    """
    look_now(person.pk, workspace=workspace, clock=clock)
    now = clock()
    try:
        with transaction.atomic():
            current = _locked(appointment, {*everyone(appointment), person.pk}, now)
            if person.pk in everyone(current):
                return
            check_free(current, person.pk, Interval(current.starts_at, current.ends_at), now=now)
            before = state_of(current)
            current.additional.add(person)
            diary.reserve_for(current, person.pk)
            _changed(current, Action.PERSON_ADDED, by, before, now)
    except IntegrityError as error:
        raise SlotTaken from error


def remove_person(appointment: Appointment, person: StaffMember, *, by: By, now: datetime) -> None:
    """Have an additional person take part no longer: their time is free, and their event goes.

    What waited for a decision about their calendar is answered by it.
    """
    with transaction.atomic():
        current = _locked(appointment, {*everyone(appointment), person.pk}, now)
        if not current.additional.filter(pk=person.pk).exists():
            return
        before = state_of(current)
        current.additional.remove(person)
        current.reservations.filter(staff=person).delete()
        Conflict.objects.filter(appointment=current, staff=person, closed_at=None).update(closed_at=now)
        WrittenEvent.objects.filter(appointment=current, link__staff=person).update(in_conflict=False)
        _changed(current, Action.PERSON_REMOVED, by, before, now)


def check_free(
    appointment: Appointment, staff_id: int, interval: Interval, *, now: datetime, within_hours: bool = True
) -> None:
    """Under the person's lock. Raises: NotOffered, CalendarUnreadable, SlotTaken."""
    service, location = appointment.service, appointment.location
    people = people_for(service_id=service.pk, location_id=location.pk, only=staff_id, now=now)
    if people.withheld:
        raise CalendarUnreadable
    if staff_id not in people.known and staff_id not in everyone(appointment):
        raise NotOffered
    diary.clear_expired(staff_id, now)
    if not diary.is_free(
        staff_id=staff_id,
        service=service,
        location=location,
        interval=interval,
        now=now,
        except_appointment=appointment.pk,
        within_hours=within_hours,
    ):
        raise SlotTaken


def _locked(appointment: Appointment, people: set[int], now: datetime) -> Appointment:
    lock_staff(people)
    rows = Appointment.objects.select_related("service", "location", "staff", "client", "organisation")
    current = rows.select_for_update(of=("self",), no_key=True).get(pk=appointment.pk)
    if not set(everyone(current)) <= people:
        raise ChangedSince
    if current.status == Appointment.Status.CANCELLED:
        raise AlreadyCancelled
    if current.ends_at <= now:
        raise AlreadyOver
    return current


def _changed(
    current: Appointment, action: AppointmentHistory.Action, by: By, before: dict[str, object], now: datetime
) -> None:
    current.changed_at = now
    current.save(update_fields=["changed_at"])
    remember(current, action, by, before=before, now=now)
    want_event(current, now=now)
