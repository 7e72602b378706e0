"""Making a failing script small: steps are left out while it still fails in the same way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from tests.convergence.history import Outcome
from tests.convergence.script import Script, Step

MOST_RUNS = 150


def kind_of(violation: str) -> str:
    """What is wrong, without names and numbers."""
    words = re.sub(r"\b(Alice|Bob|Carol)\b|[\W\d_]+", " ", violation.partition("\n")[0]).split()
    return " ".join(words)[:90]


def shrunk(failing: Outcome, play: Callable[[Script], Outcome], *, most_runs: int = MOST_RUNS) -> Outcome:
    """The smallest script found that still fails so."""
    search = _Search(failing, play, most_runs)
    size = max(1, len(failing.script.steps) // 2)
    while size:
        if not search.leave_out(size):
            size //= 2
    search.simplify()
    return search.best


class _Search:
    def __init__(self, failing: Outcome, play: Callable[[Script], Outcome], runs: int) -> None:
        self.best = failing
        self._kind = kind_of(failing.violations[0])
        self._play = play
        self._left = runs

    def leave_out(self, size: int) -> bool:
        """Try without each run of `size` steps, the last first. True when anything could go."""
        went = False
        start = len(self.best.script.steps) - size
        while start > -size:
            script = self.best.script
            shorter = script.without(max(start, 0), size)
            if len(shorter.steps) < len(script.steps) and self._still_fails(shorter):
                went = True
            start -= size
        return went and self._left > 0

    def simplify(self) -> None:
        """No waiting, and no interruption where the step that interrupts will do."""
        for place, step in enumerate(self.best.script.steps):
            for simpler in (replace(step, wait=0), step.inner):
                if simpler is not None and simpler != step:
                    self._still_fails(self._with(place, simpler))

    def _with(self, place: int, step: Step) -> Script:
        steps = list(self.best.script.steps)
        steps[place] = step
        return replace(self.best.script, steps=tuple(steps))

    def _still_fails(self, script: Script) -> bool:
        if self._left <= 0:
            return False
        self._left -= 1
        outcome = self._play(script)
        if not outcome.violations or kind_of(outcome.violations[0]) != self._kind:
            return False
        self.best = outcome
        return True


def report(outcome: Outcome) -> str:
    """The seed, what is wrong, the steps, and the trace."""
    steps = "\n".join(f"  {step}" for step in outcome.script.steps)
    return "\n".join(
        [
            f"seed {outcome.script.seed}: {len(outcome.violations)} violations",
            *(f"  {each}" for each in outcome.violations),
            f"the smallest script found, {len(outcome.script.steps)} steps:",
            steps,
            "its trace:",
            *outcome.trace,
        ]
    )
