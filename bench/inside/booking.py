"""Booking under contention: sixteen clients at once after the same few slots, every one of them over and over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random
from time import perf_counter
from uuid import uuid4

from django.db import connection, connections

from bench.figures import Figure, percentiles, say
from lockstep.calendar.interval import Interval
from lockstep.operations.booking import BookingRequest, ClientDetails, book
from lockstep.operations.holding import hold_slot
from lockstep.operations.offer import offer_slots
from lockstep.scheduling.refusals import Refused
from lockstep.store.models import Appointment, Assignment, Location, Organisation, Service, StaffMember, WorkingRange
from lockstep.store.values import range_of

CLIENTS = 16
ATTEMPTS_EACH = 60
MONDAY = datetime(2026, 11, 30, tzinfo=UTC)
NOW = MONDAY - timedelta(days=1)

_OVERLAPS = """
SELECT count(*) FROM store_appointment a JOIN store_appointment b
ON a.staff_id = b.staff_id AND a.id < b.id AND a.status = 'booked' AND b.status = 'booked'
AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
"""


def run() -> list[Figure]:
    """Attempts a second, how long an attempt takes, and the overlaps that came of it, which must be none."""
    say(f"booking: {CLIENTS} clients, {ATTEMPTS_EACH} attempts each, one person's five days")
    service, location, staff = _company()
    offer = offer_slots(
        service=service, location=location, staff=staff, window=Interval(MONDAY, MONDAY + timedelta(days=5)), now=NOW
    )
    starts = [slot.starts_at for slot in offer.slots]
    began = perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        results = list(pool.map(lambda number: _client(number, service, location, staff, starts), range(CLIENTS)))
    seconds = perf_counter() - began
    samples = [sample for result in results for sample in result]
    with connection.cursor() as cursor:
        cursor.execute(_OVERLAPS)
        (overlaps,) = cursor.fetchone() or (None,)
    booked = Appointment.objects.filter(service=service).count()
    return [
        Figure("booking.attempts_per_second", round(len(samples) / seconds, 1), "1/s", len(samples)),
        *percentiles("booking.attempt", samples, 50, 99),
        Figure("booking.booked", booked, "appointments", len(starts)),
        Figure("booking.overlaps", float(overlaps), "overlaps", booked),
    ]


def _client(
    number: int, service: Service, location: Location, staff: StaffMember, starts: list[datetime]
) -> list[float]:
    """Hold and book slots at random; most are taken, and a clear refusal is an answer too."""
    chance, samples = Random(number), []  # noqa: S311  (a repeatable choice, not a secret)
    for _ in range(ATTEMPTS_EACH):
        flow, began = uuid4(), perf_counter()
        try:
            hold_slot(
                flow=flow, address=f"192.0.2.{number}", service=service, location=location, staff=staff,
                meeting_method="at_location", starts_at=chance.choice(starts), now=NOW,
            )  # fmt: skip
            details = ClientDetails(f"Client {number}", f"c{number}@bench.example")
            book(BookingRequest(flow, details, "", ""), workspace=None, clock=lambda: NOW)
        except Refused:
            pass
        samples.append((perf_counter() - began) * 1000)
    connections.close_all()
    return samples


def _company() -> tuple[Service, Location, StaffMember]:
    organisation = Organisation.objects.create(name="Rush", slug="rush")
    location = Location.objects.create(organisation=organisation, name="Here", time_zone="UTC")
    staff = StaffMember.objects.create(organisation=organisation, name="One", email="one@rush.example")
    service = Service.objects.create(
        organisation=organisation,
        name="Rush",
        duration=timedelta(minutes=30),
        buffer_before=timedelta(),
        buffer_after=timedelta(),
        lead_time=timedelta(),
        furthest=timedelta(days=30),
        increment=timedelta(minutes=15),
        meeting_methods=["at_location"],
    )
    Assignment.objects.create(staff=staff, location=location, service=service)
    for day in range(5):
        opens = MONDAY + timedelta(days=day, hours=9)
        WorkingRange.objects.create(
            staff=staff, location=location, span=range_of(Interval(opens, opens + timedelta(hours=8)))
        )
    return service, location, staff
