"""Posting to an address that somebody has typed: only over HTTPS, only to the public Internet, and signed."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

import pytest

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
