"""Delivery of push messages: asynchronous, from background threads, as unreliable as it is told to be.

Source: the push guide. Only messages about accounts have a body. Success is 200, 201, 202, 204 or 102; only 500, 502,
503 and 504 are tried again, with exponential back-off; connection failures and time-outs are not, unless a switch says
so.
"""

import heapq
import logging
from collections.abc import Callable, Iterator
from itertools import count
from queue import SimpleQueue
from random import SystemRandom
from threading import Condition, Thread
from time import monotonic

import urllib3

from workspace_emulator.state.channels import Notification
from workspace_emulator.state.workspace import Workspace

_LOG = logging.getLogger(__name__)
_RETRIED = frozenset({500, 502, 503, 504})
_DELIVERED = frozenset({102, 200, 201, 202, 204})
_FIRST_PAUSE_SECONDS = 0.5
_HEADERS = {
    "User-Agent": "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)",
    "Content-Type": "application/json; utf-8",
    "Accept": "*/*",
}

_Job = tuple[Notification, int]
"""A message and how often it was tried."""


def fates(workspace: Workspace, messages: list[Notification]) -> Iterator[tuple[Notification, float]]:
    """Which messages are sent, a doubled one twice, and after how many seconds."""
    switches, chance = workspace.switches, workspace.chance
    for message in messages:
        lost = chance.happens("push lost", switches.push_drop_probability)
        twice = chance.happens("push doubled", switches.push_duplicate_probability)
        if switches.push_silent or lost:
            continue
        for _ in range(2 if twice else 1):
            yield message, switches.push_delay_seconds + chance.part_of("push held", switches.push_reorder_seconds)


class Courier:
    """Threads that send messages; a message that must wait sits in a heap until its time."""

    def __init__(self, workspace: Callable[[], Workspace], threads: int = 8) -> None:
        """`workspace` gives the one whose switches are in force at the moment of sending."""
        self._workspace = workspace
        self._pool = urllib3.PoolManager(
            maxsize=threads, retries=False, timeout=urllib3.Timeout(connect=5, read=10), cert_reqs="CERT_REQUIRED"
        )
        self._random = SystemRandom()
        self._ready: SimpleQueue[_Job | None] = SimpleQueue()
        self._waiting: list[tuple[float, int, _Job]] = []
        self._order = count()
        self._wake = Condition()
        self._open = True
        self._threads = [Thread(target=self._send_all, daemon=True) for _ in range(threads)]
        self._threads.append(Thread(target=self._release_waiting, daemon=True))
        for thread in self._threads:
            thread.start()

    def deliver(self, messages: list[Notification]) -> None:
        """Take messages over and return at once. Called under the workspace's lock, so that chances have an order."""
        for message, seconds in fates(self._workspace(), messages):
            self._after(seconds, (message, 0))

    def close(self) -> None:
        """Stop; what waits is dropped."""
        with self._wake:
            self._open = False
            self._wake.notify()
        for _ in self._threads:
            self._ready.put(None)

    def _after(self, seconds: float, job: _Job) -> None:
        if seconds <= 0:
            self._ready.put(job)
            return
        with self._wake:
            heapq.heappush(self._waiting, (monotonic() + seconds, next(self._order), job))
            self._wake.notify()

    def _release_waiting(self) -> None:
        with self._wake:
            while self._open:
                now = monotonic()
                while self._waiting and self._waiting[0][0] <= now:
                    self._ready.put(heapq.heappop(self._waiting)[2])
                self._wake.wait(self._waiting[0][0] - now if self._waiting else None)

    def _send_all(self) -> None:
        while (job := self._ready.get()) is not None:
            self._send(*job)

    def _again(self, message: Notification, tried: int) -> None:
        self._after(_FIRST_PAUSE_SECONDS * 2**tried * self._random.uniform(0.8, 1.2), (message, tried + 1))

    def _send(self, message: Notification, tried: int) -> None:
        switches = self._workspace().switches
        tries_left = tried + 1 < switches.push_attempts
        try:
            response = self._pool.request(
                "POST", message.address, body=message.body, headers={**_HEADERS, **message.headers}, redirect=False
            )
        except urllib3.exceptions.HTTPError as error:
            _LOG.warning("push to channel %s failed: %s", message.headers["X-Goog-Channel-ID"], type(error).__name__)
            if switches.push_retries_failures and tries_left:
                self._again(message, tried)
            return
        if response.status in _RETRIED and tries_left:
            self._again(message, tried)
        elif response.status not in _DELIVERED:
            _LOG.warning("push to channel %s answered %s", message.headers["X-Goog-Channel-ID"], response.status)
