"""How far an appointment has come on its day: begun, finished, or nobody came.

It says nothing about where the appointment stands in a calendar: a booked appointment stays booked, and its time taken.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from lockstep.scheduling.refusals import Refused

EARLY = timedelta(hours=2)
"""How long before its time somebody may begin: clients come early, and meetings before it end early."""


class Progress(StrEnum):
    AHEAD = ""
    """Nothing has been said of it."""
    STARTED = "started"
    FINISHED = "finished"
    NO_SHOW = "no_show"


class Deed(StrEnum):
    """What a staff member says of an appointment on its day."""

    START = "start"
    FINISH = "finish"
    NO_SHOW = "no_show"
    TAKE_BACK = "take_back"
    """It was said by mistake."""


class TooEarly(Refused):
    """This can be said when the appointment's time has come."""


class SaidAlready(Refused):
    """Somebody has said something else of this appointment meanwhile. Take that back first."""


_AFTER: dict[tuple[Progress, Deed], Progress] = {
    (Progress.AHEAD, Deed.START): Progress.STARTED,
    (Progress.AHEAD, Deed.FINISH): Progress.FINISHED,
    (Progress.AHEAD, Deed.NO_SHOW): Progress.NO_SHOW,
    (Progress.STARTED, Deed.FINISH): Progress.FINISHED,
    (Progress.STARTED, Deed.TAKE_BACK): Progress.AHEAD,
    (Progress.FINISHED, Deed.TAKE_BACK): Progress.STARTED,
    (Progress.NO_SHOW, Deed.TAKE_BACK): Progress.AHEAD,
}
_SAYS_THE_SAME = {
    (Progress.STARTED, Deed.START),
    (Progress.FINISHED, Deed.FINISH),
    (Progress.NO_SHOW, Deed.NO_SHOW),
    (Progress.AHEAD, Deed.TAKE_BACK),
}


def after(progress: Progress, deed: Deed, *, starts_at: datetime, now: datetime) -> Progress:
    """What `deed` makes of `progress`; the same again for what was said already, so that a double click is harmless.

    Raises: SaidAlready, TooEarly.
    """
    if (progress, deed) in _SAYS_THE_SAME:
        return progress
    if (progress, deed) not in _AFTER:
        raise SaidAlready
    if now < _from(deed, starts_at):
        raise TooEarly
    return _AFTER[progress, deed]


def possible(progress: Progress, *, starts_at: datetime, now: datetime) -> tuple[Deed, ...]:
    """What can be said now, in the order of the buttons."""
    return tuple(deed for deed in Deed if (progress, deed) in _AFTER and now >= _from(deed, starts_at))


def _from(deed: Deed, starts_at: datetime) -> datetime:
    """From when on it can be said. Nobody is missing before they are expected."""
    return starts_at if deed is Deed.NO_SHOW else starts_at - EARLY
