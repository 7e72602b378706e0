""" "Why is 10:00 not offered?": every reason in words, for those who may see the person."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import Company, away
from tests.web.making import booked, busy, connected, tomorrow_at

from lockstep.calendar.interval import Interval
from lockstep.operations.hours import hours_changed
from lockstep.store.models import Assignment, Closure, Connection, Hold, Reservation, Service, StaffMember
from lockstep.store.values import range_of

WORK_DAY = 7


@pytest.fixture
def day(bank: Company) -> datetime:
    """Ten o'clock on a day of work, a week ahead at least."""
    ten = tomorrow_at(10) + timedelta(days=WORK_DAY)
    while ten.weekday() > 4:
        ten += timedelta(days=1)
    return ten


def asked(client: Client, bank: Company, at: datetime, staff: StaffMember | None = None) -> str:
    query = {
        "service": bank.service.uuid, "location": bank.branch.uuid, "staff": (staff or bank.bob).uuid,
        "day": at.date().isoformat(), "at": f"{at:%H:%M}",
    }  # fmt: skip
    return client.get("/setup/why/?" + urlencode(query)).content.decode()


def test_a_free_time_is_offered(bank: Company, admin: Client, day: datetime) -> None:
    page = asked(admin, bank, day)
    assert "is offered" in page
    assert "16 times are offered" in page


def an_appointment(bank: Company, at: datetime) -> None:
    booked(bank, bank.bob, at)


def an_absence(bank: Company, at: datetime) -> None:
    away(bank.bob, at, at + timedelta(hours=1), title="Surgery")


def a_holiday(bank: Company, at: datetime) -> None:
    Closure.objects.create(organisation=bank.organisation, name="x", first_day=at.date(), last_day=at.date())
    hours_changed([bank.bob.pk], now=timezone.now())


def a_hold(bank: Company, at: datetime) -> None:
    hold = Hold.objects.create(
        organisation=bank.organisation, flow=bank.bob.uuid, address_digest="x", service=bank.service,
        location=bank.branch, meeting_method="at_location", staff=bank.bob, starts_at=at,
        ends_at=at + timedelta(minutes=30), expires_at=timezone.now() + timedelta(minutes=5),
    )  # fmt: skip
    Reservation.objects.create(
        staff=bank.bob, span=range_of(Interval(at, at + timedelta(minutes=30))), buffer_before=timedelta(),
        buffer_after=timedelta(), kind=Reservation.Kind.HOLD, hold=hold, expires_at=hold.expires_at,
    )  # fmt: skip


def a_long_notice(bank: Company, at: datetime) -> None:
    Service.objects.update(lead_time=timedelta(days=30))


def a_short_horizon(bank: Company, at: datetime) -> None:
    Service.objects.update(furthest=timedelta(days=1))


def another_grid(bank: Company, at: datetime) -> None:
    Service.objects.update(increment=timedelta(minutes=45))


def a_buffer(bank: Company, at: datetime) -> None:
    Service.objects.update(buffer_after=timedelta(minutes=30))
    booked(bank, bank.bob, at + timedelta(minutes=30))


def a_limit_of_their_own(bank: Company, at: datetime) -> None:
    StaffMember.objects.update(daily_limit=1)
    booked(bank, bank.bob, at + timedelta(hours=3))


def no_assignment(bank: Company, at: datetime) -> None:
    Assignment.objects.filter(staff=bank.bob).delete()


def no_appointments(bank: Company, at: datetime) -> None:
    StaffMember.objects.filter(pk=bank.bob.pk).update(appointment_taking=False)


def busy_in_google(bank: Company, at: datetime) -> None:
    connected(bank)
    busy(bank.bob, at)


def a_calendar_that_waits(bank: Company, at: datetime) -> None:
    connected(bank)
    bank.bob.link.fresh_until = timezone.now() - timedelta(hours=1)
    bank.bob.link.save()


def a_pause(bank: Company, at: datetime) -> None:
    connected(bank, Connection.State.PAUSED)


@pytest.mark.parametrize(
    ("in_the_way", "words"),
    [
        (an_appointment, "They have an appointment."),
        (an_absence, "They are away."),
        (a_holiday, "The location is closed then."),
        (a_hold, "Held for a client who is booking."),
        (a_long_notice, "The notice is too short."),
        (a_short_horizon, "Further ahead than the service can be booked."),
        (another_grid, "The service does not start at this minute."),
        (a_buffer, "Too close to something else"),
        (a_limit_of_their_own, "Their own limit for the day is reached."),
        (no_assignment, "Bob is not assigned to this service at this location."),
        (no_appointments, "Bob takes no appointments."),
        (busy_in_google, "Busy in Google Calendar."),
        (a_calendar_that_waits, "The state of their calendar is not known."),
        (a_pause, "The connection with Google is paused."),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_what_is_in_the_way_is_named(
    bank: Company, admin: Client, day: datetime, in_the_way: object, words: str
) -> None:
    assert callable(in_the_way)
    in_the_way(bank, day)
    page = asked(admin, bank, day)
    assert "is not offered" in page
    assert words in page
    assert "Surgery" not in page


def test_staff_ask_about_themselves_only(bank: Company, alice: Client, day: datetime) -> None:
    own, other = asked(alice, bank, day, bank.alice), asked(alice, bank, day, bank.bob)
    assert ("times are offered" in own, "times are offered" in other) == (True, False)
