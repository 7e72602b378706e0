"""Proof for an auditor: a race for the same times through the real operations, and the count of overlaps as it is.

The race runs on whatever database it is given, and fills it with a company of its own: `lockstep prove` makes one for
it and removes it afterwards.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from typing import Any
from uuid import uuid4

from django.db import connection, connections
from django.utils import timezone

from lockstep.operations.booking import BookingRequest, ClientDetails, book
from lockstep.operations.holding import hold_slot
from lockstep.operations.hours import refresh_working_ranges
from lockstep.scheduling.refusals import Refused
from lockstep.store.models import (
    Appointment,
    Assignment,
    Location,
    Organisation,
    Proof,
    Service,
    StaffMember,
    WorkingHours,
)

OVERLAPS = """
SELECT count(*) FROM store_reservation a
JOIN store_reservation b ON b.staff_id = a.staff_id AND b.id > a.id AND b.span && a.span
JOIN store_staffmember s ON s.id = a.staff_id
WHERE a.kind = 'appointment' AND b.kind = 'appointment' AND s.organisation_id = %s
"""
"""Pairs of appointments that take the same time of the same person. It asks the rows, not the constraint."""


@dataclass(frozen=True, slots=True)
class Overlaps:
    """How many pairs there are, among how many appointments, and how long the count took."""

    pairs: int
    appointments: int
    milliseconds: float


def overlaps_now(organisation: Organisation) -> Overlaps:
    """Counted on the spot in everything that the organisation has stored."""
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPS, [organisation.pk])
        (pairs,) = cursor.fetchone() or (0,)
    took = (time.perf_counter() - began) * 1000
    appointments = Appointment.objects.filter(organisation=organisation, status=Appointment.Status.BOOKED).count()
    return Overlaps(int(pairs), appointments, round(took, 1))


@dataclass(frozen=True, slots=True)
class Race:
    """So many clients at once for each of so many times of one person."""

    clients: int
    slots: int


@dataclass(frozen=True, slots=True)
class RaceReport:
    clients: int
    slots: int
    attempts: int
    booked: int
    refused: dict[str, int]
    """By the reason that the client is told."""
    errors: dict[str, int]
    """Anything but an answer; there should be none."""
    overlaps: int
    seconds: float
    slowest_ms: float

    @property
    def ok(self) -> bool:
        """Each time was booked exactly once, nobody was left without an answer, and nothing overlaps."""
        return self.booked == self.slots and not self.errors and self.overlaps == 0

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ok": self.ok}


def run_race(race: Race) -> RaceReport:
    """Let the clients of each time hold and book it at the same moment. Fills the database that it runs on."""
    company = _company(race.slots)
    results: list[tuple[str, str, float]] = []
    began = time.perf_counter()
    for starts_at in company.times:
        results += _rush(company, starts_at, race.clients)
    seconds = time.perf_counter() - began
    return RaceReport(
        clients=race.clients,
        slots=race.slots,
        attempts=len(results),
        booked=Appointment.objects.filter(status=Appointment.Status.BOOKED).count(),
        refused=dict(Counter(reason for kind, reason, _took in results if kind == "refused")),
        errors=dict(Counter(reason for kind, reason, _took in results if kind == "error")),
        overlaps=overlaps_now(company.service.organisation).pairs,
        seconds=round(seconds, 2),
        slowest_ms=round(max((took for _kind, _reason, took in results), default=0.0) * 1000, 1),
    )


def keep_proof(report: RaceReport, *, now: datetime) -> None:
    Proof.objects.create(at=now, report=report.as_json())


def last_proof() -> Proof | None:
    return Proof.objects.order_by("-at").first()


@dataclass(frozen=True, slots=True)
class _Company:
    service: Service
    location: Location
    staff: StaffMember
    times: list[datetime]


HALF_HOUR = timedelta(minutes=30)


def _company(slots: int) -> _Company:
    """One person who works around the clock, and the times of the coming days."""
    organisation = Organisation.objects.create(name="Proof", slug=f"proof-{uuid4().hex[:8]}")
    location = Location.objects.create(organisation=organisation, name="Proof", virtual=True, time_zone="UTC")
    service = Service.objects.create(
        organisation=organisation,
        name="Proof",
        duration=HALF_HOUR,
        buffer_before=timedelta(),
        buffer_after=timedelta(),
        lead_time=timedelta(),
        furthest=timedelta(days=60),
        increment=HALF_HOUR,
        meeting_methods=["phone"],
    )
    staff = StaffMember.objects.create(organisation=organisation, name="Proof", email="proof@lockstep.invalid")
    Assignment.objects.create(staff=staff, location=location, service=service)
    hours = {"start": time_of_day(8), "end": time_of_day(20)}
    WorkingHours.objects.bulk_create(
        WorkingHours(staff=staff, location=location, weekday=weekday, **hours) for weekday in range(7)
    )
    now = timezone.now()
    refresh_working_ranges(staff, now=now, ahead=timedelta(days=60))
    return _Company(service, location, staff, list(_times(now, slots)))


def _times(now: datetime, slots: int) -> list[datetime]:
    """From tomorrow on, 24 half hours a day."""
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time_of_day(8), UTC)
    return [tomorrow + timedelta(days=number // 24) + (number % 24) * HALF_HOUR for number in range(slots)]


def _rush(company: _Company, starts_at: datetime, clients: int) -> list[tuple[str, str, float]]:
    gate = threading.Barrier(clients)
    results: list[tuple[str, str, float]] = []

    def client(number: int) -> None:
        try:
            gate.wait(timeout=30)
            results.append(_attempt(company, starts_at, number))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _attempt(company: _Company, starts_at: datetime, number: int) -> tuple[str, str, float]:
    """One client holds the time and confirms, as the booking pages do."""
    flow, began = uuid4(), time.perf_counter()
    try:
        hold_slot(
            flow=flow,
            address=f"client-{number}",
            service=company.service,
            location=company.location,
            staff=company.staff,
            meeting_method="phone",
            starts_at=starts_at,
            now=timezone.now(),
        )
        details = ClientDetails(f"Client {number}", f"client-{number}@lockstep.invalid")
        book(BookingRequest(flow, details, "", ""), workspace=None, clock=timezone.now)
    except Refused as refusal:
        return "refused", type(refusal).__name__, time.perf_counter() - began
    except Exception as problem:  # noqa: BLE001  (counted and reported: an auditor wants to know of every one)
        return "error", type(problem).__name__, time.perf_counter() - began
    return "booked", "", time.perf_counter() - began
