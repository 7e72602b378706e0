"""Reading a calendar: what takes time, page by page, and nothing lost, doubled or written without need.

Rules: product specification, section 5; architecture, invariants 1, 2, 3, 4 and 9.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection as database
from tests.google_side import Person, times
from tests.operations.meddling import Killed, Meddling
from tests.operations.world import HALF_HOUR, World, at

from lockstep.calendar.event import AllDay, Event, EventId, Timed, ZoneName
from lockstep.calendar.interval import Interval
from lockstep.operations.set_aside import events_set_aside, ignore_event
from lockstep.operations.sweep import move_horizons
from lockstep.store.models import BusyInterval, CalendarLink, MirroredEvent
from lockstep.sync.link import LinkState

HALIFAX = ZoneInfo("America/Halifax")


def local(hour: int, *, day: int = 1, month: int = 12, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=HALIFAX)


def days(first: date, last: date) -> Interval:
    """From the first moment of a day to that of another, in Halifax."""
    begin, end = (datetime(day.year, day.month, day.day, tzinfo=HALIFAX).astimezone(UTC) for day in (first, last))
    return Interval(begin, end)


@pytest.fixture
def alice(live: World) -> Person:
    return live.person(live.company.alice)


# What takes time


def test_a_busy_event_takes_its_time_out_of_the_offer(live: World, alice: Person) -> None:
    alice.add(at(10), at(11))
    live.look(live.company.alice)
    assert live.busy(live.company.alice) == [Interval(at(10), at(11))]
    assert not {at(10), at(10, 30)} & live.offered(live.company.alice)
    assert {at(9, 30), at(11)} <= live.offered(live.company.alice)
    assert at(10) in live.offered(live.company.bob)


GUEST = {"email": "alice@cedar.example"}
OTHER = {"email": "bob@cedar.example"}
KINDS: list[tuple[str, dict[str, Any], bool]] = [
    ("busy", {}, True),
    ("private", {"visibility": "private"}, True),
    ("shown as free", {"transparency": "transparent"}, False),
    ("tentative", {"status": "tentative"}, True),
    ("accepted", {"attendees": [{**GUEST, "responseStatus": "accepted"}, OTHER]}, True),
    ("declined", {"attendees": [{**GUEST, "responseStatus": "declined"}, OTHER]}, False),
    ("not answered", {"attendees": [{**GUEST, "responseStatus": "needsAction"}, OTHER]}, True),
    ("out of office", {"eventType": "outOfOffice", "outOfOfficeProperties": {}}, True),
    ("focus time", {"eventType": "focusTime", "focusTimeProperties": {}}, True),
    (
        "working location",
        {
            "eventType": "workingLocation",
            "visibility": "public",
            "transparency": "transparent",
            "workingLocationProperties": {"type": "homeOffice", "homeOffice": {}},
        },
        False,
    ),
]


@pytest.mark.parametrize(("fields", "blocks"), [row[1:] for row in KINDS], ids=[row[0] for row in KINDS])
def test_an_event_takes_time_by_what_it_is(live: World, alice: Person, fields: dict[str, Any], blocks: bool) -> None:
    alice.add(at(10), at(11), **fields)
    live.look(live.company.alice)
    assert (at(10) not in live.offered(live.company.alice)) is blocks


def test_tentative_events_do_not_block_where_the_organisation_says_so(live: World, alice: Person) -> None:
    live.company.organisation.tentative_blocks = False
    live.company.organisation.save(update_fields=["tentative_blocks"])
    alice.add(at(10), at(11), status="tentative")
    alice.add(at(13), at(14))
    live.look(live.company.alice)
    assert live.busy(live.company.alice) == [Interval(at(13), at(14))]


def test_an_answer_given_later_frees_the_time(live: World, alice: Person) -> None:
    bob = live.person(live.company.bob)
    meeting = bob.add(at(10), at(11), attendees=[GUEST])
    live.look(live.company.alice)
    assert live.busy(live.company.alice) == [Interval(at(10), at(11))]
    alice.change(meeting, attendees=[{**GUEST, "responseStatus": "declined"}])
    live.look(live.company.alice)
    assert live.busy(live.company.alice) == []


def test_no_title_description_or_guest_is_kept(live: World, alice: Person) -> None:
    alice.add(at(10), at(11), summary="Surgery", description="Ward 9", location="Clinic", attendees=[OTHER])
    live.look(live.company.alice)
    row = MirroredEvent.objects.get(link=live.link(live.company.alice))
    kept = repr([getattr(row, field.attname) for field in row._meta.concrete_fields])
    assert not any(word in kept for word in ("Surgery", "Ward", "Clinic", "bob"))


@pytest.mark.parametrize(
    ("first", "last", "hours"),
    [
        (date(2027, 3, 14), date(2027, 3, 15), 23),
        (date(2026, 12, 1), date(2026, 12, 2), 24),
        (date(2027, 11, 7), date(2027, 11, 8), 25),
        (date(2027, 3, 13), date(2027, 3, 16), 71),
    ],
    ids=["the day that clocks go forward", "a common day", "the day that they go back", "three days around it"],
)
def test_an_all_day_event_covers_its_days_in_the_calendars_zone(
    live: World, alice: Person, first: date, last: date, hours: int
) -> None:
    alice.add(first, last)
    live.look(live.company.alice)
    (busy,) = live.busy(live.company.alice)
    assert busy == days(first, last)
    assert busy.end - busy.start == timedelta(hours=hours)


def test_all_day_events_follow_their_calendar_to_another_zone(live: World, alice: Person) -> None:
    alice.add(date(2026, 12, 1), date(2026, 12, 2))
    alice.add(date(2026, 12, 8), date(2026, 12, 9), recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"])
    live.look(live.company.alice)
    live.google.control("PATCH", f"users/{alice.email}", time_zone="Asia/Tokyo")
    live.look(live.company.alice)
    starts = [busy.start for busy in live.busy(live.company.alice)]
    assert starts == [datetime(2026, month, day, 15, tzinfo=UTC) for month, day in ((11, 30), (12, 7), (12, 14))]


def test_a_series_keeps_its_wall_clock_time_over_a_change_of_clocks(live: World, alice: Person) -> None:
    alice.add(
        local(10, day=12, month=3, year=2027),
        local(11, day=12, month=3, year=2027),
        recurrence=["RRULE:FREQ=DAILY;COUNT=4"],
    )
    live.look(live.company.alice)
    assert [busy.start.hour for busy in live.busy(live.company.alice)] == [14, 14, 13, 13]


def test_an_endless_series_is_known_as_far_as_anybody_can_book(live: World, alice: Person) -> None:
    alice.add(local(10), local(11), recurrence=["RRULE:FREQ=WEEKLY"])
    live.look(live.company.alice)
    last = live.busy(live.company.alice)[-1].start
    assert last - live.now > timedelta(days=390)
    live.clock.advance(timedelta(days=50))
    move_horizons(now=live.now)
    assert live.busy(live.company.alice)[-1].start - live.now > timedelta(days=390)


def test_an_event_that_ended_before_the_window_is_ignored(live: World, alice: Person) -> None:
    long_ago = live.now - timedelta(days=30)
    kept = alice.add(long_ago, long_ago + HALF_HOUR)
    live.look(live.company.alice)
    assert live.busy(live.company.alice) == []
    alice.move(kept, at(10), at(11))
    live.look(live.company.alice)
    assert live.busy(live.company.alice) == [Interval(at(10), at(11))]
    alice.move(kept, long_ago, long_ago + HALF_HOUR)
    live.look(live.company.alice)
    assert live.busy(live.company.alice) == []


# Series and their exceptions


def series(alice: Person) -> str:
    """Five days from 1 December, 10 to 11."""
    return alice.add(local(10), local(11), recurrence=["RRULE:FREQ=DAILY;COUNT=5"])


def instance(alice: Person, master: str, day: int) -> str:
    return f"{master}_202612{day:02}T140000Z"


def starts(live: World) -> list[tuple[int, int]]:
    """Day and hour in Halifax of all busy time of Alice's."""
    return [
        (busy.start.astimezone(HALIFAX).day, busy.start.astimezone(HALIFAX).hour)
        for busy in live.busy(live.company.alice)
    ]


@pytest.mark.parametrize("backwards", [False, True], ids=["master first", "exceptions first"])
@pytest.mark.parametrize("page_size", [1, 2, 100])
def test_exceptions_and_their_master_converge_in_any_order(
    live: World, alice: Person, backwards: bool, page_size: int
) -> None:
    """Invariant 2."""
    master = series(alice)
    alice.move(instance(alice, master, 2), local(15, day=2), local(16, day=2))
    alice.delete(instance(alice, master, 3))
    alice.change(instance(alice, master, 4), transparency="transparent")
    live.run(live.company.alice, Meddling(live.workspace, page_size=page_size, backwards=backwards))
    assert starts(live) == [(1, 10), (2, 15), (5, 10)]


def test_exceptions_come_and_go_one_by_one(live: World, alice: Person) -> None:
    master = series(alice)
    live.look(live.company.alice)
    assert starts(live) == [(day, 10) for day in range(1, 6)]
    alice.move(instance(alice, master, 2), local(15, day=2), local(16, day=2))
    live.look(live.company.alice)
    assert starts(live) == [(1, 10), (2, 15), (3, 10), (4, 10), (5, 10)]
    alice.delete(instance(alice, master, 2))
    live.look(live.company.alice)
    assert starts(live) == [(1, 10), (3, 10), (4, 10), (5, 10)]
    alice.change(instance(alice, master, 2), status="confirmed")
    live.look(live.company.alice)
    assert (2, 15) in starts(live) or (2, 10) in starts(live)


def test_this_and_following_is_a_shorter_series_and_a_new_one(live: World, alice: Person) -> None:
    """As the guide has it: the old rule ends before the instance, a new series begins there."""
    master = series(alice)
    alice.move(instance(alice, master, 5), local(8, day=5), local(9, day=5))
    live.look(live.company.alice)
    alice.change(master, recurrence=["RRULE:FREQ=DAILY;UNTIL=20261203T035959Z"])
    alice.add(local(13, day=3), local(14, day=3), recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    live.look(live.company.alice)
    assert starts(live) == [(1, 10), (2, 10), (3, 13), (4, 13), (5, 13)]


def test_a_series_that_is_moved_is_busy_at_its_new_times_alone(live: World, alice: Person) -> None:
    master = series(alice)
    live.look(live.company.alice)
    alice.change(master, **times(local(16), local(17)))
    live.look(live.company.alice)
    assert starts(live) == [(day, 16) for day in range(1, 6)]


def test_a_deleted_series_takes_its_exceptions_along(live: World, alice: Person) -> None:
    master = series(alice)
    alice.move(instance(alice, master, 2), local(15, day=2), local(16, day=2))
    live.look(live.company.alice)
    alice.delete(master)
    live.look(live.company.alice)
    assert live.busy(live.company.alice) == []
    assert not MirroredEvent.objects.filter(link=live.link(live.company.alice), kind="exception").exists()


def test_a_series_that_becomes_a_single_event_leaves_no_instance_behind(live: World, alice: Person) -> None:
    master = series(alice)
    alice.move(instance(alice, master, 2), local(15, day=2), local(16, day=2))
    live.look(live.company.alice)
    alice.change(master, recurrence=None)
    live.look(live.company.alice)
    assert starts(live) == [(1, 10)]


@pytest.mark.parametrize("days_before", [5, 100], ids=["within what is listed", "before all that is listed"])
def test_an_instance_moved_into_the_past_does_not_come_back_with_a_full_synchronisation(
    live: World, alice: Person, days_before: int
) -> None:
    """A list that begins later leaves it out, and the series alone would be busy where it was."""
    master = series(alice)
    past = local(10) - timedelta(days=days_before)
    alice.move(instance(alice, master, 2), past, past + HALF_HOUR)
    live.look(live.company.alice)
    live.resync(live.company.alice)
    live.work()
    assert starts(live) == [(1, 10), (3, 10), (4, 10), (5, 10)]


def test_an_instance_moved_into_the_past_before_the_first_reading_is_not_busy_where_it_was(world: World) -> None:
    person = world.person(world.company.alice)
    master = series(person)
    past = local(10) - timedelta(days=5)
    person.move(instance(person, master, 2), past, past + HALF_HOUR)
    world.connect()
    world.work()
    assert starts(world) == [(1, 10), (3, 10), (4, 10), (5, 10)]


def test_an_invitation_to_one_instance_alone_takes_its_time(live: World, alice: Person) -> None:
    bob = live.person(live.company.bob)
    master = series(bob)
    bob.change(instance(bob, master, 3), attendees=[GUEST, OTHER])
    live.look(live.company.alice)
    assert starts(live) == [(3, 10)]


# Pages and tokens


def test_a_sync_token_is_stored_with_the_last_page_alone(live: World, alice: Person) -> None:
    """Invariant 1: a process that dies between two pages begins again where it began before."""
    for hour in range(9, 14):
        alice.add(at(hour), at(hour, 30))
    before = live.link(live.company.alice).sync_token

    def die(name: str, _: str) -> None:
        if name == "events_page" and meddling.calls.count("events_page") == 3:
            raise Killed

    meddling = Meddling(live.workspace, before=die, page_size=2)
    with pytest.raises(Killed):
        live.run(live.company.alice, meddling)
    link = live.link(live.company.alice)
    assert link.sync_token == before
    assert link.done < link.wanted
    assert len(live.busy(live.company.alice)) == 4
    live.clock.advance(timedelta(minutes=1))
    live.sweep()
    live.work()
    assert len(live.busy(live.company.alice)) == 5
    assert live.link(live.company.alice).sync_token != before


def test_a_sync_token_is_stored_when_the_last_page_is_empty(live: World, alice: Person) -> None:
    before = live.link(live.company.alice).sync_token
    removed = alice.add(at(10), at(11))
    alice.delete(removed)
    live.google.switch(short_pages=True)
    live.look(live.company.alice)
    assert live.link(live.company.alice).sync_token != before
    assert live.busy(live.company.alice) == []


def test_google_failing_on_the_second_page_stores_no_token(live: World, alice: Person) -> None:
    alice.add(at(10), at(11))
    live.google.switch(short_pages=True)
    before = live.link(live.company.alice)

    def break_down(name: str, _: str) -> None:
        live.google.fault(method="calendar.events.list", status=503)

    live.run(live.company.alice, Meddling(live.workspace, after=break_down))
    after = live.link(live.company.alice)
    assert (after.sync_token, after.verified_at) == (before.sync_token, before.verified_at)
    assert after.state == LinkState.BACKING_OFF
    live.google.mend()
    live.clock.advance(timedelta(seconds=5))
    live.sweep()
    live.work()
    assert live.busy(live.company.alice) == [Interval(at(10), at(11))]


def test_an_interrupted_full_synchronisation_leaves_nothing_that_google_dropped_meanwhile(
    live: World, alice: Person
) -> None:
    """The first attempt stored the event; before the second one began it had left the window, without a trace."""
    gone = alice.add(at(10), at(11))
    live.look(live.company.alice)
    alice.add(at(13), at(14))
    live.resync(live.company.alice)

    def die(name: str, _: str) -> None:
        if meddling.calls.count(name) == 2:
            raise Killed

    meddling = Meddling(live.workspace, before=die, page_size=1)
    with pytest.raises(Killed):
        live.run(live.company.alice, meddling)
    live.run(live.company.alice, Meddling(live.workspace, hidden=frozenset({gone})))
    assert live.busy(live.company.alice) == [Interval(at(13), at(14))]


Rows = list[tuple[Any, ...]]


def stored(table: type[MirroredEvent] | type[BusyInterval]) -> Rows:
    """All rows with the transaction and place in which each was written last."""
    with database.cursor() as cursor:
        cursor.execute(f"SELECT *, xmin::text, ctid::text FROM {table._meta.db_table} ORDER BY id")  # noqa: S608  (the model's own name)
        return list(cursor.fetchall())


def some_of_everything(alice: Person) -> None:
    master = series(alice)
    alice.move(instance(alice, master, 2), local(15, day=2), local(16, day=2))
    alice.delete(instance(alice, master, 3))
    alice.add(at(9), at(10), transparency="transparent")
    alice.add(date(2026, 12, 8), date(2026, 12, 9))


def test_applying_a_page_twice_changes_nothing(live: World, alice: Person) -> None:
    """Invariant 2; and not a row is written."""
    link_before = CalendarLink.objects.get(staff=live.company.alice)
    some_of_everything(alice)
    live.look(live.company.alice)
    once = (stored(MirroredEvent), stored(BusyInterval))
    CalendarLink.objects.filter(pk=link_before.pk).update(sync_token=link_before.sync_token)
    live.look(live.company.alice)
    assert (stored(MirroredEvent), stored(BusyInterval)) == once


def test_a_look_that_finds_nothing_writes_nothing_but_that_it_looked(live: World, alice: Person) -> None:
    some_of_everything(alice)
    live.booked(live.company.alice, at(16))
    live.look(live.company.alice)
    before = (stored(MirroredEvent), stored(BusyInterval), live.link(live.company.alice).changed_at)
    live.look(live.company.alice)
    assert (stored(MirroredEvent), stored(BusyInterval), live.link(live.company.alice).changed_at) == before


def test_a_full_synchronisation_that_finds_the_same_stores_no_busy_time_anew(live: World, alice: Person) -> None:
    some_of_everything(alice)
    live.look(live.company.alice)
    before = stored(BusyInterval)
    live.resync(live.company.alice)
    live.work()
    assert stored(BusyInterval) == before


POISON: tuple[Event, ...] = (
    Event(EventId("firstday"), AllDay(date(1, 1, 1), date(1, 1, 2))),
    Event(EventId("lastday"), AllDay(date(9999, 12, 30), date(9999, 12, 31))),
    Event(EventId("nonsense"), Timed(at(9), at(10), ZoneName("Asia/Tokyo")), recurrence=("RRULE:FREQ=SOMETIMES",)),
    Event(EventId("longest" + "v" * 1017), Timed(at(11), at(12))),
)


def test_a_poisoned_event_does_not_keep_the_others_from_being_read(live: World, alice: Person) -> None:
    """Days at the ends of the calendar have no instant in every zone; rules can be nonsense."""
    live.google.control("PATCH", f"users/{alice.email}", time_zone="Asia/Tokyo")
    known = alice.add(at(13), at(14))
    live.look(live.company.alice)
    alice.add(at(15), at(16))
    unreadable = (EventId(known), EventId("unknown"))
    live.run(live.company.alice, Meddling(live.workspace, added=POISON, unreadable=unreadable))
    assert live.link(live.company.alice).state == LinkState.CURRENT
    # What was known of an event that can no longer be read goes on counting.
    # So does the own time of a series whose rule cannot be read.
    expected = [Interval(at(hour), at(hour + 1)) for hour in (9, 11, 13, 15)]
    assert live.busy(live.company.alice) == expected
    shown = MirroredEvent.objects.exclude(set_aside="").values_list("event_id", flat=True)
    assert set(shown) == {known, "unknown", "nonsense"}


def read_with(live: World, *added: Event, unreadable: tuple[str, ...] = ()) -> None:
    """One look at Alice's calendar in which Google shows these as well."""
    ids = tuple(EventId(each) for each in unreadable)
    live.run(live.company.alice, Meddling(live.workspace, added=added, unreadable=ids))


NONSENSE = POISON[2]


@pytest.mark.parametrize("what", ["an event that cannot be read", "a series whose rule cannot be read"])
def test_what_cannot_be_read_is_not_free_until_an_admin_says_to_ignore_it(
    live: World, alice: Person, what: str
) -> None:
    """Its time could be any, so the person's is unknown; the others' is not."""
    if what == "an event that cannot be read":
        read_with(live, unreadable=("riddle",))
    else:
        read_with(live, NONSENSE)
    assert not live.is_known(live.company.alice)
    assert live.is_known(live.company.bob)
    (event,) = events_set_aside(live.connection)
    ignore_event(event, by=live.company.admin, now=live.now)
    assert live.is_known(live.company.alice)


def test_an_ignored_event_stays_ignored_while_nothing_changes_in_it(live: World, alice: Person) -> None:
    read_with(live, NONSENSE)
    (event,) = events_set_aside(live.connection)
    ignore_event(event, by=live.company.admin, now=live.now)
    read_with(live, NONSENSE)
    assert live.is_known(live.company.alice)
    read_with(live, replace(NONSENSE, recurrence=("RRULE:FREQ=NEVER",)))
    assert not live.is_known(live.company.alice)


@pytest.mark.parametrize("how", ["becomes readable", "is deleted"])
def test_an_event_that_could_not_be_read_ends_the_doubt_by_itself(live: World, alice: Person, how: str) -> None:
    riddle = alice.add(at(13), at(14))
    read_with(live, unreadable=(riddle,))
    assert not live.is_known(live.company.alice)
    if how == "is deleted":
        alice.delete(riddle)
    else:
        alice.move(riddle, at(15), at(16))
    live.look(live.company.alice)
    assert live.is_known(live.company.alice)
    assert live.busy(live.company.alice) == ([] if how == "is deleted" else [Interval(at(15), at(16))])


def test_an_event_from_the_first_day_to_the_last_takes_all_time(live: World, alice: Person) -> None:
    read_with(live, Event(EventId("always"), AllDay(date(1, 1, 1), date(9999, 12, 31))))
    assert live.offered(live.company.alice) == set()
    assert live.is_known(live.company.alice)


# Tokens that end


@pytest.mark.parametrize("how", ["ended by Google", "malformed"])
def test_a_lost_token_leads_to_a_full_synchronisation_of_a_new_generation(live: World, alice: Person, how: str) -> None:
    gone, kept = alice.add(at(10), at(11)), alice.add(at(13), at(14))
    live.look(live.company.alice)
    before = live.link(live.company.alice)
    if how == "malformed":
        CalendarLink.objects.filter(pk=before.pk).update(sync_token="rubbish")
    else:
        live.google.control("POST", f"calendars/{alice.email}/end-sync-tokens")
    live.run(live.company.alice, Meddling(live.workspace, hidden=frozenset({gone})))
    after = live.link(live.company.alice)
    assert (after.state, after.generation) == (LinkState.CURRENT, before.generation + 1)
    assert live.busy(live.company.alice) == [Interval(at(13), at(14))]
    assert kept


def test_what_was_known_stays_readable_while_everything_is_read_again(live: World, alice: Person) -> None:
    """Stale, never silently wrong: nothing of the old generation is dropped before the new one is complete."""
    for hour in (10, 11, 13):
        alice.add(at(hour), at(hour, 30))
    live.look(live.company.alice)
    before = live.busy(live.company.alice)
    live.google.control("POST", f"calendars/{alice.email}/end-sync-tokens")
    seen: list[tuple[list[Interval], bool]] = []

    def watch(name: str, _: str) -> None:
        seen.append((live.busy(live.company.alice), live.is_known(live.company.alice)))

    live.run(live.company.alice, Meddling(live.workspace, before=watch, page_size=1))
    assert len(seen) == 4
    assert all(each == (before, True) for each in seen)
