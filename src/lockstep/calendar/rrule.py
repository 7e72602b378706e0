"""One recurrence rule: read from its text, walked over a span of local time.

Owns: the grammar of RRULE and EXRULE values and the only use of python-dateutil. Works in naive local wall-clock time;
zones, RDATE, EXDATE and the meaning of UNTIL belong to `recurrence`.
Source: RFC 5545, section 3.3.10.

dateutil walks every period from its start and, when nothing matches, on to the year 9999. Two things keep that cheap:

* The walk begins at the last period before the span whose distance from the real start is a multiple of INTERVAL. What
  a rule takes from its start (the day of the month, the time) is spelled out first, so the moved start gives the same.
* The span is moved to the latest years of the same shape (leap years and weekdays alike), so a rule that matches
  nothing runs out of years within one turn of the calendar, 28 years as a rule, instead of eight thousand.
"""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import MAXYEAR, UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from dateutil import rrule as dateutil_rrule

MOST_OCCURRENCES = 50_000
"""A walk that passes more than this is given up: an hourly series fills five years with fewer."""

MOST_TIMES_OF_A_DAY = 24 * 60
OLDEST_COUNTED = 1900

FREQUENCIES = {
    "YEARLY": dateutil_rrule.YEARLY,
    "MONTHLY": dateutil_rrule.MONTHLY,
    "WEEKLY": dateutil_rrule.WEEKLY,
    "DAILY": dateutil_rrule.DAILY,
    "HOURLY": dateutil_rrule.HOURLY,
}
"""MINUTELY and SECONDLY are left out: no calendar offers them, and one such rule costs minutes to walk."""

WEEKDAYS = (
    dateutil_rrule.MO,
    dateutil_rrule.TU,
    dateutil_rrule.WE,
    dateutil_rrule.TH,
    dateutil_rrule.FR,
    dateutil_rrule.SA,
    dateutil_rrule.SU,
)
WEEKDAY_NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

BOUNDS = {
    "BYMONTH": ("bymonth", 1, 12, False),
    "BYMONTHDAY": ("bymonthday", 1, 31, True),
    "BYYEARDAY": ("byyearday", 1, 366, True),
    "BYWEEKNO": ("byweekno", 1, 53, True),
    "BYSETPOS": ("bysetpos", 1, 366, True),
    "BYHOUR": ("byhour", 0, 23, False),
    "BYMINUTE": ("byminute", 0, 59, False),
    "BYSECOND": ("bysecond", 0, 59, False),
}
"""Name → dateutil's name, the least and the greatest value, and whether it may count from the end."""

DAY_PARTS = ("byweekno", "byyearday", "bymonthday", "byweekday")
TIME_PARTS = ("byhour", "byminute", "bysecond")

DATE_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
ORDINAL_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


class BadRecurrence(ValueError):
    """The recurrence of this series cannot be read or is too dense to expand; set the series aside."""


@dataclass(frozen=True)
class Rule:
    """A rule as read. `parts` are dateutil's arguments; `until` is as written: a day, a local time or UTC."""

    frequency: int
    interval: int
    week_start: int
    count: int | None
    until: datetime | date | None
    parts: dict[str, tuple[Any, ...]]


@lru_cache(maxsize=4096)
def parse_rule(text: str) -> Rule:
    """The rule in `text`, the value of an RRULE or EXRULE line.

    Raises: BadRecurrence for an unknown or repeated part, a value out of range, or a frequency finer than hourly.
    """
    values = _named_parts(text)
    frequency = FREQUENCIES.get(values.pop("FREQ", ""))
    if frequency is None:
        raise BadRecurrence("FREQ is missing, unknown, or finer than hourly.")
    interval = _number("INTERVAL", values.pop("INTERVAL", "1"), 1, 100_000)
    count = _number("COUNT", values.pop("COUNT"), 1, 10_000_000) if "COUNT" in values else None
    until = read_moment(values.pop("UNTIL")) if "UNTIL" in values else None
    week_start = values.pop("WKST", "MO")
    if week_start not in WEEKDAY_NAMES:
        raise BadRecurrence("WKST is not a weekday.")
    parts: dict[str, tuple[Any, ...]] = {}
    if "BYDAY" in values:
        parts["byweekday"] = _weekdays(values.pop("BYDAY"), frequency, "BYMONTH" in values)
    for name, value in values.items():
        if name not in BOUNDS:
            raise BadRecurrence("A part of the rule is unknown.")
        ours, least, most, may_be_negative = BOUNDS[name]
        numbers = (_number(name, each, -most if may_be_negative else least, most) for each in value.split(","))
        parts[ours] = tuple(sorted(set(numbers)))
        if may_be_negative and 0 in parts[ours]:
            raise BadRecurrence(f"{name} counts from 1 or -1.")
    if frequency == dateutil_rrule.HOURLY and "bysetpos" in parts:
        raise BadRecurrence("BYSETPOS within an hour is not supported: dear to walk, and never seen.")
    if _times_of_a_day(frequency, parts) > MOST_TIMES_OF_A_DAY:
        raise BadRecurrence("The series is too dense to expand.")
    return Rule(frequency, interval, WEEKDAY_NAMES.index(week_start), count, until, parts)


def read_moment(text: str) -> datetime | date:
    """A DATE or DATE-TIME value: a day, an aware UTC datetime, or a naive local one.

    Raises: BadRecurrence when it is neither.
    """
    match = DATE_TIME.fullmatch(text)
    if match is None:
        raise BadRecurrence("A date or time is malformed.")
    year, month, day, hour, minute, second, utc = match.groups()
    try:
        if hour is None:
            return date(int(year), int(month), int(day))
        tzinfo = UTC if utc else None
        # A leap second is the last second of its minute: Python's clock has no 60.
        return datetime(int(year), int(month), int(day), int(hour), int(minute), min(int(second), 59), tzinfo=tzinfo)
    except ValueError as error:
        raise BadRecurrence("A date or time does not exist.") from error


def for_days(rule: Rule) -> Rule:
    """The rule as an all-day series reads it: times of day say nothing. Source: RFC 5545, section 3.3.10 (BYHOUR).

    Raises: BadRecurrence for an hourly rule, which has no meaning there.
    """
    if rule.frequency == dateutil_rrule.HOURLY:
        raise BadRecurrence("An all-day series cannot repeat by the hour.")
    parts = {name: value for name, value in rule.parts.items() if name not in TIME_PARTS}
    return replace(rule, parts=parts)


def walk(rule: Rule, start: datetime, lower: datetime, upper: datetime) -> Iterator[datetime]:
    """The local times in [lower, upper) that the rule gives a series that starts at `start`, ascending.

    COUNT is counted from `start`; UNTIL is not looked at. All three are naive and have whole seconds.

    Raises: BadRecurrence when the rule contradicts itself or gives more than MOST_OCCURRENCES.
    """
    if upper <= start:
        return
    # A counted rule has to be walked from its beginning, match or no match.
    if rule.count and start.year < OLDEST_COUNTED:
        raise BadRecurrence("The series began too long ago to count its occurrences.")
    first = _period_start(rule, start, start if rule.count else max(start, lower))
    shift = _shift_to_last_years(first.year, upper.year)
    passed = 0
    for shifted in _occurrences(rule, start, first + shift):
        moment = shifted - shift
        if moment < start:
            continue
        if moment >= upper:
            return
        passed += 1
        if rule.count and passed > rule.count:
            return
        if passed > MOST_OCCURRENCES:
            raise BadRecurrence("The series is too dense to expand.")
        if moment >= lower:
            yield moment


def _occurrences(rule: Rule, start: datetime, first: datetime) -> Iterator[datetime]:
    arguments: dict[str, Any] = {
        "freq": rule.frequency,
        "dtstart": first,
        "interval": rule.interval,
        "wkst": rule.week_start,
        **_spelled_out(rule, start),
    }
    try:
        walker = dateutil_rrule.rrule(**arguments)
    except ValueError as error:
        raise BadRecurrence("The parts of the rule contradict each other.") from error
    try:
        yield from walker
    except ValueError:
        # A weekly rule stepped from the last week of the year 9999 into the next: past every span.
        return


def _spelled_out(rule: Rule, start: datetime) -> dict[str, tuple[Any, ...]]:
    """The rule's parts with those added that it takes from the start of the series."""
    parts = dict(rule.parts)
    if not any(name in parts for name in DAY_PARTS):
        if rule.frequency == dateutil_rrule.YEARLY:
            parts.setdefault("bymonth", (start.month,))
        if rule.frequency in (dateutil_rrule.YEARLY, dateutil_rrule.MONTHLY):
            parts["bymonthday"] = (start.day,)
        elif rule.frequency == dateutil_rrule.WEEKLY:
            parts["byweekday"] = (WEEKDAYS[start.weekday()],)
    if rule.frequency < dateutil_rrule.HOURLY:
        parts.setdefault("byhour", (start.hour,))
    parts.setdefault("byminute", (start.minute,))
    parts.setdefault("bysecond", (start.second,))
    return parts


def _period_start(rule: Rule, start: datetime, at: datetime) -> datetime:
    """Where the last period begins that the rule visits at or before `at`."""
    interval = rule.interval
    midnight = start.replace(hour=0, minute=0, second=0)
    if rule.frequency == dateutil_rrule.YEARLY:
        return midnight.replace(year=start.year + _stepped(at.year - start.year, interval), month=1, day=1)
    if rule.frequency == dateutil_rrule.MONTHLY:
        begun = start.year * 12 + start.month - 1
        year, month = divmod(begun + _stepped(at.year * 12 + at.month - 1 - begun, interval), 12)
        return midnight.replace(year=year, month=month + 1, day=1)
    if rule.frequency == dateutil_rrule.WEEKLY:
        week = midnight - timedelta(days=(start.weekday() - rule.week_start) % 7)
        return week + timedelta(days=_stepped((at - week).days, 7 * interval))
    if rule.frequency == dateutil_rrule.DAILY:
        return midnight + timedelta(days=_stepped((at - midnight).days, interval))
    hour = start.replace(minute=0, second=0)
    return hour + timedelta(hours=_stepped((at - hour) // timedelta(hours=1), interval))


def _stepped(distance: int, interval: int) -> int:
    return distance - distance % interval


@lru_cache(maxsize=1024)
def _shift_to_last_years(first: int, last: int) -> timedelta:
    """How far the years `first` to `last` can be moved so that every date keeps its weekday and month length."""
    for years in range(MAXYEAR - 1 - last, 0, -1):
        if all(_same_shape(year, year + years) for year in range(max(first - 1, 1), last + 2)):
            return date(first + years, 1, 1) - date(first, 1, 1)
    return timedelta()


def _same_shape(one: int, other: int) -> bool:
    return isleap(one) == isleap(other) and date(one, 1, 1).weekday() == date(other, 1, 1).weekday()


def _named_parts(text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for part in filter(None, text.upper().replace(" ", "").split(";")):
        name, sign, value = part.partition("=")
        if not sign or not value or name in values:
            raise BadRecurrence("A part of the rule is empty or repeated.")
        if not name.startswith("X-"):
            values[name] = value
    return values


def _times_of_a_day(frequency: int, parts: dict[str, tuple[Any, ...]]) -> int:
    hours = 24 if frequency == dateutil_rrule.HOURLY else len(parts.get("byhour", (0,)))
    return hours * len(parts.get("byminute", (0,))) * len(parts.get("bysecond", (0,)))


def _number(name: str, text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[+-]?\d{1,8}", text, re.ASCII) or not least <= int(text) <= most:
        raise BadRecurrence(f"{name} is not a number from {least} to {most}.")
    return int(text)


def _weekdays(text: str, frequency: int, within_month: bool) -> tuple[Any, ...]:
    """dateutil's weekdays; ordinals are dropped where the RFC gives them no meaning, so that more time is blocked."""
    found = []
    for each in text.split(","):
        match = ORDINAL_WEEKDAY.fullmatch(each)
        if match is None:
            raise BadRecurrence("BYDAY is malformed.")
        weekday = WEEKDAYS[WEEKDAY_NAMES.index(match[2])]
        if match[1] and frequency in (dateutil_rrule.YEARLY, dateutil_rrule.MONTHLY):
            most = 5 if within_month or frequency == dateutil_rrule.MONTHLY else 53
            ordinal = _number("BYDAY", match[1], -most, most)
            if ordinal == 0:
                raise BadRecurrence("BYDAY counts from 1 or -1.")
            found.append(weekday(ordinal))
        else:
            found.append(weekday)
    return tuple(found)
