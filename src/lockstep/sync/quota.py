"""Google's quota, shared out: how fast calls may go, who yields to whom, and how refusals slow us down.

Pure. The buckets are stored by `lockstep.store.quota`, one for the project and one for each person, and taken from in
small lots by `lockstep.google.budget`. Three rules:

- A bucket fills steadily up to a burst; together they stay below the limit in the worst minute, also when a lot is
  used some seconds after it was taken.
- The less urgent a call, the more it has to leave in the bucket. So a flood of polls finds the bucket empty for polls
  while a client's Confirm, somebody's page and the writes still find something in it.
- An organisation that used more than its equal share of the last minute has to leave more than the others. Alone, it
  may use everything; as soon as another wants something, it yields.

Source: https://developers.google.com/workspace/calendar/api/guides/quota (from 2026-05-01: 10,000 a minute for a
project, 600 for a user of it, over a sliding window; a patch costs three).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lockstep.sync.urgency import Urgency

PROJECT_UNITS_A_MINUTE = 10_000
USER_UNITS_A_MINUTE = 600
UNITS_OF_A_PATCH = 3

STEADY_SHARE = 0.75
BURST_SHARE = 0.15
LOT_LASTS = timedelta(seconds=5)
"""A full burst, then a minute and a lot's life at the steady rate: 15 % + 75 % x 65/60 is 96 % of the limit."""

SLOWEST = 1 / 16
"""However often Google refuses, this share of the rate is kept, so that we find out when it is over."""
RECOVERS_IN = timedelta(minutes=5)
"""From the slowest back to the full rate."""
REFUSED_FOR_ALL = 3
"""So many people refused within a minute: it is the project's limit, not that of each of them."""

_LEAVES = {
    Urgency.CONFIRM: (0.0, 0.0),
    Urgency.PAGE: (0.1, 0.35),
    Urgency.WRITE: (0.2, 0.7),
    Urgency.PUSH: (0.3, 0.7),
    Urgency.POLL: (0.5, 0.8),
    Urgency.FULL: (0.6, 0.9),
}
"""The share of the burst that has to stay in the bucket; the second for whoever is over the fair share."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Google's limits for this installation's project, in units a minute."""

    project: int = PROJECT_UNITS_A_MINUTE
    user: int = USER_UNITS_A_MINUTE


@dataclass(frozen=True, slots=True)
class Bucket:
    """What may be used now of one limit, as it was at a moment."""

    limit: int
    units: float
    at: datetime
    factor: float = 1.0
    """The share of the rate that is used since Google last refused; recovers with time."""

    @classmethod
    def full(cls, limit: int, at: datetime) -> Bucket:
        return cls(limit, _burst(limit, 1.0), at)

    def filled(self, now: datetime) -> Bucket:
        """The same bucket now. A clock that went back fills nothing."""
        passed = max(now - self.at, timedelta())
        factor = min(1.0, self.factor + passed / RECOVERS_IN)
        units = min(self.units + passed.total_seconds() * _rate(self.limit, factor), _burst(self.limit, factor))
        return replace(self, units=units, at=max(now, self.at), factor=factor)

    def refused(self, now: datetime) -> Bucket:
        """Google wants fewer calls: half the rate from now on, and nothing saved up."""
        filled = self.filled(now)
        factor = max(filled.factor / 2, SLOWEST)
        return replace(filled, factor=factor, units=min(filled.units, 0.0))

    def available(self, urgency: Urgency, *, over_share: bool = False) -> float:
        """How much may be taken now (of a bucket that was filled to now); nothing or less: it is to be waited for."""
        return self.units - _leave(urgency, over_share) * _burst(self.limit, self.factor)

    def wait(self, units: int, urgency: Urgency, *, over_share: bool = False) -> timedelta:
        """How long until `units` may be taken; zero when they may be now."""
        missing = units - self.available(urgency, over_share=over_share)
        return timedelta(seconds=max(0.0, missing / _rate(self.limit, self.factor)))

    def less(self, units: float) -> Bucket:
        return replace(self, units=self.units - units)


def is_over_share(used: int, *, project: Bucket, organisations: int) -> bool:
    """True for an organisation that used more in the last minute than an equal share of what the project may use.

    `organisations` are those that used anything in it, this one included. Alone, nobody is over.
    """
    return organisations > 1 and used > STEADY_SHARE * project.factor * project.limit / organisations


def _leave(urgency: Urgency, over_share: bool) -> float:
    return _LEAVES[urgency][1 if over_share else 0]


def _rate(limit: int, factor: float) -> float:
    """Units a second."""
    return limit * STEADY_SHARE * factor / 60


def _burst(limit: int, factor: float) -> float:
    """Never less than lets one patch through, also for who has to leave the most."""
    return max(limit * BURST_SHARE * factor, UNITS_OF_A_PATCH * 10.0)
