"""Domain-wide delegation: an access token for each (subject, scopes), kept while it is good.

Owns: fetching a token once however many threads want it, keeping it, and renewing it in time. Asks for exactly the
scopes it is given: delegation is all or nothing, so one scope that is not authorised fails the whole exchange.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from urllib.parse import urlencode

from lockstep.google.envelope import token_refusal_of
from lockstep.google.service_account import KeyFile
from lockstep.google.skew import ClockWatch
from lockstep.google.token_errors import TokenAsked, token_error_of
from lockstep.google.transport import Answer, Deadline, Request, Transport
from lockstep.sync.errors import SyncError, Unreachable

RENEW_SECONDS_BEFORE_END = 240.0
SWEEP_EVERY_SECONDS = 600.0

_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class Token:
    value: str
    ends_at: float
    """On the monotonic clock: a change of the wall clock neither prolongs nor ends it."""

    def is_fresh(self) -> bool:
        return time.monotonic() < self.ends_at - RENEW_SECONDS_BEFORE_END

    def __repr__(self) -> str:
        return "Token(…)"


Key = tuple[str, tuple[str, ...]]


class Delegation:
    """The tokens of one service account, shared by all threads of the process."""

    def __init__(
        self, key_file: KeyFile, transport: Transport, now: Callable[[], datetime], watch: ClockWatch | None = None
    ) -> None:
        self._watch = watch
        self._key_file = key_file
        self._transport = transport
        self._now = now
        self._lock = Lock()
        self._tokens: dict[Key, Token] = {}
        self._under_way: dict[Key, Future[Token]] = {}
        self._next_sweep = time.monotonic() + SWEEP_EVERY_SECONDS

    @property
    def client_id(self) -> str:
        """The numeric id to authorise. Raises: KeyRefused when the key file cannot be used."""
        return self._key_file.account().client_id

    @property
    def account_email(self) -> str:
        """The service account's own address. Raises: KeyRefused when the key file cannot be used."""
        return self._key_file.account().client_email

    def token(self, subject: str, scopes: tuple[str, ...], deadline: Deadline) -> Token:
        """A token that is good for some minutes at least, from memory or from Google.

        Threads that want the same one share one request, and its failure: each asking again would only multiply it.

        Raises: whatever stands in the way (see `token_errors`); Unreachable when the deadline passes first.
        """
        key = (subject.casefold(), scopes)
        with self._lock:
            known = self._tokens.get(key)
            if known is not None and known.is_fresh():
                return known
            under_way = self._under_way.get(key)
            if under_way is None:
                own = self._under_way[key] = Future()
        if under_way is None:
            return self._fetch_for_all(key, own, subject, deadline)
        try:
            return under_way.result(timeout=deadline.remaining())
        except TimeoutError:
            raise Unreachable("Google's sign-in did not answer in time. Lockstep tries again by itself.") from None

    def discard(self, subject: str, scopes: tuple[str, ...], refused: Token) -> None:
        """Forget the token that Google refused, unless another thread has renewed it already."""
        key = (subject.casefold(), scopes)
        with self._lock:
            if self._tokens.get(key) == refused:
                del self._tokens[key]

    def fetch(self, subject: str, scopes: tuple[str, ...], deadline: Deadline) -> Token:
        """A new token from Google, not kept. Raises: as `token`."""
        account = self._key_file.account()
        body = urlencode({"assertion": account.assertion(subject, scopes, self._now()), "grant_type": _GRANT_TYPE})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        asked_at, sent_at = time.monotonic(), self._now()
        answer = self._transport.send(Request("POST", account.token_uri, headers, body.encode()), deadline)
        if self._watch is not None:
            self._watch.note(answer.headers.get("Date", ""), sent_at=sent_at, received_at=self._now())
        if answer.status != 200:
            now = self._now()
            asked = TokenAsked(subject, scopes, account.client_id, _clock_ahead_seconds(answer, now))
            raise token_error_of(token_refusal_of(answer, now), asked)
        return _token_in(answer, asked_at)

    def _fetch_for_all(self, key: Key, promised: Future[Token], subject: str, deadline: Deadline) -> Token:
        try:
            token = self.fetch(subject, key[1], deadline)
        except BaseException as problem:
            with self._lock:
                del self._under_way[key]
            # Nobody may wait for ever, not even when this thread is being torn down.
            shared = problem if isinstance(problem, SyncError) else Unreachable("Google's sign-in was interrupted.")
            promised.set_exception(shared)
            raise
        with self._lock:
            self._tokens[key] = token
            del self._under_way[key]
            self._sweep()
        promised.set_result(token)
        return token

    def _sweep(self) -> None:
        """Forget tokens that have ended, so that people who left do not stay in memory."""
        now = time.monotonic()
        if now >= self._next_sweep:
            self._tokens = {key: token for key, token in self._tokens.items() if token.ends_at > now}
            self._next_sweep = now + SWEEP_EVERY_SECONDS


def _token_in(answer: Answer, asked_at: float) -> Token:
    try:
        content = json.loads(answer.body)
        value, lifetime = content["access_token"], float(content["expires_in"])
    except (ValueError, KeyError, TypeError):
        raise Unreachable("Google's sign-in answered without a token. Lockstep tries again by itself.") from None
    return Token(str(value), asked_at + lifetime)


def _clock_ahead_seconds(answer: Answer, now: datetime) -> float | None:
    """How far `now` is ahead of the answer's own date."""
    try:
        theirs = parsedate_to_datetime(answer.headers["date"])
    except (KeyError, ValueError, TypeError):
        return None
    return (now - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC))).total_seconds()
