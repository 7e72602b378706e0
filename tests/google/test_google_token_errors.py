"""Every refusal that is known of the token endpoint: the connection's, one person's, or only a moment's."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from lockstep.google.envelope import token_refusal_of
from lockstep.google.token_errors import TokenAsked, token_error_of
from lockstep.google.transport import Answer
from lockstep.sync import errors
from lockstep.sync.gateway import CALENDAR_SCOPE

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ASKED = TokenAsked("alice@small.example", (CALENDAR_SCOPE,), "1041", clock_ahead_seconds=312.0)
PERSON, CONNECTION = errors.Scope.PERSON, errors.Scope.CONNECTION

CLIENT_UNAUTHORISED = (
    "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the "
    "scopes requested."
)
SHORT_LIVED = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check …"

LOST = [
    (401, "unauthorized_client", CLIENT_UNAUTHORISED, errors.DelegationRefused, CONNECTION),
    (401, "unauthorized_client", "Unauthorized client or scope in request.", errors.DelegationRefused, CONNECTION),
    (403, "access_denied", "Requested client not authorized.", errors.DelegationRefused, CONNECTION),
    (403, "access_denied", None, errors.DelegationRefused, CONNECTION),
    (403, "admin_policy_enforced", None, errors.DelegationRefused, CONNECTION),
    (
        403,
        "org_internal",
        "This client is restricted to users within its organization.",
        errors.DelegationRefused,
        CONNECTION,
    ),
    (400, "invalid_scope", "Invalid OAuth scope or ID token audience provided.", errors.DelegationRefused, CONNECTION),
    (400, "invalid_grant", SHORT_LIVED, errors.ClockWrong, CONNECTION),
    (400, "invalid_grant", "Invalid JWT Signature.", errors.KeyRefused, CONNECTION),
    (400, "invalid_grant", "Invalid JWT: No valid verifier found for issuer", errors.KeyRefused, CONNECTION),
    (401, "disabled_client", "The OAuth client was disabled.", errors.KeyRefused, CONNECTION),
    (401, "deleted_client", None, errors.KeyRefused, CONNECTION),
    (401, "invalid_client", "The OAuth client was not found.", errors.KeyRefused, CONNECTION),
    (400, "invalid_grant", "Invalid email or User ID", errors.UnknownSubject, PERSON),
    (400, "invalid_grant", "Invalid email or User ID.", errors.UnknownSubject, PERSON),
    (400, "invalid_grant", "Not a valid email or user ID.", errors.UnknownSubject, PERSON),
    (400, "invalid_grant", "The account has been deleted", errors.UnknownSubject, PERSON),
    (400, "invalid_request", "Invalid impersonation prn email address", errors.UnknownSubject, PERSON),
    (400, "invalid_request", 'Invalid impersonation "sub" field: x', errors.UnknownSubject, PERSON),
    (403, "access_denied", "Account restricted", errors.NotACalendarUser, PERSON),
    (400, "invalid_grant", "Bad Request", errors.Forbidden, PERSON),
    (400, "invalid_account", "Forbidden", errors.Forbidden, PERSON),
    (400, "an_error_of_tomorrow", None, errors.Forbidden, PERSON),
]


def error(status: int, body: bytes, asked: TokenAsked = ASKED) -> errors.SyncError:
    return token_error_of(token_refusal_of(Answer(status, {}, body), NOW), asked)


def flat(code: str, description: str | None) -> bytes:
    return json.dumps({"error": code} | ({"error_description": description} if description else {})).encode()


@pytest.mark.parametrize(("status", "code", "description", "expected", "scope"), LOST)
def test_a_refused_token_says_whose_access_is_lost(
    status: int, code: str, description: str | None, expected: type[errors.AccessLost], scope: errors.Scope
) -> None:
    lost = error(status, flat(code, description))
    assert type(lost) is expected
    assert isinstance(lost, errors.AccessLost)
    assert lost.scope is scope


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, flat("internal_failure", "Backend Error")),
        (400, flat("internal_failure", None)),
        (503, b""),
        (502, b"<html>Bad Gateway</html>"),
        (400, flat("temporarily_unavailable", None)),
        (403, b"<html>Blocked by the company's proxy</html>"),
        (404, b""),
        (302, b""),
        (408, b""),
    ],
)
def test_what_may_pass_is_unreachable(status: int, body: bytes) -> None:
    assert type(error(status, body)) is errors.Unreachable


def test_too_many_sign_ins_are_a_rate_limit() -> None:
    assert type(error(429, b"")) is errors.RateLimited
    assert type(error(403, flat("rate_limit_exceeded", None))) is errors.RateLimited


def test_a_refused_delegation_tells_what_to_authorise_and_may_be_fresh() -> None:
    refused = error(401, flat("unauthorized_client", CLIENT_UNAUTHORISED))
    assert isinstance(refused, errors.DelegationRefused)
    assert refused.scopes == (CALENDAR_SCOPE,)
    assert refused.may_be_fresh
    assert "1041" in str(refused)
    assert CALENDAR_SCOPE in str(refused)


@pytest.mark.parametrize(
    ("ahead", "words"), [(312.4, "312 seconds ahead of"), (-61.0, "61 seconds behind"), (None, "clock is wrong.")]
)
def test_a_wrong_clock_is_told_by_how_much(ahead: float | None, words: str) -> None:
    asked = TokenAsked("alice@small.example", (CALENDAR_SCOPE,), "1041", clock_ahead_seconds=ahead)
    assert words in str(error(400, flat("invalid_grant", SHORT_LIVED), asked))
