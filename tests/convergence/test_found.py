"""What histories have found, as the smallest scripts that showed it.

`happened` is a line of the trace without which the script would no longer be about what it was found for.
"""

from __future__ import annotations

import pytest
from tests.convergence.history import run
from tests.convergence.script import Script
from tests.convergence.world import Base

FOUND = [
    (
        "an event of ours that is carried off to whoever takes the appointment over overlaps it there",
        12,
        """
        book 11716 34195 4088
        work 64902 51680 40874
        carry off 31253 5259 10097
        assign 31542 40026 64334
        """,
        "moves e1 to the calendar alice",
    ),
    (
        "a series whose rule does not give its own start begins there all the same",
        3,
        "shift 47457 56105 61752",
        "alice in Google: moves e1 to {'date': '2026-12-02'}",
    ),
]


@pytest.mark.parametrize(("seed", "steps", "happened"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND])
def test_what_was_found_once_holds(base: Base, seed: int, steps: str, happened: str) -> None:
    outcome = run(base, Script.read(seed, steps))
    assert not outcome.violations
    assert any(happened in line for line in outcome.trace)
