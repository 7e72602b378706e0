"""Working hours as instants, over clock changes, with overrides."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.calendar.interval import Interval
from lockstep.scheduling.hours import END_OF_DAY, LocalRange, WeeklyHours, offset_spans, working_ranges

ONE_MINUTE = timedelta(minutes=1)
MONDAY, SATURDAY, SUNDAY = 0, 5, 6


def hours(start: str, end: str) -> LocalRange:
    return LocalRange(time.fromisoformat(start), END_OF_DAY if end == "24:00" else time.fromisoformat(end))


def every_day(*ranges: LocalRange) -> list[WeeklyHours]:
    return [WeeklyHours(weekday, each) for weekday in range(7) for each in ranges]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def on(day: str, zone: str, *ranges: LocalRange) -> list[tuple[datetime, datetime]]:
    it = date.fromisoformat(day)
    return [(each.start, each.end) for each in working_ranges(every_day(*ranges), {}, ZoneInfo(zone), it, it)]


@pytest.mark.parametrize(
    ("zone", "day", "expected_hours"),
    [
        ("America/Halifax", "2026-03-08", 23),
        ("America/Halifax", "2026-11-01", 25),
        ("America/Vancouver", "2025-11-02", 25),
        ("Europe/Berlin", "2026-03-29", 23),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Asia/Kathmandu", "2026-03-08", 24),
        ("Africa/Cairo", "2026-04-24", 23),
    ],
)
def test_a_whole_day_is_as_long_as_the_clocks_make_it(zone: str, day: str, expected_hours: float) -> None:
    [(start, end)] = on(day, zone, hours("00:00", "24:00"))
    assert end - start == timedelta(hours=expected_hours)


@pytest.mark.parametrize(
    ("zone", "day", "written", "start", "end"),
    [
        pytest.param(
            "America/Halifax",
            "2026-03-08",
            hours("09:00", "17:00"),
            "2026-03-08T12:00",
            "2026-03-08T20:00",
            id="after the change, in summer time",
        ),
        pytest.param(
            "America/Halifax",
            "2026-03-08",
            hours("01:00", "04:00"),
            "2026-03-08T05:00",
            "2026-03-08T07:00",
            id="over the skipped hour, two hours long",
        ),
        pytest.param(
            "America/Halifax",
            "2026-03-08",
            hours("02:30", "05:00"),
            "2026-03-08T06:00",
            "2026-03-08T08:00",
            id="a skipped start moves forward to the change",
        ),
        pytest.param(
            "America/Halifax",
            "2026-03-08",
            hours("00:00", "02:30"),
            "2026-03-08T04:00",
            "2026-03-08T06:00",
            id="a skipped end moves forward to the change",
        ),
        pytest.param(
            "America/Halifax",
            "2026-11-01",
            hours("00:00", "01:30"),
            "2026-11-01T03:00",
            "2026-11-01T04:30",
            id="an end that comes twice is the first",
        ),
        pytest.param(
            "America/Halifax",
            "2026-11-01",
            hours("01:30", "05:00"),
            "2026-11-01T04:30",
            "2026-11-01T09:00",
            id="a start that comes twice is the first",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-10-04",
            hours("02:10", "03:00"),
            "2026-10-03T15:30",
            "2026-10-03T16:00",
            id="half an hour skipped",
        ),
        pytest.param(
            "Asia/Kathmandu",
            "2026-03-08",
            hours("09:00", "24:00"),
            "2026-03-08T03:15",
            "2026-03-08T18:15",
            id="up to 24:00",
        ),
    ],
)
def test_hours_on_the_day_that_clocks_change(zone: str, day: str, written: LocalRange, start: str, end: str) -> None:
    assert on(day, zone, written) == [(utc(start), utc(end))]


def test_hours_wholly_in_the_skipped_hour_are_none() -> None:
    assert on("2026-03-08", "America/Halifax", hours("02:00", "03:00")) == []


def test_hours_that_touch_are_one_range_also_over_midnight() -> None:
    weekly = [
        WeeklyHours(SATURDAY, hours("20:00", "24:00")),
        WeeklyHours(SUNDAY, hours("00:00", "01:30")),
        WeeklyHours(SUNDAY, hours("01:30", "04:00")),
    ]
    found = working_ranges(weekly, {}, ZoneInfo("America/Halifax"), date(2026, 10, 31), date(2026, 11, 1))
    assert found == [Interval(utc("2026-10-31T23:00"), utc("2026-11-01T08:00"))]


def test_an_override_replaces_the_hours_of_its_date_alone() -> None:
    weekly = every_day(hours("09:00", "17:00"))
    overrides = {date(2026, 3, 9): [hours("10:00", "11:00"), hours("12:00", "13:00")], date(2026, 3, 10): []}
    found = working_ranges(weekly, overrides, ZoneInfo("America/Halifax"), date(2026, 3, 9), date(2026, 3, 11))
    assert [(each.start, each.end) for each in found] == [
        (utc("2026-03-09T13:00"), utc("2026-03-09T14:00")),
        (utc("2026-03-09T15:00"), utc("2026-03-09T16:00")),
        (utc("2026-03-11T12:00"), utc("2026-03-11T20:00")),
    ]


def test_an_override_opens_a_day_that_is_closed_otherwise() -> None:
    overrides = {date(2026, 3, 8): [hours("10:00", "11:00")]}
    found = working_ranges([], overrides, ZoneInfo("America/Halifax"), date(2026, 3, 7), date(2026, 3, 9))
    assert found == [Interval(utc("2026-03-08T13:00"), utc("2026-03-08T14:00"))]


@pytest.mark.parametrize(("start", "end"), [("17:00", "09:00"), ("09:00", "09:00"), ("22:00", "06:00")])
def test_hours_that_end_before_they_start_are_refused(start: str, end: str) -> None:
    with pytest.raises(ValueError, match="midnight"):
        hours(start, end)


def test_hours_with_a_zone_and_an_eighth_weekday_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        LocalRange(time(9, tzinfo=UTC), time(17, tzinfo=UTC))
    with pytest.raises(ValueError, match="weekday"):
        WeeklyHours(7, hours("09:00", "17:00"))


CHANGES = {
    "America/Halifax": [date(2026, 3, 8), date(2026, 11, 1)],
    "America/Vancouver": [date(2025, 3, 9), date(2025, 11, 2)],
    "Europe/Berlin": [date(2026, 3, 29), date(2026, 10, 25)],
    "Australia/Lord_Howe": [date(2026, 10, 4), date(2026, 4, 5)],
    "Africa/Cairo": [date(2026, 4, 24), date(2026, 10, 30)],
    "Asia/Kathmandu": [date(2026, 3, 8)],
}
DAYS = [(zone, day) for zone, days in CHANGES.items() for day in days]
MINUTES = st.integers(0, 23 * 60 + 59)


def shown(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


@settings(deadline=None)
@given(st.sampled_from(DAYS), MINUTES, MINUTES)
def test_work_takes_place_from_the_first_time_a_clock_reaches_the_start_until_it_reaches_the_end(
    where: tuple[str, date], one: int, other: int
) -> None:
    (name, day), (start, end) = where, sorted((one, other + 1))
    if start == end:
        return
    zone, midnight = ZoneInfo(name), datetime.combine(day, time())
    # `first reached` minute by minute, from before midnight to after the next.
    from_noon_before = datetime.combine(day, time(), zone).astimezone(UTC) - timedelta(hours=12)
    minutes = [from_noon_before + each * ONE_MINUTE for each in range(50 * 60)]
    begins = next(each for each in minutes if shown(each, zone) >= midnight + start * ONE_MINUTE)
    ends = next(each for each in minutes if shown(each, zone) >= midnight + end * ONE_MINUTE)
    as_time = [time(*divmod(each, 60)) if each < 1440 else END_OF_DAY for each in (start, end)]
    found = working_ranges(every_day(LocalRange(as_time[0], as_time[1])), {}, zone, day, day)
    assert found == ([Interval(begins, ends)] if begins < ends else [])


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_a_window_is_cut_where_the_offset_changes(name: str, day: date) -> None:
    zone = ZoneInfo(name)
    start = datetime.combine(day, time(), UTC) - timedelta(days=3)
    window = Interval(start, start + timedelta(days=6))
    spans = offset_spans(window, zone)
    assert [part.start for part, _ in spans] == [window.start, *(part.end for part, _ in spans[:-1])]
    assert spans[-1][0].end == window.end
    assert len(spans) == (1 if name == "Asia/Kathmandu" else 2)
    for part, offset in spans:
        assert part.start.astimezone(zone).utcoffset() == offset
        assert (part.end - timedelta(seconds=1)).astimezone(zone).utcoffset() == offset
