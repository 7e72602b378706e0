"""Over TLS the same bounds hold, and a certificate that cannot be verified stops everything."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.certificates import self_signed

from lockstep.google.transport import Deadline, PooledTransport, Request
from lockstep.sync.errors import Unreachable


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that vouches for itself, with its key, in one file."""
    return self_signed(tmp_path_factory.mktemp("tls"))


@contextmanager
def tls_server(certificate: Path, behave: Callable[[ssl.SSLSocket], None]) -> Iterator[str]:
    """Answers one connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(5)

    def serve() -> None:
        try:
            connection, _ = listener.accept()
            with connection, context.wrap_socket(connection, server_side=True) as secured:
                secured.recv(65536)
                behave(secured)
        except OSError:
            pass  # The client did not trust us, or had enough.

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        thread.join()
        listener.close()


def answer(connection: ssl.SSLSocket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


def trickle(connection: ssl.SSLSocket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n")
    for _ in range(40):
        connection.sendall(b"x")
        time.sleep(0.1)


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    with tls_server(certificate, answer) as url, pytest.raises(Unreachable, match="certificate"):
        PooledTransport().send(Request("GET", url), Deadline.after(5))


def test_a_trusted_certificate_is_accepted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))  # What an operator with a certificate of their own sets.
    with tls_server(certificate, answer) as url:
        assert PooledTransport().send(Request("GET", url), Deadline.after(5)).body == b"{}"


def test_the_deadline_holds_over_tls_too(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with tls_server(certificate, trickle) as url:
        began = time.monotonic()
        with pytest.raises(Unreachable):
            PooledTransport().send(Request("GET", url), Deadline.after(1))
        assert time.monotonic() - began < 2
