"""How many calls this process may make: a part of the project's quota, and of each person's.

Owns: counting, and refusing a call here that Google would refuse there. Nobody sleeps: who is refused is told when to
come back. Counts this process alone; with several, give each its part.

Source: https://developers.google.com/workspace/calendar/api/guides/quota (from 2026-05-01: 10,000 a minute for a
project, 600 for a user of it, over a sliding window; a patch costs three).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from lockstep.sync.errors import RateLimited

PROJECT_UNITS_A_MINUTE = 10_000
USER_UNITS_A_MINUTE = 600
UNITS_OF_A_PATCH = 3

# Together 95 % of the limit in the worst minute: a full burst, then the steady rate.
_STEADY_SHARE = 0.80
_BURST_SHARE = 0.15

_SWEEP_EVERY_SECONDS = 60.0


class _Bucket:
    """Fills steadily up to a burst."""

    def __init__(self, units_a_minute: float, at: float) -> None:
        self._rate = units_a_minute * _STEADY_SHARE / 60
        self._burst = max(units_a_minute * _BURST_SHARE, UNITS_OF_A_PATCH)
        self._units = self._burst
        self._at = at

    def seconds_until(self, units: int, at: float) -> float:
        """How long until `units` are there; 0 when they are."""
        self._units = min(self._burst, self._units + (at - self._at) * self._rate)
        self._at = at
        return max(0.0, (units - self._units) / self._rate)

    def take(self, units: int) -> None:
        self._units -= units

    @property
    def is_full(self) -> bool:
        return self._units >= self._burst


class CallBudget:
    """Shared by all threads of the process."""

    def __init__(
        self,
        project_units_a_minute: float = PROJECT_UNITS_A_MINUTE,
        user_units_a_minute: float = USER_UNITS_A_MINUTE,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._user_units_a_minute = user_units_a_minute
        self._monotonic = monotonic
        self._lock = Lock()
        self._project = _Bucket(project_units_a_minute, monotonic())
        self._users: dict[str, _Bucket] = {}
        self._next_sweep = monotonic() + _SWEEP_EVERY_SECONDS

    def take(self, user: str, units: int, now: datetime) -> None:
        """Count a call of `user`. Raises: RateLimited, with the moment from which there is room again."""
        with self._lock:
            at = self._monotonic()
            self._sweep(at)
            bucket = self._users.setdefault(user, _Bucket(self._user_units_a_minute, at))
            seconds = max(self._project.seconds_until(units, at), bucket.seconds_until(units, at))
            if seconds > 0:
                raise RateLimited(
                    "Lockstep makes fewer calls for a moment, so as to stay within Google's quota.",
                    until=now + timedelta(seconds=seconds),
                )
            self._project.take(units)
            bucket.take(units)

    def _sweep(self, at: float) -> None:
        """Forget who has made no calls lately: a full bucket is like a new one."""
        if at < self._next_sweep:
            return
        self._next_sweep = at + _SWEEP_EVERY_SECONDS
        for bucket in self._users.values():
            bucket.seconds_until(0, at)
        self._users = {user: bucket for user, bucket in self._users.items() if not bucket.is_full}
