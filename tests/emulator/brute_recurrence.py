"""Recurrence rules by brute force: every day of every period is looked at. Slow, and shares no line with the emulator.

Source: RFC 5545, 3.3.10. Rules of whole days, as Google's calendars have them.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    """A rule in its parts. `by_day` holds (ordinal or 0, weekday from Monday)."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: date | None = None
    by_month: tuple[int, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_day: tuple[tuple[int, int], ...] = ()
    by_set_pos: tuple[int, ...] = ()
    week_start: int = 0

    def text(self) -> str:
        """The line of an event's `recurrence`."""
        parts = {
            "FREQ": self.freq,
            "INTERVAL": str(self.interval) if self.interval > 1 else "",
            "COUNT": str(self.count or ""),
            "UNTIL": f"{self.until:%Y%m%d}" if self.until else "",
            "BYMONTH": ",".join(map(str, self.by_month)),
            "BYMONTHDAY": ",".join(map(str, self.by_month_day)),
            "BYDAY": ",".join(f"{nth or ''}{DAYS[day]}" for nth, day in self.by_day),
            "BYSETPOS": ",".join(map(str, self.by_set_pos)),
            "WKST": DAYS[self.week_start] if self.week_start else "",
        }
        return "RRULE:" + ";".join(f"{name}={value}" for name, value in parts.items() if value)


def days_of(rule: Rule, start: date, last: date) -> list[date]:
    """The days of a series that begins on `start`, up to `last`."""
    found: list[date] = []
    for period in _periods(rule, start, last):
        fitting = [day for day in period if _fits(rule, start, day)]
        if rule.by_set_pos:
            size = len(fitting)
            places = {place - 1 if place > 0 else size + place for place in rule.by_set_pos}
            fitting = [day for number, day in enumerate(fitting) if number in places]
        for day in fitting:
            if day < start:
                continue
            if day > last or (rule.until and day > rule.until) or len(found) == rule.count:
                return found
            found.append(day)
    return found


def _periods(rule: Rule, start: date, last: date) -> Iterator[list[date]]:
    """All days of each period that the interval hits, from that of `start` on."""
    numbered: dict[int, list[date]] = {}
    day = date(start.year, 1, 1) - 7 * _DAY
    while day <= max(last, date(last.year, 12, 31)):
        numbered.setdefault(_number(rule, day), []).append(day)
        day += _DAY
    first = _number(rule, start)
    for number in sorted(numbered):
        if number >= first and (number - first) % rule.interval == 0:
            yield numbered[number]


def _number(rule: Rule, day: date) -> int:
    if rule.freq == "DAILY":
        return day.toordinal()
    if rule.freq == "WEEKLY":
        # Ordinal 1 is a Monday.
        return (day.toordinal() - 1 - rule.week_start) // 7
    return day.year if rule.freq == "YEARLY" else day.year * 12 + day.month


def _fits(rule: Rule, start: date, day: date) -> bool:
    length = monthrange(day.year, day.month)[1]
    if rule.by_month and day.month not in rule.by_month:
        return False
    if rule.by_month_day and not {day.day, day.day - length - 1} & set(rule.by_month_day):
        return False
    if rule.by_day and not any(_is_nth(rule, day, nth) for nth, weekday in rule.by_day if weekday == day.weekday()):
        return False
    if rule.by_day or rule.by_month_day or rule.freq == "DAILY":
        return True
    if rule.freq == "WEEKLY":
        return day.weekday() == start.weekday()
    in_month = rule.freq == "MONTHLY" or rule.by_month or day.month == start.month
    return bool(in_month) and day.day == start.day


def _is_nth(rule: Rule, day: date, nth: int) -> bool:
    """Whether a day is the nth of its weekday in its month, or in its year for a yearly rule without months."""
    if nth == 0:
        return True
    if rule.freq == "YEARLY" and not rule.by_month:
        first, last = date(day.year, 1, 1), date(day.year, 12, 31)
    else:
        first, last = day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    place = (day - first).days // 7 + 1 if nth > 0 else -((last - day).days // 7 + 1)
    return place == nth


def instant_of(local: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant of a naive local time: the first of two; one that is skipped with the offset before the change.

    Only from UTC to local time is the zone asked, which is never ambiguous.
    """
    guess = local.replace(tzinfo=UTC)
    before = (guess - 1.5 * _DAY).astimezone(zone).utcoffset() or timedelta()
    after = (guess + 1.5 * _DAY).astimezone(zone).utcoffset() or timedelta()
    for offset in (before, after):
        moment = guess - offset
        if moment.astimezone(zone).replace(tzinfo=None) == local:
            return moment
    return guess - before
