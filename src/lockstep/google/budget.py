"""How many calls may be made: a share of one budget that all processes of the installation have in common.

Owns: taking lots from the shared ledger, so that it is asked once for several calls, and refusing a call here that
Google would refuse there. Nobody sleeps: who is refused is told when to come back. The rules are those of
`lockstep.sync.quota`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from lockstep.sync.errors import RateLimited
from lockstep.sync.quota import LOT_LASTS
from lockstep.sync.urgency import Urgency

SMALLEST_LOT = 4
LARGEST_LOT = 64
_MOST_LOTS = 5_000
"""Beyond this, those that have ended are forgotten."""
_HOURS_LONG = timedelta(hours=1)
"""How long writes rest when Google does not say for how long its use limits are exceeded."""


@dataclass(frozen=True, slots=True)
class Payer:
    """For whom a call is made, and how much it matters."""

    account: str
    """The organisation; empty for the operator's own calls."""
    user: str
    """As Google counts people: `quotaUser`."""
    urgency: Urgency = Urgency.POLL


class Lots(Protocol):
    """What the ledger gave: so much of the project's units, and of the person's."""

    @property
    def project(self) -> int: ...
    @property
    def user(self) -> int: ...
    @property
    def no_writes_until(self) -> datetime | None:
        """Google has closed the person's calendar for writing for some hours."""


class Ledger(Protocol):
    """What all processes share."""

    def lease(
        self, payer: Payer, *, project: int, user: int, least: int, now: datetime
    ) -> tuple[Lots, None] | tuple[None, datetime]:
        """Up to so many units of each, but `least` of both that are wanted; otherwise the moment to come back.

        A want below zero gives that back.
        """

    def refused(self, payer: Payer, *, no_writes_until: datetime | None, now: datetime) -> None:
        """Google refused a call for its rate, or (until then) all writes to this person's calendar."""


@dataclass(slots=True)
class _Lot:
    """Units that are ours to use for some seconds."""

    size: int = SMALLEST_LOT
    units: int = 0
    ends_at: float = 0.0
    no_writes_until: datetime | None = None

    def wanted(self, units: int, at: float) -> int:
        """How much to ask for: nothing while there is enough. Grows while lots are used up, shrinks when they lapse."""
        if at < self.ends_at and self.units >= units:
            return 0
        self.size = min(self.size * 2, LARGEST_LOT) if at < self.ends_at else max(self.size // 2, SMALLEST_LOT)
        # What was not used is given back by asking for so much less.
        return max(self.size, units) - self.units


class CallBudget:
    """Shared by all threads of the process."""

    def __init__(self, ledger: Ledger, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._ledger = ledger
        self._monotonic = monotonic
        self._lock = Lock()
        self._lots: dict[tuple[str, str, Urgency], _Lot] = {}

    def take(self, payer: Payer, units: int, *, writes: bool, now: datetime) -> None:
        """Count a call. Raises: RateLimited, with the moment from which there is room again."""
        with self._lock:
            at = self._monotonic()
            project = self._lot("project", payer.account, payer.urgency)
            user = self._lot("user", payer.user, payer.urgency)
            wanted = (project.wanted(units, at), user.wanted(units, at))
        if any(wanted):
            self._refill(payer, project, user, wanted, units, now)
        if writes and user.no_writes_until and user.no_writes_until > now:
            raise RateLimited(
                "Google takes no writes to this calendar for some hours. Lockstep goes on by itself after that.",
                until=user.no_writes_until,
                for_hours=True,
            )
        with self._lock:
            project.units -= units
            user.units -= units

    def refused(self, payer: Payer, error: RateLimited, *, writes: bool, now: datetime) -> None:
        """Google refused this call for its rate: everybody who shares the limit slows down."""
        until = (error.until or now + _HOURS_LONG) if error.for_hours and writes else None
        self._ledger.refused(payer, no_writes_until=until, now=now)
        with self._lock:
            for key in [key for key in self._lots if key[1] in (payer.user, payer.account)]:
                del self._lots[key]

    def _refill(
        self, payer: Payer, project: _Lot, user: _Lot, wanted: tuple[int, int], least: int, now: datetime
    ) -> None:
        given, later = self._ledger.lease(payer, project=wanted[0], user=wanted[1], least=least, now=now)
        if given is None:
            raise RateLimited(
                "Lockstep makes fewer calls for a moment, so as to stay within Google's quota.",
                until=later,
                by_us=True,
            )
        with self._lock:
            ends_at = self._monotonic() + LOT_LASTS.total_seconds()
            for lot, asked, units in ((project, wanted[0], given.project), (user, wanted[1], given.user)):
                if asked:
                    lot.units, lot.ends_at = lot.units + units, ends_at
            if wanted[1]:
                user.no_writes_until = given.no_writes_until

    def _lot(self, kind: str, whose: str, urgency: Urgency) -> _Lot:
        if len(self._lots) > _MOST_LOTS:
            at = self._monotonic()
            self._lots = {key: lot for key, lot in self._lots.items() if lot.ends_at > at}
        return self._lots.setdefault((kind, whose, urgency), _Lot())
