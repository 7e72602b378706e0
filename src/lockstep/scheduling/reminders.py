"""When a client is reminded of their appointment, and until when they may change it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta


def next_reminder(starts_at: datetime, before: Iterable[timedelta], *, told_at: datetime) -> datetime | None:
    """The first moment after `told_at` at which a reminder is due; None when there is none before the appointment.

    A client who has just been told is not told again at once: a reminder whose moment was before that is left out.
    """
    moments = (starts_at - each for each in before if each > timedelta())
    return min((each for each in moments if each > told_at), default=None)


def may_change(starts_at: datetime, cut_off: timedelta, *, now: datetime) -> bool:
    """True while a client may still move or cancel: until `cut_off` before the start."""
    return now < starts_at - cut_off
