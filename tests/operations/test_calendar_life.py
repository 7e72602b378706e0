"""What people do to their calendars in Google's own pages, beyond adding and moving events.

Rules: product specification, section 5; splits, the bin and moves as Google's pages make them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.google_side import Person
from tests.operations.world import HALF_HOUR, World, at

from lockstep.calendar.interval import Interval
from lockstep.store.models import Appointment

HALIFAX = ZoneInfo("America/Halifax")


@pytest.fixture
def alice(live: World) -> Person:
    return live.person(live.company.alice)


def daily(alice: Person, rule: str = "RRULE:FREQ=DAILY;COUNT=5") -> str:
    """From 1 December, 10 to 11 in Halifax."""
    start = datetime(2026, 12, 1, 10, tzinfo=HALIFAX)
    return alice.add(start, start + timedelta(hours=1), recurrence=[rule])


def shown(live: World) -> list[tuple[int, int]]:
    """Day and hour in Halifax of all busy time of Alice's, read incrementally; the same when everything is read."""
    live.look(live.company.alice)
    return [(each.start.astimezone(HALIFAX).day, each.start.astimezone(HALIFAX).hour) for each in busy(live)]


def busy(live: World) -> list[Interval]:
    return live.busy(live.company.alice)


def another_calendar(live: World, alice: Person) -> str:
    made = live.google.call_as(alice.email, "POST", "/calendar/v3/calendars", {"summary": "Choir"})
    return str(made["id"])


def take_to(live: World, alice: Person, event_id: str, *, source: str, to: str) -> None:
    path = f"/calendar/v3/calendars/{source}/events/{event_id}/move"
    live.google.call_as(alice.email, "POST", path, destination=to)


@pytest.mark.parametrize("rule", ["RRULE:FREQ=DAILY;COUNT=5", "RRULE:FREQ=DAILY;UNTIL=20261205T235959Z"])
def test_a_series_split_in_googles_page_goes_on_under_its_second_id(live: World, alice: Person, rule: str) -> None:
    master = daily(alice, rule)
    assert shown(live) == [(day, 10) for day in range(1, 6)]
    second = live.google.control("POST", f"calendars/{alice.email}/split", instance=f"{master}_20261203T140000Z")["id"]
    assert second.startswith(f"{master}_R")
    assert shown(live) == [(day, 10) for day in range(1, 6)]
    alice.change(second, start=_zoned(13, day=3), end=_zoned(14, day=3))
    assert shown(live) == [(1, 10), (2, 10), (3, 13), (4, 13), (5, 13)]
    alice.delete(second)
    assert shown(live) == [(1, 10), (2, 10)]


def _zoned(hour: int, *, day: int) -> dict[str, str]:
    return {"dateTime": datetime(2026, 12, day, hour, tzinfo=HALIFAX).isoformat(), "timeZone": "America/Halifax"}


def test_a_series_that_is_cut_short_loses_its_later_exceptions(live: World, alice: Person) -> None:
    master = daily(alice)
    later = datetime(2026, 12, 4, 15, tzinfo=HALIFAX)
    alice.move(f"{master}_20261204T140000Z", later, later + timedelta(hours=1))
    assert (4, 15) in shown(live)
    alice.change(master, recurrence=["RRULE:FREQ=DAILY;UNTIL=20261203T035959Z"])
    first_two = [(1, 10), (2, 10)]
    assert [each for each in shown(live) if each[0] < 4] == first_two


def test_an_external_event_taken_out_of_the_bin_blocks_again(live: World, alice: Person) -> None:
    event = alice.add(at(10), at(11))
    assert shown(live) == [(1, 10)]
    alice.delete(event)
    assert shown(live) == []
    live.google.control("POST", f"calendars/{alice.email}/restore", event=event)
    assert shown(live) == [(1, 10)]


def test_an_external_event_moved_to_another_calendar_no_longer_blocks(live: World, alice: Person) -> None:
    """Only the primary calendar counts."""
    event, choir = alice.add(at(10), at(11)), another_calendar(live, alice)
    assert shown(live) == [(1, 10)]
    take_to(live, alice, event, source="primary", to=choir)
    assert shown(live) == []
    take_to(live, alice, event, source=choir, to="primary")
    assert shown(live) == [(1, 10)]


def test_our_event_moved_to_another_calendar_and_back_within_the_grace_ends_in_no_message(
    live: World, alice: Person
) -> None:
    appointment, event = live.booked(live.company.alice, at(10))
    choir = another_calendar(live, alice)
    take_to(live, alice, event, source="primary", to=choir)
    live.look(live.company.alice)
    assert Appointment.objects.get(pk=appointment.pk).status == "cancelled"
    assert at(10) not in live.offered(live.company.alice)
    take_to(live, alice, event, source=choir, to="primary")
    live.look(live.company.alice)
    live.clock.advance(timedelta(minutes=5))
    live.work()
    assert Appointment.objects.get(pk=appointment.pk).status == "booked"
    assert live.post.news == []


def test_an_event_over_several_days_blocks_all_of_them(live: World, alice: Person) -> None:
    alice.add(at(15, day=1), at(10, day=3))
    live.look(live.company.alice)
    assert busy(live) == [Interval(at(15, day=1), at(10, day=3))]
    assert live.offered(live.company.alice, day=2) == set()


NOT_BUSY: list[tuple[str, dict[str, Any]]] = [
    ("a birthday", {"eventType": "birthday", "birthdayProperties": {"type": "self"}, "visibility": "private"}),
    ("all day, shown as free", {}),
]


@pytest.mark.parametrize(("fields"), [row[1] for row in NOT_BUSY], ids=[row[0] for row in NOT_BUSY])
def test_days_that_take_no_time_do_not_block(live: World, alice: Person, fields: dict[str, Any]) -> None:
    rule = {"recurrence": ["RRULE:FREQ=YEARLY"]} if fields else {}
    alice.add(date(2026, 12, 1), date(2026, 12, 2), transparency="transparent", **fields, **rule)
    assert shown(live) == []
    assert at(10) in live.offered(live.company.alice)


def test_events_count_from_one_day_before_a_person_was_first_read(world: World) -> None:
    alice = world.person(world.company.alice)
    lately, earlier = world.now - timedelta(hours=20), world.now - timedelta(hours=30)
    alice.add(lately, lately + HALF_HOUR)
    alice.add(earlier, earlier + HALF_HOUR)
    world.connect()
    world.work()
    assert [each.start for each in world.busy(world.company.alice)] == [lately.replace(microsecond=0)]


def test_an_event_that_began_before_the_window_and_lasts_into_it_counts(world: World) -> None:
    world.person(world.company.alice).add(world.now - timedelta(days=9), at(12))
    world.connect()
    world.work()
    assert [each.end for each in world.busy(world.company.alice)] == [at(12)]
