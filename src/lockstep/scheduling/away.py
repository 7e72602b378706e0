"""When an absence takes its person's time: one-off or recurring, with the occurrences that were moved or taken out.

Rules: product specification, sections 1 and 4. The recurrence itself is `lockstep.calendar`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from lockstep.calendar.busy import series_busy
from lockstep.calendar.event import CancelledInstance, Event, EventId, Timed, When, occupied
from lockstep.calendar.interval import Interval
from lockstep.calendar.recurrence import BadRecurrence, expand, instance_key

_ITSELF = EventId("absence")


class Frequency(StrEnum):
    """How often an absence that was entered in Lockstep recurs. Google's may recur in any way."""

    DAILY = "daily"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    YEARLY = "yearly"


_RULES = {
    Frequency.DAILY: "FREQ=DAILY",
    Frequency.WEEKLY: "FREQ=WEEKLY",
    Frequency.FORTNIGHTLY: "FREQ=WEEKLY;INTERVAL=2",
    Frequency.MONTHLY: "FREQ=MONTHLY",
    Frequency.YEARLY: "FREQ=YEARLY",
}


@dataclass(frozen=True, slots=True)
class TimeAway:
    """The times of one absence. An exception without a time is an occurrence that does not take place."""

    when: When
    recurrence: tuple[str, ...] = ()
    exceptions: Mapping[datetime | date, When | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AwayOnce:
    """One occurrence. `original_start` is its key in the series, and stays when it is moved."""

    original_start: datetime | date
    when: When
    moved: bool = False


def recurring(frequency: Frequency, *, when: When, last_day: date | None, zone: ZoneInfo) -> tuple[str, ...]:
    """The recurrence lines; without `last_day` it has no end. UNTIL has the type of the start, as RFC 5545 asks."""
    rule = f"RRULE:{_RULES[frequency]}"
    if last_day is None:
        return (rule,)
    if not isinstance(when, Timed):
        return (f"{rule};UNTIL={last_day:%Y%m%d}",)
    last = datetime.combine(last_day, datetime.max.time(), zone).astimezone(UTC)
    return (f"{rule};UNTIL={last:%Y%m%dT%H%M%SZ}",)


def without(away: TimeAway, original_start: datetime | date) -> TimeAway:
    """The series without one of its occurrences."""
    key = instance_key(original_start)
    line = f"EXDATE:{key}" if isinstance(original_start, datetime) else f"EXDATE;VALUE=DATE:{key}"
    return replace(away, recurrence=(*away.recurrence, line))


def is_readable(away: TimeAway, zone: ZoneInfo) -> bool:
    """False when it has no length, or the rule cannot be understood and nobody can say when it recurs."""
    try:
        interval = occupied(away.when, zone)
        if interval is not None and away.recurrence:
            expand(_master(away), zone, interval)
    except (BadRecurrence, OverflowError):
        return False
    return interval is not None


def spans(away: TimeAway, zone: ZoneInfo, window: Interval) -> list[Interval]:
    """The time that it takes in `window`, whole and in order; of a one-off absence always its own.

    `zone` places whole days. A rule that cannot be read leaves the first occurrence: an error is not "free".
    """
    if not away.recurrence:
        once = occupied(away.when, zone)
        return [once] if once else []
    busy = series_busy(_master(away), _parts(away), zone, window).busy
    return sorted({each.interval for each in busy})


def occurrences(away: TimeAway, zone: ZoneInfo, window: Interval) -> list[AwayOnce]:
    """What takes place in `window`, in order of time.

    Raises: BadRecurrence.
    """
    if not away.recurrence:
        once = occupied(away.when, zone)
        return [AwayOnce(away.when.start, away.when)] if once and once.overlaps(window) else []
    keys = {instance_key(key) for key in away.exceptions}
    given = [
        AwayOnce(each.original_start, each.when)
        for each in expand(_master(away), zone, window)
        if instance_key(each.original_start) not in keys
    ]
    moved = [AwayOnce(key, when, moved=True) for key, when in away.exceptions.items() if when is not None]
    near = [each for each in moved if (taken := occupied(each.when, zone)) and taken.overlaps(window)]
    return sorted([*given, *near], key=lambda each: instance_key(each.when.start))


def _master(away: TimeAway) -> Event:
    return Event(id=_ITSELF, when=away.when, recurrence=away.recurrence)


def _parts(away: TimeAway) -> list[Event | CancelledInstance]:
    parts: list[Event | CancelledInstance] = []
    for key, when in away.exceptions.items():
        part_id = EventId(f"{_ITSELF}_{instance_key(key)}")
        if when is None:
            parts.append(CancelledInstance(part_id, _ITSELF, key))
        else:
            parts.append(Event(id=part_id, when=when, recurring_event_id=_ITSELF, original_start=key))
    return parts


def frequency_of(recurrence: tuple[str, ...]) -> Frequency | None:
    """How often it recurs, if in one of the ways that Lockstep offers; its end and what was taken out do not count."""
    rules = [line.removeprefix("RRULE:") for line in recurrence if line.startswith("RRULE:")]
    if len(rules) != 1 or any(line.startswith(("RDATE", "EXRULE")) for line in recurrence):
        return None
    parts = {part for part in rules[0].split(";") if not part.startswith(("UNTIL=", "COUNT=", "WKST="))}
    return next((each for each, rule in _RULES.items() if parts == set(rule.split(";"))), None)
