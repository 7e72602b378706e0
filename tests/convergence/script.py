"""A history as it is written down: steps made from a seed, before anything happens.

A step names what is done and a few numbers; which appointment or event they choose is decided when its turn comes, so
that any part of a script is a script, and a failing one can be made smaller by leaving steps out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from random import Random

MOST = 1 << 16
_WRITTEN = re.compile(r"([a-z ]+?) (\d+) (\d+) (\d+)(?: after (\d+) s)?(?: \[(.+)\])?")


@dataclass(frozen=True, slots=True)
class Step:
    act: str
    a: int = 0
    b: int = 0
    c: int = 0
    wait: int = 0
    """Seconds before it."""
    inner: Step | None = None
    """What somebody else does, where this step is an interruption."""

    @classmethod
    def read(cls, text: str) -> Step:
        """A step as `str` writes it."""
        found = _WRITTEN.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"{text!r} is no step.")
        act, a, b, c, wait, inner = found.groups()
        return cls(act, int(a), int(b), int(c), int(wait or 0), cls.read(inner) if inner else None)

    def __str__(self) -> str:
        inner = f" [{self.inner}]" if self.inner else ""
        return f"{self.act} {self.a} {self.b} {self.c}" + (f" after {self.wait} s" if self.wait else "") + inner


@dataclass(frozen=True, slots=True)
class Script:
    seed: int
    steps: tuple[Step, ...]

    @classmethod
    def read(cls, seed: int, text: str) -> Script:
        """A script as a report prints it, a step a line."""
        return cls(seed, tuple(Step.read(line) for line in text.strip().splitlines()))

    def without(self, start: int, count: int) -> Script:
        return replace(self, steps=self.steps[:start] + self.steps[start + count :])


WEIGHTS: dict[str, int] = {
    # The worker's steps, which everything else has to come between.
    "work": 44,
    "sweep": 5,
    "push": 9,
    "lose jobs": 1,
    "pass": 5,
    # People in Lockstep.
    "book": 11,
    "move": 5,
    "cancel": 3,
    "assign": 3,
    "content": 2,
    "look": 2,
    "resync": 1,
    "pause": 1,
    # People in Google.
    "add": 6,
    "add series": 3,
    "shift": 9,
    "stretch": 3,
    "delete": 6,
    "restore": 4,
    "edit": 6,
    "recur": 2,
    "split": 2,
    "exception": 4,
    "carry off": 2,
    "invite": 2,
    "answer": 2,
    "free": 3,
    "copy": 1,
    "zone": 1,
    # What goes wrong.
    "kill": 6,
    "meanwhile": 9,
    "trouble": 10,
    "end tokens": 2,
    "forget bin": 1,
    "back up": 1,
    "restore backup": 1,
    "jump": 1,
    "directory": 2,
}
_INNER = [name for name in WEIGHTS if name not in {"meanwhile", "kill", "back up", "restore backup", "look", "jump"}]
_WAITS = (0, 0, 0, 1, 3, 10, 30, 120)


def script_of(seed: int, *, shortest: int = 30, longest: int = 55) -> Script:
    random = Random(f"script {seed}")  # noqa: S311  (a history, nothing secret)
    length = random.randint(shortest, longest)
    return Script(seed, tuple(_step(random, list(WEIGHTS)) for _ in range(length)))


def _step(random: Random, acts: list[str]) -> Step:
    (act,) = random.choices(acts, [WEIGHTS[name] for name in acts])
    a, b, c = (random.randrange(MOST) for _ in range(3))
    inner = _step(random, _INNER) if act == "meanwhile" else None
    return Step(act, a, b, c, wait=random.choice(_WAITS), inner=inner)
