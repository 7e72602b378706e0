"""Weekly working hours and their overrides, and the instants that they cover.

Owns: hours as people write them, in local time, and their way to UTC over clock changes. The same shapes serve a staff
member's hours at a location and a location's opening hours; `calendar.interval.intersected` puts the two together.

An instant is inside a range of hours when a clock on the wall shows a time inside it. So a bound that a clock change
skips means the moment of the change. A bound that comes twice means the first time, for a start as for an end: hours
that end then are not offered a second time, and hours that touch keep touching.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lockstep.calendar.interval import Interval, intersected, joined

ONE_DAY = timedelta(days=1)
END_OF_DAY = time(0)
"""As an end, midnight is the one at the end of the day: 24:00."""


@dataclass(frozen=True, slots=True, order=True)
class LocalRange:
    """Hours of one day in local time, from `start` up to `end`; an end of 00:00 means 24:00.

    Raises: ValueError when the end is not after the start, or a time carries a zone.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("Hours are local times; they carry no time zone.")
        if self.end != END_OF_DAY and self.end <= self.start:
            raise ValueError(
                "Hours end after they start. Hours over midnight are two entries: up to 24:00, and from 00:00."
            )


@dataclass(frozen=True, slots=True, order=True)
class WeeklyHours:
    """Hours that repeat each week. `weekday` counts from Monday = 0, as `date.weekday` does.

    Raises: ValueError when there is no such weekday.
    """

    weekday: int
    hours: LocalRange

    def __post_init__(self) -> None:
        if self.weekday not in range(7):
            raise ValueError("A weekday is a number from 0 (Monday) to 6 (Sunday).")


Overrides = Mapping[date, Sequence[LocalRange]]
"""Dates whose hours replace the weekly ones; no hours means closed."""


def working_ranges(
    weekly: Iterable[WeeklyHours], overrides: Overrides, zone: ZoneInfo, first_day: date, last_day: date
) -> list[Interval]:
    """When work takes place from `first_day` to `last_day`, both included, sorted and joined."""
    by_weekday: list[list[LocalRange]] = [[] for _ in range(7)]
    for each in weekly:
        by_weekday[each.weekday].append(each.hours)
    ranges = []
    for ordinal in range(first_day.toordinal(), last_day.toordinal() + 1):
        day = date.fromordinal(ordinal)
        for hours in overrides.get(day, by_weekday[day.weekday()]):
            interval = interval_on(day, hours, zone)
            if interval is not None:
                ranges.append(interval)
    return joined(ranges)


@dataclass(frozen=True, slots=True)
class Days:
    """From the first day to the last, both included. Raises: ValueError when they are the wrong way round."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("The last day is not before the first.")

    def __iter__(self) -> Iterator[date]:
        return (date.fromordinal(each) for each in range(self.first.toordinal(), self.last.toordinal() + 1))


@dataclass(frozen=True, slots=True)
class Opening:
    """When a location is open: its weekly hours (without any, at all times) and the days on which it is closed."""

    weekly: Sequence[WeeklyHours] = ()
    closed: Sequence[Days] = ()


ALWAYS = Opening()
_ROUND_THE_CLOCK = tuple(WeeklyHours(weekday, LocalRange(time(0), END_OF_DAY)) for weekday in range(7))


def open_ranges(opening: Opening, zone: ZoneInfo, first_day: date, last_day: date) -> list[Interval]:
    """When the location is open from `first_day` to `last_day`, both included, sorted and joined."""
    closed = {
        day: ()
        for days in opening.closed
        if days.first <= last_day and first_day <= days.last
        for day in Days(max(days.first, first_day), min(days.last, last_day))
    }
    return working_ranges(opening.weekly or _ROUND_THE_CLOCK, closed, zone, first_day, last_day)


def ranges_at(
    weekly: Iterable[WeeklyHours], overrides: Overrides, opening: Opening, zone: ZoneInfo, days: Days
) -> list[Interval]:
    """When somebody works at a location while it is open: what can be offered there, before anything is taken."""
    working = working_ranges(weekly, overrides, zone, days.first, days.last)
    if opening == ALWAYS:
        return working
    return intersected(working, open_ranges(opening, zone, days.first, days.last))


def interval_on(day: date, hours: LocalRange, zone: ZoneInfo) -> Interval | None:
    """The time that `hours` cover on `day`; None when a clock change swallows all of it."""
    start = first_instant(datetime.combine(day, hours.start), zone)
    last_day = day + ONE_DAY if hours.end == END_OF_DAY else day
    end = first_instant(datetime.combine(last_day, hours.end), zone)
    return Interval(start, end) if start < end else None


def first_instant(local: datetime, zone: ZoneInfo) -> datetime:
    """When a clock in `zone` first shows the naive `local`, or passes over it because it is set forward; in UTC."""
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local:
        return instant
    # Read with the offset after the change it lies before the change, with the one before it lies after.
    return _offset_change(local.replace(tzinfo=zone, fold=1).astimezone(UTC), instant, zone)


def offset_spans(window: Interval, zone: ZoneInfo) -> list[tuple[Interval, timedelta]]:
    """`window` cut where the clocks in `zone` change, each part with its offset from UTC.

    Two changes within 24 hours that cancel each other out are not seen; no zone has ever had them.
    """
    spans = []
    begin, at = window.start, window.start
    offset = _offset(at, zone)
    while at < window.end:
        following = min(at + ONE_DAY, window.end)
        if _offset(following, zone) != offset:
            following = _offset_change(at, following, zone)
            if following < window.end:
                spans.append((Interval(begin, following), offset))
                begin, offset = following, _offset(following, zone)
        at = following
    spans.append((Interval(begin, window.end), offset))
    return spans


def _offset_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first instant, to the second, from which the offset is no longer the one at `before`."""
    # Clocks change on whole seconds, so cutting the fractions off moves neither over the change.
    before, after = before.replace(microsecond=0), after.replace(microsecond=0)
    offset = _offset(before, zone)
    while (seconds := (after - before) // timedelta(seconds=1)) > 1:
        middle = before + timedelta(seconds=seconds // 2)
        if _offset(middle, zone) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()
