"""How far Google's clock and ours are apart, from the dates of its answers.

A date has whole seconds, so one answer says only that Google's clock was somewhere within a second; many answers
together leave less. As long as one and the same difference of zero explains them all, the clocks agree.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Lock

_ANSWERS = 64
"""So many of the last answers count: enough to narrow it down, few enough to notice a clock that was set."""
_A_SECOND = timedelta(seconds=1)


class ClockWatch:
    """Shared by all threads of a process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._bounds: deque[tuple[timedelta, timedelta]] = deque(maxlen=_ANSWERS)

    def note(self, date: str, *, sent_at: datetime, received_at: datetime) -> None:
        """Take in the `Date` of an answer; one that says nothing is passed over."""
        try:
            shown = parsedate_to_datetime(date)
        except ValueError:
            return
        if shown.tzinfo is None:
            return
        # It was written at some moment between the two, and cut down to a whole second.
        with self._lock:
            self._bounds.append((shown - received_at, shown + _A_SECOND - sent_at))

    @property
    def skew(self) -> timedelta:
        """What has to be added to our clock to get Google's; zero while that explains the answers."""
        with self._lock:
            bounds = list(self._bounds)
        if not bounds:
            return timedelta()
        least, most = max(low for low, _ in bounds), min(high for _, high in bounds)
        if least > most:
            # No one difference explains them all: a clock was set meanwhile, so the newest answer counts.
            least, most = bounds[-1]
        return max(least, min(most, timedelta()))
