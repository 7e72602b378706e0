"""A server that speaks bytes, for everything that a well-behaved HTTP server never does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Behaviour = Callable[[socket.socket], None]
"""What is done with a connection after a whole request arrived on it; then it is closed."""


class RawServer:
    def __init__(self, address: str) -> None:
        self.address = address
        self.requests = 0
        self.stopping = threading.Event()


@contextmanager
def raw_server(behave: Behaviour) -> Iterator[RawServer]:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    server = RawServer(f"http://127.0.0.1:{listener.getsockname()[1]}")

    def serve(connection: socket.socket) -> None:
        with connection:
            connection.settimeout(5)
            try:
                if _read_request(connection):
                    server.requests += 1
                    behave(connection)
            except OSError:
                pass  # The client went away, which is what these tests are about.

    def accept() -> None:
        while not server.stopping.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        thread.join()
        listener.close()


def _read_request(connection: socket.socket) -> bool:
    """True once the head and a body of its announced length arrived."""
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(65536)
        if not more:
            return False
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        body += connection.recv(65536)
    return True
