"""Group services: seats in a session, never one too many, and what leaving means."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connections, transaction
from tests.cast import NOW, Company, found

from lockstep.calendar.interval import Interval
from lockstep.operations.booking import ClientDetails
from lockstep.operations.history import By
from lockstep.operations.offer import Slot, offer_slots
from lockstep.operations.sessions import JoinRequest, attendees_of, join_session, leave_session
from lockstep.scheduling.refusals import AlreadyCancelled, NotOffered, SlotTaken
from lockstep.store.models import Appointment, AppointmentHistory, Attendee, Reservation, Service, StaffMember

TEN = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)  # 10:00 in Halifax
CLIENT = By(AppointmentHistory.Actor.CLIENT)
SEATS = 3
AT_ONCE = 7


def in_groups(company: Company) -> Company:
    Service.objects.update(seats=SEATS)
    company.service.refresh_from_db()
    return company


@pytest.fixture
def group(company: Company) -> Company:
    """The service takes three clients at once."""
    return in_groups(company)


def join(
    company: Company, name: str, *, staff: StaffMember | None = None, flow: UUID | None = None, at: datetime = TEN
) -> Attendee:
    request = JoinRequest(
        flow=flow or uuid4(),
        service=company.service,
        location=company.branch,
        staff=staff,
        meeting_method="at_location",
        starts_at=at,
        client=ClientDetails(name, f"{name.lower()}@client.example"),
        notes="",
        client_time_zone="",
    )
    return join_session(request, by=CLIENT, workspace=None, clock=lambda: NOW)


def offered(company: Company, *, staff: StaffMember | None = None) -> Slot | None:
    window = Interval(TEN, TEN + timedelta(minutes=1))
    offer = offer_slots(service=company.service, location=company.branch, staff=staff, window=window, now=NOW)
    return offer.slots[0] if offer.slots else None


def seats_left(company: Company, *, staff: StaffMember | None = None) -> int | None:
    slot = offered(company, staff=staff)
    return slot.seats_left if slot else 0


def test_those_who_join_at_one_time_share_one_appointment(group: Company) -> None:
    seats = [join(group, name) for name in ("Maria", "Kiran")]
    assert len({each.appointment_id for each in seats}) == 1
    assert [each.seat for each in seats] == [1, 2]
    assert (Appointment.objects.count(), Reservation.objects.count()) == (1, 1)


def test_the_offer_counts_the_seats_that_are_left(group: Company) -> None:
    before = seats_left(group)
    join(group, "Maria")
    assert (before, seats_left(group)) == (SEATS, SEATS - 1)


def test_a_full_session_is_offered_no_more_and_another_person_begins_a_new_one(group: Company) -> None:
    first = join(group, "Maria", staff=group.alice).appointment.staff_id
    for name in ("Kiran", "Noor"):
        join(group, name)
    new = join(group, "Elise")
    assert seats_left(group, staff=group.alice) == 0
    assert (first, new.appointment.staff_id != first, seats_left(group)) == (group.alice.pk, True, SEATS - 1)


def test_a_full_session_refuses_whoever_wants_that_person(group: Company) -> None:
    for name in ("Maria", "Kiran", "Noor"):
        join(group, name, staff=group.alice)
    with pytest.raises(SlotTaken):
        join(group, "Elise", staff=group.alice)


def test_a_second_confirm_of_a_flow_finds_its_seat(group: Company) -> None:
    flow = uuid4()
    assert join(group, "Maria", flow=flow) == join(group, "Maria", flow=flow)


def test_nobody_sits_on_two_seats_of_a_session(group: Company) -> None:
    join(group, "Maria", staff=group.alice)
    with pytest.raises(SlotTaken):
        join(group, "Maria", staff=group.alice)


def test_the_database_refuses_one_seat_too_many(group: Company) -> None:
    taken = join(group, "Maria")
    row = {"appointment": taken.appointment, "seats": SEATS, "joined_at": NOW, "client_time_zone": "UTC"}
    other = join(group, "Kiran").client
    Attendee.objects.filter(client=other).delete()
    for seat in (1, SEATS + 1):
        with pytest.raises(IntegrityError), transaction.atomic():
            Attendee.objects.create(client=other, seat=seat, **row)


def test_a_service_for_one_cannot_be_joined(company: Company) -> None:
    with pytest.raises(NotOffered):
        join(company, "Maria")


def test_who_leaves_gives_the_seat_back(group: Company) -> None:
    first, second = join(group, "Maria"), join(group, "Kiran")
    session = leave_session(first, by=CLIENT, now=NOW)
    assert (session.client, [each.pk for each in attendees_of(session)]) == (second.client, [second.pk])
    assert join(group, "Noor").seat == 1


def test_the_last_to_leave_calls_the_session_off(group: Company) -> None:
    session = leave_session(join(group, "Maria"), by=CLIENT, now=NOW)
    assert (session.status, Reservation.objects.count()) == (Appointment.Status.CANCELLED, 0)


def test_nobody_leaves_twice(group: Company) -> None:
    attendee = join(group, "Maria")
    join(group, "Kiran")
    leave_session(attendee, by=CLIENT, now=NOW)
    with pytest.raises(AlreadyCancelled):
        leave_session(attendee, by=CLIENT, now=NOW)


def test_a_session_too_soon_for_the_services_notice_is_not_offered(group: Company) -> None:
    join(group, "Maria")
    group.service.lead_time = timedelta(days=3)
    group.service.save()
    assert offered(group) is None


def _join_one(argument: tuple[Company, int]) -> bool:
    company, number = argument
    try:
        join(company, f"Client{number}", staff=company.alice)
    except SlotTaken:
        return False
    finally:
        connections.close_all()
    return True


@pytest.mark.usefixtures("transactional_db")
def test_of_many_at_once_only_as_many_get_a_seat_as_there_are() -> None:
    company = in_groups(found())
    with ThreadPoolExecutor(AT_ONCE) as pool:
        joined = list(pool.map(_join_one, [(company, number) for number in range(AT_ONCE)]))
    assert (joined.count(True), Attendee.objects.count(), Appointment.objects.count()) == (SEATS, SEATS, 1)
