"""What synchronising so many people costs: calls a day and in the worst minute, and how old a calendar can get.

Pure. Shown before connecting, so that nobody finds out afterwards that Google's quota is too small.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from lockstep.sync import pace
from lockstep.sync.quota import STEADY_SHARE, UNITS_OF_A_PATCH, Limits

CHANGES_A_DAY = 10
"""What a busy person's calendar sees in Google."""
APPOINTMENTS_A_DAY = 8
_A_DAY = timedelta(days=1)
_CALLS_OF_A_FIRST_READING = 2
_POLLS_SPREAD = 0.875
"""The mean of the last quarter of the interval, over which polls are spread."""


@dataclass(frozen=True, slots=True)
class PlannedLoad:
    calls_a_day: int
    units_a_minute: int
    """On the average of a day."""
    share: float
    """Of the project's quota, in that average minute."""
    worst_staleness: timedelta
    """How long a change in Google can stay unseen while everything works; with push, if a push is lost."""
    first_reading: timedelta
    """How long it takes, at least, to read everybody's calendar for the first time."""

    @property
    def fits(self) -> bool:
        return self.share <= STEADY_SHARE


def planned_load(people: int, *, push: bool, limits: Limits) -> PlannedLoad:
    """For `people` whose calendars are polled, and pushed where `push` is to be had.

    Where the polls do not fit into their part of the quota, they come later, and calendars get older.
    """
    interval = pace.poll_interval(push_proven=push)
    polls = people * _A_DAY / (interval * _POLLS_SPREAD)
    pushes = people * (CHANGES_A_DAY + APPOINTMENTS_A_DAY) if push else 0
    renewals = people * 2 * _A_DAY / (pace.CHANNEL_LIFETIME / 2) if push else 0
    writes = people * APPOINTMENTS_A_DAY
    calls = polls + pushes + renewals + writes
    # A cancelled or moved appointment is a patch or another call; a third of them is.
    units = calls + writes / 3 * UNITS_OF_A_PATCH
    a_minute = units / (_A_DAY / timedelta(minutes=1))
    polls_a_minute = pace.polls_at_once(limits.project) * (timedelta(minutes=1) / pace.SWEEP_EVERY)
    round_of_polls = timedelta(minutes=people / polls_a_minute)
    return PlannedLoad(
        calls_a_day=round(calls),
        units_a_minute=round(a_minute),
        share=a_minute / limits.project,
        worst_staleness=max(interval, round_of_polls),
        first_reading=timedelta(minutes=people * _CALLS_OF_A_FIRST_READING / (limits.project * STEADY_SHARE)),
    )
