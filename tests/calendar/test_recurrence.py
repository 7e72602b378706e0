"""Masters expanded in their own zone: clock changes, types of dates, lines, windows."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lockstep.calendar.event import AllDay, Event, EventId, Timed, When, ZoneName
from lockstep.calendar.interval import Interval
from lockstep.calendar.recurrence import BadRecurrence, Occurrence, expand, instance_key

HALIFAX = ZoneInfo("America/Halifax")
BERLIN = ZoneInfo("Europe/Berlin")


def timed(start: str, zone: str, *recurrence: str, length: timedelta = timedelta(hours=1)) -> Event:
    begin = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone))
    return Event(EventId("series"), Timed(begin, begin + length, ZoneName(zone)), recurrence=recurrence)


def all_day(start: str, *recurrence: str, days: int = 1) -> Event:
    first = date.fromisoformat(start)
    return Event(EventId("series"), AllDay(first, first + timedelta(days=days)), recurrence=recurrence)


def window(start: str, end: str) -> Interval:
    return Interval(datetime.fromisoformat(start).replace(tzinfo=UTC), datetime.fromisoformat(end).replace(tzinfo=UTC))


def starts(found: list[Occurrence]) -> list[str]:
    return [instance_key(each.original_start) for each in found]


@pytest.mark.parametrize(
    ("zone", "start", "seen", "expected"),
    [
        pytest.param(
            "America/Halifax",
            "2026-03-06T09:00",
            ("2026-03-07", "2026-03-10"),
            ["20260307T130000Z", "20260308T120000Z", "20260309T120000Z"],
            id="Halifax springs forward, nine stays nine",
        ),
        pytest.param(
            "America/Halifax",
            "2026-03-06T02:30",
            ("2026-03-07", "2026-03-10"),
            ["20260307T063000Z", "20260308T063000Z", "20260309T053000Z"],
            id="Halifax, half past two does not exist: the offset before counts, so half past three",
        ),
        pytest.param(
            "America/Halifax",
            "2026-10-30T01:30",
            ("2026-10-31", "2026-11-03"),
            ["20261031T043000Z", "20261101T043000Z", "20261102T053000Z"],
            id="Halifax, half past one comes twice: the first",
        ),
        pytest.param(
            "America/Vancouver",
            "2025-10-31T17:00",
            ("2025-11-01", "2025-11-04"),
            ["20251101T000000Z", "20251102T000000Z", "20251103T010000Z"],
            id="Vancouver falls back",
        ),
        pytest.param(
            "Europe/Berlin",
            "2026-03-27T02:30",
            ("2026-03-28", "2026-03-31"),
            ["20260328T013000Z", "20260329T013000Z", "20260330T003000Z"],
            id="Berlin springs forward",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-10-02T02:15",
            ("2026-10-02T12:00", "2026-10-05T12:00"),
            ["20261002T154500Z", "20261003T154500Z", "20261004T151500Z"],
            id="Lord Howe springs forward by half an hour",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-04-03T01:45",
            ("2026-04-03T12:00", "2026-04-06T12:00"),
            ["20260403T144500Z", "20260404T144500Z", "20260405T151500Z"],
            id="Lord Howe falls back by half an hour",
        ),
        pytest.param(
            "Asia/Kathmandu",
            "2026-03-06T09:00",
            ("2026-03-07", "2026-03-09"),
            ["20260307T031500Z", "20260308T031500Z"],
            id="Kathmandu, five hours and three quarters ahead",
        ),
    ],
)
def test_a_daily_series_keeps_its_wall_clock_time(
    zone: str, start: str, seen: tuple[str, str], expected: list[str]
) -> None:
    assert starts(expand(timed(start, zone, "RRULE:FREQ=DAILY"), HALIFAX, window(*seen))) == expected


def test_an_instance_over_a_clock_change_lasts_as_long_as_the_first() -> None:
    nights = timed("2026-03-06T22:00", "America/Halifax", "RRULE:FREQ=DAILY", length=timedelta(hours=8))
    found = expand(nights, HALIFAX, window("2026-03-07", "2026-03-10"))
    assert {each.when.end - each.when.start for each in found} == {timedelta(hours=8)}


def test_an_hourly_series_gives_each_instant_once_when_the_clock_springs_forward() -> None:
    found = expand(timed("2026-03-08T00:00", "America/Halifax", "RRULE:FREQ=HOURLY;COUNT=5"), HALIFAX, DAY)
    # 02:00 does not exist and falls on 03:00.
    assert starts(found) == ["20260308T040000Z", "20260308T050000Z", "20260308T060000Z", "20260308T070000Z"]


DAY = window("2026-03-08", "2026-03-09")
WEEK = window("2026-03-02T05:00", "2026-03-16T05:00")
NINE = "2026-03-02T09:00"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["RRULE:FREQ=DAILY;UNTIL=20260304T130000Z"], ["02T13", "03T13", "04T13"], id="UNTIL meets one"),
        pytest.param(["RRULE:FREQ=DAILY;UNTIL=20260304T125959Z"], ["02T13", "03T13"], id="UNTIL just before"),
        pytest.param(["RRULE:FREQ=DAILY;UNTIL=20260304"], ["02T13", "03T13", "04T13"], id="UNTIL as a day, all of it"),
        pytest.param(["RRULE:FREQ=DAILY;UNTIL=20260304T090000"], ["02T13", "03T13", "04T13"], id="UNTIL in local time"),
        pytest.param(["RRULE:FREQ=DAILY;COUNT=2;UNTIL=20260309"], ["02T13", "03T13"], id="COUNT and UNTIL"),
        pytest.param(["RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=1"], ["02T13", "04T13"], id="the start always counts"),
        pytest.param(["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260303T130000Z"], ["02T13", "04T13"], id="EXDATE in UTC"),
        pytest.param(
            ["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=Europe/Berlin:20260302T140000,20260303T140000"],
            ["04T13"],
            id="EXDATE in another zone, two of them, the start among them",
        ),
        pytest.param(
            ["RRULE:FREQ=DAILY;COUNT=3", 'EXDATE;TZID="America/Halifax":20260303T090000'],
            ["02T13", "04T13"],
            id="EXDATE with a quoted zone",
        ),
        pytest.param(["RRULE:FREQ=DAILY;COUNT=2", "EXDATE:20260303T090000"], ["02T13"], id="EXDATE in local time"),
        pytest.param(
            ["RRULE:FREQ=DAILY;COUNT=2", "EXDATE;VALUE=DATE:20260303"], ["02T13", "03T13"], id="EXDATE of another type"
        ),
        pytest.param(
            ["RRULE:FREQ=DAILY;COUNT=4", "EXRULE:FREQ=DAILY;INTERVAL=2"], ["03T13", "05T13"], id="EXRULE, the start too"
        ),
        pytest.param(
            ["RRULE:FREQ=DAILY;COUNT=3", "EXRULE:FREQ=WEEKLY;BYDAY=TU"], ["02T13", "04T13"], id="EXRULE on Tuesdays"
        ),
        pytest.param(["RDATE:20260305T130000Z,20260304T090000"], ["02T13", "04T13", "05T13"], id="RDATE alone"),
        pytest.param(["RDATE;VALUE=DATE:20260305"], ["02T13", "05T13"], id="RDATE as a day, at the usual time"),
        pytest.param(["RDATE;TZID=Asia/Kathmandu:20260305T094500"], ["02T13", "05T04"], id="RDATE in another zone"),
        pytest.param(
            ["RDATE:20260305T130000Z", "EXDATE:20260305T130000Z"], ["02T13"], id="EXDATE is stronger than RDATE"
        ),
        pytest.param(
            ["RRULE:FREQ=WEEKLY;COUNT=2", "RRULE:FREQ=DAILY;COUNT=2"], ["02T13", "03T13", "09T12"], id="two rules"
        ),
    ],
)
def test_lines_of_a_timed_series(lines: list[str], expected: list[str]) -> None:
    found = expand(timed(NINE, "America/Halifax", *lines), BERLIN, WEEK)
    assert [key[6:11] for key in starts(found)] == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["RRULE:FREQ=DAILY;UNTIL=20260304"], [2, 3, 4], id="UNTIL is a day, inclusive"),
        pytest.param(["RRULE:FREQ=DAILY;UNTIL=20260304T000000Z"], [2, 3, 4], id="UNTIL is a time, its day counts"),
        pytest.param(["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20260303"], [2, 4], id="EXDATE is a day"),
        pytest.param(["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260303T000000Z"], [2, 4], id="EXDATE is a time"),
        pytest.param(["RDATE;VALUE=DATE:20260305,20260306"], [2, 5, 6], id="RDATE"),
        pytest.param(["RDATE;VALUE=PERIOD:20260305T090000Z/PT1H"], [2, 5], id="RDATE is a period, its day counts"),
        pytest.param(["RRULE:FREQ=DAILY;COUNT=2;BYHOUR=9,15"], [2, 3], id="times of day say nothing"),
    ],
)
def test_lines_of_an_all_day_series(lines: list[str], expected: list[int]) -> None:
    found = expand(all_day("2026-03-02", *lines), HALIFAX, WEEK)
    assert [each.original_start for each in found] == [date(2026, 3, day) for day in expected]
    assert [each.when for each in found] == [AllDay(date(2026, 3, day), date(2026, 3, day + 1)) for day in expected]


@pytest.mark.parametrize(
    ("value", "end"),
    [
        pytest.param("20260304T120000Z/20260304T150000Z", "2026-03-04T15:00", id="with an end"),
        pytest.param("20260304T120000Z/PT2H30M", "2026-03-04T14:30", id="with a length"),
        pytest.param("20260304T120000Z/P1DT1H", "2026-03-05T13:00", id="over a day"),
        pytest.param("20260304T120000Z/P1W", "2026-03-11T12:00", id="a week"),
    ],
)
def test_a_period_in_rdate_has_its_own_length(value: str, end: str) -> None:
    found = expand(timed(NINE, "America/Halifax", f"RDATE;VALUE=PERIOD:{value}"), HALIFAX, WEEK)
    assert found[1].when.end == datetime.fromisoformat(end).replace(tzinfo=UTC)


def test_a_long_period_that_began_before_the_window_is_found() -> None:
    series = timed(NINE, "America/Halifax", "RDATE;VALUE=PERIOD:20260304T120000Z/P1W")
    assert starts(expand(series, HALIFAX, window("2026-03-10", "2026-03-11"))) == ["20260304T120000Z"]


@pytest.mark.parametrize(
    "line",
    [
        "RRULE",
        "RRULE:",
        "RRULE:FREQ=DAILY;INTERVAL=0",
        "DTSTART:20260302T090000Z",
        "EXDATE:yesterday",
        "EXDATE;TZID=Mars/Olympus:20260303T090000",
        "EXDATE;TZID=../../etc/passwd:20260303T090000",
        "EXDATE;TZID=America:20260303T090000",
        "RDATE:20260230",
        "RDATE:20260304T120000Z/P",
        "RDATE:20260304T120000Z/PT",
        "RDATE:20260304T120000Z/20260305",
        "RDATE:20260304T120000Z/20260304T110000Z",
        "one two three",
    ],
)
def test_a_line_that_cannot_be_read_is_refused(line: str) -> None:
    with pytest.raises(BadRecurrence):
        expand(timed(NINE, "America/Halifax", line, "RRULE:FREQ=DAILY"), HALIFAX, WEEK)


def test_a_zone_that_nobody_knows_is_refused() -> None:
    when = Timed(WEEK.start, WEEK.start + timedelta(hours=1), ZoneName("Mars/Olympus"))
    with pytest.raises(BadRecurrence):
        expand(Event(EventId("series"), when, recurrence=("RRULE:FREQ=DAILY",)), HALIFAX, WEEK)


def test_an_all_day_series_cannot_repeat_by_the_hour() -> None:
    with pytest.raises(BadRecurrence):
        expand(all_day("2026-03-02", "RRULE:FREQ=HOURLY"), HALIFAX, WEEK)


@pytest.mark.parametrize("start", [date.min, date.max - timedelta(days=2)])
@pytest.mark.parametrize("line", ["RRULE:FREQ=DAILY", "RDATE:99991231"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_series_at_the_end_of_the_calendar_is_expanded_or_refused(start: date, line: str, zone: str) -> None:
    series = Event(EventId("series"), AllDay(start, start + timedelta(days=2)), recurrence=(line,))
    with suppress(BadRecurrence):
        expand(series, ZoneInfo(zone), WEEK)


def test_a_series_without_a_zone_runs_in_the_calendars() -> None:
    start = datetime(2026, 3, 7, 9, tzinfo=HALIFAX)
    series = Event(EventId("series"), Timed(start, start + timedelta(hours=1)), recurrence=("RRULE:FREQ=DAILY",))
    assert starts(expand(series, HALIFAX, DAY)) == ["20260308T120000Z"]


def test_an_all_day_instance_covers_the_calendars_day() -> None:
    series = all_day("2026-03-01", "RRULE:FREQ=DAILY")
    one_hour_late_on_the_7th = window("2026-03-08T03:00", "2026-03-08T03:30")
    assert starts(expand(series, HALIFAX, one_hour_late_on_the_7th)) == ["20260307"]
    assert starts(expand(series, BERLIN, one_hour_late_on_the_7th)) == ["20260308"]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(("2026-03-08T12:30", "2026-03-08T12:45"), 1, id="inside an instance"),
        pytest.param(("2026-03-08T13:00", "2026-03-08T14:00"), 0, id="touching its end"),
        pytest.param(("2026-03-08T11:00", "2026-03-08T12:00"), 0, id="touching its start"),
        pytest.param(("2026-01-01T00:00", "2026-03-01T00:00"), 0, id="before the series"),
    ],
)
def test_a_window_shows_the_instances_that_it_overlaps(seen: tuple[str, str], expected: int) -> None:
    series = timed(NINE, "America/Halifax", "RRULE:FREQ=DAILY")
    assert len(expand(series, HALIFAX, window(*seen))) == expected


def test_an_instance_without_length_counts_by_its_start() -> None:
    series = timed(NINE, "America/Halifax", "RRULE:FREQ=DAILY", length=timedelta())
    assert starts(expand(series, HALIFAX, window("2026-03-08T12:00", "2026-03-09T12:00"))) == ["20260308T120000Z"]


def test_a_week_long_instance_that_began_before_the_window_is_found() -> None:
    series = all_day("2026-01-05", "RRULE:FREQ=WEEKLY;INTERVAL=2", days=7)
    assert starts(expand(series, HALIFAX, DAY)) == ["20260302"]


@pytest.mark.parametrize(
    ("original_start", "key"),
    [
        (datetime(2019, 5, 16, 18, 20, tzinfo=ZoneInfo("Asia/Karachi")), "20190516T132000Z"),
        (date(2026, 3, 8), "20260308"),
    ],
)
def test_an_instance_key_is_googles(original_start: datetime | date, key: str) -> None:
    assert instance_key(original_start) == key


ZONES = ["America/Halifax", "America/Vancouver", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
RULES = st.builds(
    "RRULE:FREQ={};INTERVAL={}{}".format,
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]),
    st.integers(1, 3),
    st.sampled_from(["", ";COUNT=9", ";UNTIL=20260325T093000Z", ";BYHOUR=1,2;BYMINUTE=0,30", ";BYDAY=SU,MO"]),
)


@settings(deadline=None)
@given(
    RULES,
    st.sampled_from(ZONES),
    st.datetimes(datetime(2024, 1, 1), datetime(2026, 4, 10)),  # noqa: DTZ001 wall-clock time, the zone is drawn beside
    st.integers(0, 72),
    st.integers(0, 40 * 24),
    st.integers(1, 200),
)
def test_a_window_shows_exactly_its_part_of_the_whole_series(
    rule: str, zone: str, begin: datetime, length: int, hours_on: int, hours: int
) -> None:
    start = begin.replace(second=0, microsecond=0, tzinfo=ZoneInfo(zone))
    # A start that no clock shows is not a start that a calendar sends.
    assume(start.astimezone(UTC).astimezone(start.tzinfo) == start)
    when: When = Timed(start, start + timedelta(hours=length), ZoneName(zone))
    series = Event(EventId("series"), when, recurrence=(rule,))
    whole = expand(series, HALIFAX, window("2024-01-01", "2026-07-01"))
    lower = datetime(2026, 2, 20, tzinfo=UTC) + timedelta(hours=hours_on)
    part = Interval(lower, lower + timedelta(hours=hours))
    assert expand(series, HALIFAX, part) == [each for each in whole if touches(each.when, part)]


def touches(when: When, part: Interval) -> bool:
    assert isinstance(when, Timed)
    if when.start == when.end:
        return part.start <= when.start < part.end
    return when.start < part.end and part.start < when.end
