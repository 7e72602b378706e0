"""Things that stand in calendars, made as rows: for pages that only show them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from tests.cast import ZONE, Company

from lockstep.calendar.interval import Interval
from lockstep.operations.delays import note_delays
from lockstep.store.models import (
    Appointment,
    AppointmentHistory,
    BusyInterval,
    CalendarLink,
    Client,
    Conflict,
    Connection,
    JournalEntry,
    LostPush,
    MeasuredDelay,
    Reservation,
    StaffMember,
)
from lockstep.store.values import range_of
from lockstep.sync.link import LinkState

HALIFAX = ZoneInfo(ZONE)


def tomorrow_at(hour: int, minute: int = 0) -> datetime:
    """A time of tomorrow in Halifax."""
    day = timezone.now().astimezone(HALIFAX).date() + timedelta(days=1)
    return datetime.combine(day, time(hour, minute), HALIFAX)


def workday_at(hour: int) -> datetime:
    """A time of the next weekday after today in Halifax: everybody is at work."""
    at = tomorrow_at(hour)
    while at.weekday() > 4:
        at += timedelta(days=1)
    return at


def booked(company: Company, staff: StaffMember, starts_at: datetime, *, client: str = "Maria Ruiz") -> Appointment:
    """An appointment of half an hour, with its reservation and its first line of history."""
    now = timezone.now()
    appointment = Appointment.objects.create(
        organisation=company.organisation,
        client=Client.objects.create(organisation=company.organisation, name=client, email="maria@mail.example"),
        service=company.service,
        location=company.branch,
        staff=staff,
        meeting_method="at_location",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        client_time_zone=ZONE,
        notes="Brings two payslips.",
        created_at=now,
        changed_at=now,
    )
    Reservation.objects.create(
        staff=staff,
        span=range_of(Interval(appointment.starts_at, appointment.ends_at)),
        buffer_before=timedelta(),
        buffer_after=timedelta(),
        kind=Reservation.Kind.APPOINTMENT,
        appointment=appointment,
    )
    AppointmentHistory.objects.create(appointment=appointment, at=now, actor="client", action="booked")
    return appointment


def connected(company: Company, state: Connection.State = Connection.State.LIVE) -> Connection:
    """A connection: Alice is in step, Bob waits for Google, Carol's calendar is closed to us."""
    now = timezone.now()
    connection = Connection.objects.create(
        organisation=company.organisation,
        state=state,
        directory_user="lockstep@cedar.example",
        directory_group="appointments@cedar.example",
        customer_id="C1",
        connected_at=now,
        people_imported_at=now,
    )
    healths = (
        (company.alice, LinkState.CURRENT, ""),
        (company.bob, LinkState.BACKING_OFF, "Google asks us to slow down."),
        (company.carol, LinkState.BLOCKED, "This person has no Google Calendar."),
    )
    for person, link_state, problem in healths:
        person.google_email, person.google_user_id = person.email, f"google-{person.pk}"
        person.save(update_fields=["google_email", "google_user_id"])
        CalendarLink.objects.create(
            staff=person,
            connection=connection,
            state=link_state,
            time_zone=ZONE,
            verified_at=now,
            fresh_until=now + timedelta(minutes=15),
            problem=problem,
            events_seen=12,
        )
    return connection


def busy(staff: StaffMember, starts_at: datetime, minutes: int = 60) -> BusyInterval:
    """An external event of somebody who syncs."""
    span = range_of(Interval(starts_at, starts_at + timedelta(minutes=minutes)))
    return BusyInterval.objects.create(
        staff=staff, link=CalendarLink.objects.get(staff=staff), series_id="x", span=span
    )


def in_conflict(appointment: Appointment) -> Conflict:
    """A Google event has landed on the appointment."""
    assert appointment.staff is not None
    return Conflict.objects.create(
        organisation=appointment.organisation,
        appointment=appointment,
        staff=appointment.staff,
        kind=Conflict.Kind.OVERLAP,
        opened_at=timezone.now(),
    )


def journalled(appointment: Appointment) -> JournalEntry:
    """A move that came from Google."""
    assert appointment.staff is not None
    return JournalEntry.objects.create(
        organisation=appointment.organisation,
        at=timezone.now(),
        direction=JournalEntry.Direction.FROM_GOOGLE,
        staff=appointment.staff,
        appointment=appointment,
        action="moved",
        before={"starts_at": (appointment.starts_at - timedelta(hours=1)).isoformat()},
        after={"starts_at": appointment.starts_at.isoformat()},
        delay=timedelta(milliseconds=400),
    )


def measured(organisation_id: int) -> None:
    """A day of delays in both directions, most of them short."""
    now = timezone.now()
    for hour in range(0, 22, 2):
        for direction in MeasuredDelay.Direction:
            delays = [timedelta(milliseconds=180 + 13 * hour), timedelta(milliseconds=400 + 211 * (hour % 6))]
            note_delays(organisation_id, direction, delays, now=now - timedelta(hours=hour, minutes=5))
    LostPush.objects.create(organisation_id=organisation_id, at=now)
