"""The measured delays of real changes, and what they come to. Nothing is written to calendars to measure them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from lockstep.store.models import LostPush, MeasuredDelay, Organisation

Direction = MeasuredDelay.Direction

KEPT = timedelta(days=8)
_MOST_OF_A_PAGE = 50
"""A calendar that was filled by a machine is one story, not thousands."""
_LONGEST_MS = 2**31 - 1
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Of `n` changes, in milliseconds."""

    n: int
    p50: int
    p95: int
    p99: int


@dataclass(frozen=True, slots=True)
class Hour:
    """The changes of one hour."""

    began_at: datetime
    n: int
    p50: int
    p99: int


def note_delays(organisation_id: int, direction: Direction, delays: Iterable[timedelta], *, now: datetime) -> None:
    """Keep how long these changes took; a delay below zero is what is left of two clocks, and counts as none."""
    rows = [
        MeasuredDelay(
            organisation_id=organisation_id,
            direction=direction,
            at=now,
            milliseconds=min(max(0, round(delay.total_seconds() * 1000)), _LONGEST_MS),
        )
        for delay in delays
    ]
    MeasuredDelay.objects.bulk_create(rows[:_MOST_OF_A_PAGE])


_PERCENTILES = """
SELECT count(*), percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY milliseconds)
FROM store_measureddelay WHERE organisation_id = %s AND direction = %s AND at > %s AND at <= %s
"""


def percentiles(
    organisation: Organisation, direction: Direction, *, now: datetime, lasting: timedelta
) -> Percentiles | None:
    """Of the changes in the time before `now`; None where there were none."""
    with connection.cursor() as cursor:
        cursor.execute(_PERCENTILES, [organisation.pk, direction, now - lasting, now])
        n, values = cursor.fetchone()
    return Percentiles(n, *values) if n else None


_HOURS = """
SELECT date_bin('1 hour', at, %(origin)s) AS began_at, count(*),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY milliseconds),
       percentile_disc(0.99) WITHIN GROUP (ORDER BY milliseconds)
FROM store_measureddelay WHERE organisation_id = %(organisation)s AND direction = %(direction)s
  AND at > %(origin)s AND at <= %(now)s
GROUP BY 1 ORDER BY 1
"""


def by_hour(organisation: Organisation, direction: Direction, *, now: datetime, hours: int = 24) -> list[Hour]:
    """The last hours that saw a change, the oldest first; hours are counted back from `now`."""
    parameters: dict[str, datetime | int | str] = {
        "origin": now - timedelta(hours=hours),
        "organisation": organisation.pk,
        "direction": str(direction),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HOURS, parameters)
        return [Hour(*row) for row in cursor.fetchall()]


def lost_pushes(organisation: Organisation, *, now: datetime, lasting: timedelta) -> int:
    return LostPush.objects.filter(organisation=organisation, at__gt=now - lasting).count()


def clear_delays(now: datetime) -> None:
    MeasuredDelay.objects.filter(at__lt=now - KEPT).delete()
    LostPush.objects.filter(at__lt=now - KEPT).delete()
