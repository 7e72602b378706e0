"""Working hours set in Google: Google says when, Lockstep says where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from lockstep.calendar.interval import Interval
from lockstep.scheduling.google_hours import GoogleHours, ranges_with_google, weekly_of
from lockstep.scheduling.hours import Days, LocalRange, Overrides, WeeklyHours

HALIFAX, VANCOUVER = ZoneInfo("America/Halifax"), ZoneInfo("America/Vancouver")
MONDAY = date(2026, 11, 30)
Hours = Sequence[WeeklyHours]


def on_monday(*spans: tuple[int, int]) -> list[WeeklyHours]:
    return [WeeklyHours(0, LocalRange(time(start), time(end))) for start, end in spans]


def at(hour: int, *, day: date = MONDAY, zone: ZoneInfo = HALIFAX) -> datetime:
    return datetime.combine(day, time(hour), zone)


def span(start: int, end: int, *, zone: ZoneInfo = HALIFAX) -> Interval:
    return Interval(at(start, zone=zone), at(end, zone=zone))


def works(
    google: Hours,
    *,
    here: Hours = (),
    elsewhere: Sequence[Hours] = (),
    overrides: Overrides | None = None,
    zone: ZoneInfo = HALIFAX,
) -> list[Interval]:
    """When they work here on the Monday."""
    return ranges_with_google(
        GoogleHours(tuple(google), zone),
        here=here,
        elsewhere=elsewhere,
        overrides=overrides or {},
        zone=HALIFAX,
        days=Days(MONDAY, MONDAY),
    )


NINE_TO_FIVE, EIGHT_TO_FOUR = on_monday((9, 17)), on_monday((8, 16))


@pytest.mark.parametrize(
    ("google", "here", "elsewhere", "found"),
    [
        (EIGHT_TO_FOUR, NINE_TO_FIVE, [], [span(8, 16)]),
        ([], NINE_TO_FIVE, [], []),
        (EIGHT_TO_FOUR, [], [], [span(8, 16)]),
        (EIGHT_TO_FOUR, [], [NINE_TO_FIVE], []),
        (EIGHT_TO_FOUR, NINE_TO_FIVE, [NINE_TO_FIVE], [span(8, 16)]),
        (EIGHT_TO_FOUR, on_monday((9, 12)), [on_monday((13, 17))], [span(9, 12)]),
        (EIGHT_TO_FOUR, on_monday((13, 17)), [on_monday((9, 12))], [span(13, 16)]),
        (on_monday((8, 11), (12, 16)), NINE_TO_FIVE, [], [span(8, 11), span(12, 16)]),
    ],
    ids=[
        "they replace the hours here",
        "a day off in Google is a day off",
        "no hours in Lockstep that day",
        "Lockstep has them elsewhere that day",
        "the same hours at two places",
        "the morning of a divided day",
        "the afternoon of a divided day",
        "a lunch break",
    ],
)
def test_google_says_when_and_lockstep_where(
    google: Hours, here: Hours, elsewhere: Sequence[Hours], found: list[Interval]
) -> None:
    assert works(google, here=here, elsewhere=elsewhere) == found


def test_a_date_entered_in_lockstep_goes_first() -> None:
    only_noon = {MONDAY: [LocalRange(time(12), time(13))]}
    assert works(EIGHT_TO_FOUR, here=NINE_TO_FIVE, overrides=only_noon) == [span(12, 13)]
    assert works(EIGHT_TO_FOUR, here=NINE_TO_FIVE, overrides={MONDAY: []}) == []


def test_hours_are_those_of_the_persons_own_zone() -> None:
    assert works(EIGHT_TO_FOUR, here=NINE_TO_FIVE, zone=VANCOUVER) == [span(8, 16, zone=VANCOUVER)]


def test_hours_over_midnight_are_whole() -> None:
    night = [WeeklyHours(0, LocalRange(time(20), time(0))), WeeklyHours(1, LocalRange(time(0), time(4)))]
    found = ranges_with_google(
        GoogleHours(tuple(night), HALIFAX),
        here=[],
        elsewhere=[],
        overrides={},
        zone=HALIFAX,
        days=Days(MONDAY, MONDAY + timedelta(days=1)),
    )
    assert found == [Interval(at(20), at(4, day=MONDAY + timedelta(days=1)))]


def test_hours_keep_their_wall_clock_when_the_clocks_change() -> None:
    sunday = date(2026, 11, 1)
    weekly = (WeeklyHours(6, LocalRange(time(8), time(16))),)
    found = ranges_with_google(
        GoogleHours(weekly, HALIFAX), here=[], elsewhere=[], overrides={}, zone=HALIFAX, days=Days(sunday, sunday)
    )
    assert found == [Interval(at(8, day=sunday), at(16, day=sunday))]


def test_periods_that_make_no_sense_are_not_worked() -> None:
    periods = [(0, 540, 1020), (1, 600, 600), (7, 0, 60), (2, -5, 60), (3, 60, 1441), (4, 1380, 1440)]
    assert weekly_of(periods) == (
        WeeklyHours(0, LocalRange(time(9), time(17))),
        WeeklyHours(4, LocalRange(time(23), time(0))),
    )
