"""A leaver's future appointments: who could take each, handing over one or all, and taking that back.

A hand-over is an ordinary change of the appointment, with the live look and the check that every change has. The event
moves from the one calendar to the other; where access forbids its removal, that is parked and holds nothing up.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from lockstep.calendar.interval import Interval
from lockstep.operations import diary
from lockstep.operations.amending import Standing, amend, standing_of
from lockstep.operations.clock import Clock
from lockstep.operations.colleagues import free_colleagues
from lockstep.operations.history import By, remember, state_of
from lockstep.operations.telling import tell
from lockstep.operations.writing import want_event
from lockstep.scheduling.refusals import CalendarUnreadable, ChangedSince, Refused, SlotTaken
from lockstep.store.locks import lock_staff
from lockstep.store.models import Appointment, AppointmentHistory, Organisation, StaffMember
from lockstep.sync.gateway import Workspace

PATIENCE_SECONDS = 20.0
"""How long one click on "all" may take; what is left then waits for the next."""
_MOST_COLLEAGUES = 20
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ToHandOver:
    """An appointment of a leaver, and who could take it; the fairest choice first."""

    appointment: Appointment
    colleagues: Sequence[StaffMember]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What a leaver's appointment became, and can be taken back from."""

    appointment: Appointment
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one click on "all" came to."""

    done: int
    left: int


def leaver_of(organisation: Organisation, uuid: UUID) -> StaffMember | None:
    return StaffMember.objects.filter(organisation=organisation, uuid=uuid, left_at__isnull=False).first()


def appointments_of(leaver: StaffMember, *, now: datetime) -> QuerySet[Appointment]:
    """What they still have ahead of them, the soonest first."""
    rows = Appointment.objects.select_related("service", "location", "client", "staff", "organisation")
    return rows.filter(staff=leaver, status=Appointment.Status.BOOKED, starts_at__gt=now).order_by("starts_at", "pk")


def to_hand_over(leaver: StaffMember, *, now: datetime) -> list[ToHandOver]:
    """The next appointments with everyone who is really free for each."""
    return [
        ToHandOver(each, free_colleagues(each, most=_MOST_COLLEAGUES, now=now))
        for each in appointments_of(leaver, now=now)[:_SHOWN]
    ]


def handed_over(leaver: StaffMember, *, now: datetime) -> list[HandedOver]:
    """Appointments ahead that were theirs last, whoever has them now; the newest change first."""
    changes = AppointmentHistory.objects.filter(
        action=AppointmentHistory.Action.REASSIGNED,
        before__staff=leaver.pk,
        appointment__organisation=leaver.organisation_id,
        appointment__status=Appointment.Status.BOOKED,
        appointment__starts_at__gt=now,
    ).exclude(appointment__staff=leaver)
    found: dict[int, HandedOver] = {}
    rows = changes.select_related("appointment__service", "appointment__location", "appointment__staff")
    for change in rows.select_related("appointment__client").order_by("-at", "-pk")[:_SHOWN]:
        if change.after.get("staff") == change.appointment.staff_id:
            found.setdefault(change.appointment_id, HandedOver(change.appointment, change.at))
    return list(found.values())


def hand_over(appointment: Appointment, to: UUID, *, by: By, workspace: Workspace | None, clock: Clock) -> StaffMember:
    """Give the appointment to that colleague, if they are free now; who has it then. Raises: as `amend`, SlotTaken."""
    free = free_colleagues(appointment, most=_MOST_COLLEAGUES, now=clock())
    colleague = next((each for each in free if each.uuid == to), None)
    if colleague is None:
        raise SlotTaken
    _give(appointment, colleague, by=by, workspace=workspace, clock=clock)
    return colleague


def hand_over_all(leaver: StaffMember, *, by: By, workspace: Workspace | None, clock: Clock) -> Outcome:
    """Give each appointment to the fairest colleague who is free for it; what nobody can take stays."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    done = 0
    for appointment in list(appointments_of(leaver, now=clock())):
        if time.monotonic() > give_up:
            break
        for colleague in free_colleagues(appointment, most=_MOST_COLLEAGUES, now=clock()):
            try:
                _give(appointment, colleague, by=by, workspace=workspace, clock=clock)
            except (SlotTaken, CalendarUnreadable):
                continue
            except Refused:
                break
            done += 1
            break
    return Outcome(done=done, left=appointments_of(leaver, now=clock()).count())


def _give(
    appointment: Appointment, colleague: StaffMember, *, by: By, workspace: Workspace | None, clock: Clock
) -> None:
    stands = standing_of(appointment)
    amend(
        appointment,
        Standing(stands.interval, colleague.pk),
        by=by,
        workspace=workspace,
        clock=clock,
        expected=stands,
        within_hours=True,
    )


def take_back(appointment: Appointment, leaver: StaffMember, *, by: By, now: datetime) -> None:
    """Undo a hand-over: the leaver has the appointment again, as before. Raises: ChangedSince, SlotTaken.

    Their calendar is not looked at, since they do not sync: what is known of it decides, and nobody else was offered
    their time meanwhile.
    """
    if appointment.staff_id is None:
        raise ChangedSince
    try:
        with transaction.atomic():
            lock_staff([appointment.staff_id, leaver.pk])
            rows = Appointment.objects.select_related("service", "location", "staff", "client", "organisation")
            current = rows.select_for_update(of=("self",), no_key=True).get(pk=appointment.pk)
            if standing_of(current) != standing_of(appointment) or current.starts_at <= now:
                raise ChangedSince
            interval = Interval(current.starts_at, current.ends_at)
            diary.clear_expired(leaver.pk, now)
            if not diary.is_free(
                staff_id=leaver.pk,
                service=current.service,
                location=current.location,
                interval=interval,
                now=now,
                except_appointment=current.pk,
                within_hours=False,
            ):
                raise SlotTaken
            before = state_of(current)
            diary.put(current, interval, staff_id=leaver.pk, now=now)
            remember(current, AppointmentHistory.Action.REASSIGNED, by, before=before, now=now)
            want_event(current, now=now)
            tell(current, at=now, now=now)
    except IntegrityError as error:
        raise SlotTaken from error
