"""Slots, told by example: conflicts and buffers, the grid over clock changes, notice, furthest date, limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lockstep.calendar.interval import Interval
from lockstep.scheduling.availability import Reason, Taken, blocked_by, slot_starts, slots, why_not
from lockstep.scheduling.rules import ServiceRules

HALIFAX = ZoneInfo("America/Halifax")
MARCH_1 = datetime(2026, 3, 1, tzinfo=UTC)
WINDOW = Interval(MARCH_1, datetime(2026, 12, 1, tzinfo=UTC))


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


HALF_HOUR = ServiceRules(minutes(30), increment=minutes(30))


def local(text: str, zone: ZoneInfo = HALIFAX, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


def on_monday(start: str, end: str) -> Interval:
    """Monday after the clock change in Halifax."""
    return Interval(local(f"2026-03-09T{start}"), local(f"2026-03-09T{end}"))


def shown(starts: list[datetime], zone: ZoneInfo = HALIFAX) -> list[str]:
    return [each.astimezone(zone).strftime("%H:%M") for each in starts]


def offered(working: Interval, *taken: Taken, rules: ServiceRules = HALF_HOUR) -> list[str]:
    return shown(slots([working], taken, rules, HALIFAX, MARCH_1, WINDOW))


def test_slots_fill_the_working_hours() -> None:
    assert offered(on_monday("09:00", "11:00")) == ["09:00", "09:30", "10:00", "10:30"]


def test_a_slot_ends_within_the_working_hours() -> None:
    rules = replace(HALF_HOUR, duration=minutes(45))
    assert offered(on_monday("09:00", "11:00"), rules=rules) == ["09:00", "09:30", "10:00"]


def test_working_hours_that_start_off_the_grid_give_the_next_grid_time() -> None:
    assert offered(on_monday("09:10", "11:00")) == ["09:30", "10:00", "10:30"]


@pytest.mark.parametrize("reason", [Reason.TAKEN_BY_APPOINTMENT, Reason.HELD, Reason.ABSENT, Reason.BUSY_IN_GOOGLE])
def test_slots_touch_what_is_taken_but_do_not_overlap_it(reason: Reason) -> None:
    taken = Taken(on_monday("10:00", "10:30"), reason)
    assert offered(on_monday("09:00", "11:30"), taken) == ["09:00", "09:30", "10:30", "11:00"]


def test_the_buffers_of_a_slot_may_lie_outside_the_working_hours() -> None:
    rules = replace(HALF_HOUR, buffer_before=minutes(60), buffer_after=minutes(60))
    assert offered(on_monday("09:00", "10:00"), rules=rules) == ["09:00", "09:30"]


@pytest.mark.parametrize(
    ("own", "theirs", "expected"),
    [
        pytest.param((0, 0), (0, 0), ["09:00", "09:30", "10:30", "11:00"], id="none"),
        pytest.param((0, 30), (0, 0), ["09:00", "10:30", "11:00"], id="the slot's after"),
        pytest.param((30, 0), (0, 0), ["09:00", "09:30", "11:00"], id="the slot's before"),
        pytest.param((0, 0), (30, 0), ["09:00", "10:30", "11:00"], id="the appointment's before"),
        pytest.param((0, 0), (0, 30), ["09:00", "09:30", "11:00"], id="the appointment's after"),
        pytest.param((0, 30), (30, 0), ["09:00", "10:30", "11:00"], id="buffers share the gap, they do not add up"),
        pytest.param((30, 0), (30, 0), ["09:00", "11:00"], id="each on its own side"),
        pytest.param((0, 10), (25, 0), ["09:00", "10:30", "11:00"], id="the longer counts"),
    ],
)
def test_between_two_appointments_the_longer_buffer_counts(
    own: tuple[int, int], theirs: tuple[int, int], expected: list[str]
) -> None:
    rules = replace(HALF_HOUR, buffer_before=minutes(own[0]), buffer_after=minutes(own[1]))
    taken = Taken(on_monday("10:00", "10:30"), Reason.TAKEN_BY_APPOINTMENT, minutes(theirs[0]), minutes(theirs[1]))
    assert offered(on_monday("09:00", "11:30"), taken, rules=rules) == expected


def test_the_time_that_sql_subtracts_is_widened_by_the_longer_buffers() -> None:
    rules = replace(HALF_HOUR, buffer_before=minutes(5), buffer_after=minutes(20))
    taken = Taken(on_monday("10:00", "10:30"), Reason.TAKEN_BY_APPOINTMENT, minutes(15), minutes(10))
    assert blocked_by(taken, rules) == on_monday("09:40", "10:40")


@pytest.mark.parametrize(
    ("zone", "day", "increment", "expected"),
    [
        pytest.param(
            "America/Halifax",
            "2026-03-08",
            60,
            ["00:00", "01:00", "03:00", "04:00"],
            id="the skipped hour has no slots",
        ),
        pytest.param(
            "America/Halifax",
            "2026-11-01",
            60,
            ["00:00", "01:00", "01:00", "02:00", "03:00", "04:00"],
            id="the repeated hour has two",
        ),
        pytest.param(
            "America/Halifax",
            "2026-11-01",
            45,
            ["00:00", "00:45", "01:30", "01:30", "02:15", "03:00", "03:45", "04:30"],
            id="increments that do not divide the hour go by the clock on the wall",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-10-04",
            20,
            [
                "00:00",
                "00:20",
                "00:40",
                "01:00",
                "01:20",
                "01:40",
                "02:40",
                "03:00",
                "03:20",
                "03:40",
                "04:00",
                "04:20",
            ],
            id="half an hour skipped",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-04-05",
            60,
            ["00:00", "01:00", "02:00", "03:00", "04:00"],
            id="half an hour repeated, no full hour in it",
        ),
        pytest.param(
            "Africa/Cairo", "2026-04-24", 60, ["01:00", "02:00", "03:00", "04:00"], id="midnight itself skipped"
        ),
        pytest.param(
            "Asia/Kathmandu", "2026-03-08", 120, ["00:00", "02:00", "04:00"], id="offset of three quarters of an hour"
        ),
    ],
)
def test_the_grid_follows_the_clock_on_the_wall(zone: str, day: str, increment: int, expected: list[str]) -> None:
    place = ZoneInfo(zone)
    rules = ServiceRules(minutes(15), increment=minutes(increment))
    night = Interval(local(f"{day}T00:00", place), local(f"{day}T04:50", place))
    assert shown(slot_starts([night], rules, place, MARCH_1, WINDOW), place) == expected


def test_the_grid_begins_anew_each_midnight() -> None:
    rules = ServiceRules(minutes(15), increment=minutes(7 * 60))
    two_days = Interval(local("2026-03-09T00:00"), local("2026-03-11T00:00"))
    assert shown(slot_starts([two_days], rules, HALIFAX, MARCH_1, WINDOW)) == ["00:00", "07:00", "14:00", "21:00"] * 2


def test_a_slot_over_the_clock_change_lasts_its_real_time() -> None:
    rules = ServiceRules(minutes(90), increment=minutes(30))
    night = Interval(local("2026-03-08T00:00"), local("2026-03-08T04:00"))
    assert shown(slot_starts([night], rules, HALIFAX, MARCH_1, WINDOW)) == ["00:00", "00:30", "01:00", "01:30"]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-03-09T07:30", ["09:30", "10:00", "10:30"], id="exactly enough notice"),
        pytest.param("2026-03-09T07:30:01", ["10:00", "10:30"], id="a second short"),
        pytest.param("2026-03-08T01:30", ["09:00", "09:30", "10:00", "10:30"], id="the day before"),
        pytest.param("2026-03-09T12:00", [], id="over"),
    ],
)
def test_slots_leave_the_lead_time(now: str, expected: list[str]) -> None:
    rules = replace(HALF_HOUR, lead_time=minutes(120))
    found = slot_starts([on_monday("09:00", "11:00")], rules, HALIFAX, local(now), WINDOW)
    assert shown(found) == expected


def test_the_furthest_date_is_bookable_all_day_and_the_next_not_at_all() -> None:
    rules = replace(HALF_HOUR, increment=minutes(720), furthest=timedelta(days=7))
    free = [Interval(local("2026-03-02T00:00"), local("2026-03-20T00:00"))]
    found = slot_starts(free, rules, HALIFAX, local("2026-03-02T06:00"), WINDOW)
    assert found[-1].astimezone(HALIFAX) == local("2026-03-09T12:00")


def test_the_midnight_after_the_furthest_date_is_too_far() -> None:
    rules = replace(HALF_HOUR, furthest=timedelta(days=7))
    now, midnight = local("2026-03-01T06:00"), local("2026-03-09T00:00")
    free = [Interval(midnight - timedelta(hours=1), midnight + timedelta(hours=1))]
    assert shown(slot_starts(free, rules, HALIFAX, now, WINDOW)) == ["23:00", "23:30"]
    assert why_not(midnight, free, [], rules, HALIFAX, now) == [Reason.TOO_FAR]


def test_no_furthest_date_leaves_the_window_alone() -> None:
    found = slot_starts([on_monday("09:00", "11:00")], HALF_HOUR, HALIFAX, MARCH_1, on_monday("09:30", "10:30"))
    assert shown(found) == ["09:30", "10:00"]


def test_a_day_at_its_limit_has_no_slots_left_and_the_next_day_has() -> None:
    rules = replace(HALF_HOUR, increment=minutes(720), daily_limit=2)
    free = [Interval(local("2026-03-08T00:00"), local("2026-03-10T00:00"))]
    booked = {date(2026, 3, 8): 2, date(2026, 3, 9): 1}
    found = slot_starts(free, rules, HALIFAX, MARCH_1, WINDOW, booked=booked)
    assert found == [local("2026-03-09T00:00"), local("2026-03-09T12:00")]


def test_without_a_limit_any_number_may_be_booked() -> None:
    booked = {date(2026, 3, 9): 99}
    found = slot_starts([on_monday("09:00", "10:00")], HALF_HOUR, HALIFAX, MARCH_1, WINDOW, booked=booked)
    assert shown(found) == ["09:00", "09:30"]


def test_times_with_fractions_of_a_second_round_inwards() -> None:
    free = Interval(local("2026-03-09T09:00:00.5"), local("2026-03-09T10:29:59.5"))
    assert shown(slot_starts([free], HALF_HOUR, HALIFAX, MARCH_1, WINDOW)) == ["09:30"]


SLOT = local("2026-03-09T10:00")
WORKING = [on_monday("09:00", "12:00")]


@pytest.mark.parametrize(
    "reason",
    [
        Reason.TAKEN_BY_APPOINTMENT,
        Reason.HELD,
        Reason.ABSENT,
        Reason.BUSY_IN_GOOGLE,
        Reason.CALENDAR_UNKNOWN,
    ],
)
def test_a_taken_slot_says_what_takes_it(reason: Reason) -> None:
    taken = [Taken(on_monday("10:15", "10:20"), reason)]
    assert why_not(SLOT, WORKING, taken, HALF_HOUR, HALIFAX, MARCH_1) == [reason]


@pytest.mark.parametrize(
    ("start", "changes", "now", "expected"),
    [
        pytest.param("10:00", HALF_HOUR, "2026-03-09T08:00", [], id="offered"),
        pytest.param("08:30", HALF_HOUR, "2026-03-09T08:00", [Reason.OUTSIDE_HOURS], id="before hours"),
        pytest.param(
            "11:45",
            HALF_HOUR,
            "2026-03-09T08:00",
            [Reason.OUTSIDE_HOURS, Reason.ABSENT, Reason.NOT_ON_GRID],
            id="every reason at once",
        ),
        pytest.param("10:10", HALF_HOUR, "2026-03-09T08:00", [Reason.NOT_ON_GRID], id="off the grid"),
        pytest.param("10:00", HALF_HOUR, "2026-03-09T10:01", [Reason.LEAD_TIME], id="past"),
        pytest.param(
            "10:00", replace(HALF_HOUR, lead_time=minutes(240)), "2026-03-09T08:00", [Reason.LEAD_TIME], id="short"
        ),
        pytest.param(
            "10:00", replace(HALF_HOUR, furthest=timedelta(days=7)), "2026-03-01T23:00", [Reason.TOO_FAR], id="far"
        ),
        pytest.param("10:00", replace(HALF_HOUR, furthest=timedelta(days=7)), "2026-03-02T01:00", [], id="just near"),
        pytest.param("10:00", replace(HALF_HOUR, daily_limit=3), "2026-03-02", [Reason.DAILY_LIMIT], id="limit"),
        pytest.param("10:00", replace(HALF_HOUR, daily_limit=4), "2026-03-02", [], id="one left"),
        pytest.param(
            "11:00", replace(HALF_HOUR, buffer_after=minutes(31)), "2026-03-02", [Reason.BUFFER], id="buffer after"
        ),
        pytest.param("11:00", replace(HALF_HOUR, buffer_after=minutes(30)), "2026-03-02", [], id="buffer fits"),
    ],
)
def test_a_slot_that_is_not_offered_says_why(
    start: str, changes: ServiceRules, now: str, expected: list[Reason]
) -> None:
    taken = [Taken(on_monday("12:00", "13:00"), Reason.ABSENT)]
    booked = {date(2026, 3, 9): 3}
    slot = local(f"2026-03-09T{start}")
    assert why_not(slot, WORKING, taken, changes, HALIFAX, local(now), booked=booked) == expected


def test_both_times_of_the_repeated_hour_are_on_the_grid() -> None:
    night = [Interval(local("2026-11-01T00:00"), local("2026-11-01T04:00"))]
    for fold in (0, 1):
        slot = local("2026-11-01T01:30", fold=fold)
        assert why_not(slot, night, [], HALF_HOUR, HALIFAX, MARCH_1) == []
