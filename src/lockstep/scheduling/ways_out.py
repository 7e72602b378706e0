"""The ways out of a conflict, and which of them each kind of conflict has.

Rules: product specification, sections 5 and 7. Whether a way is open at this moment (is the time free? is a colleague?)
is for the database to say, under the lock.
"""

from __future__ import annotations

from enum import StrEnum


class WayOut(StrEnum):
    GOOGLES_TIME = "googles_time"
    """Move the appointment to where Google's event stands."""
    LOCKSTEPS_TIME = "locksteps_time"
    """Put Google's event back to the appointment's time; one that was deleted is written again."""
    HAND_OVER = "hand_over"
    """Give the appointment to a colleague who is free."""
    ALTERNATIVES = "alternatives"
    """Offer the client other times by e-mail."""
    ASK_STAFF = "ask_staff"
    """Ask the staff member."""
    KEEP_BOTH = "keep_both"
    """Accept that the two overlap."""
    CANCEL = "cancel"
    """Call the appointment off."""


_ALWAYS = (WayOut.HAND_OVER, WayOut.ALTERNATIVES, WayOut.ASK_STAFF)
_OVERLAP = (*_ALWAYS, WayOut.KEEP_BOTH, WayOut.CANCEL)
_MOVED = (WayOut.GOOGLES_TIME, WayOut.LOCKSTEPS_TIME, *_ALWAYS, WayOut.CANCEL)
_UNFOLLOWABLE = (WayOut.LOCKSTEPS_TIME, *_ALWAYS, WayOut.CANCEL)
_DELETED = (WayOut.CANCEL, WayOut.LOCKSTEPS_TIME, *_ALWAYS)

_WAYS: dict[str, tuple[WayOut, ...]] = {
    "overlap": _OVERLAP,
    "time_taken": _MOVED,
    "asked_move": _MOVED,
    "held_move": _MOVED,
    "not_allowed": _UNFOLLOWABLE,
    "past": _UNFOLLOWABLE,
    "recurring": _UNFOLLOWABLE,
    "deleted_and_changed": _DELETED,
    "deleted_by_additional": _DELETED,
    "asked_deletion": _DELETED,
    "held_deletion": _DELETED,
}

DELETIONS = frozenset(kind for kind, ways in _WAYS.items() if ways == _DELETED)
"""Kinds in which Google has no event any more."""


def ways_out_of(kind: str) -> tuple[WayOut, ...]:
    """The ways out of a conflict of that kind, the likeliest first."""
    return _WAYS.get(kind, _UNFOLLOWABLE)
