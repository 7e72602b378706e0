"""Days around the day of the demo: working days, coming weekdays, the beginnings of old series.

Owns no holidays: a working day is Monday to Friday, which is what the seeds' calendars need.
"""

from datetime import date, timedelta
from enum import IntEnum

_SERIES_AGE = timedelta(weeks=40)
"""Longer than the 34 weeks between a zone's two clock changes, so that a series of this age has lived through one."""


class Weekday(IntEnum):
    """`date.weekday()` with names."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


def working_day(today: date, number: int) -> date:
    """The working day `number` steps from `today`: 0 is today, or the next Monday when today is in a weekend."""
    day = today
    while day.weekday() >= Weekday.SATURDAY:
        day += timedelta(days=1)
    step = timedelta(days=1 if number >= 0 else -1)
    for _ in range(abs(number)):
        day += step
        while day.weekday() >= Weekday.SATURDAY:
            day += step
    return day


def monday_of(today: date, weeks: int = 0) -> date:
    """The Monday of today's week, or of the week `weeks` later (negative: earlier)."""
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def old_series_start(today: date, weekday: Weekday) -> date:
    """The first day of a weekly series on `weekday` that has lived through the last clock change of every zone."""
    return monday_of(today - _SERIES_AGE) + timedelta(days=int(weekday))


def old_monthly_start(today: date, weekday: Weekday) -> date:
    """The first `weekday` of a month long ago, where a series "every first Friday" can begin."""
    first = (today - _SERIES_AGE).replace(day=1)
    return first + timedelta(days=(int(weekday) - first.weekday()) % 7)


def year_before(day: date) -> date:
    """The same date in the year before; 28 February for the 29th."""
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)
