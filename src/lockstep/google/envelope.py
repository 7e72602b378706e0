"""What an answer that is not a success says, in whichever of Google's dialects it says it.

Owns: finding the machine-readable reasons. What they mean is in `errors`. Free text from Google is kept only to compare
it with known literals: it can repeat what we sent, so it never goes into a message of ours.

Source: https://developers.google.com/workspace/calendar/api/guides/errors (the Calendar backend's dialect) and
https://google.aip.dev/193 (the front end's: `status`, `details[]` with `google.rpc.ErrorInfo`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from lockstep.google.transport import Answer

LONGEST_WAIT = timedelta(days=1)
"""A `Retry-After` beyond this is taken for this."""

_SAYS_LITTLE = frozenset({"forbidden", "badRequest", "invalid", "backendError"})
"""Reasons that stand beside a more telling one when there are several."""

_PLAIN_WORD = re.compile(r"[A-Za-z0-9_.\[\]-]{1,60}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer without success, taken apart."""

    status: int
    reasons: tuple[str, ...] = ()
    """The most telling first; empty when Google gave none."""
    is_googles: bool = True
    """False when no envelope of Google's came with it: something in between may have answered."""
    message: str = ""
    """Google's own text: to compare, never to show."""
    location: str = ""
    """The parameter or header that Google names, when it is a plain word."""
    wait_until: datetime | None = None


def api_refusal_of(answer: Answer, now: datetime) -> Refusal:
    """The refusal in any `answer` of an API, whatever its body. Raises nothing."""
    wait_until = _wait_until(answer, now)
    inner = _json_object(answer).get("error")
    if isinstance(inner, Mapping):
        return _of_api(answer.status, inner, wait_until)
    return _of_something_else(answer, wait_until)


def token_refusal_of(answer: Answer, now: datetime) -> Refusal:
    """The refusal in any `answer` of the token endpoint, which speaks flat OAuth. Raises nothing."""
    wait_until = _wait_until(answer, now)
    content = _json_object(answer)
    code = content.get("error")
    if isinstance(code, str):
        return Refusal(answer.status, (code,), message=_text(content.get("error_description")), wait_until=wait_until)
    return _of_something_else(answer, wait_until)


def _of_something_else(answer: Answer, wait_until: datetime | None) -> Refusal:
    text = answer.body[:2000].decode("utf-8", "replace")
    return Refusal(answer.status, is_googles=False, message=text, wait_until=wait_until)


def _json_object(answer: Answer) -> Mapping[str, Any]:
    try:
        content = json.loads(answer.body)
    except ValueError:
        return {}
    return content if isinstance(content, Mapping) else {}


def _of_api(status: int, inner: Mapping[str, Any], wait_until: datetime | None) -> Refusal:
    errors = _mappings(inner.get("errors"))
    named = [entry.get("reason") for entry in (*errors, *_mappings(inner.get("details")))]
    reasons = [reason for reason in (*named, inner.get("status")) if isinstance(reason, str) and reason]
    reasons.sort(key=lambda reason: reason in _SAYS_LITTLE)
    location = _text(errors[0].get("location")) if errors else ""
    return Refusal(
        status,
        tuple(dict.fromkeys(reasons)),
        message=_text(inner.get("message")),
        location=plain_word(location),
        wait_until=wait_until,
    )


def plain_word(text: str) -> str:
    """`text` if it is an identifier that can hold nobody's data, otherwise an empty string."""
    return text if _PLAIN_WORD.fullmatch(text) else ""


def _wait_until(answer: Answer, now: datetime) -> datetime | None:
    """The moment that `Retry-After` names, in seconds or as a date; None when there is none or it is past.

    Google's pages do not promise the header; where a front end sends it, it is obeyed.
    """
    value = answer.headers.get("retry-after")
    if value is None:
        return None
    try:
        moment = now + timedelta(seconds=int(value)) if value.strip().isdigit() else parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(moment, now + LONGEST_WAIT) if moment > now else None


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
