"""What it means for an appointment when its event was changed in Google.

Rules: product specification, section 5. Whether the new time is free is the database's to say, under the lock; here
is everything that can be said without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lockstep.calendar.event import AllDay, Timed, When
from lockstep.calendar.interval import Interval


@dataclass(frozen=True, slots=True)
class Move:
    """Take the appointment to this time, if it is free."""

    to: Interval


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel the appointment."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Nothing follows: a change in the past changes nothing."""


class Doubt(StrEnum):
    """Why a person has to decide."""

    ALL_DAY = "all_day"
    NO_LENGTH = "no_length"
    RECURRING = "recurring"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Ask:
    """Impossible as it stands: it goes to the conflict inbox, and both times stay blocked."""

    doubt: Doubt
    also_blocked: Interval | None = None


Meaning = Move | Cancel | Leave | Ask


def of_new_time(*, current: Interval, when: When, recurring: bool, now: datetime) -> Meaning:
    """What a moved or stretched event means for an appointment that now takes place at `current`."""
    if current.end <= now:
        return Leave()
    match when:
        case AllDay():
            return Ask(Doubt.ALL_DAY)
        case Timed(start=start, end=end) if end <= start:
            return Ask(Doubt.NO_LENGTH)
        case Timed(start=start, end=end):
            new = Interval(start, end)
    if recurring:
        return Ask(Doubt.RECURRING, new)
    if new.start < now and new.start != current.start:
        return Ask(Doubt.PAST, new)
    return Move(new)


def of_deletion(*, current: Interval, now: datetime) -> Meaning:
    """What a deleted event means. One that has begun is not called off any more."""
    return Leave() if current.start <= now else Cancel()
