"""A process stays within its part of Google's quota, and says when there is room again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.google.key_files import key_file
from tests.google.scripted_server import Reply, ScriptedServer, scripted_server

from lockstep.calendar.event import EventId
from lockstep.google.budget import CallBudget
from lockstep.google.workspace import GoogleWorkspace
from lockstep.sync.errors import RateLimited
from lockstep.sync.gateway import EventChange

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def calls_that_pass(budget: CallBudget, user: str, attempts: int) -> int:
    passed = 0
    for _ in range(attempts):
        try:
            budget.take(user, 1, NOW)
        except RateLimited:
            continue
        passed += 1
    return passed


@pytest.mark.parametrize("warm_up_seconds", [0, 1, 59, 3600])
def test_no_minute_holds_more_calls_than_the_quota(clock: Clock, warm_up_seconds: int) -> None:
    budget = CallBudget(10_000, 600, monotonic=clock)
    clock.seconds += warm_up_seconds
    passed = 0
    for _ in range(600):
        passed += calls_that_pass(budget, "alice", 10)
        clock.seconds += 0.1
    assert 500 < passed <= 600


def test_one_persons_calls_leave_room_for_another(clock: Clock) -> None:
    budget = CallBudget(10_000, 600, monotonic=clock)
    assert calls_that_pass(budget, "alice", 1000) < 100
    assert calls_that_pass(budget, "bob", 50) == 50


def test_all_together_stay_within_the_projects_quota(clock: Clock) -> None:
    budget = CallBudget(100, 600, monotonic=clock)
    assert sum(calls_that_pass(budget, f"user {number}", 5) for number in range(50)) == 15


def test_a_refused_call_costs_nothing_and_says_when_there_is_room(clock: Clock) -> None:
    budget = CallBudget(10_000, 600, monotonic=clock)
    calls_that_pass(budget, "alice", 1000)
    with pytest.raises(RateLimited) as caught:
        budget.take("alice", 3, NOW)
    assert caught.value.until is not None
    clock.seconds += (caught.value.until - NOW).total_seconds() + 0.001
    budget.take("alice", 3, NOW)


def test_who_has_been_quiet_is_forgotten(clock: Clock) -> None:
    budget = CallBudget(10_000, 600, monotonic=clock)
    for number in range(100):
        budget.take(f"user {number}", 1, NOW)
    clock.seconds += 120
    budget.take("alice", 1, NOW)
    assert set(budget._users) == {"alice"}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as running:
        yield running


def test_a_patch_counts_three_times_and_a_refused_one_is_not_sent(server: ScriptedServer, tmp_path: Path) -> None:
    key = key_file(tmp_path / "key.json", f"{server.address}/token")
    budget = CallBudget(10_000, 40)
    calendar = GoogleWorkspace(key, server.address, server.address, budget=budget).calendar("alice@small.example")
    content = {"id": "aaaaa1", "start": {"date": "2026-11-23"}, "end": {"date": "2026-11-24"}}
    server.for_api = lambda _: Reply.json(content)
    calendar.patch(EventId("aaaaa1"), EventChange(summary="x"), etag=None)
    calendar.patch(EventId("aaaaa1"), EventChange(summary="y"), etag=None)
    with pytest.raises(RateLimited):
        calendar.patch(EventId("aaaaa1"), EventChange(summary="z"), etag=None)
    assert len(server.api_requests) == 2
