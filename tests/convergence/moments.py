"""Time in a history: two clocks that stand still until the script moves them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.cast import NOW

TICK = timedelta(milliseconds=50)
"""What one exchange with Google takes."""


@dataclass(slots=True)
class Moments:
    """Google's time, and how far Lockstep's clock is ahead of it."""

    googles: datetime = NOW
    skew: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Lockstep's time."""
        return self.googles + self.skew

    def pass_on(self, by: timedelta) -> None:
        self.googles += by


def slot(number: int) -> datetime:
    """One of the half-hours of three days in Halifax, 9 to 17: few enough for people to meet."""
    return _morning(number % 3) + timedelta(minutes=30) * (number // 3 % 16)


def quarter(number: int) -> datetime:
    """One of the quarters of the same days, 8:30 to 18:00."""
    return _morning(number % 3) + timedelta(minutes=15) * (number // 3 % 38 - 2)


def day(number: int) -> datetime:
    return _morning(number % 3) - timedelta(hours=9)


def _morning(which: int) -> datetime:
    return datetime(2026, 12, 1 + which, 13, tzinfo=UTC)
