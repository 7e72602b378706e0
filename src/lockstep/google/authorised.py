"""A call to one of Google's APIs as one person: token, request, and a JSON object or one of our errors.

Owns: the order of these steps, and the one repetition that is safe: a 401 was refused before anything was done, so the
call goes out a second time with a new token, once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from lockstep.google.budget import UNITS_OF_A_PATCH, CallBudget
from lockstep.google.delegation import Delegation, Token
from lockstep.google.envelope import api_refusal_of
from lockstep.google.errors import Api, Asked, error_of
from lockstep.google.transport import Answer, Deadline, Request, Transport
from lockstep.sync.errors import Unreachable

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
        if self.budget is not None and asked.api is Api.CALENDAR:
            self.budget.take(quota_user(asked.subject), UNITS_OF_A_PATCH if method == "PATCH" else 1, self.now())
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
            raise error_of(api_refusal_of(answer, self.now()), asked)
        return _object_in(answer)

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, token: Token, deadline: Deadline
    ) -> Answer:
        authorised = {"Authorization": f"Bearer {token.value}", **headers}
        return self.transport.send(Request(method, url, authorised, body), deadline)


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
