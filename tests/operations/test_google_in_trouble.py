"""Google slow, down, limiting or taking access away: what is known stays known for its time, then it is unknown.

An error is never read as "free". Rules: product specification, sections 1, 6 and 9; architecture, invariants 5 and 10.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.cast import NOW
from tests.operations.meddling import Meddling
from tests.operations.world import World, at

from lockstep.calendar.interval import Interval
from lockstep.operations.connection import pause, resume
from lockstep.operations.looking import ask_for_look, look_now
from lockstep.scheduling.refusals import CalendarUnreadable
from lockstep.store.models import CalendarLink, Connection
from lockstep.sync.errors import DelegationRefused, OurMistake, RateLimited, SyncError, Unreachable
from lockstep.sync.link import LinkState

TROUBLES: list[dict[str, Any]] = [
    {"status": 500},
    {"status": 503},
    {"status": 502, "html": True},
    {"cut": True},
    {"status": 429, "reason": "rateLimitExceeded"},
    {"reason": "rateLimitExceeded"},
    {"reason": "userRateLimitExceeded"},
    {"reason": "quotaExceeded"},
    {"reason": "notFound"},
]
IDS = ["-".join(map(str, rule.values())) for rule in TROUBLES]


def later(world: World, by: timedelta) -> None:
    world.clock.advance(by)
    world.sweep()
    world.work()


@pytest.mark.parametrize("rule", TROUBLES, ids=IDS)
def test_a_calendar_that_gives_no_answer_backs_off_and_comes_back(live: World, rule: dict[str, Any]) -> None:
    alice = live.company.alice
    live.person(alice).add(at(10), at(11))
    live.google.fault(method="calendar.events.list", user=alice.email, **rule)
    live.look(alice)
    link = live.link(alice)
    assert (link.state, link.returns_to, link.attempts) == (LinkState.BACKING_OFF, LinkState.CATCHING_UP, 1)
    assert link.problem
    assert link.next_due is not None
    assert link.next_due > live.now
    assert live.is_known(alice)
    live.google.mend()
    later(live, timedelta(minutes=61))
    link = live.link(alice)
    assert (link.state, link.attempts, link.problem) == (LinkState.CURRENT, 0, "")
    assert live.busy(alice) == [Interval(at(10), at(11))]


@pytest.mark.parametrize("rule", TROUBLES, ids=IDS)
def test_a_calendar_that_gives_no_answer_for_too_long_is_unknown_and_not_offered(
    live: World, rule: dict[str, Any]
) -> None:
    alice = live.company.alice
    live.google.fault(method="calendar.events.list", user=alice.email, **rule)
    for _ in range(4):
        later(live, timedelta(minutes=5))
    assert not live.is_known(alice)
    assert live.offered(alice) == set()
    assert live.is_known(live.company.bob)
    assert at(10) in live.offered(live.company.bob)


def test_an_error_in_the_middle_of_a_first_reading_is_not_read_as_free(world: World) -> None:
    world.person(world.company.alice).add(at(10), at(11))
    world.connect()
    world.google.fault(method="calendar.events.list", user=world.company.alice.email, status=503)
    world.work()
    assert world.offered(world.company.alice) == set()
    assert world.link(world.company.alice).verified_at is None
    world.google.mend()
    later(world, timedelta(seconds=10))
    assert at(10) not in world.offered(world.company.alice)
    assert at(11) in world.offered(world.company.alice)


@pytest.mark.parametrize("offset", [timedelta(seconds=2), timedelta(minutes=5), timedelta(hours=3)])
@pytest.mark.parametrize("error", [RateLimited, Unreachable])
def test_a_wait_that_google_names_is_kept(live: World, error: Callable[..., SyncError], offset: timedelta) -> None:
    until = live.now + offset

    def refuse(_: str, __: str) -> None:
        raise error("", until=until)

    live.run(live.company.alice, Meddling(live.workspace, before=refuse))
    due = live.link(live.company.alice).next_due
    assert due is not None
    assert until <= due <= max(until, live.now + timedelta(seconds=4))


def test_the_waits_become_longer_and_end_at_ten_minutes(live: World) -> None:
    live.google.fault(method="calendar.events.list", user=live.company.alice.email, status=503)
    waits: list[timedelta] = []
    live.look(live.company.alice)
    for _ in range(11):
        due = live.link(live.company.alice).next_due
        assert due is not None
        waits.append(due - live.now)
        later(live, due - live.now + timedelta(seconds=1))
    assert waits == sorted(waits) or waits[-1] > timedelta(minutes=9)
    assert waits[0] < timedelta(seconds=4)
    assert timedelta(minutes=9) < waits[-1] <= timedelta(minutes=10)


def test_a_push_does_not_shorten_the_wait(live: World) -> None:
    live.google.fault(method="calendar.events.list", user=live.company.alice.email, status=503)
    live.look(live.company.alice)
    before, due = live.google.last_request(), live.link(live.company.alice).next_due
    for _ in range(5):
        ask_for_look(live.link(live.company.alice).pk, now=live.now)
    live.work()
    assert live.google.requests(before) == []
    assert live.link(live.company.alice).next_due == due


def test_a_request_that_google_calls_invalid_is_not_repeated_in_a_hurry(live: World) -> None:
    def refuse(_: str, __: str) -> None:
        raise OurMistake("This is a defect of Lockstep.")

    live.run(live.company.alice, Meddling(live.workspace, before=refuse))
    link = live.link(live.company.alice)
    assert link.state == LinkState.BACKING_OFF
    assert link.problem == "This is a defect of Lockstep."


# Access


def test_a_person_without_a_calendar_is_blocked_and_nobody_else_is_touched(live: World) -> None:
    alice = live.company.alice
    live.google.control("PATCH", f"users/{alice.email}", has_calendar=False)
    live.look(alice)
    link = live.link(alice)
    assert (link.state, link.fresh_until) == (LinkState.BLOCKED, None)
    assert "cannot use Google Calendar" in link.problem
    assert live.offered(alice) == set()
    assert live.connection.access_error == ""
    for other in (live.company.bob, live.company.carol):
        assert at(10) in live.offered(other)
    live.google.control("PATCH", f"users/{alice.email}", has_calendar=True)
    later(live, timedelta(minutes=10, seconds=5))
    assert live.link(alice).state == LinkState.CURRENT
    assert at(10) in live.offered(alice)


def test_a_blocked_calendar_is_asked_every_ten_minutes_and_not_more(live: World) -> None:
    live.google.control("PATCH", f"users/{live.company.alice.email}", has_calendar=False)
    live.look(live.company.alice)
    before = live.google.last_request()
    for _ in range(6):
        later(live, timedelta(minutes=1, seconds=30))
    asked = [each for each in live.google.requests(before) if each["subject"] == live.company.alice.email]
    assert [each["google_method"] for each in asked if each["status"] == 403] == []
    later(live, timedelta(minutes=2))
    asked = [each for each in live.google.requests(before) if each["subject"] == live.company.alice.email]
    assert [each["google_method"] for each in asked if each["status"] == 403] == ["calendar.events.list"]


def test_one_account_that_is_refused_like_a_missing_delegation_is_that_persons_trouble_alone(live: World) -> None:
    alice = live.company.alice

    def refuse(method: str, owner: str) -> None:
        if owner == alice.email:
            raise DelegationRefused("Requested client not authorized.")

    live.run(alice, Meddling(live.workspace, before=refuse))
    assert live.link(alice).state == LinkState.BLOCKED
    assert live.connection.access_error == ""
    assert not live.is_known(alice)
    assert live.is_known(live.company.bob)


def test_a_delegation_taken_back_makes_everybodys_time_unknown_until_it_returns(live: World) -> None:
    client_id = live.workspace.client_id
    delegated = live.google.control("GET", "state")["delegations"][client_id]["scopes"]
    live.google.control("DELETE", f"delegations/{client_id}")
    # Tokens that were issued before go on for an hour.
    later(live, timedelta(minutes=61))
    later(live, timedelta(minutes=1))
    assert client_id in live.connection.access_error
    assert all(live.link(person).state == LinkState.BLOCKED for person in people(live))
    assert all(live.offered(person) == set() for person in people(live))
    live.google.control("PUT", f"delegations/{client_id}", scopes=delegated)
    later(live, timedelta(minutes=11))
    assert live.connection.access_error == ""
    assert all(at(10) in live.offered(person) for person in people(live))


def test_the_first_calendar_that_can_be_read_again_wakes_the_others(live: World) -> None:
    live.google.control("PATCH", "apis/calendar", enabled=False)
    for person in people(live):
        live.look(person)
    assert all(live.link(person).state == LinkState.BLOCKED for person in people(live))
    live.google.control("PATCH", "apis/calendar", enabled=True)
    live.run(live.company.alice)
    live.work()
    live.sweep()
    live.work()
    assert all(live.link(person).state == LinkState.CURRENT for person in people(live))


def test_one_answer_that_concerns_the_connection_makes_everybodys_time_unknown_at_once(live: World) -> None:
    live.google.control("PATCH", "apis/calendar", enabled=False)
    live.look(live.company.alice)
    assert "Google Calendar API" in live.connection.access_error
    assert live.offered(live.company.bob) == set()
    live.google.control("PATCH", "apis/calendar", enabled=True)
    live.look(live.company.bob)
    assert live.connection.access_error == ""
    assert at(10) in live.offered(live.company.bob)
    assert live.offered(live.company.alice) == set()


# Pausing


def test_while_paused_nothing_is_asked_and_the_time_of_those_who_sync_is_unknown(live: World) -> None:
    before = live.google.last_request()
    pause(live.connection, by=live.company.admin, now=live.now)
    later(live, timedelta(minutes=30))
    live.look(live.company.alice)
    assert live.google.requests(before) == []
    assert live.offered(live.company.alice) == set()
    live.person(live.company.alice).add(at(10), at(11))
    resume(live.connection, by=live.company.admin, now=live.now)
    assert live.offered(live.company.alice) == set()
    live.work()
    assert live.connection.state == Connection.State.LIVE
    assert at(10) not in live.offered(live.company.alice)
    assert at(11) in live.offered(live.company.alice)


# Confirm


def test_confirm_finds_what_came_into_the_calendar_a_moment_ago(live: World) -> None:
    live.person(live.company.alice).add(at(10), at(11))
    assert at(10) in live.offered(live.company.alice)
    look_now(live.company.alice.pk, workspace=live.workspace, clock=live.clock)
    assert at(10) not in live.offered(live.company.alice)


def test_confirm_does_not_take_a_calendar_that_gives_no_answer_for_free(live: World) -> None:
    live.google.fault(method="calendar.events.list", user=live.company.alice.email, status=503)
    with pytest.raises(CalendarUnreadable):
        look_now(live.company.alice.pk, workspace=live.workspace, clock=live.clock)


def test_confirm_waits_two_seconds_for_google_and_no_longer(live: World) -> None:
    live.google.fault(method="calendar.events.list", user=live.company.alice.email, delay_seconds=8)
    began = datetime.now(NOW.tzinfo)
    with pytest.raises(CalendarUnreadable):
        look_now(live.company.alice.pk, workspace=live.workspace, clock=live.clock)
    assert datetime.now(NOW.tzinfo) - began < timedelta(seconds=4)


def test_confirm_leaves_a_long_reading_to_a_job(live: World) -> None:
    """Every page in its time, and still too many: the client is told, and the calendar is read all the same."""
    for hour in range(9, 15):
        live.person(live.company.alice).add(at(hour), at(hour, 30))
    CalendarLink.objects.filter(staff=live.company.alice).update(sync_token="rubbish")

    def dawdle(_: str, __: str) -> None:
        time.sleep(0.9)

    slow = Meddling(live.workspace, before=dawdle, page_size=1)
    with pytest.raises(CalendarUnreadable):
        look_now(live.company.alice.pk, workspace=slow, clock=live.clock)
    assert len(slow.calls) < 5
    assert live.waiting("look_at_calendar") == 1
    live.work()
    assert len(live.busy(live.company.alice)) == 6


def people(world: World) -> tuple[Any, ...]:
    return world.company.alice, world.company.bob, world.company.carol
