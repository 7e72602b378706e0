"""Posting to an address that somebody has typed: only over HTTPS, only to the public Internet, and signed."""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.certificates import self_signed

from lockstep.mail.webhook import NotPosted, post, signature

NOW = datetime(2026, 11, 30, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example/x", "ftp://hooks.example", "https://", "https://user:word@hooks.example/", "file:///etc/x"],
)
def test_an_address_that_is_not_plain_https_is_refused(url: str) -> None:
    with pytest.raises(NotPosted, match="https"):
        post(url, "secret", {}, now=NOW)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.1.2.3", "192.168.1.1", "169.254.169.254", "[fd00::1]"]
)
def test_an_address_inside_the_own_network_is_refused(host: str) -> None:
    with pytest.raises(NotPosted, match="public Internet"):
        post(f"https://{host}/x", "secret", {}, now=NOW)


def test_a_host_that_does_not_answer_is_a_sentence() -> None:
    with pytest.raises(NotPosted, match="did not answer"):
        post("https://127.0.0.1:9/x", "secret", {}, now=NOW, private_too=True)


def test_the_signature_covers_the_time_and_the_body() -> None:
    moment = str(int(NOW.timestamp()))
    expected = hmac.new(b"secret", f"{moment}.{{}}".encode(), hashlib.sha256).hexdigest()
    assert signature("secret", b"{}", NOW) == f"t={moment},v1={expected}"


@pytest.mark.parametrize(("status", "refused"), [(204, False), (302, True), (500, True)])
def test_what_is_posted_is_signed_json_and_only_a_success_is_one(tmp_path: Path, status: int, refused: bool) -> None:
    certificate = self_signed(tmp_path)
    with tls_receiver(certificate, status) as receiver:
        url = f"https://127.0.0.1:{receiver.port}/hook?of=cedar"
        try:
            post(url, "secret", {"kind": "delay"}, now=NOW, private_too=True, trusted=str(certificate))
        except NotPosted:
            assert refused
        else:
            assert not refused
    (path, headers, body), *more = receiver.seen
    assert not more
    assert path == "/hook?of=cedar"
    assert json.loads(body) == {"kind": "delay"}
    assert headers["Lockstep-Signature"] == signature("secret", body, NOW)


def test_a_receiver_with_a_certificate_that_nobody_vouches_for_is_told_nothing(tmp_path: Path) -> None:
    with tls_receiver(self_signed(tmp_path), 204) as receiver, pytest.raises(NotPosted):
        post(f"https://127.0.0.1:{receiver.port}/", "secret", {}, now=NOW, private_too=True)
    assert receiver.seen == []


@dataclass(slots=True)
class Receiver:
    port: int
    seen: list[tuple[str, Message, bytes]] = field(default_factory=list)


@contextmanager
def tls_receiver(certificate: Path, status: int) -> Iterator[Receiver]:
    """An HTTPS server on this machine that answers every POST with `status`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.seen.append((self.path, self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Location", "https://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver = Receiver(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
