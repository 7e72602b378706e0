"""Half-open intervals of time, [start, end), and the set operations that availability is made of.

Owns: joining, subtracting and clipping. Does not know what an interval stands for.
Every instant is an aware datetime in UTC, so an interval has one length however often clocks change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """The time from `start` up to, but without, `end`. Never empty.

    Raises: ValueError when an end is naive or not after the start.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("An interval needs aware datetimes; give them a time zone.")
        if self.start.tzinfo is not UTC or self.end.tzinfo is not UTC:
            object.__setattr__(self, "start", self.start.astimezone(UTC))
            object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end <= self.start:
            raise ValueError("An interval ends after it starts.")

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def overlaps(self, other: Interval) -> bool:
        """True when the two share an instant; touching ends do not."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Interval) -> bool:
        return self.start <= other.start and other.end <= self.end

    def widened(self, before: timedelta, after: timedelta) -> Interval:
        return Interval(self.start - before, self.end + after)


def clipped(intervals: Iterable[Interval], window: Interval) -> list[Interval]:
    """The parts of `intervals` that lie inside `window`, in the order given."""
    return [
        Interval(max(each.start, window.start), min(each.end, window.end))
        for each in intervals
        if each.overlaps(window)
    ]


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time as sorted intervals that neither overlap nor touch."""
    result: list[Interval] = []
    for each in sorted(intervals):
        if result and each.start <= result[-1].end:
            result[-1] = Interval(result[-1].start, max(result[-1].end, each.end))
        else:
            result.append(each)
    return result


def subtracted(intervals: Iterable[Interval], holes: Iterable[Interval]) -> list[Interval]:
    """The time of `intervals` that no hole covers, sorted and joined."""
    free: list[Interval] = []
    gaps = joined(holes)
    first = 0
    for each in joined(intervals):
        start = each.start
        while first < len(gaps) and gaps[first].end <= start:
            first += 1
        position = first
        while position < len(gaps) and gaps[position].start < each.end:
            if gaps[position].start > start:
                free.append(Interval(start, gaps[position].start))
            start = max(start, gaps[position].end)
            position += 1
        if start < each.end:
            free.append(Interval(start, each.end))
    return free


def intersected(left: Iterable[Interval], right: Iterable[Interval]) -> list[Interval]:
    """The time that is in both, sorted and joined."""
    ours, theirs = joined(left), joined(right)
    shared: list[Interval] = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        start, end = max(ours[i].start, theirs[j].start), min(ours[i].end, theirs[j].end)
        if start < end:
            shared.append(Interval(start, end))
        if ours[i].end <= theirs[j].end:
            i += 1
        else:
            j += 1
    return shared
