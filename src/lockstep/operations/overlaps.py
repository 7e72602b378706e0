"""Google events and absences that land on appointments: shown in the conflict inbox, never solved by deleting anything.

An event of ours that was made recurring takes time like any other, but not from its own appointment. An overlap that
somebody accepted ("keep both") is no conflict while neither side takes more time than it did then.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from lockstep.store.models import CalendarLink

_OPEN = """
WITH taken AS (
    SELECT staff_id, span, series_id, link_id FROM store_busyinterval WHERE staff_id = %(staff)s
    UNION ALL SELECT staff_id, span, '', NULL FROM store_absencespan WHERE staff_id = %(staff)s)
INSERT INTO store_conflict (
    organisation_id, appointment_id, staff_id, kind, span, opened_at, outcome, alternatives, question)
SELECT DISTINCT ON (a.id) a.organisation_id, a.id, r.staff_id, 'overlap', NULL::tstzrange, %(now)s, '', '{}', ''
FROM store_appointment a
JOIN store_reservation r ON r.appointment_id = a.id AND r.kind = 'appointment'
JOIN taken b ON b.staff_id = r.staff_id AND b.span && tstzrange(a.starts_at, a.ends_at)
 AND NOT EXISTS (
    SELECT 1 FROM store_writtenevent w
    WHERE w.appointment_id = a.id AND w.link_id = b.link_id AND w.event_id = b.series_id)
 AND NOT EXISTS (
    SELECT 1 FROM store_conflict kept
    WHERE kept.appointment_id = a.id AND kept.outcome = 'kept_both' AND kept.staff_id = r.staff_id
      AND kept.span @> (b.span * tstzrange(a.starts_at, a.ends_at)))
WHERE r.staff_id = %(staff)s AND a.status = 'booked' AND a.ends_at > %(now)s
ON CONFLICT DO NOTHING
"""

_CLOSE = """
WITH taken AS (
    SELECT staff_id, span, series_id, link_id FROM store_busyinterval WHERE staff_id = %(staff)s
    UNION ALL SELECT staff_id, span, '', NULL FROM store_absencespan WHERE staff_id = %(staff)s)
UPDATE store_conflict c SET closed_at = %(now)s
FROM store_appointment a
WHERE c.appointment_id = a.id AND c.staff_id = %(staff)s AND c.kind = 'overlap' AND c.closed_at IS NULL
  AND (a.status <> 'booked' OR NOT EXISTS (
      SELECT 1 FROM taken b
      JOIN store_reservation r ON r.staff_id = b.staff_id AND r.appointment_id = a.id AND r.kind = 'appointment'
      WHERE b.span && tstzrange(a.starts_at, a.ends_at)
        AND NOT EXISTS (
            SELECT 1 FROM store_writtenevent w
            WHERE w.appointment_id = a.id AND w.link_id = b.link_id AND w.event_id = b.series_id)))
"""


def check_overlaps(link: CalendarLink, *, now: datetime) -> None:
    """Open a conflict for each future appointment that a busy event overlaps, and close those that no longer do."""
    check_overlaps_of(link.staff_id, now=now)


def check_overlaps_of(staff_id: int, *, now: datetime) -> None:
    """As `check_overlaps`, also for somebody whose calendar is not read."""
    parameters: dict[str, Any] = {"staff": staff_id, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, parameters)
        cursor.execute(_OPEN, parameters)
