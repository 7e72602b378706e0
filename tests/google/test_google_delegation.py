"""One token for each person and scope, fetched once however many want it, and renewed before it ends."""

from __future__ import annotations

import json
import threading
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from google.auth import crypt
from tests.google.key_files import CLIENT_ID, key_file, private_key
from tests.google.scripted_server import TOKEN_REPLY, Received, Reply, ScriptedServer, scripted_server

from lockstep.google.delegation import Delegation
from lockstep.google.service_account import KeyFile
from lockstep.google.transport import Deadline, PooledTransport
from lockstep.sync.errors import KeyRefused, UnknownSubject, Unreachable
from lockstep.sync.gateway import CALENDAR_SCOPE, USERS_SCOPE

ALICE, BOB = "alice@small.example", "bob@small.example"
CALENDAR, USERS = (CALENDAR_SCOPE,), (USERS_SCOPE,)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as running:
        yield running


def delegation(path: Path) -> Delegation:
    return Delegation(KeyFile(path), PooledTransport(), lambda: NOW)


@pytest.fixture
def tokens(server: ScriptedServer, tmp_path: Path) -> Delegation:
    return delegation(key_file(tmp_path / "key.json", f"{server.address}/token"))


def unpadded(text: str) -> bytes:
    """The bytes in unpadded base64url. It must be unpadded: Google refuses padding."""
    assert "=" not in text
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def soon() -> Deadline:
    return Deadline.after(5)


def test_the_assertion_is_what_google_asks_for(server: ScriptedServer, tokens: Delegation) -> None:
    tokens.token(ALICE, CALENDAR, soon())
    (request,) = server.token_requests
    form = parse_qs(request.body.decode())
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    public = load_pem_private_key(private_key().encode(), None).public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assertion = form["assertion"][0]
    signed, _, signature = assertion.rpartition(".")
    assert crypt.RSAVerifier.from_string(pem).verify(signed.encode(), unpadded(signature))  # type: ignore[no-untyped-call]  # google-auth has no types
    header, claims = (json.loads(unpadded(part)) for part in signed.split("."))
    assert header == {"typ": "JWT", "alg": "RS256", "kid": "0123456789abcdef"}
    begins = int(NOW.timestamp()) - 10
    assert claims == {
        "iss": "lockstep@lockstep-test.iam.gserviceaccount.com",
        "sub": ALICE,
        "scope": CALENDAR_SCOPE,
        "aud": "https://oauth2.googleapis.com/token",
        "iat": begins,
        "exp": begins + 3600,
    }


def test_a_token_is_kept_for_each_person_and_scope(server: ScriptedServer, tokens: Delegation) -> None:
    for subject, scopes in [(ALICE, CALENDAR), (ALICE, USERS), (BOB, CALENDAR)] * 3:
        tokens.token(subject, scopes, soon())
    assert len(server.token_requests) == 3


def test_an_address_in_other_letters_is_the_same_person(server: ScriptedServer, tokens: Delegation) -> None:
    tokens.token("Alice@Small.Example", CALENDAR, soon())
    tokens.token(ALICE, CALENDAR, soon())
    assert len(server.token_requests) == 1


@pytest.mark.parametrize(("lifetime", "fetches"), [(3599, 1), (241, 1), (239, 2), ("3599", 1)])
def test_a_token_is_renewed_four_minutes_before_it_ends(
    server: ScriptedServer, tokens: Delegation, lifetime: object, fetches: int
) -> None:
    server.for_token = lambda _: Reply.json({"access_token": "x", "expires_in": lifetime})
    tokens.token(ALICE, CALENDAR, soon())
    tokens.token(ALICE, CALENDAR, soon())
    assert len(server.token_requests) == fetches


def test_many_threads_that_want_one_token_make_one_request(server: ScriptedServer, tokens: Delegation) -> None:
    def slowly(_: Received) -> Reply:
        time.sleep(0.3)
        return TOKEN_REPLY

    server.for_token = slowly
    with ThreadPoolExecutor(16) as threads:
        got = list(threads.map(lambda _: tokens.token(ALICE, CALENDAR, soon()), range(16)))
    assert len(server.token_requests) == 1
    assert {token.value for token in got} == {"ya29.made-up"}


def test_the_failure_of_a_shared_request_reaches_everyone_and_is_not_kept(
    server: ScriptedServer, tokens: Delegation
) -> None:
    def refuse(_: Received) -> Reply:
        time.sleep(0.3)
        return Reply.json({"error": "invalid_grant", "error_description": "Invalid email or User ID"}, 400)

    server.for_token = refuse

    def attempt(_: int) -> type[BaseException] | None:
        try:
            tokens.token(ALICE, CALENDAR, soon())
        except UnknownSubject as problem:
            return type(problem)
        return None

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(attempt, range(8))) == [UnknownSubject] * 8
    assert len(server.token_requests) == 1
    server.for_token = lambda _: TOKEN_REPLY
    assert tokens.token(ALICE, CALENDAR, soon()).value == "ya29.made-up"


def test_one_persons_slow_sign_in_holds_up_nobody_else(server: ScriptedServer, tokens: Delegation) -> None:
    first_arrived, may_go_on = threading.Event(), threading.Event()

    def hold_the_first(_: Received) -> Reply:
        if not first_arrived.is_set():
            first_arrived.set()
            may_go_on.wait(5)
        return TOKEN_REPLY

    server.for_token = hold_the_first
    with ThreadPoolExecutor(1) as thread:
        slow = thread.submit(tokens.token, ALICE, CALENDAR, soon())
        assert first_arrived.wait(5)
        assert tokens.token(BOB, CALENDAR, soon()).value == "ya29.made-up"
        assert not slow.done()
        may_go_on.set()


def test_who_waits_for_anothers_request_waits_no_longer_than_they_can(
    server: ScriptedServer, tokens: Delegation
) -> None:
    arrived, may_go_on = threading.Event(), threading.Event()

    def hold(_: Received) -> Reply:
        arrived.set()
        may_go_on.wait(5)
        return TOKEN_REPLY

    server.for_token = hold
    with ThreadPoolExecutor(1) as thread:
        patient = thread.submit(tokens.token, ALICE, CALENDAR, soon())
        assert arrived.wait(5)
        with pytest.raises(Unreachable):
            tokens.token(ALICE, CALENDAR, Deadline.after(0.2))
        may_go_on.set()
        assert patient.result().value == "ya29.made-up"


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429, 408])
def test_a_sign_in_that_fails_is_not_tried_again_in_secret(
    server: ScriptedServer, tokens: Delegation, status: int
) -> None:
    server.for_token = lambda _: Reply(status, b"<html>no</html>")
    began = time.monotonic()
    with pytest.raises(Exception, match="Lockstep"):
        tokens.token(ALICE, CALENDAR, soon())
    assert len(server.token_requests) == 1
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"<html>", b'{"access_token": "x"}', b'{"access_token": "x", "expires_in": null}']
)
def test_a_success_without_a_token_is_no_answer(server: ScriptedServer, tokens: Delegation, body: bytes) -> None:
    server.for_token = lambda _: Reply(200, body)
    with pytest.raises(Unreachable):
        tokens.token(ALICE, CALENDAR, soon())


def test_a_wrong_clock_is_measured_against_googles_answer(server: ScriptedServer, tokens: Delegation) -> None:
    description = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
    content = {"error": "invalid_grant", "error_description": description}
    # The scripted server's own Date header comes first and is today's, so the skew from NOW is large, whatever it is.
    server.for_token = lambda _: Reply.json(content, 400)
    with pytest.raises(KeyRefused, match=r"clock is wrong \(\d+ seconds (ahead of|behind) Google's\)"):
        tokens.token(ALICE, CALENDAR, soon())


def test_a_discarded_token_is_fetched_anew_but_a_renewed_one_stays(server: ScriptedServer, tokens: Delegation) -> None:
    values = iter(["first", "second", "third"])
    server.for_token = lambda _: Reply.json({"access_token": next(values), "expires_in": 3599})
    first = tokens.token(ALICE, CALENDAR, soon())
    tokens.discard(ALICE, CALENDAR, first)
    second = tokens.token(ALICE, CALENDAR, soon())
    tokens.discard(ALICE, CALENDAR, first)
    assert tokens.token(ALICE, CALENDAR, soon()) == second


def test_a_token_does_not_show_itself(tokens: Delegation) -> None:
    assert "ya29" not in repr(tokens.token(ALICE, CALENDAR, soon()))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "not one of a service account"),
        (b'{"type": "authorized_user"}', "not one of a service account"),
        (b'{"type": "service_account"}', "lacks client_email, client_id"),
    ],
)
def test_a_file_that_is_no_key_says_so(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "key.json"
    path.write_bytes(content)
    with pytest.raises(KeyRefused, match=words):
        delegation(path).token(ALICE, CALENDAR, soon())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": None}, "lacks client_id"),
        ({"client_email": ""}, "lacks client_email"),
        ({"private_key": "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----"}, "private key"),
        ({"universe_domain": "other.example"}, "another cloud"),
    ],
)
def test_a_damaged_key_says_what_is_wrong_and_not_what_is_in_it(
    tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(KeyRefused, match=words) as caught:
        delegation(key_file(tmp_path / "key.json", "http://127.0.0.1:1", **changes)).token(ALICE, CALENDAR, soon())
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_a_missing_key_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(KeyRefused, match=r"cannot be read \(No such file or directory\)"):
        _ = delegation(tmp_path / "none.json").client_id


def test_a_replaced_key_file_is_used_at_once(tmp_path: Path) -> None:
    path = key_file(tmp_path / "key.json", "http://127.0.0.1:1")
    tokens = delegation(path)
    assert tokens.client_id == CLIENT_ID
    content = json.loads(path.read_text()) | {"client_id": "99"}
    path.write_text(json.dumps(content))
    assert tokens.client_id == "99"
