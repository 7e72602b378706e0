"""One sentence read as an event: title, place, day, time, length. A small grammar, in English alone.

Source: the reference of quickAdd for its example; Google does not document what else it reads. What is not understood
stays in the title, and a sentence without a day or a time is an all-day event of today. COVERAGE.md has the grammar.
"""

import re
from datetime import date, datetime, timedelta

from workspace_emulator.json_values import Json
from workspace_emulator.state.event_times import known_zone

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_NUMBER = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,? +(?P<year>\d{4}))?"
_DATES = tuple(
    re.compile(rf"\b(?:on +|next +|this +)?(?:{pattern})(?!\w)", re.IGNORECASE)
    for pattern in (
        r"(?P<iso>\d{4}-\d{2}-\d{2})",
        rf"{_MONTH} +{_NUMBER}{_YEAR}",
        rf"{_NUMBER}\.? +{_MONTH}{_YEAR}",
        r"(?P<word>today|tomorrow)",
        r"(?P<weekday>mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?",
    )
)
_LENGTH = re.compile(r"\bfor +(?P<count>\d+) *(?P<unit>m|h|d)(?:in|our|r|ay)?(?:ute)?s?\b", re.IGNORECASE)
_CLOCK = r"(?P<hour{n}>\d{{1,2}})(?::(?P<minute{n}>\d\d))? *(?P<half{n}>am|pm)?"
_RANGE = re.compile(
    rf"\b(?:at +|from +)?{_CLOCK.format(n=1)} *(?:-|\u2013|to|until) *{_CLOCK.format(n=2)}(?![\w:])", re.IGNORECASE
)
_TIME = re.compile(rf"(?:\b(?:at +)?|@ *){_CLOCK.format(n=1)}(?![\w:])", re.IGNORECASE)
_PLACE = re.compile(r"\bat +(?P<place>.+)$", re.IGNORECASE)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def read_sentence(text: str, now: datetime, zone_name: str, default_minutes: int) -> Json:
    """A body for events.insert."""
    today = now.astimezone(known_zone(zone_name)).date()
    rest, length = _take_length(text)
    rest, day = _take_day(rest, today)
    rest, times = _take_times(rest)
    rest = " ".join(rest.split()).strip(" ,-")
    place = _PLACE.search(rest)
    title = (rest[: place.start()] if place else rest).strip(" ,-")
    body: Json = {"summary": title or text.strip()}
    if place:
        body["location"] = place["place"]
    first = day or today
    if times is None:
        days = max(1, length.days) if length else 1
        return body | {
            "start": {"date": first.isoformat()},
            "end": {"date": (first + timedelta(days=days)).isoformat()},
        }
    midnight = datetime(first.year, first.month, first.day)  # noqa: DTZ001  (wall-clock time; the zone stands beside it)
    start, end = midnight + times[0], midnight + times[1] if times[1] is not None else None
    end = end or start + (length or timedelta(minutes=default_minutes))
    if end <= start:
        end += timedelta(days=1)
    return body | {
        side: {"dateTime": moment.isoformat(timespec="seconds"), "timeZone": zone_name}
        for side, moment in (("start", start), ("end", end))
    }


def _take_length(text: str) -> tuple[str, timedelta | None]:
    found = _LENGTH.search(text)
    if found is None:
        return text, None
    return _without(text, found), int(found["count"]) * _UNITS[found["unit"].lower()]


def _take_day(text: str, today: date) -> tuple[str, date | None]:
    for pattern in _DATES:
        for found in pattern.finditer(text):
            day = _day_of(found.groupdict(), today)
            if day is not None:
                return _without(text, found), day
    return text, None


def _day_of(parts: dict[str, str | None], today: date) -> date | None:
    """None where no calendar has such a day. A day without a year is the next one, a weekday lies after today."""
    try:
        if parts.get("iso"):
            return date.fromisoformat(str(parts["iso"]))
        if word := parts.get("word"):
            return today + timedelta(days=int(word.lower() == "tomorrow"))
        if weekday := parts.get("weekday"):
            ahead = _DAYS.index(weekday[:3].lower()) - today.weekday()
            return today + timedelta(days=(ahead - 1) % 7 + 1)
        month = _MONTHS.index(str(parts["month"])[:3].lower()) + 1
        year = int(parts["year"] or today.year)
        day = date(year, month, int(str(parts["day"])))
        return day if parts["year"] or day >= today else day.replace(year=year + 1)
    except ValueError:
        return None


def _take_times(text: str) -> tuple[str, tuple[timedelta, timedelta | None] | None]:
    for found in _RANGE.finditer(text):
        halves = (found["half1"] or found["half2"], found["half2"])
        if not any(halves) and not (found["minute1"] and found["minute2"]):
            continue
        start, end = (_clock(found[f"hour{n}"], found[f"minute{n}"], halves[n - 1]) for n in (1, 2))
        if start is None or end is None:
            continue
        if not found["half1"] and start > end:
            # "11-1pm" begins in the morning.
            start -= timedelta(hours=12)
        return _without(text, found), (start, end)
    for found in _TIME.finditer(text):
        at = _clock(found["hour1"], found["minute1"], found["half1"])
        if at is not None and (found["half1"] or found["minute1"]):
            return _without(text, found), (at, None)
    return text, None


def _clock(hour: str, minute: str | None, half: str | None) -> timedelta | None:
    hours, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    return timedelta(hours=hours, minutes=minutes) if hours < 24 and minutes < 60 else None


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"
