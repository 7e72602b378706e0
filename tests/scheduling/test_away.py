"""When absences take time: one-off, recurring, with occurrences taken out and moved."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from lockstep.calendar.event import AllDay, Timed, When, ZoneName
from lockstep.calendar.interval import Interval
from lockstep.scheduling.away import Frequency, TimeAway, is_readable, occurrences, recurring, spans, without

HALIFAX = ZoneInfo("America/Halifax")
YEAR = Interval(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
MORNING = Timed(
    datetime(2026, 3, 2, 9, tzinfo=HALIFAX), datetime(2026, 3, 2, 10, tzinfo=HALIFAX), ZoneName("America/Halifax")
)
DAY = AllDay(date(2026, 3, 2), date(2026, 3, 3))


def hours(away: TimeAway, window: Interval = YEAR) -> list[str]:
    return [f"{each.start.astimezone(HALIFAX):%m-%d %H}" for each in spans(away, HALIFAX, window)]


def test_a_one_off_absence_takes_its_own_time_also_outside_the_window() -> None:
    past = Interval(datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 2, tzinfo=UTC))
    assert hours(TimeAway(MORNING), past) == ["03-02 09"]


def test_whole_days_lie_in_the_calendars_zone() -> None:
    (day,) = spans(TimeAway(DAY), HALIFAX, YEAR)
    assert day == Interval(datetime(2026, 3, 2, 4, tzinfo=UTC), datetime(2026, 3, 3, 4, tzinfo=UTC))


def test_a_weekly_absence_keeps_its_wall_clock_time_over_a_clock_change() -> None:
    weekly = recurring(Frequency.WEEKLY, when=MORNING, last_day=date(2026, 3, 16), zone=HALIFAX)
    assert hours(TimeAway(MORNING, weekly)) == ["03-02 09", "03-09 09", "03-16 09"]


@pytest.mark.parametrize("when", [MORNING, DAY], ids=["timed", "all-day"])
@pytest.mark.parametrize(
    ("frequency", "second"),
    [
        (Frequency.DAILY, date(2026, 3, 3)),
        (Frequency.WEEKLY, date(2026, 3, 9)),
        (Frequency.FORTNIGHTLY, date(2026, 3, 16)),
        (Frequency.MONTHLY, date(2026, 4, 2)),
    ],
)
def test_the_last_day_takes_part(when: When, frequency: Frequency, second: date) -> None:
    away = TimeAway(when, recurring(frequency, when=when, last_day=second, zone=HALIFAX))
    assert [each.start.astimezone(HALIFAX).date() for each in spans(away, HALIFAX, YEAR)] == [date(2026, 3, 2), second]


@pytest.mark.parametrize(
    ("when", "second"),
    [(MORNING, datetime(2026, 3, 3, 13, tzinfo=UTC)), (DAY, date(2026, 3, 3))],
    ids=["timed", "all-day"],
)
def test_an_occurrence_can_be_taken_out(when: When, second: datetime | date) -> None:
    daily = TimeAway(when, ("RRULE:FREQ=DAILY;COUNT=3",))
    assert len(spans(daily, HALIFAX, YEAR)) == 3
    left = occurrences(without(daily, second), HALIFAX, YEAR)
    assert second not in [each.original_start for each in left]
    assert len(left) == 2


def test_a_moved_occurrence_takes_its_new_time_only() -> None:
    second = datetime(2026, 3, 3, 13, tzinfo=UTC)
    later = Timed(datetime(2026, 3, 3, 18, tzinfo=UTC), datetime(2026, 3, 3, 19, tzinfo=UTC))
    away = TimeAway(MORNING, ("RRULE:FREQ=DAILY;COUNT=2",), {second: later})
    assert hours(away) == ["03-02 09", "03-03 14"]
    assert [each.moved for each in occurrences(away, HALIFAX, YEAR)] == [False, True]


def test_a_rule_that_cannot_be_read_leaves_the_first_occurrence() -> None:
    away = TimeAway(MORNING, ("RRULE:FREQ=SOMETIMES",))
    assert not is_readable(away, HALIFAX)
    assert hours(away) == ["03-02 09"]


def test_an_absence_without_length_is_none() -> None:
    assert not is_readable(TimeAway(Timed(MORNING.start, MORNING.start)), HALIFAX)
