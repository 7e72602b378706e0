"""Hours as people write them: "9-12:30, 13:30-17". One day a line, in 24 or 12 hours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import time
from enum import StrEnum
from itertools import pairwise

from lockstep.scheduling.hours import END_OF_DAY, LocalRange, WeeklyHours

NOTHING = frozenset({"", "-", "–", "closed", "off", "none", "fermé", "absent"})
_RANGE = re.compile(r"\s*(?P<start>[^-–—]+?)\s*(?:-|–|—|\bto\b|\bà\b)\s*(?P<end>[^-–—]+?)\s*", re.IGNORECASE)
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})?)?\s*(?P<half>[ap])?\.?m?\.?", re.IGNORECASE)


class Unreadable(StrEnum):
    """What is wrong with hours that were written."""

    NO_RANGE = "no_range"
    NO_TIME = "no_time"
    BACKWARDS = "backwards"
    OVERLAP = "overlap"


class HoursUnreadable(ValueError):
    """`text` is the part that is wrong."""

    def __init__(self, what: Unreadable, text: str) -> None:
        super().__init__(f"{what}: {text}")
        self.what = what
        self.text = text


def ranges_in(text: str) -> list[LocalRange]:
    """The ranges of one day, in order; none for nothing or a word like "closed". Raises: HoursUnreadable."""
    if text.strip().lower() in NOTHING:
        return []
    ranges = sorted(_range(part) for part in re.split(r"[,;\n]|\s\+\s", text) if part.strip())
    for first, second in pairwise(ranges):
        if first.end == END_OF_DAY or second.start < first.end:
            raise HoursUnreadable(Unreadable.OVERLAP, f"{range_words(first)}, {range_words(second)}")
    return ranges


def _range(part: str) -> LocalRange:
    found = _RANGE.fullmatch(part)
    if found is None:
        raise HoursUnreadable(Unreadable.NO_RANGE, part.strip())
    start, end = _time(found["start"], is_end=False), _time(found["end"], is_end=True)
    if end != END_OF_DAY and end <= start:
        raise HoursUnreadable(Unreadable.BACKWARDS, part.strip())
    return LocalRange(start, end)


def _time(text: str, *, is_end: bool) -> time:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise HoursUnreadable(Unreadable.NO_TIME, text.strip())
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise HoursUnreadable(Unreadable.NO_TIME, text.strip())
        hour = hour % 12 + (12 if half == "p" else 0)
    if (hour, minute) == (24, 0) and is_end:
        return END_OF_DAY
    if hour > 23 or minute > 59:
        raise HoursUnreadable(Unreadable.NO_TIME, text.strip())
    return time(hour, minute)


def time_in(text: str) -> time:
    """A time of day as people write it. Raises: HoursUnreadable."""
    return _time(text, is_end=False)


def range_words(hours: LocalRange) -> str:
    """ "9:00–12:30"; an end at midnight is 24:00. `ranges_in` reads it back."""
    end = "24:00" if hours.end == END_OF_DAY else f"{hours.end:%-H:%M}"
    return f"{hours.start:%-H:%M}–{end}"


def ranges_words(ranges: Iterable[LocalRange]) -> str:
    return ", ".join(range_words(each) for each in ranges)


def by_weekday(weekly: Iterable[WeeklyHours]) -> list[list[LocalRange]]:
    """Seven lists, Monday's first."""
    days: list[list[LocalRange]] = [[] for _ in range(7)]
    for each in sorted(weekly):
        days[each.weekday].append(each.hours)
    return days


def words_of(weekly: Sequence[WeeklyHours]) -> list[str]:
    """Each weekday's hours, Monday's first."""
    return [ranges_words(each) for each in by_weekday(weekly)]
