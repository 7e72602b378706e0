"""A call to one of Google's APIs as one person: token, request, and a JSON object or one of our errors.

Owns: the order of these steps, and the one repetition that is safe: a 401 was refused before anything was done, so the
call goes out a second time with a new token, once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from lockstep.google.budget import CallBudget, Payer
from lockstep.google.delegation import Delegation, Token
from lockstep.google.envelope import api_refusal_of
from lockstep.google.errors import Api, Asked, error_of
from lockstep.google.skew import ClockWatch
from lockstep.google.transport import Answer, Deadline, Request, Transport
from lockstep.sync.errors import RateLimited, Unreachable
from lockstep.sync.quota import UNITS_OF_A_PATCH
from lockstep.sync.urgency import Urgency

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """What every call of one workspace shares."""

    delegation: Delegation
    transport: Transport
    now: Callable[[], datetime]
    seconds_per_call: float
    budget: CallBudget | None = None
    """Counts the calls to the Calendar API; those to the directory are few."""
    account: str = ""
    """The organisation that the calls are made for."""
    urgency: Urgency = Urgency.POLL
    watch: ClockWatch = field(default_factory=ClockWatch)
    """Compares Google's clock with ours, from the answers' dates."""

    def call(
        self,
        method: str,
        url: str,
        asked: Asked,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Json | None = None,
        etag: str | None = None,
    ) -> Json:
        """The JSON object that Google answers; an empty one where it answers with nothing.

        `query` and `body` are Google's own names. One deadline bounds token, request and repetition together.

        Raises: the errors of `lockstep.google.errors` and `lockstep.google.token_errors`.
        """
        payer = Payer(self.account, quota_user(asked.subject), self.urgency)
        writes = method != "GET" and "/events" in url and not url.endswith("/watch")
        budget = self.budget if asked.api is Api.CALENDAR else None
        if budget is not None:
            budget.take(payer, UNITS_OF_A_PATCH if method == "PATCH" else 1, writes=writes, now=self.now())
        deadline = Deadline.after(self.seconds_per_call)
        full_url = f"{url}?{urlencode({**(query or {}), 'quotaUser': quota_user(asked.subject)})}"
        headers = {} if etag is None else {"If-Match": etag}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        scopes = (asked.scope,)
        token = self.delegation.token(asked.subject, scopes, deadline)
        answer = self._send(method, full_url, headers, content, token, deadline)
        if answer.status == 401 and not _is_about_push(api_refusal_of(answer, self.now()).reasons):
            self.delegation.discard(asked.subject, scopes, token)
            token = self.delegation.token(asked.subject, scopes, deadline)
            answer = self._send(method, full_url, headers, content, token, deadline)
        if not 200 <= answer.status < 300:
            error = error_of(api_refusal_of(answer, self.now()), asked)
            if budget is not None and isinstance(error, RateLimited):
                budget.refused(payer, error, writes=writes, now=self.now())
            raise error
        return _object_in(answer)

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, token: Token, deadline: Deadline
    ) -> Answer:
        authorised = {"Authorization": f"Bearer {token.value}", **headers}
        sent_at = self.now()
        answer = self.transport.send(Request(method, url, authorised, body), deadline)
        self.watch.note(answer.headers.get("Date", ""), sent_at=sent_at, received_at=self.now())
        return answer


def quota_user(subject: str) -> str:
    """Whom Google counts a call for: without it, everyone's calls count as the service account's.

    A hash, because the parameter is limited to 40 characters, and an address need not stand in yet another place.
    """
    return hashlib.sha256(subject.casefold().encode()).hexdigest()[:32]


def _is_about_push(reasons: Sequence[str]) -> bool:
    """True for the 401 that refuses the address of a push channel, not the token."""
    return any(reason.startswith("push.") for reason in reasons)


def _object_in(answer: Answer) -> Json:
    if answer.status == 204 or not answer.body:
        return {}
    try:
        content = json.loads(answer.body)
    except ValueError:
        content = None
    if not isinstance(content, Mapping):
        raise Unreachable("Google's answer could not be read. Lockstep tries again by itself.")
    return content
