"""Lots of the shared budget: how seldom the ledger is asked, and what a refusal becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from lockstep.google.budget import CallBudget, Payer
from lockstep.sync.errors import RateLimited
from lockstep.sync.urgency import Urgency

NOW = datetime(2026, 11, 30, 13, tzinfo=UTC)
ALICE = Payer("cedar", "alice", Urgency.PUSH)
LATER = NOW + timedelta(seconds=7)


@dataclass(frozen=True, slots=True)
class Given:
    project: int
    user: int
    no_writes_until: datetime | None = None


@dataclass(slots=True)
class Ledger:
    """Gives whatever is asked for, and remembers it."""

    empty: bool = False
    no_writes_until: datetime | None = None
    asked: list[tuple[str, int, int]] = field(default_factory=list)
    refusals: list[datetime | None] = field(default_factory=list)

    def lease(
        self, payer: Payer, *, project: int, user: int, least: int, now: datetime
    ) -> tuple[Given, None] | tuple[None, datetime]:
        self.asked.append((payer.user, project, user))
        return (None, LATER) if self.empty else (Given(project, user, self.no_writes_until), None)

    def refused(self, payer: Payer, *, no_writes_until: datetime | None, now: datetime) -> None:
        self.refusals.append(no_writes_until)


@dataclass(slots=True)
class Clock:
    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_several_calls_ask_the_ledger_once() -> None:
    ledger = Ledger()
    budget = CallBudget(ledger, monotonic=Clock())
    for _ in range(4):
        budget.take(ALICE, 1, writes=False, now=NOW)
    assert len(ledger.asked) == 1


def test_the_more_calls_the_larger_the_lots() -> None:
    ledger = Ledger()
    budget = CallBudget(ledger, monotonic=Clock())
    for _ in range(500):
        budget.take(ALICE, 1, writes=False, now=NOW)
    assert len(ledger.asked) < 20
    assert sum(user for _, _, user in ledger.asked) >= 500


def test_what_was_not_used_is_given_back_by_the_next_lot() -> None:
    ledger, clock = Ledger(), Clock()
    budget = CallBudget(ledger, monotonic=clock)
    budget.take(ALICE, 1, writes=False, now=NOW)
    clock.seconds += 60
    budget.take(ALICE, 1, writes=False, now=NOW)
    assert ledger.asked == [("alice", 4, 4), ("alice", 1, 1)]


def test_one_person_does_not_use_the_lot_of_another() -> None:
    ledger = Ledger()
    budget = CallBudget(ledger, monotonic=Clock())
    budget.take(ALICE, 1, writes=False, now=NOW)
    budget.take(Payer("cedar", "bob", Urgency.PUSH), 1, writes=False, now=NOW)
    assert ledger.asked == [("alice", 4, 4), ("bob", 0, 4)]


def test_polls_do_not_use_what_was_kept_for_confirm() -> None:
    ledger = Ledger()
    budget = CallBudget(ledger, monotonic=Clock())
    budget.take(Payer("cedar", "alice", Urgency.CONFIRM), 1, writes=False, now=NOW)
    budget.take(Payer("cedar", "alice", Urgency.POLL), 1, writes=False, now=NOW)
    assert len(ledger.asked) == 2


def test_who_finds_no_room_is_told_when_to_come_back_and_that_google_was_not_asked() -> None:
    budget = CallBudget(Ledger(empty=True), monotonic=Clock())
    with pytest.raises(RateLimited) as refusal:
        budget.take(ALICE, 1, writes=False, now=NOW)
    assert refusal.value.until == LATER
    assert refusal.value.by_us


def test_while_google_takes_no_writes_reads_go_on() -> None:
    budget = CallBudget(Ledger(no_writes_until=NOW + timedelta(hours=1)), monotonic=Clock())
    budget.take(ALICE, 1, writes=False, now=NOW)
    with pytest.raises(RateLimited) as refusal:
        budget.take(ALICE, 3, writes=True, now=NOW)
    assert refusal.value.for_hours


def test_a_refused_write_for_hours_closes_the_calendar_for_writes_alone() -> None:
    ledger = Ledger()
    budget = CallBudget(ledger, monotonic=Clock())
    budget.refused(ALICE, RateLimited("", for_hours=True), writes=True, now=NOW)
    budget.refused(ALICE, RateLimited("", for_hours=True), writes=False, now=NOW)
    assert ledger.refusals == [NOW + timedelta(hours=1), None]


def test_after_a_refusal_the_old_lots_are_not_used() -> None:
    ledger = Ledger()
    budget = CallBudget(ledger, monotonic=Clock())
    budget.take(ALICE, 1, writes=False, now=NOW)
    budget.refused(ALICE, RateLimited(""), writes=False, now=NOW)
    budget.take(ALICE, 1, writes=False, now=NOW)
    assert len(ledger.asked) == 2
