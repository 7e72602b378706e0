"""Hours as people write them are read, and read back the same."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockstep.scheduling.hours import LocalRange, WeeklyHours
from lockstep.scheduling.hours_text import HoursUnreadable, Unreadable, ranges_in, ranges_words, words_of

NINE_TO_FIVE = [LocalRange(time(9), time(17))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9-17", NINE_TO_FIVE),
        ("9:00–17:00", NINE_TO_FIVE),
        ("9am-5pm", NINE_TO_FIVE),
        ("9 a.m. to 5 p.m.", NINE_TO_FIVE),
        ("09.00 - 17.00", NINE_TO_FIVE),
        ("9h-17h", NINE_TO_FIVE),
        ("9h30 à 12h", [LocalRange(time(9, 30), time(12))]),
        ("13-17; 9-12", [LocalRange(time(9), time(12)), LocalRange(time(13), time(17))]),
        ("20-24", [LocalRange(time(20), time(0))]),
        ("12pm-12:30pm", [LocalRange(time(12), time(12, 30))]),
        ("", []),
        (" closed ", []),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, expected: list[LocalRange]) -> None:
    assert ranges_in(text) == expected


@pytest.mark.parametrize(
    ("text", "what", "part"),
    [
        ("nine to five", Unreadable.NO_TIME, "nine"),
        ("9", Unreadable.NO_RANGE, "9"),
        ("17-9", Unreadable.BACKWARDS, "17-9"),
        ("9-25", Unreadable.NO_TIME, "25"),
        ("13pm-5pm", Unreadable.NO_TIME, "13pm"),
        ("9-12, 11-13", Unreadable.OVERLAP, "9:00–12:00, 11:00–13:00"),
        ("20-24, 22-23", Unreadable.OVERLAP, "20:00–24:00, 22:00–23:00"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, what: Unreadable, part: str) -> None:
    with pytest.raises(HoursUnreadable) as refused:
        ranges_in(text)
    assert (refused.value.what, refused.value.text) == (what, part)


@given(st.lists(st.integers(0, 1439), min_size=2, max_size=6, unique=True))
def test_what_is_written_is_read_back_the_same(minutes: list[int]) -> None:
    bounds = [time(each // 60, each % 60) for each in sorted(minutes)]
    ranges = [LocalRange(start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=False)]
    assert ranges_in(ranges_words(ranges)) == ranges


def test_a_week_is_written_from_monday() -> None:
    week = [WeeklyHours(2, NINE_TO_FIVE[0]), WeeklyHours(0, LocalRange(time(8), time(0)))]
    assert words_of(week) == ["8:00–24:00", "", "9:00–17:00", "", "", "", ""]
