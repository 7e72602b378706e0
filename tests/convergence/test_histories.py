"""Lockstep and Google come to the same, whatever happens on the way: hundreds of small histories, each from its seed.

`make soak SEEDS=1-5000` plays more of them. A failing one is printed with its seed, its smallest script and its trace.
"""

from __future__ import annotations

import pytest
from tests.convergence.history import Outcome, run
from tests.convergence.script import Script, script_of
from tests.convergence.shrinking import report, shrunk
from tests.convergence.world import Base

HISTORIES = 200
AT_ONCE = 20


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1, HISTORIES + 1, AT_ONCE))
def test_both_sides_converge_whatever_happens(base: Base, first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        outcome = run(base, script_of(seed))
        if outcome.violations:
            pytest.fail(report(shrunk(outcome, lambda script: run(base, script), most_runs=60)), pytrace=False)


@pytest.mark.parametrize("seed", [1001, 1002])
def test_a_seed_gives_the_same_history_again(base: Base, seed: int) -> None:
    """To the letter, so that what failed once can be looked at."""
    first, second = (run(base, script_of(seed)) for _ in range(2))
    assert len(first.trace) > 50
    assert first == second


def test_another_seed_gives_another_history() -> None:
    assert len({script_of(seed).steps for seed in range(50)}) == 50


@pytest.mark.parametrize("seed", range(20))
def test_a_script_is_read_as_it_was_written(seed: int) -> None:
    script = script_of(seed)
    assert Script.read(seed, "\n".join(str(step) for step in script.steps)) == script


def test_a_failing_history_is_made_small() -> None:
    """Here a history fails when it books before it cancels: of forty steps two are left."""

    def play(script: Script) -> Outcome:
        acts = [step.act for step in script.steps]
        wrong = "book" in acts and "cancel" in acts[acts.index("book") :]
        return Outcome(script, (), ("appointment 4 is gone",) if wrong else ())

    seed = next(seed for seed in range(100) if play(script_of(seed)).violations)
    small = shrunk(play(script_of(seed)), play)
    assert [step.act for step in small.script.steps] == ["book", "cancel"]
    assert [step.wait for step in small.script.steps] == [0, 0]
