"""The emulator's clock: the machine's time plus an offset that tests and demonstrations move."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def machine_time() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Aware UTC instants. A test hands in a source that stands still."""

    def __init__(self, source: Callable[[], datetime] = machine_time) -> None:
        self._source = source
        self.offset = timedelta()

    def now(self) -> datetime:
        return self._source() + self.offset

    def unmoved(self) -> datetime:
        """The time without the offset: what the rest of the machine believes."""
        return self._source()

    def set(self, moment: datetime) -> None:
        """Make it `moment` now; time goes on from there."""
        self.offset = moment - self._source()

    def advance(self, duration: timedelta) -> None:
        self.offset += duration

    def reset(self) -> None:
        self.offset = timedelta()
