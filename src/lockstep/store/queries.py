"""The questions that SQL answers: who is known, what is free, how much somebody has.

Source of the shape: measured medians on 1.44 million busy rows are in docs/decisions. Lists are cast to bigint[],
because psycopg binds small numbers as smallint[] and the index would not be used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from lockstep.calendar.interval import Interval
from lockstep.scheduling.assignment import Candidate
from lockstep.scheduling.availability import Columns
from lockstep.store.values import range_of
from lockstep.sync.pace import CLOCK_PUT_BACK

Parameters = dict[str, Any]

# Person by person: the GiST indexes do not search for a list of people, they would read everybody in the window.
# Numbers, because psycopg makes an object of every range and every datetime, at ten times the cost of the query.
_FREE = """
SELECT person, bounds.starts, bounds.ends
FROM unnest(%(staff)s::bigint[]) AS person
CROSS JOIN LATERAL (
    SELECT CASE WHEN %(location)s::bigint IS NULL THEN tstzmultirange(%(window)s) ELSE (
        SELECT range_agg(span * %(window)s) FROM store_workingrange
        WHERE location_id = %(location)s AND staff_id = person AND span && %(window)s
    ) END AS spans
) AS work
CROSS JOIN LATERAL (
    SELECT range_agg(span) AS spans FROM (
        SELECT tstzrange(lower(span) - %(after)s, upper(span) + %(before)s) AS span
        FROM store_busyinterval WHERE staff_id = person AND span && %(reach)s
        UNION ALL
        SELECT tstzrange(lower(span) - %(after)s, upper(span) + %(before)s)
        FROM store_absencespan WHERE staff_id = person AND span && %(reach)s
        UNION ALL
        SELECT tstzrange(lower(span) - %(after)s, upper(span) + %(before)s)
        FROM store_conflict
        WHERE closed_at IS NULL AND staff_id = person AND span && %(reach)s
          AND (%(appointment)s::bigint IS NULL OR appointment_id IS DISTINCT FROM %(appointment)s)
        UNION ALL
        SELECT tstzrange(
            lower(span) - greatest(buffer_before, %(after)s), upper(span) + greatest(buffer_after, %(before)s))
        FROM store_reservation
        WHERE staff_id = person AND span && %(wide_reach)s
          AND (expires_at IS NULL OR expires_at > %(now)s)
          AND (%(hold)s::bigint IS NULL OR hold_id IS DISTINCT FROM %(hold)s)
          AND (%(appointment)s::bigint IS NULL OR appointment_id IS DISTINCT FROM %(appointment)s)
    ) AS taken
) AS blocked
CROSS JOIN LATERAL (
    SELECT array_agg((date_part('epoch', lower(span)) * 1000000)::bigint) AS starts,
           array_agg((date_part('epoch', upper(span)) * 1000000)::bigint) AS ends
    FROM (SELECT unnest(work.spans - coalesce(blocked.spans, '{}'::tstzmultirange)) AS span) AS free
    WHERE upper(span) - lower(span) >= %(length)s
) AS bounds
WHERE bounds.starts IS NOT NULL
"""

LONGEST_BUFFER = timedelta(hours=12)
"""No service's buffer is longer; it bounds how far away a reservation can still be felt."""


def free_time(
    *,
    staff_ids: Iterable[int],
    location_id: int | None,
    window: Interval,
    length: timedelta,
    buffer_before: timedelta,
    buffer_after: timedelta,
    now: datetime,
    except_hold: int | None = None,
    except_appointment: int | None = None,
) -> dict[int, Columns]:
    """For each person, the times in `window` in which an appointment of that length with these buffers fits, ascending.

    Working ranges at the location (with None: the whole window, work or not), minus busy events, absences, open
    conflicts, and the appointments and holds of others, each widened so that an interval inside the answer keeps every
    buffer. People without any such time are left out. Says nothing about calendars that are unknown: see `people_for`.
    """
    reach = window.widened(buffer_before, buffer_after)
    parameters: Parameters = {
        "staff": list(staff_ids),
        "location": location_id,
        "window": range_of(window),
        "reach": range_of(reach),
        "length": length,
        "wide_reach": range_of(reach.widened(LONGEST_BUFFER, LONGEST_BUFFER)),
        "before": buffer_before,
        "after": buffer_after,
        "now": now,
        "hold": except_hold,
        "appointment": except_appointment,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FREE, parameters)
        return {staff_id: (starts, ends) for staff_id, starts, ends in cursor.fetchall()}


_KNOWN = """
SELECT staff.id, coalesce(link.state = 'detached', true) AS alone, link.verified_at,
       CASE
           WHEN link.state <> 'detached' THEN
           link.fresh_until > %(now)s AND link.verified_at <= %(latest)s
           AND connection.state IN ('pending', 'live') AND connection.access_error = ''
           AND staff.google_email IN ('', lower(staff.email))
           AND link.expanded_tentative = organisation.tentative_blocks
           AND NOT EXISTS (
               SELECT 1 FROM store_mirroredevent event
               WHERE event.link_id = link.id AND event.set_aside <> '' AND event.ignored_at IS NULL
           )
           WHEN connection.manual_users AND NOT staff.sync_enabled THEN true
           ELSE staff.google_email IN ('', lower(staff.email))
       END,
       staff.hours_due_at IS NOT NULL, staff.daily_limit
FROM store_staffmember staff
JOIN store_organisation organisation ON organisation.id = staff.organisation_id
LEFT JOIN store_calendarlink link ON link.staff_id = staff.id
LEFT JOIN store_connection connection ON connection.organisation_id = staff.organisation_id
WHERE staff.appointment_taking AND staff.left_at IS NULL
  AND staff.id IN (
      SELECT staff_id FROM store_assignment assignment
      JOIN store_service service ON service.id = assignment.service_id
      JOIN store_location location ON location.id = assignment.location_id
      WHERE service_id = %(service)s AND location_id = %(location)s AND service.active AND location.active
  )
  AND (%(only)s::bigint IS NULL OR staff.id = %(only)s)
ORDER BY link.verified_at NULLS LAST, staff.id
"""


@dataclass(frozen=True, slots=True)
class People:
    """Who may be offered, and when their calendar was last verified (None: they do not sync)."""

    known: Mapping[int, datetime | None]
    """Longest ago first."""
    withheld: int
    """How many are left out because the state of their calendar, or of their hours, is unknown."""
    limits: Mapping[int, int]
    """The most appointments that a person takes in a day, for those who have a limit of their own."""


def people_for(*, service_id: int, location_id: int, only: int | None, now: datetime) -> People:
    """Everyone assigned to the service at the location, told apart by whether their time is known.

    Nobody where the service or the location is switched off. Time is unknown while a calendar that should be
    synchronised is not current, or holds an event that could not be read and that no admin has said to ignore; and
    while working ranges have not followed changed hours. It is never offered as free.
    """
    parameters: Parameters = {"service": service_id, "location": location_id, "only": only, "now": now}
    # A calendar that was verified in the future is not known: the clock was put back, and nobody can say how far.
    parameters["latest"] = now + CLOCK_PUT_BACK
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, parameters)
        rows: list[tuple[int, bool, datetime | None, bool | None, bool, int | None]] = cursor.fetchall()
    known = {row[0]: (None if row[1] else row[2]) for row in rows if row[3] and not row[4]}
    limits = {row[0]: row[5] for row in rows if row[5] is not None}
    return People(known=known, withheld=len(rows) - len(known), limits=limits)


_COUNTS = """
SELECT staff_id, (starts_at AT TIME ZONE %(zone)s)::date AS day,
       count(*) FILTER (WHERE service_id = %(service)s), count(*)
FROM store_appointment
WHERE staff_id = ANY(%(staff)s::bigint[]) AND status = 'booked'
  AND starts_at >= %(start)s AND starts_at < %(end)s
  AND (%(appointment)s::bigint IS NULL OR id <> %(appointment)s)
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many appointments each person has on each local day; who has none is left out."""

    of_service: Mapping[int, Mapping[date, int]]
    in_all: Mapping[int, Mapping[date, int]]


def appointments_by_day(
    *,
    staff_ids: Iterable[int],
    service_id: int,
    window: Interval,
    zone: str,
    except_appointment: int | None = None,
) -> Counts:
    """How many appointments each person has on each local day in `zone`: for the service, and for any."""
    parameters: Parameters = {
        "staff": list(staff_ids),
        "zone": zone,
        "start": window.start,
        "end": window.end,
        "service": service_id,
        "appointment": except_appointment,
    }
    of_service: dict[int, dict[date, int]] = defaultdict(dict)
    in_all: dict[int, dict[date, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, parameters)
        for staff_id, day, count, every in cursor.fetchall():
            of_service[staff_id][day], in_all[staff_id][day] = count, every
    return Counts(of_service, in_all)


_LOAD = """
WITH slot AS (SELECT %(at)s AT TIME ZONE %(zone)s AS at)
SELECT staff.id, staff.uuid,
       coalesce(sum(a.ends_at - a.starts_at) FILTER (
           WHERE (a.starts_at AT TIME ZONE %(zone)s)::date = slot.at::date), '0'::interval),
       coalesce(sum(a.ends_at - a.starts_at) FILTER (
           WHERE date_trunc('week', a.starts_at AT TIME ZONE %(zone)s) = date_trunc('week', slot.at)), '0'::interval)
FROM store_staffmember staff CROSS JOIN slot
LEFT JOIN store_appointment a ON a.staff_id = staff.id AND a.status = 'booked'
     AND a.starts_at > %(at)s - interval '8 days' AND a.starts_at < %(at)s + interval '8 days'
WHERE staff.id = ANY(%(staff)s::bigint[])
GROUP BY staff.id, staff.uuid
"""


def load_of(*, staff_ids: Iterable[int], at: datetime, zone: str) -> dict[int, Candidate]:
    """How much each person has booked on the local day and in the local week of `at`."""
    with connection.cursor() as cursor:
        cursor.execute(_LOAD, {"staff": list(staff_ids), "at": at, "zone": zone})
        return {staff_id: Candidate(uuid, day, week) for staff_id, uuid, day, week in cursor.fetchall()}


_SESSIONS = """
SELECT a.id, a.staff_id, a.starts_at, a.ends_at, count(attendee.id)
FROM store_appointment a
LEFT JOIN store_attendee attendee ON attendee.appointment_id = a.id AND attendee.left_at IS NULL
WHERE a.staff_id = ANY(%(staff)s::bigint[]) AND a.service_id = %(service)s AND a.location_id = %(location)s
  AND a.status = 'booked' AND a.starts_at >= %(start)s AND a.starts_at < %(end)s
GROUP BY a.id
ORDER BY a.starts_at, count(attendee.id) DESC, a.id
"""


@dataclass(frozen=True, slots=True)
class Session:
    """An appointment of a group service, and how many of its seats are taken."""

    appointment_id: int
    staff_id: int
    starts_at: datetime
    ends_at: datetime
    taken: int


def seats_taken(*, service_id: int, location_id: int, staff_ids: Iterable[int], window: Interval) -> list[Session]:
    """The sessions of these people that start in `window`, by start, the fuller first."""
    parameters: Parameters = {
        "service": service_id,
        "location": location_id,
        "staff": list(staff_ids),
        "start": window.start,
        "end": window.end,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SESSIONS, parameters)
        return [Session(*row) for row in cursor.fetchall()]
