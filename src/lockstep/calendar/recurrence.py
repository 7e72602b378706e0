"""From a recurring master to its occurrences in a window.

Owns: RRULE, EXRULE, RDATE and EXDATE lines together, the zone in which they run, and Google's instance keys.
Does not know exceptions (see `busy`) nor whether an event blocks (see `blocking`).

Rules, where the standards leave room:

* The start of the master is always an occurrence, whether or not it fits the rule, and COUNT counts only what the rule
  gives: a weekly Wednesday rule with COUNT=3 that starts on a Thursday has four occurrences. Google does so, and RFC
  5545 calls the case undefined.
* An occurrence lasts as long in real time as the first one (RFC 5545, section 3.8.5.3), all-day ones as many days.
* A local time that a clock change skips is read with the offset before the change; of one that comes twice the first
  is meant (RFC 5545, section 3.3.5). Two times that fall together are one occurrence.
* UNTIL and EXDATE should have the type of the start. Where they do not: UNTIL as a day takes that whole day in, a time
  in an all-day series stands for its day as written, and a day in EXDATE takes nothing out of a timed series, since
  time that may be busy is not offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lockstep.calendar.event import AllDay, Event, Timed, When, instant_of, occupied
from lockstep.calendar.interval import Interval
from lockstep.calendar.rrule import BadRecurrence, Rule, for_days, parse_rule, read_moment, walk

__all__ = ["BadRecurrence", "Occurrence", "expand", "instance_key"]

ONE_DAY = timedelta(days=1)
LINE = re.compile(r'([A-Za-z-]+)((?:;[^:;="]+=(?:"[^"]*"|[^:;"]*))*):(.*)')
PARAMETER = re.compile(r';([^:;="]+)=(?:"([^"]*)"|([^:;"]*))')
DURATION = re.compile(r"P(?:(\d{1,5})W|(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?)")

Key = datetime | date
"""What tells the occurrences of one series apart: the UTC start of a timed one, the first day of an all-day one."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One instance of a series as the master alone gives it; `original_start` is UTC, or a date if all-day."""

    original_start: datetime | date
    when: When


def expand(master: Event, zone: ZoneInfo, window: Interval) -> list[Occurrence]:
    """The occurrences of `master` that touch `window`, in order; one without length counts by its start.

    `zone` is the calendar's: it places all-day series, and timed ones that name no zone. Moved and cancelled instances
    are not looked at. The cost depends on the window, not on how long ago the series began, unless it has a COUNT.

    Raises: BadRecurrence when the recurrence or the zone cannot be read, or the series is too dense.
    """
    try:
        return _within(_Clock(master.when, zone), _read_lines(master.recurrence), window)
    except OverflowError as error:
        raise BadRecurrence("The series reaches beyond the calendar.") from error


def instance_key(original_start: datetime | date) -> str:
    """The part of an instance's id after the underscore: 20260308T130000Z, or 20260308 in an all-day series.

    Source: Google's ids of instances, `<master id>_<original start in UTC>`.
    """
    if isinstance(original_start, datetime):
        return original_start.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return original_start.strftime("%Y%m%d")


def _within(clock: _Clock, lines: _Lines, window: Interval) -> list[Occurrence]:
    lower, upper = clock.span(window)
    whens = {clock.key(each.start): clock.period(each) for each in lines.dates}
    whens.setdefault(clock.key(clock.start), clock.when(clock.key(clock.start)))
    for rule in lines.rules:
        for key in _given(rule, clock, lower, upper):
            whens.setdefault(key, clock.when(key))
    for rule in lines.excluded_rules:
        for key in _given(rule, clock, lower, upper):
            whens.pop(key, None)
    for moment in lines.excluded_dates:
        if clock.all_day or isinstance(moment, datetime):
            whens.pop(clock.key(moment), None)
    found = [Occurrence(key, when) for key, when in whens.items() if _touches(when, clock.calendar_zone, window)]
    return sorted(found, key=lambda each: instance_key(each.original_start))


def _given(rule: Rule, clock: _Clock, lower: datetime, upper: datetime) -> Iterator[Key]:
    """The keys that one rule gives in a span of local time, up to its UNTIL."""
    if clock.all_day:
        rule = for_days(rule)
    if rule.until is None:
        yield from map(clock.key, walk(rule, clock.start, lower, upper))
        return
    last = clock.last_key(rule.until)
    # The day more keeps times that a clock change makes come twice; the keys decide.
    end = clock.local(last) + ONE_DAY
    yield from (key for key in map(clock.key, walk(rule, clock.start, lower, min(upper, end))) if key <= last)


def _touches(when: When, zone: ZoneInfo, window: Interval) -> bool:
    interval = occupied(when, zone)
    if interval is None:
        return window.start <= instant_of(when.start, zone) < window.end
    return interval.overlaps(window)


class _Clock:
    """The local time in which a series runs, and how it maps to keys and times."""

    def __init__(self, when: When, calendar_zone: ZoneInfo) -> None:
        self.calendar_zone = calendar_zone
        self.all_day = isinstance(when, AllDay)
        self.length = when.end - when.start
        self.zone_name = when.zone if isinstance(when, Timed) else None
        self.zone = _zone(self.zone_name) if self.zone_name else calendar_zone
        self.start = self.local(when.start).replace(microsecond=0)

    def local(self, moment: datetime | date) -> datetime:
        if not isinstance(moment, datetime):
            return datetime.combine(moment, time())
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def key(self, moment: datetime | date) -> Key:
        """Which occurrence a day, a naive local time or an aware time means."""
        if self.all_day:
            return moment.date() if isinstance(moment, datetime) else moment
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, self.start.time())
        return _in_zone(moment, self.zone).astimezone(UTC)

    def last_key(self, until: datetime | date) -> Key:
        if self.all_day or isinstance(until, datetime):
            return self.key(until)
        return self.key(datetime.combine(until, time(23, 59, 59)))

    def when(self, key: Key, length: timedelta | None = None) -> When:
        length = self.length if length is None else length
        if isinstance(key, datetime):
            return Timed(key, key + length, self.zone_name)
        return AllDay(key, key + length)

    def period(self, each: _RDate) -> When:
        """The time of an RDATE, which may be a period with an end or a length of its own."""
        key = self.key(each.start)
        if not isinstance(key, datetime):
            return self.when(key)
        if each.end is None:
            return self.when(key, each.length)
        end = self.key(each.end)
        if not isinstance(end, datetime) or end <= key:
            raise BadRecurrence("A period ends before it starts.")
        return Timed(key, end, self.zone_name)

    def span(self, window: Interval) -> tuple[datetime, datetime]:
        """Local times that surely enclose the starts of whatever the rules give that touches the window."""
        reach = max(self.length, timedelta()) + 2 * ONE_DAY
        begins_near = window.start - self.start.replace(tzinfo=UTC) <= reach
        lower = self.start if begins_near else (window.start - reach).replace(tzinfo=None, microsecond=0)
        return lower, (window.end + 2 * ONE_DAY).replace(tzinfo=None, microsecond=0)


@dataclass(frozen=True, slots=True)
class _RDate:
    start: datetime | date
    end: datetime | None = None
    length: timedelta | None = None


@dataclass(slots=True)
class _Lines:
    rules: list[Rule] = field(default_factory=list)
    excluded_rules: list[Rule] = field(default_factory=list)
    dates: list[_RDate] = field(default_factory=list)
    excluded_dates: list[datetime | date] = field(default_factory=list)


def _read_lines(recurrence: tuple[str, ...]) -> _Lines:
    lines = _Lines()
    for text in recurrence:
        match = LINE.fullmatch(text.strip())
        if match is None:
            raise BadRecurrence("A line of the recurrence is malformed.")
        name, value = match[1].upper(), match[3]
        parameters = {each[1].upper(): each[2] or each[3] for each in PARAMETER.finditer(match[2])}
        zone = _zone(parameters["TZID"]) if parameters.get("TZID") else None
        if name == "RRULE":
            lines.rules.append(parse_rule(value))
        elif name == "EXRULE":
            lines.excluded_rules.append(parse_rule(value))
        elif name == "RDATE":
            lines.dates.extend(_read_rdate(each, zone) for each in _listed(value))
        elif name == "EXDATE":
            lines.excluded_dates.extend(_read_moment(each, zone) for each in _listed(value))
        else:
            raise BadRecurrence("A line of the recurrence is neither a rule nor a list of dates.")
    return lines


def _listed(value: str) -> list[str]:
    return [each.strip() for each in value.upper().split(",") if each.strip()]


def _read_moment(text: str, zone: ZoneInfo | None) -> datetime | date:
    moment = read_moment(text)
    return _in_zone(moment, zone) if isinstance(moment, datetime) and zone else moment


def _read_rdate(text: str, zone: ZoneInfo | None) -> _RDate:
    begin, slash, rest = text.partition("/")
    start = _read_moment(begin, zone)
    if not slash:
        return _RDate(start)
    if rest.startswith("P"):
        return _RDate(start, length=_read_duration(rest))
    end = _read_moment(rest, zone)
    if not isinstance(end, datetime):
        raise BadRecurrence("A period ends at a time, not on a day.")
    return _RDate(start, end=end)


def _read_duration(text: str) -> timedelta:
    match = DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        raise BadRecurrence("A duration is malformed.")
    weeks, days, hours, minutes, seconds = (int(each or 0) for each in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        # ZoneInfo answers a strange name with any of the three: an absolute path or a folder is no KeyError.
        raise BadRecurrence("The time zone of the series is unknown.") from error
