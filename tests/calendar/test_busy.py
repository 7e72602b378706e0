"""One calendar's busy time: who decides over an instance, and what a broken series does to the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from lockstep.calendar.busy import BusyTime, busy_intervals, series_busy
from lockstep.calendar.event import (
    AllDay,
    CancelledInstance,
    Event,
    EventId,
    ResponseStatus,
    Status,
    Timed,
    Transparency,
    ZoneName,
)
from lockstep.calendar.interval import Interval

HALIFAX = ZoneInfo("America/Halifax")
KARACHI = ZoneInfo("Asia/Karachi")
SERIES = EventId("series")
WEEK = Interval(datetime(2026, 3, 6, 4, tzinfo=UTC), datetime(2026, 3, 10, 3, tzinfo=UTC))
"""Friday to Monday in Halifax, the night of the clock change among them."""


def hour(day: int, at: int) -> Timed:
    start = datetime(2026, 3, day, at, tzinfo=HALIFAX)
    return Timed(start, start + timedelta(hours=1), ZoneName("America/Halifax"))


def utc(day: int, at: int) -> Interval:
    start = datetime(2026, 3, day, at, tzinfo=UTC)
    return Interval(start, start + timedelta(hours=1))


MASTER = Event(SERIES, hour(1, 9), recurrence=("RRULE:FREQ=DAILY",))
ALL_DAY_MASTER = Event(
    SERIES, AllDay(date(2026, 3, 1), date(2026, 3, 2)), recurrence=("RRULE:FREQ=WEEKLY;BYDAY=SA,SU",)
)
FRIDAY, SATURDAY, SUNDAY, MONDAY = utc(6, 13), utc(7, 13), utc(8, 12), utc(9, 12)


def exception(day: int, when: Timed | AllDay) -> Event:
    return Event(
        EventId(f"series_{day}"),
        when,
        recurring_event_id=SERIES,
        original_start=datetime(2026, 3, day, 9, tzinfo=HALIFAX),
    )


def cancelled(day: int) -> CancelledInstance:
    return CancelledInstance(EventId(f"series_{day}"), SERIES, datetime(2026, 3, day, 9, tzinfo=HALIFAX))


def busy(*items: Event | CancelledInstance, tentative_blocks: bool = True) -> list[Interval]:
    found = busy_intervals(items, HALIFAX, WEEK, tentative_blocks=tentative_blocks)
    assert found.set_aside == []
    return [each.interval for each in found.busy]


def test_a_series_is_busy_at_each_instance() -> None:
    assert busy(MASTER) == [FRIDAY, SATURDAY, SUNDAY, MONDAY]


def test_a_cancelled_instance_is_free() -> None:
    assert busy(MASTER, cancelled(8)) == [FRIDAY, SATURDAY, MONDAY]


def test_a_moved_instance_is_busy_at_its_new_time_only() -> None:
    assert busy(MASTER, exception(8, hour(8, 15))) == [FRIDAY, SATURDAY, utc(8, 18), MONDAY]


def test_an_instance_is_found_by_the_instant_of_its_original_start() -> None:
    moved = replace(exception(8, hour(8, 15)), original_start=datetime(2026, 3, 8, 17, tzinfo=KARACHI))
    assert busy(MASTER, moved) == [FRIDAY, SATURDAY, utc(8, 18), MONDAY]


def test_an_instance_moved_out_of_the_window_leaves_it() -> None:
    assert busy(MASTER, exception(8, hour(20, 9))) == [FRIDAY, SATURDAY, MONDAY]


def test_an_instance_moved_into_the_window_is_busy_there() -> None:
    assert busy(MASTER, exception(20, hour(8, 15))) == [FRIDAY, SATURDAY, SUNDAY, utc(8, 18), MONDAY]


IN_PLACE = exception(8, hour(8, 9))


@pytest.mark.parametrize(
    "exception_on_sunday",
    [
        pytest.param(replace(IN_PLACE, transparency=Transparency.TRANSPARENT), id="free"),
        pytest.param(replace(IN_PLACE, own_response=ResponseStatus.DECLINED), id="declined"),
        pytest.param(replace(IN_PLACE, status=Status.CANCELLED), id="cancelled"),
    ],
)
def test_an_exception_that_does_not_block_frees_its_instance(exception_on_sunday: Event) -> None:
    assert busy(MASTER, exception_on_sunday) == [FRIDAY, SATURDAY, MONDAY]


def test_a_busy_exception_of_a_free_series_blocks() -> None:
    free = replace(MASTER, transparency=Transparency.TRANSPARENT)
    assert busy(free, exception(8, hour(8, 15))) == [utc(8, 18)]


def test_an_accepted_instance_of_an_unanswered_series_blocks_whatever_the_setting() -> None:
    unanswered = replace(MASTER, own_response=ResponseStatus.NEEDS_ACTION)
    accepted = replace(exception(8, hour(8, 9)), own_response=ResponseStatus.ACCEPTED)
    assert busy(unanswered, accepted, tentative_blocks=False) == [SUNDAY]
    assert busy(unanswered, accepted) == [FRIDAY, SATURDAY, SUNDAY, MONDAY]


def test_an_exception_without_its_master_stands_alone() -> None:
    assert busy(exception(8, hour(8, 15)), cancelled(9)) == [utc(8, 18)]


def test_an_exception_at_a_time_that_the_series_does_not_give_stands_alone() -> None:
    stray = replace(exception(8, hour(8, 15)), original_start=datetime(2026, 3, 8, 10, tzinfo=HALIFAX))
    assert busy(MASTER, stray) == [FRIDAY, SATURDAY, SUNDAY, utc(8, 18), MONDAY]


def test_an_all_day_instance_is_found_by_its_day() -> None:
    cancelled_day = CancelledInstance(EventId("series_7"), SERIES, date(2026, 3, 7))
    sunday_of_23_hours = Interval(datetime(2026, 3, 8, 4, tzinfo=UTC), datetime(2026, 3, 9, 3, tzinfo=UTC))
    assert busy(ALL_DAY_MASTER, cancelled_day) == [sunday_of_23_hours]


def test_the_order_of_the_items_does_not_matter() -> None:
    items: list[Event | CancelledInstance] = [
        MASTER,
        exception(7, hour(7, 15)),
        cancelled(8),
        Event(EventId("lunch"), hour(9, 12)),
    ]
    found = [busy(*order) for order in permutations(items)]
    assert all(each == found[0] for each in found)


def test_of_items_with_one_id_the_last_counts() -> None:
    assert busy(MASTER, exception(8, hour(8, 15)), cancelled(8)) == [FRIDAY, SATURDAY, MONDAY]
    assert busy(MASTER, cancelled(8), exception(8, hour(8, 15))) == [FRIDAY, SATURDAY, utc(8, 18), MONDAY]


def test_each_time_names_its_event_and_its_series() -> None:
    lunch = Event(EventId("lunch"), hour(6, 12))
    found = busy_intervals([MASTER, exception(7, hour(7, 15)), cancelled(8), cancelled(9), lunch], HALIFAX, WEEK)
    assert found.busy == [
        BusyTime(FRIDAY, SERIES, SERIES),
        BusyTime(utc(6, 16), EventId("lunch"), None),
        BusyTime(utc(7, 19), EventId("series_7"), SERIES),
    ]


def test_times_are_whole_and_not_clipped_to_the_window() -> None:
    start = WEEK.start - timedelta(days=3)
    conference = Event(EventId("conference"), Timed(start, WEEK.end + timedelta(days=3)))
    assert busy(conference) == [Interval(start, WEEK.end + timedelta(days=3))]


def test_an_event_without_length_takes_no_time() -> None:
    start = datetime(2026, 3, 8, 12, tzinfo=UTC)
    assert busy(Event(EventId("reminder"), Timed(start, start))) == []


def test_a_series_that_cannot_be_read_is_set_aside_blocks_its_own_time_and_harms_no_other() -> None:
    poisoned_at = hour(6, 9)
    poisoned = Event(EventId("poison"), poisoned_at, recurrence=("RRULE:FREQ=DAILY;INTERVAL=0",))
    its_exception = replace(exception(7, hour(7, 15)), recurring_event_id=EventId("poison"))
    endless_day = Event(EventId("doomsday"), AllDay(date(2026, 3, 1), date(9999, 12, 31)))
    found = busy_intervals([poisoned, its_exception, endless_day, MASTER], ZoneInfo("America/Adak"), WEEK)
    assert found.set_aside == [EventId("poison")]
    own_time = Interval(poisoned_at.start, poisoned_at.end)
    assert [each.interval for each in found.busy if each.event_id == "poison"] == [own_time]
    assert utc(7, 19) in [each.interval for each in found.busy]
    assert EventId("doomsday") in [each.event_id for each in found.busy]
    assert SUNDAY in [each.interval for each in found.busy]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Adak"])
def test_an_event_from_the_first_day_to_the_last_is_busy_in_every_zone(zone: str) -> None:
    always = Event(EventId("always"), AllDay(date.min, date.max))
    found = busy_intervals([always, MASTER], ZoneInfo(zone), WEEK)
    assert found.set_aside == []
    assert len(found.busy) == 5


def test_a_free_series_that_cannot_be_read_is_not_missed() -> None:
    poisoned = replace(MASTER, recurrence=("RRULE:FREQ=NEVER",), transparency=Transparency.TRANSPARENT)
    assert busy(poisoned) == []


def test_a_series_alone_gives_what_it_gives_in_its_calendar() -> None:
    parts: list[Event | CancelledInstance] = [exception(7, hour(7, 15)), cancelled(8)]
    alone = series_busy(MASTER, parts, HALIFAX, WEEK)
    assert alone == busy_intervals([MASTER, *parts], HALIFAX, WEEK)
    assert len(alone.busy) == 3
