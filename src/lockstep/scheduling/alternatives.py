"""Which free times to offer instead of one that cannot be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def spread_out(free: Iterable[datetime], *, near: datetime, zone: ZoneInfo, most: int) -> list[datetime]:
    """At most `most` of the free starts, in order: of each of the days closest to `near` the one closest to its hour.

    Days are the zone's. Where there are fewer days than `most`, the days' next best follow.
    """
    wanted = near.astimezone(zone)

    def distance(start: datetime) -> tuple[timedelta, timedelta]:
        local = start.astimezone(zone)
        hour = abs(_since_midnight(local) - _since_midnight(wanted))
        return abs(local.date() - wanted.date()), hour

    best_first = sorted(free, key=lambda start: (*distance(start), start))
    rank: dict[object, int] = {}
    ranked: list[tuple[int, int, datetime]] = []
    for start in best_first:
        day = start.astimezone(zone).date()
        rank[day] = rank.get(day, -1) + 1
        ranked.append((rank[day], len(ranked), start))
    return sorted(start for _, _, start in sorted(ranked)[:most])


def _since_midnight(local: datetime) -> timedelta:
    return timedelta(hours=local.hour, minutes=local.minute)
