"""The moments at which a process of Lockstep can die, and at which somebody else can step in.

A process passes a point before and after each call to Google and at each commit. What waits there was put there by the
script: a death, or a step of somebody else's. The database and the wire report the points; nothing in Lockstep knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


class Killed(BaseException):
    """The process ends here: nothing catches it but the scheduler."""


@dataclass(slots=True, eq=False)
class Waiting:
    """Something that happens at the `countdown`-th point from now."""

    countdown: int
    happen: Callable[[str], None]
    steps_in: bool
    """Somebody else does something, which nobody can inside a transaction of ours."""


@dataclass(slots=True)
class Points:
    waiting: list[Waiting] = field(default_factory=list)
    active: bool = False
    """A process is at work that can be disturbed. Those who step in are not disturbed in turn."""

    def put(self, countdown: int, happen: Callable[[str], None], *, steps_in: bool) -> None:
        self.waiting.append(Waiting(countdown, happen, steps_in))

    def pass_by(self, where: str, *, in_transaction: bool = False) -> None:
        """Let happen what waits here. Raises: Killed."""
        if not self.active:
            return
        for each in self.waiting:
            each.countdown -= 1
        due = [each for each in self.waiting if each.countdown <= 0 and not (in_transaction and each.steps_in)]
        self.waiting = [each for each in self.waiting if each not in due]
        for each in due:
            self.active = False
            try:
                each.happen(where)
            finally:
                self.active = True
