"""What the shared budget costs a call: sixteen threads as two processes, each call for another person.

That is the dearest case, because a person's lot is good for that person only. `quota.take_one_person` is the cheapest:
one person's calls, one after the other.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import perf_counter

from django.db import connections

from bench.figures import Figure, percentiles, say
from lockstep.google.budget import CallBudget, Payer
from lockstep.store.quota import QuotaLedger
from lockstep.sync.quota import Limits
from lockstep.sync.urgency import Urgency

PROCESSES, THREADS = 2, 8
CALLS_EACH = 250
PLENTY = Limits(project=10_000_000, user=1_000_000)
"""Beyond what is asked for, so that the cost is measured and not the waiting."""


def run() -> list[Figure]:
    """Milliseconds of a call's budget, and how many calls a second it lets through."""
    say(f"quota: {PROCESSES} processes of {THREADS} threads, {CALLS_EACH} calls each, each for another person")
    budgets = [CallBudget(QuotaLedger(PLENTY)) for _ in range(PROCESSES)]
    began = perf_counter()
    with ThreadPoolExecutor(PROCESSES * THREADS) as threads:
        parts = list(threads.map(lambda n: _calls_of_many(budgets[n % PROCESSES], n), range(PROCESSES * THREADS)))
    seconds = perf_counter() - began
    many = [each for part in parts for each in part]
    one = _calls_of_one(budgets[0])
    return [
        *percentiles("quota.take_many_people", many, 50, 99),
        Figure("quota.takes_a_second", round(len(many) / seconds), "calls/s", len(many)),
        *percentiles("quota.take_one_person", one, 50, 99),
    ]


def _calls_of_many(budget: CallBudget, thread: int) -> list[float]:
    try:
        return [_timed(budget, Payer("cedar", f"{thread}.{number}", Urgency.PUSH)) for number in range(CALLS_EACH)]
    finally:
        connections.close_all()


def _calls_of_one(budget: CallBudget) -> list[float]:
    payer = Payer("cedar", "alice", Urgency.PUSH)
    return [_timed(budget, payer) for _ in range(CALLS_EACH)]


def _timed(budget: CallBudget, payer: Payer) -> float:
    began = perf_counter()
    budget.take(payer, 1, writes=False, now=datetime.now(UTC))
    return (perf_counter() - began) * 1000
