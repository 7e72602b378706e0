"""The set operations on intervals, against plain sets of minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockstep.calendar.interval import Interval, clipped, intersected, joined, subtracted

BASE = datetime(2026, 3, 8, tzinfo=UTC)


def at(minute: int) -> datetime:
    return BASE + timedelta(minutes=minute)


def between(start: int, end: int) -> Interval:
    return Interval(at(start), at(end))


def minutes(intervals: list[Interval]) -> set[int]:
    return {
        minute
        for each in intervals
        for minute in range(
            (each.start - BASE) // timedelta(minutes=1),
            (each.end - BASE) // timedelta(minutes=1),
        )
    }


@st.composite
def interval_lists(draw: st.DrawFn) -> list[Interval]:
    starts = draw(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=8))
    return [between(start, start + length) for start, length in starts]


def is_sorted_and_joined(intervals: list[Interval]) -> bool:
    return all(one.end < other.start for one, other in pairwise(intervals))


@given(interval_lists())
def test_joining_keeps_every_minute_and_leaves_no_seam(intervals: list[Interval]) -> None:
    result = joined(intervals)
    assert minutes(result) == minutes(intervals)
    assert is_sorted_and_joined(result)


@given(interval_lists(), interval_lists())
def test_subtracting_leaves_the_minutes_that_no_hole_covers(intervals: list[Interval], holes: list[Interval]) -> None:
    result = subtracted(intervals, holes)
    assert minutes(result) == minutes(intervals) - minutes(holes)
    assert is_sorted_and_joined(result)


@given(interval_lists(), interval_lists())
def test_intersecting_leaves_the_minutes_that_are_in_both(left: list[Interval], right: list[Interval]) -> None:
    result = intersected(left, right)
    assert minutes(result) == minutes(left) & minutes(right)
    assert is_sorted_and_joined(result)


@given(interval_lists(), st.integers(0, 40), st.integers(1, 40))
def test_clipping_keeps_the_minutes_inside_the_window(intervals: list[Interval], start: int, length: int) -> None:
    window = between(start, start + length)
    assert minutes(clipped(intervals, window)) == minutes(intervals) & minutes([window])


def test_touching_intervals_do_not_overlap() -> None:
    assert not between(0, 10).overlaps(between(10, 20))
    assert between(0, 11).overlaps(between(10, 20))


def test_an_interval_is_kept_in_utc_whatever_zone_it_is_given_in() -> None:
    halifax = ZoneInfo("America/Halifax")
    interval = Interval(datetime(2026, 3, 8, 1, tzinfo=halifax), datetime(2026, 3, 8, 4, tzinfo=halifax))
    assert interval.start.tzinfo is UTC
    assert interval.length == timedelta(hours=2)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(at(5), at(5), id="empty"),
        pytest.param(at(5), at(4), id="backwards"),
        pytest.param(at(5).replace(tzinfo=None), at(6), id="naive"),
    ],
)
def test_an_interval_that_is_none_is_refused(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match="interval"):
        Interval(start, end)
