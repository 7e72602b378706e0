"""What a booking can be refused for. The docstring is the sentence that the person reads."""

from __future__ import annotations

import inspect


class Refused(Exception):
    """This cannot be done."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or inspect.cleandoc(type(self).__doc__ or ""))


class SlotTaken(Refused):
    """Somebody else has just taken this time. Please choose another."""


class NotOffered(Refused):
    """This time cannot be booked. Please choose one from the list."""


class HoldExpired(Refused):
    """We kept your time as long as we could, and it has been taken since. Please choose another."""


class TooManyHolds(Refused):
    """Too many times are being held from your network. Please try again in a few minutes."""


class CalendarUnreadable(Refused):
    """We cannot check this person's calendar at the moment. Please choose another time or person."""


class AlreadyOver(Refused):
    """This appointment is in the past and can no longer be changed here."""


class NoAlternatives(Refused):
    """There is no other free time in the coming weeks that could be offered."""


class ChangedSince(Refused):
    """This appointment has been changed since. Look at it as it is now, and decide again."""


class AlreadyCancelled(Refused):
    """This appointment has already been cancelled."""


class NotATime(Refused):
    """This is no time that an absence can have. Check that it ends after it starts."""


class OccurrenceGone(Refused):
    """This absence has been changed or removed since. Look at it as it is now."""


class ChangedInGoogle(Refused):
    """This occurrence was moved in Google Calendar. Change or remove it there; it follows here."""
