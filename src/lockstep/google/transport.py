"""One HTTP exchange, bounded in time: the request goes out once, and the answer or an `Unreachable` comes back.

Owns: connections, timeouts and the deadline. Knows nothing of tokens, JSON or what a status means.
Nothing is ever sent a second time here: a write whose answer was lost must be decided on by someone who knows what
was written.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import urllib3
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError, SSLError

from lockstep.google.connecting import BoundedHTTPPool, BoundedHTTPSPool
from lockstep.sync.errors import Unreachable

CONNECT_SECONDS = 5.0

USER_AGENT = "lockstep (gzip)"
"""Names gzip because older guides ask for it before they compress."""

OPEN_CONNECTIONS = 32
"""Kept open per host; more threads than this open connections of their own and close them again."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment of the monotonic clock after which nobody waits any more."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        return cls(time.monotonic() + seconds)

    def remaining(self) -> float:
        """Seconds left. Raises: Unreachable when there are none."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise Unreachable("Google did not answer in time. Lockstep tries again by itself.")
        return left


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer: the whole body arrived and was unpacked."""

    status: int
    headers: Mapping[str, str]
    """Looked up without regard to case."""
    body: bytes


class Transport(Protocol):
    """Sends a request once."""

    def send(self, request: Request, deadline: Deadline) -> Answer:
        """The complete answer. Raises: Unreachable when there is none before the deadline."""


class PooledTransport:
    """Connections kept open and shared by all threads of the process.

    Make it after forking: two processes must not share a connection.
    """

    def __init__(self) -> None:
        self._pool = urllib3.PoolManager(
            maxsize=OPEN_CONNECTIONS,
            # Finds out about connections that a firewall forgot, before a request is lost in one.
            socket_options=[*HTTPConnection.default_socket_options, (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)],
        )
        self._pool.pool_classes_by_scheme = {"http": BoundedHTTPPool, "https": BoundedHTTPSPool}

    def send(self, request: Request, deadline: Deadline) -> Answer:
        """See `Transport.send`. A redirect is an answer like any other; it is not followed."""
        left = deadline.remaining()
        try:
            response = self._pool.urlopen(
                request.method,
                request.url,
                body=request.body,
                headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip", **request.headers},
                timeout=urllib3.Timeout(connect=min(CONNECT_SECONDS, left), total=left),
                retries=False,
                redirect=False,
            )
        except HTTPError as problem:
            # Cut off from its cause, whose text holds the address that was called, and so perhaps a person's e-mail.
            raise Unreachable(_what_failed(problem)) from None
        return Answer(response.status, response.headers, response.data)


def _what_failed(problem: HTTPError) -> str:
    """A sentence for the person who can act, with the library's name of the problem for whoever helps them."""
    if isinstance(problem, NameResolutionError):
        return "Google's address could not be looked up. Check this server's DNS and Internet connection."
    if isinstance(problem, NewConnectionError | ConnectTimeoutError):
        return "No connection to Google. Check this server's Internet connection and firewall."
    if isinstance(problem, SSLError):
        return "Google's certificate could not be verified. Check this server's clock and any proxy in between."
    kind = type(problem).__name__
    return f"The connection to Google broke before the answer was complete ({kind}). Lockstep tries again by itself."
