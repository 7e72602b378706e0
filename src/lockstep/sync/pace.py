"""When to look again: polls, freshness, back-off, and the life of push channels. All numbers of time in one place.

Rules: product specification, section 6. Chance is passed in as a number from 0 to 1, so that everything here is pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

POLL_WITHOUT_PUSH = timedelta(minutes=10)
POLL_WITH_PUSH = timedelta(minutes=45)
FRESHNESS_MARGIN = timedelta(minutes=5)
BLOCKED_RETRY = timedelta(minutes=10)
JOB_LOST_AFTER = timedelta(seconds=30)
"""When what was wanted and has no sign of a job is asked for again."""
CLOCK_PUT_BACK = timedelta(minutes=5)
"""What claims to be of a moment further in the future than this was written before the clock was put back."""
LONGEST_BACK_OFF = timedelta(minutes=10)
HOURS_LONG_LIMIT = timedelta(hours=1)
"""For `quotaExceeded`, which may last hours."""
SWEEP_EVERY = timedelta(seconds=5)
POLLS_PART = 0.4
"""Of the quota: the rest is for what cannot wait."""
INTEREST_LASTS = timedelta(minutes=10)
"""How long after a booking page showed somebody their calendar counts as being looked at by a client."""
CHANNEL_LIFETIME = timedelta(days=7)
"""Google's default; what it answers counts."""
LOST_PUSH_AFTER = timedelta(minutes=2)
"""A change so old that no push has told of is one that push has lost, not one on its way."""
BURST = timedelta(milliseconds=100)
"""How long a look waits after its first wish: changes come in bursts, and one look sees them all."""
LONGEST_BURST = 4
"""So many times it waits when more wishes come meanwhile; then it looks."""
READ_BACK = timedelta(days=1)
"""How far before a person's initialisation events count."""
LIST_BACK = timedelta(days=35)
"""How much further back Google is asked for them. An instance that was moved into the past is left out of a list that
begins later, and its series would then be busy at the time that it was moved away from."""
HORIZON = timedelta(days=400)
"""How far recurring events are expanded: longer than the longest booking window, a year."""
HORIZON_MARGIN = timedelta(days=365)
"""When less than this is left of the horizon, it is moved."""


CHECK_LEASE = timedelta(minutes=2)
"""Longer than a connection check takes."""
GIVE_UP_ON_DELEGATION = timedelta(hours=24)
"""Google: a change of domain-wide delegation can take so long until it is known everywhere."""


def next_retest(since: datetime, now: datetime) -> datetime | None:
    """When a delegation that Google does not know yet is tried again; None after a day.

    Every minute at first, when somebody sits and waits; a twelfth of what has passed later, at most every half hour.
    """
    waited = now - since
    if waited >= GIVE_UP_ON_DELEGATION:
        return None
    return now + min(max(waited / 12, timedelta(minutes=1)), timedelta(minutes=30))


def poll_interval(*, push_proven: bool) -> timedelta:
    return POLL_WITH_PUSH if push_proven else POLL_WITHOUT_PUSH


def polls_at_once(units_a_minute: int) -> int:
    """How many polls one sweep may ask for: the polls' part of the quota, for the time until the next sweep."""
    return max(1, int(units_a_minute * POLLS_PART * (SWEEP_EVERY / timedelta(minutes=1))))


def next_poll(
    verified_at: datetime, now: datetime, *, push_proven: bool, chance: float, first: bool = False
) -> datetime:
    """Spread over the last quarter of the interval, so that a fleet does not poll in step.

    After the `first` reading, spread over the whole of it: people who were imported together are not polled together.

    Counted from when the look began, as freshness is: a reading that took long is followed by the next one sooner,
    not by a time in which the person is unknown.
    """
    part = 0.1 + 0.9 * chance if first else 0.75 + 0.25 * chance
    return max(now, verified_at + poll_interval(push_proven=push_proven) * part)


def fresh_until(verified_at: datetime, *, push_proven: bool) -> datetime:
    """After this the person's time is unknown."""
    return verified_at + poll_interval(push_proven=push_proven) + FRESHNESS_MARGIN


def back_off(now: datetime, *, attempts: int, chance: float) -> datetime:
    """Truncated exponential back-off with up to a second of jitter: 2, 4, 8 … s up to ten minutes.

    Source: Google's error guide asks for `min(2^n + random, maximum)`.
    """
    seconds = min(2.0 ** min(attempts, 20) + chance, LONGEST_BACK_OFF.total_seconds())
    return now + timedelta(seconds=seconds)


def back_in_queue(room_at: datetime, *, chance: float) -> datetime:
    """When somebody for whom our own budget had no room comes back: not all at the same moment."""
    return room_at + timedelta(seconds=1 + 4 * chance)


@dataclass(frozen=True, slots=True)
class ChannelLife:
    """When a channel was opened and when it ends."""

    opened_at: datetime
    expires_at: datetime

    def renew_at(self, *, chance: float) -> datetime:
        """Between half and two thirds of its life: time for many tries, the old one still works meanwhile, and channels
        that were opened together are not renewed together."""
        return self.opened_at + (self.expires_at - self.opened_at) * (1 / 2 + chance / 6)
