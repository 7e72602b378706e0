"""How long it takes to compute slots, over 2,000 people with 12 busy blocks a day for 60 days (1.44 million rows).

Loaded the quick way: person by person, as a first synchronisation does, with the indexes of the busy table built
afterwards. So they are as compact as they ever get; years of changes leave them larger.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from bench.figures import Figure, percentiles, say, timed_ms
from lockstep.calendar.interval import Interval
from lockstep.operations.offer import offer_slots
from lockstep.store.models import (
    Assignment,
    BusyInterval,
    CalendarLink,
    Connection,
    Location,
    Organisation,
    Service,
    StaffMember,
)

PEOPLE = 2_000
BLOCKS_A_DAY = 12
DAYS = 60
MONDAY = datetime(2026, 11, 30, tzinfo=UTC)
NOW = MONDAY - timedelta(days=1)

_WORK = """
INSERT INTO store_workingrange (staff_id, location_id, span)
SELECT staff.id, %(location)s, tstzrange(day + interval '8 hours', day + interval '18 hours')
FROM store_staffmember staff, generate_series(%(first)s::timestamptz, %(last)s, interval '1 day') AS day
WHERE staff.organisation_id = %(organisation)s
"""

# Blocks of 20 minutes, one in each hour from 8 to 20, at a minute that differs from person to person and day to day.
_BUSY = """
INSERT INTO store_busyinterval (staff_id, link_id, series_id, span)
SELECT link.staff_id, link.id, 'e' || block,
       tstzrange(at, at + interval '20 minutes')
FROM store_calendarlink link,
     generate_series(0, %(days)s - 1) AS day,
     generate_series(0, %(blocks)s - 1) AS block,
     LATERAL (SELECT %(first)s::timestamptz + make_interval(days => day, hours => 8 + block,
              mins => (link.staff_id * 7 + day * 13 + block * 17)::int %% 40) AS at) AS placed
ORDER BY link.staff_id, at
"""

_KEYS = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'"
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = %s::regclass AND NOT indisprimary
"""


def run() -> list[Figure]:
    """p50 and p95 for one person over 30 days, 50 people over 14 days, 500 over 14 days."""
    say(f"slots: loading {PEOPLE * BLOCKS_A_DAY * DAYS:,} busy intervals")
    location, people = _load()
    figures: list[Figure] = []
    for name, count, days, times in (("1x30d", 1, 30, 200), ("50x14d", 50, 14, 60), ("500x14d", 500, 14, 20)):
        service = _service_of(location, people[:count], name)
        window = Interval(MONDAY, MONDAY + timedelta(days=days))

        def offer(service: Service = service, window: Interval = window) -> int:
            found = offer_slots(service=service, location=location, staff=None, window=window, now=NOW)
            return len(found.slots)

        if not offer():
            raise RuntimeError("No slots: the benchmark would measure nothing.")
        figures += percentiles(f"slots.{name}", timed_ms(times, offer), 50, 95)
    return figures


def _load() -> tuple[Location, list[StaffMember]]:
    organisation = Organisation.objects.create(name="Bench", slug="bench")
    location = Location.objects.create(organisation=organisation, name="Here", time_zone="UTC")
    people = StaffMember.objects.bulk_create(
        StaffMember(organisation=organisation, name=f"P{number}", email=f"p{number}@bench.example")
        for number in range(PEOPLE)
    )
    values: dict[str, Any] = {
        "organisation": organisation.pk,
        "location": location.pk,
        "first": MONDAY,
        "last": MONDAY + timedelta(days=DAYS - 1),
        "days": DAYS,
        "blocks": BLOCKS_A_DAY,
    }
    _link(organisation, people)
    with connection.cursor() as cursor:
        cursor.execute(_WORK, values)
        _load_busy(cursor, values)
        cursor.execute("VACUUM ANALYZE")
    return location, people


def _link(organisation: Organisation, people: list[StaffMember]) -> None:
    """Everybody's calendar, read a moment ago."""
    google = Connection.objects.create(
        organisation=organisation,
        state=Connection.State.LIVE,
        directory_user="d@bench.example",
        customer_id="C1",
        connected_at=NOW,
    )
    CalendarLink.objects.bulk_create(
        CalendarLink(
            staff=person, connection=google, state="current", verified_at=NOW, fresh_until=NOW + timedelta(days=1)
        )
        for person in people
    )


def _load_busy(cursor: CursorWrapper, values: dict[str, Any]) -> None:
    """Row by row into every index and past every foreign key, this would take the better part of a minute."""
    table = BusyInterval._meta.db_table
    cursor.execute(_KEYS, [table])
    keys = cursor.fetchall()
    cursor.execute(_INDEXES, [table])
    indexes = cursor.fetchall()
    for name, _ in keys:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    cursor.execute(_BUSY, values)
    for _, definition in indexes:
        cursor.execute(definition)
    for name, definition in keys:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


def _service_of(location: Location, people: list[StaffMember], name: str) -> Service:
    service = Service.objects.create(
        organisation=location.organisation,
        name=name,
        duration=timedelta(minutes=30),
        buffer_before=timedelta(),
        buffer_after=timedelta(minutes=5),
        lead_time=timedelta(hours=1),
        furthest=timedelta(days=90),
        increment=timedelta(minutes=15),
        meeting_methods=["at_location"],
    )
    Assignment.objects.bulk_create(Assignment(staff=person, location=location, service=service) for person in people)
    return service
