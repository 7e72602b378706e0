"""One runner for each calendar and one writer for each event, whoever asks, dies or comes late.

Rules: architecture, invariants 6, 7 and 10.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.db import connections
from tests.cast import NOW, Company
from tests.operations.meddling import Killed, Meddling
from tests.operations.world import World, at

from lockstep.calendar.interval import Interval
from lockstep.operations.connection import pause
from lockstep.operations.looking import ask_for_look, look_now
from lockstep.operations.resyncing import resync_people
from lockstep.operations.sync_calendar import LEASE, sync_calendar
from lockstep.operations.write_event import write_event
from lockstep.store.locks import LeaseLost, drop_lease, drop_lease_if_satisfied, take_lease, wish
from lockstep.store.models import Appointment, CalendarLink, Connection
from lockstep.sync.link import LinkState

MINUTE = timedelta(minutes=1)


@pytest.fixture
def row(company: Company) -> CalendarLink:
    connection = Connection.objects.create(
        organisation=company.organisation, directory_user="a@cedar.example", connected_at=NOW
    )
    return CalendarLink.objects.create(staff=company.alice, connection=connection)


# The lease itself


def test_a_lease_is_given_to_one_until_it_ends(row: CalendarLink) -> None:
    first = take_lease(CalendarLink, row.pk, now=NOW, lasting=MINUTE)
    assert first is not None
    assert take_lease(CalendarLink, row.pk, now=NOW + MINUTE / 2, lasting=MINUTE) is None
    second = take_lease(CalendarLink, row.pk, now=NOW + MINUTE, lasting=MINUTE)
    assert second is not None
    assert second.number == first.number + 1


def test_whoever_lost_a_lease_writes_renews_and_drops_nothing(row: CalendarLink) -> None:
    first = take_lease(CalendarLink, row.pk, now=NOW, lasting=MINUTE)
    second = take_lease(CalendarLink, row.pk, now=NOW + MINUTE, lasting=MINUTE)
    assert first is not None
    assert second is not None
    with pytest.raises(LeaseLost):
        first.row_for_writing()
    with pytest.raises(LeaseLost):
        first.renew(NOW + 2 * MINUTE)
    drop_lease(first)
    assert take_lease(CalendarLink, row.pk, now=NOW + MINUTE, lasting=MINUTE) is None


def test_a_lease_on_a_row_that_is_gone_is_lost(row: CalendarLink) -> None:
    lease = take_lease(CalendarLink, row.pk, now=NOW, lasting=MINUTE)
    assert lease is not None
    row.delete()
    with pytest.raises(LeaseLost):
        lease.row_for_writing()
    assert drop_lease_if_satisfied(lease)


def test_a_lease_is_not_given_back_while_a_wish_is_open(row: CalendarLink) -> None:
    lease = take_lease(CalendarLink, row.pk, now=NOW, lasting=MINUTE)
    assert lease is not None
    wish(CalendarLink, row.pk, by=NOW)
    assert not drop_lease_if_satisfied(lease)
    CalendarLink.objects.filter(pk=row.pk).update(done=1)
    assert drop_lease_if_satisfied(lease)
    assert take_lease(CalendarLink, row.pk, now=NOW, lasting=MINUTE) is not None


def test_the_first_of_a_burst_of_wishes_is_the_one_that_enqueues(row: CalendarLink) -> None:
    wishes = [wish(CalendarLink, row.pk, by=NOW) for _ in range(5)]
    assert [each.first for each in wishes if each] == [True, False, False, False, False]
    assert [each.number for each in wishes if each] == [1, 2, 3, 4, 5]


def test_a_wish_for_nothing_is_none(row: CalendarLink) -> None:
    assert wish(CalendarLink, row.pk + 1, by=NOW) is None


# One runner


def test_a_burst_of_twenty_wishes_is_one_job_and_one_look(live: World) -> None:
    before = live.google.last_request()
    for _ in range(20):
        ask_for_look(live.link(live.company.alice).pk, now=live.now)
    assert live.waiting("look_at_calendar") == 1
    live.work()
    assert [each["google_method"] for each in live.google.requests(before)] == ["calendar.events.list"]
    link = live.link(live.company.alice)
    assert link.done == link.wanted


def test_a_wish_during_a_run_leads_to_another_round(live: World) -> None:
    def meanwhile(_: str, __: str) -> None:
        if len(meddling.calls) == 1:
            live.person(live.company.alice).add(at(10), at(11))
            ask_for_look(live.link(live.company.alice).pk, now=live.now)

    meddling = Meddling(live.workspace, after=meanwhile)
    live.run(live.company.alice, meddling)
    assert len(meddling.calls) == 2
    assert live.busy(live.company.alice) == [Interval(at(10), at(11))]
    assert live.waiting("look_at_calendar") == 0


def test_a_calendar_that_never_rests_lets_others_have_their_turn(live: World) -> None:
    def meanwhile(_: str, __: str) -> None:
        ask_for_look(live.link(live.company.alice).pk, now=live.now)

    meddling = Meddling(live.workspace, after=meanwhile)
    live.run(live.company.alice, meddling)
    assert len(meddling.calls) < 50
    assert live.waiting("look_at_calendar") == 1
    live.work()
    link = live.link(live.company.alice)
    assert link.done == link.wanted


def test_a_runner_that_was_overtaken_stores_nothing(live: World) -> None:
    """It read a page, slept too long, and meanwhile another one read and stored a newer state."""
    alice = live.person(live.company.alice)
    old = alice.add(at(10), at(11))

    def oversleep(_: str, __: str) -> None:
        alice.delete(old)
        alice.add(at(13), at(14))
        live.clock.advance(LEASE + timedelta(seconds=1))
        ask_for_look(live.link(live.company.alice).pk, now=live.now)
        sync_calendar(live.link(live.company.alice).pk, workspace=live.workspace, clock=live.clock)

    live.run(live.company.alice, Meddling(live.workspace, after=oversleep))
    assert live.busy(live.company.alice) == [Interval(at(13), at(14))]
    assert live.link(live.company.alice).state == LinkState.CURRENT
    assert live.link(live.company.alice).leased_until is None


def test_a_resync_overtakes_the_runner_that_is_reading_by_the_old_token(live: World) -> None:
    def meanwhile(_: str, __: str) -> None:
        if len(meddling.calls) == 1:
            resync_people(live.connection, [live.company.alice.pk], by=live.company.admin, now=live.now)

    before = live.link(live.company.alice).generation
    meddling = Meddling(live.workspace, after=meanwhile)
    live.run(live.company.alice, meddling)
    assert live.link(live.company.alice).state == LinkState.FULL_SYNC
    live.work()
    after = live.link(live.company.alice)
    assert after.state == LinkState.CURRENT
    assert after.generation > before


def test_a_runner_whose_connection_is_given_up_meanwhile_ends_quietly(live: World) -> None:
    def meanwhile(_: str, __: str) -> None:
        live.connection.delete()

    assert live.run(live.company.alice, Meddling(live.workspace, after=meanwhile))
    assert not CalendarLink.objects.exists()


def test_a_connection_can_be_given_up_while_somebody_reads_and_cancels_nothing(live: World) -> None:
    """The tombstones of the events that Disconnect removes are no deletions by a person."""
    appointment, _ = live.booked(live.company.alice, at(10))

    def meanwhile(name: str, _: str) -> None:
        if name == "events_page":
            live.disconnect()

    live.run(live.company.alice, Meddling(live.workspace, before=meanwhile))
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.BOOKED
    assert live.ours(live.company.alice) == []
    assert not Connection.objects.exists()


def test_a_runner_pauses_with_its_connection(live: World) -> None:
    def meanwhile(_: str, __: str) -> None:
        pause(live.connection, by=live.company.admin, now=live.now)
        ask_for_look(live.link(live.company.alice).pk, now=live.now)

    meddling = Meddling(live.workspace, after=meanwhile)
    live.run(live.company.alice, meddling)
    assert len(meddling.calls) == 1


# Lost jobs


def test_a_job_that_was_lost_is_asked_for_again_within_half_a_minute(live: World) -> None:
    live.person(live.company.alice).add(at(10), at(11))
    ask_for_look(live.link(live.company.alice).pk, now=live.now)
    live.lose_jobs()
    live.sweep()
    assert live.waiting("look_at_calendar") == 0
    live.clock.advance(timedelta(seconds=31))
    live.sweep()
    live.work()
    assert live.busy(live.company.alice) == [Interval(at(10), at(11))]


def test_a_write_whose_job_was_lost_is_asked_for_again(live: World) -> None:
    appointment = live.book(live.company.alice, at(10))
    live.lose_jobs()
    live.clock.advance(timedelta(seconds=31))
    live.sweep()
    live.work()
    assert live.written(appointment).in_google


def test_a_message_whose_job_was_lost_is_sent_all_the_same(live: World) -> None:
    live.book(live.company.alice, at(10))
    live.lose_jobs()
    live.clock.advance(timedelta(seconds=31))
    live.sweep()
    live.work()
    assert live.post.news == ["booked"]


def test_a_runner_that_was_killed_is_followed_by_another_when_its_lease_has_ended(live: World) -> None:
    """Killed as by SIGKILL: nothing is given back."""
    link = live.link(live.company.alice)
    live.person(live.company.alice).add(at(10), at(11))
    ask_for_look(link.pk, now=live.now)
    live.lose_jobs()
    assert take_lease(CalendarLink, link.pk, now=live.now, lasting=LEASE) is not None
    live.clock.advance(timedelta(seconds=40))
    live.sweep()
    assert live.waiting("look_at_calendar") == 0
    live.clock.advance(LEASE)
    live.sweep()
    live.work()
    assert live.busy(live.company.alice) == [Interval(at(10), at(11))]


def test_a_process_that_dies_between_two_rounds_is_followed_within_seconds(live: World) -> None:
    """The first round ended well; the wish that came during it must not wait for the next poll."""

    def meanwhile(_: str, __: str) -> None:
        if len(meddling.calls) == 1:
            ask_for_look(live.link(live.company.alice).pk, now=live.now)

    def die(_: str, __: str) -> None:
        if len(meddling.calls) == 2:
            raise Killed

    meddling = Meddling(live.workspace, before=die, after=meanwhile)
    with pytest.raises(Killed):
        live.run(live.company.alice, meddling)
    before = live.google.last_request()
    live.clock.advance(timedelta(seconds=31))
    live.sweep()
    live.work()
    assert live.google.requests(before) != []


def test_a_sweep_asks_once_for_each_that_is_due(live: World) -> None:
    live.clock.advance(timedelta(minutes=11))
    live.sweep()
    live.sweep()
    assert live.waiting("look_at_calendar") == 3


# No call inside a transaction


def test_no_call_to_google_is_made_inside_a_transaction(live_threads: World) -> None:
    """Invariant 7."""
    world = live_threads
    open_transactions: list[str] = []

    def look(name: str, _: str) -> None:
        if database.in_atomic_block:
            open_transactions.append(name)

    world.workspace = Meddling(world.workspace, before=look)
    appointment, event_id = world.booked(world.company.alice, at(10))
    world.person(world.company.alice).change(event_id, summary="Maria")
    world.reschedule(appointment, 11)
    world.work()
    world.person(world.company.alice).delete(event_id)
    world.look(world.company.alice)
    world.connect()
    world.work()
    assert open_transactions == []


# Several at once


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do all of these at the same time, each on a connection of its own; what they return."""
    barrier = threading.Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        barrier.wait(timeout=10)
        try:
            return deed()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return [each.result(timeout=60) for each in [threads.submit(run, deed) for deed in deeds]]


def test_four_writers_at_once_make_one_event(live_threads: World) -> None:
    world = live_threads
    appointment = world.book(world.company.alice, at(10))
    written_id = world.written(appointment).pk

    def write() -> bool:
        return write_event(written_id, workspace=world.workspace, clock=world.clock)

    done = at_once(write, write, write, write)
    assert True in done
    assert len(world.ours(world.company.alice)) == 1
    assert world.google.writes().count("calendar.events.insert") == 1


def test_runners_and_wishes_at_once_lose_no_wake_up(live_threads: World) -> None:
    """Whatever is in the calendar when the last wish was made is known when the queue is empty; no sweep is needed."""
    world = live_threads
    alice = world.company.alice
    link_id = world.link(alice).pk

    def wishing(hour: int) -> None:
        world.person(alice).add(at(hour), at(hour, 30))
        ask_for_look(link_id, now=world.now)

    def running() -> None:
        for _ in range(3):
            sync_calendar(link_id, workspace=world.workspace, clock=world.clock)

    at_once(*[lambda hour=hour: wishing(hour) for hour in range(9, 15)], running, running)
    world.work()
    assert len(world.busy(alice)) == 6
    link = world.link(alice)
    assert link.done == link.wanted
    assert link.leased_until is None


def test_two_confirms_at_once_share_a_look_and_both_get_their_answer(live_threads: World) -> None:
    world = live_threads
    world.person(world.company.alice).add(at(10), at(11))

    def confirm() -> None:
        look_now(world.company.alice.pk, workspace=world.workspace, clock=world.clock)

    at_once(confirm, confirm, confirm)
    assert world.busy(world.company.alice) == [Interval(at(10), at(11))]
