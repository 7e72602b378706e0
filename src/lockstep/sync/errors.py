"""What can go wrong between two calendars, named by what the caller does next.

Every error of the Google side becomes one of these in `lockstep.google.errors`; nothing above ever sees a status code.
The message is a sentence for the person who can act; it holds no personal data beyond an address of the organisation.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class SyncError(Exception):
    """Root of this module's errors; never raised itself."""


class TryLater(SyncError):
    """Nothing is wrong with the request: do the same again later. `until` is Google's own word, when it gave one."""

    def __init__(self, message: str, *, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until


class RateLimited(TryLater):
    """Google asks for fewer calls."""

    def __init__(
        self, message: str, *, until: datetime | None = None, for_hours: bool = False, by_us: bool = False
    ) -> None:
        super().__init__(message, until=until)
        self.for_hours = for_hours
        """True for `quotaExceeded`, which may last hours and is not to be retried soon."""
        self.by_us = by_us
        """True where Google was not asked, because there was no room in our own budget: a place in a queue, no
        trouble."""


class Unreachable(TryLater):
    """No usable answer: connection, timeout, 5xx. A write may or may not have taken place."""


class LookAgain(SyncError):
    """The world has changed since we looked: read it and decide anew."""


class EtagMismatch(LookAgain):
    """412: the event changed since the etag that we sent."""


class TokenExpired(LookAgain):
    """410 `fullSyncRequired`, or 400 "Invalid sync token value.": a full synchronisation is needed."""


class AlreadyThere(LookAgain):
    """409 `duplicate`: an event, alive or deleted, has this id."""


class NotFound(LookAgain):
    """404: no such thing, or no access to it; Google does not tell which."""


class AlreadyGone(LookAgain):
    """410 `deleted`: it was deleted before."""


class Scope(StrEnum):
    """How much is lost with an `AccessLost`."""

    CONNECTION = "connection"
    """Nothing of this organisation's Workspace can be read: delegation, key or API."""
    PERSON = "person"
    """This one subject only; the others go on."""


class AccessLost(SyncError):
    """We may not look. Time that cannot be looked at is unknown, never free."""

    scope: Scope = Scope.PERSON

    def __init__(self, message: str, *, scope: Scope | None = None, may_be_fresh: bool = False) -> None:
        super().__init__(message)
        if scope is not None:
            self.scope = scope
        self.may_be_fresh = may_be_fresh
        """True when a delegation entered less than 24 hours ago would answer the same."""


class DelegationRefused(AccessLost):
    """The Client ID is not authorised for one of the scopes asked for (or not yet: it can take 24 hours)."""

    scope = Scope.CONNECTION

    def __init__(
        self,
        message: str,
        *,
        scopes: tuple[str, ...] = (),
        perhaps_by_email: bool = False,
        by_policy: bool = False,
    ) -> None:
        super().__init__(message, may_be_fresh=True)
        self.scopes = scopes
        self.perhaps_by_email = perhaps_by_email
        """True for the answer that Google also gives where the client's e-mail was entered instead of its number."""
        self.by_policy = by_policy
        """True where not the entry is missing, but a policy of the Workspace stands before it."""


class KeyRefused(AccessLost):
    """The service account's key is unreadable, disabled, deleted, or signed with a wrong clock."""

    scope = Scope.CONNECTION


class ClockWrong(KeyRefused):
    """This machine's clock is so far from Google's that nothing which it signs is accepted."""


class ApiDisabled(AccessLost):
    """The API is not enabled in the service account's Cloud project."""

    scope = Scope.CONNECTION


class UnknownSubject(AccessLost):
    """No such user at Google: mistyped, renamed away or deleted."""


class NotACalendarUser(AccessLost):
    """The user has no Calendar licence, or is suspended."""


class Forbidden(AccessLost):
    """The subject may not do this: not an admin, no access to this group or calendar."""


class OurMistake(SyncError):
    """A request that Google calls invalid: a defect of ours, to be reported and not repeated."""


class PushRefused(OurMistake):
    """No push channel for this calendar, or none to this address: it is polled."""

    def __init__(self, message: str, *, for_good: bool = False) -> None:
        super().__init__(message)
        self.for_good = for_good
        """True when no channel is ever to be had for this calendar."""
