"""Who goes first when not everybody can: an order of the calls to Google and of the jobs that make them."""

from __future__ import annotations

from enum import IntEnum


class Urgency(IntEnum):
    """Ascending: the greater goes first. Stored as a number, with gaps for what may come between."""

    FULL = 0
    """A first reading or a full synchronisation: long, and nobody waits for any one of its calls."""
    POLL = 10
    """The safety net; also what has no other reason, such as the directory's import."""
    PUSH = 20
    """Google said that something changed."""
    WRITE = 30
    """An appointment on its way into a calendar."""
    PAGE = 40
    """A booking page is open, and withholds somebody whose calendar is not known."""
    CONFIRM = 50
    """A client waits for the answer."""
