"""Connections whose every wait is bounded by one total, not only by a limit for each single wait.

urllib3 limits each attempt to connect and each read. That leaves two ways to wait for ever: a host with many addresses
that swallow packets takes the connect timeout once for each, and an answer that trickles in restarts the read timeout
with every byte. Both are closed here. Not closed: the name look-up, which the system's resolver bounds by itself.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

SILENCE_SECONDS = 15.0
"""The longest wait for the next bytes of an answer that has not ended."""

LEAST_SECONDS_PER_ADDRESS = 1.0


class _ReadsUntil(io.RawIOBase):
    """A socket's bytes, until a moment of the monotonic clock."""

    def __init__(self, connected: socket.socket, until: float) -> None:
        self._socket = connected
        self._bytes = connected.makefile("rb", buffering=0)
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("The answer did not end in time.")
        self._socket.settimeout(min(left, SILENCE_SECONDS))
        return self._bytes.readinto(buffer)

    def close(self) -> None:
        self._bytes.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """An answer that says where it ends, within the time that the socket's timeout allows when it begins.

    An answer cut off inside its head looks like a short head with a body that ends when the connection does: "200,
    nothing to say", which after a DELETE reads as done. So one that does not say where it ends is no answer.
    """

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_ReadsUntil(sock, time.monotonic() + (sock.gettimeout() or SILENCE_SECONDS)))

    def begin(self) -> None:
        super().begin()
        if self.msg.defects or (self.length is None and not self.chunked):
            raise http.client.HTTPException("The answer does not say where it ends.")


def _connect(host: str, port: int, seconds: float, options: Any) -> socket.socket:
    """Connected to one of the host's addresses within `seconds` for all of them together."""
    until = time.monotonic() + seconds
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    failure: OSError = TimeoutError("No address of the host answered in time.")
    for tried, (family, kind, protocol, _, address) in enumerate(addresses):
        left = until - time.monotonic()
        if left <= 0:
            break
        connected = socket.socket(family, kind, protocol)
        try:
            for option in options or ():
                connected.setsockopt(*option)
            connected.settimeout(min(left, max(left / (len(addresses) - tried), LEAST_SECONDS_PER_ADDRESS)))
            connected.connect(address)
        except OSError as problem:
            connected.close()
            failure = problem
        else:
            return connected
    raise failure


class _Bounded(HTTPConnection):
    response_class = _Response

    def _new_conn(self) -> socket.socket:
        """The place where urllib3 lets a subclass connect in its own way (its SOCKS support does the same)."""
        seconds = self.timeout if isinstance(self.timeout, (int, float)) else SILENCE_SECONDS
        try:
            return _connect(self.host, self.port, seconds, self.socket_options)
        except socket.gaierror as problem:
            raise NameResolutionError(self.host, self, problem) from problem
        except TimeoutError as problem:
            raise ConnectTimeoutError(self, "connecting took too long") from problem
        except OSError as problem:
            raise NewConnectionError(self, "connecting failed") from problem

    def putrequest(self, *args: Any, **kwargs: Any) -> None:
        # A connection that is used again still has what was left of its last answer's time.
        if self.sock is not None and isinstance(self.timeout, (int, float)):
            self.sock.settimeout(self.timeout)
        super().putrequest(*args, **kwargs)


class _BoundedSecure(_Bounded, HTTPSConnection):
    """The same over TLS."""


class BoundedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _Bounded


class BoundedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _BoundedSecure
