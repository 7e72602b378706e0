"""What a service demands of a slot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

ZERO = timedelta()
ONE_MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """The rules of one service, all lengths as timedeltas.

    `lead_time` is the shortest notice. `furthest` is how far ahead a slot may start: the whole local day that it
    reaches is bookable; None sets no limit. Slots start at multiples of `increment` after local midnight.
    `daily_limit` is the most appointments of a local day; None sets none.

    Raises: ValueError when a length makes no sense.
    """

    duration: timedelta
    buffer_before: timedelta = ZERO
    buffer_after: timedelta = ZERO
    lead_time: timedelta = ZERO
    furthest: timedelta | None = None
    increment: timedelta = timedelta(minutes=15)
    daily_limit: int | None = None

    def __post_init__(self) -> None:
        if self.duration <= ZERO:
            raise ValueError("A service takes some time.")
        lengths = (self.buffer_before, self.buffer_after, self.lead_time, self.furthest or ZERO)
        if min(lengths) < ZERO:
            raise ValueError("Buffers, lead time and furthest date are not negative.")
        if not ONE_MINUTE <= self.increment <= ONE_DAY or self.increment % ONE_MINUTE:
            raise ValueError("Slots start every so many whole minutes, a day at most.")
        if self.daily_limit is not None and self.daily_limit < 1:
            raise ValueError("A daily limit is at least one.")
