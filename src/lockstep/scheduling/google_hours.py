"""Working hours that a person has set in Google Calendar, in the place of their weekly hours in Lockstep.

Google says *when*, in the zone of the person's calendar; Lockstep says *where*. Day by day, at one location:

* A date that was entered in Lockstep (an override) goes first.
* On a weekday on which Lockstep has no hours for the person anywhere, Google's hours count at each of their locations.
* On a weekday on which Lockstep has them at other locations only, they are not here.
* On a weekday on which Lockstep has them here, Google's hours count instead. Where it divides the day, so that its
  hours differ from location to location, the division stays and Google's hours limit it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from lockstep.calendar.interval import Interval, clipped, intersected, joined
from lockstep.scheduling.hours import (
    ONE_DAY,
    Days,
    LocalRange,
    Overrides,
    WeeklyHours,
    first_instant,
    working_ranges,
)

MINUTES_OF_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class GoogleHours:
    """Somebody's hours in Google Calendar; `zone` is their calendar's."""

    weekly: tuple[WeeklyHours, ...]
    zone: ZoneInfo


def weekly_of(periods: Iterable[tuple[int, int, int]]) -> tuple[WeeklyHours, ...]:
    """Weekly hours from (weekday, start, end), Monday being 0 and times minutes from midnight, the end exclusive.

    Periods that make no sense are left out: hours that are not understood are not worked.
    """
    return tuple(
        WeeklyHours(weekday, LocalRange(_time(start), _time(end % MINUTES_OF_A_DAY)))
        for weekday, start, end in periods
        if weekday in range(7) and 0 <= start < end <= MINUTES_OF_A_DAY
    )


def ranges_with_google(
    google: GoogleHours,
    *,
    here: Sequence[WeeklyHours],
    elsewhere: Sequence[Sequence[WeeklyHours]],
    overrides: Overrides,
    zone: ZoneInfo,
    days: Days,
) -> list[Interval]:
    """When the person works here, sorted and joined. `here` are their weekly hours in Lockstep at this location, whose
    zone is `zone`; `elsewhere` those at each of their other locations."""
    googles = working_ranges(google.weekly, {}, google.zone, days.first - ONE_DAY, days.last + ONE_DAY)
    locksteps = working_ranges(here, overrides, zone, days.first, days.last)
    mine, others = _by_weekday(here), [_by_weekday(each) for each in elsewhere]
    ranges: list[Interval] = []
    for day in days:
        window = Interval(_midnight(day, zone), _midnight(day + ONE_DAY, zone))
        at_other = [each[day.weekday()] for each in others if day.weekday() in each]
        if day in overrides:
            ranges += clipped(locksteps, window)
        elif day.weekday() not in mine:
            ranges += [] if at_other else clipped(googles, window)
        elif all(each == mine[day.weekday()] for each in at_other):
            ranges += clipped(googles, window)
        else:
            ranges += intersected(clipped(locksteps, window), clipped(googles, window))
    return joined(ranges)


def _by_weekday(weekly: Iterable[WeeklyHours]) -> Mapping[int, frozenset[LocalRange]]:
    found: dict[int, frozenset[LocalRange]] = {}
    for each in weekly:
        found[each.weekday] = found.get(each.weekday, frozenset()) | {each.hours}
    return found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return first_instant(datetime.combine(day, time()), zone)


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
