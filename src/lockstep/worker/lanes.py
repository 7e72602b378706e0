"""Who may occupy a worker's threads: no organisation all of them, however slow its Google is.

One calendar never takes more than one thread (its lease sees to that), but a hundred slow calendars of one organisation
would take a hundred. An organisation may take as many as it leaves free: half of them when it is alone, and there is
always some room for the next one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Lock


class Lanes:
    """The threads of one kind of work in this process."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._lock = Lock()
        self._busy: Counter[Hashable] = Counter()

    @contextmanager
    def taken_by(self, who: Hashable) -> Iterator[bool]:
        """True for as long as `who` may work in a lane; False at once when others have to come first."""
        with self._lock:
            mine, free = self._busy[who], self._threads - self._busy.total()
            # The first is always let in: it holds the thread already, and has to get somewhere.
            admitted = mine == 0 or mine < free
            if admitted:
                self._busy[who] += 1
        try:
            yield admitted
        finally:
            if admitted:
                with self._lock:
                    self._busy[who] -= 1
                    if not self._busy[who]:
                        del self._busy[who]
