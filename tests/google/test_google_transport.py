"""Whatever a connection does, a send ends in time, with a whole answer or with Unreachable, and happened once."""

from __future__ import annotations

import gzip
import socket
import struct
import time
from collections.abc import Callable

import pytest
from tests.google.raw_server import RawServer, raw_server

from lockstep.google.transport import Answer, Deadline, PooledTransport, Request
from lockstep.sync.errors import Unreachable

SECONDS = 1.0
"""The deadline of these tests; the tests allow twice that, because the machine is shared."""


def send(server: RawServer, method: str = "GET", seconds: float = SECONDS) -> Answer:
    return PooledTransport().send(Request(method, f"{server.address}/x"), Deadline.after(seconds))


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def close_silently(_: socket.socket) -> None:
    pass


def half_a_head(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")


def half_a_body(connection: socket.socket) -> None:
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"items": [')


def half_a_chunked_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n")


def not_http(connection: socket.socket) -> None:
    connection.sendall(b"220 mail.example ESMTP\r\n")


def broken_gzip(connection: socket.socket) -> None:
    body = b"this is not gzip"
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode() + body)


@pytest.mark.parametrize(
    "behave", [reset, close_silently, half_a_head, half_a_body, half_a_chunked_body, not_http, broken_gzip]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_a_broken_answer_is_unreachable_and_nothing_is_sent_twice(
    behave: Callable[[socket.socket], None], method: str
) -> None:
    with raw_server(behave) as server:
        with pytest.raises(Unreachable):
            send(server, method)
        assert server.requests == 1


def never_answer(connection: socket.socket) -> None:
    connection.recv(1)


def trickle_the_head(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(60):
        connection.sendall(f"X-{number}: more\r\n".encode())
        time.sleep(0.1)


def trickle_the_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n")
    for _ in range(60):
        connection.sendall(b"x")
        time.sleep(0.1)


@pytest.mark.parametrize("behave", [never_answer, trickle_the_head, trickle_the_body])
def test_the_deadline_ends_an_answer_that_does_not(behave: Callable[[socket.socket], None]) -> None:
    with raw_server(behave) as server:
        began = time.monotonic()
        with pytest.raises(Unreachable):
            send(server)
        assert time.monotonic() - began < 2 * SECONDS
        assert server.requests == 1


def test_a_deadline_that_has_passed_sends_nothing() -> None:
    with raw_server(close_silently) as server:
        with pytest.raises(Unreachable):
            send(server, seconds=-1)
        assert server.requests == 0


def test_a_closed_port_is_unreachable_and_the_sentence_names_no_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable, match="No connection to Google") as caught:
        PooledTransport().send(Request("GET", f"http://127.0.0.1:{port}/users/alice@small.example"), Deadline.after(1))
    assert "alice" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_an_unknown_host_is_a_matter_of_dns() -> None:
    with pytest.raises(Unreachable, match="DNS"):
        PooledTransport().send(Request("GET", "http://nowhere.invalid/"), Deadline.after(5))


def test_a_redirect_is_not_followed() -> None:
    def redirect(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n")

    with raw_server(redirect) as server:
        assert send(server, "POST").status == 302
        assert server.requests == 1


def test_a_compressed_answer_arrives_unpacked() -> None:
    def compressed(connection: socket.socket) -> None:
        body = gzip.compress(b'{"items": []}')
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)

    with raw_server(compressed) as server:
        assert send(server).body == b'{"items": []}'


def test_a_connection_is_used_again_with_its_full_time() -> None:
    def answer_three_times(connection: socket.socket) -> None:
        for pause in (0.0, 0.0, 0.6):
            time.sleep(pause)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            if pause == 0.0:
                connection.recv(65536)

    with raw_server(answer_three_times) as server:
        transport = PooledTransport()
        request = Request("GET", f"{server.address}/x")
        for seconds in (0.4, 0.4, 2.0):
            assert transport.send(request, Deadline.after(seconds)).status == 200
        assert server.requests == 1, "the three requests should have shared one connection"


def test_headers_are_found_whatever_their_case() -> None:
    def with_header(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 503 Busy\r\nRETRY-AFTER: 7\r\nContent-Length: 0\r\n\r\n")

    with raw_server(with_header) as server:
        assert send(server).headers["retry-after"] == "7"
