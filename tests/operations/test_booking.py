"""Holding, booking, moving and cancelling, against the real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from tests.cast import NOW, Company

from lockstep.calendar.interval import Interval
from lockstep.operations.booking import (
    BookingRequest,
    ClientDetails,
    book,
    cancel_appointment,
    reschedule_appointment,
)
from lockstep.operations.history import By
from lockstep.operations.holding import hold_slot, release_hold
from lockstep.operations.offer import offer_slots
from lockstep.scheduling.refusals import AlreadyCancelled, SlotTaken
from lockstep.store.models import Appointment, AppointmentHistory, BusyInterval, Hold, Reservation, StaffMember

TEN = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)  # 10:00 in Halifax
DAY = Interval(datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC))
CLIENT = By(AppointmentHistory.Actor.CLIENT)


def hold(company: Company, staff: StaffMember | None, starts_at: datetime = TEN, flow: UUID | None = None) -> Hold:
    return hold_slot(
        flow=flow or uuid4(),
        address="192.0.2.1",
        service=company.service,
        location=company.branch,
        staff=staff,
        meeting_method="at_location",
        starts_at=starts_at,
        now=NOW,
    )


def confirm(held: Hold, now: datetime = NOW) -> Appointment:
    request = BookingRequest(held.flow, ClientDetails("Maria Ruiz", "maria@client.example"), "", "")
    return book(request, workspace=None, clock=lambda: now)


def starts(company: Company, staff: StaffMember | None = None) -> set[datetime]:
    offer = offer_slots(service=company.service, location=company.branch, staff=staff, window=DAY, now=NOW)
    return {slot.starts_at for slot in offer.slots}


def test_a_booked_slot_is_no_longer_offered(company: Company) -> None:
    confirm(hold(company, company.alice))
    assert TEN not in starts(company, company.alice)
    assert TEN in starts(company, company.bob)


def test_a_held_slot_is_offered_again_when_the_hold_has_run_out(company: Company) -> None:
    hold(company, company.alice)
    assert TEN not in starts(company, company.alice)
    later = NOW + timedelta(minutes=11)
    offer = offer_slots(service=company.service, location=company.branch, staff=company.alice, window=DAY, now=later)
    assert TEN in {slot.starts_at for slot in offer.slots}


def test_a_hold_becomes_the_appointment_in_place(company: Company) -> None:
    held = hold(company, company.alice)
    before = Reservation.objects.get(hold=held).pk
    appointment = confirm(held)
    assert Reservation.objects.get(appointment=appointment).pk == before


def test_a_second_confirm_of_the_same_flow_gives_the_same_appointment(company: Company) -> None:
    held = hold(company, company.alice)
    assert confirm(held) == confirm(held)
    assert Appointment.objects.count() == 1


def test_a_hold_that_ran_out_is_still_booked_where_nobody_took_the_time(company: Company) -> None:
    held = hold(company, company.alice)
    appointment = confirm(held, now=NOW + timedelta(minutes=12))
    assert appointment.starts_at == TEN


def test_nobody_else_gets_a_time_that_is_held(company: Company) -> None:
    hold(company, company.alice)
    with pytest.raises(SlotTaken):
        hold(company, company.alice)


def test_anyone_goes_to_somebody_else_when_the_first_has_become_busy(company: Company) -> None:
    held = hold(company, None)
    first = held.reservations.get().staff
    Reservation.objects.filter(hold=held).update(expires_at=NOW - timedelta(seconds=1))
    other = hold(company, first)
    confirm(other)
    appointment = confirm(held)
    assert appointment.staff != first


def test_a_flow_holds_one_slot_at_a_time(company: Company) -> None:
    flow = uuid4()
    hold(company, company.alice, flow=flow)
    hold(company, company.alice, TEN + timedelta(hours=1), flow=flow)
    assert TEN in starts(company, company.alice)
    release_hold(flow=flow)
    assert Reservation.objects.count() == 0


def test_a_cancelled_appointment_gives_its_time_back(company: Company) -> None:
    appointment = confirm(hold(company, company.alice))
    cancel_appointment(appointment, by=CLIENT, now=NOW)
    assert TEN in starts(company, company.alice)
    with pytest.raises(AlreadyCancelled):
        cancel_appointment(appointment, by=CLIENT, now=NOW)


def test_an_appointment_may_be_moved_over_its_own_old_time(company: Company) -> None:
    company.service.duration = timedelta(minutes=60)
    company.service.save()
    appointment = confirm(hold(company, company.alice))
    moved = reschedule_appointment(
        appointment, starts_at=TEN + timedelta(minutes=30), by=CLIENT, workspace=None, clock=lambda: NOW
    )
    assert moved.starts_at == TEN + timedelta(minutes=30)
    assert [entry.action for entry in moved.history.all()] == ["booked", "moved"]


def test_busy_time_is_withheld_with_its_buffers(company: Company) -> None:
    company.service.buffer_after = timedelta(minutes=15)
    company.service.save()
    held = hold(company, company.alice)
    confirm(held)
    # 9:30 would end at 10:00 and keep its own 15 minutes only inside Alice's appointment.
    assert TEN - timedelta(minutes=30) not in starts(company, company.alice)
    assert TEN + timedelta(minutes=30) not in starts(company, company.alice)
    assert TEN + timedelta(minutes=60) in starts(company, company.alice)
    assert BusyInterval.objects.count() == 0
