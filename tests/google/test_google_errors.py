"""Every refusal that is known of the two APIs, in the words in which Google says it, and what it means for us."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lockstep.google.envelope import api_refusal_of
from lockstep.google.errors import Api, Asked, error_of
from lockstep.google.transport import Answer
from lockstep.sync import errors
from lockstep.sync.gateway import CALENDAR_SCOPE, GROUPS_SCOPE

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EVENT = Asked(Api.CALENDAR, CALENDAR_SCOPE, "alice@small.example")
WRITE = Asked(Api.CALENDAR, CALENDAR_SCOPE, "alice@small.example", has_etag=True)
PAGE = Asked(Api.CALENDAR, CALENDAR_SCOPE, "alice@small.example", is_page_of_events=True)
DIRECTORY = Asked(Api.DIRECTORY, GROUPS_SCOPE, "admin@small.example")
BY_KEY = Asked(Api.DIRECTORY, GROUPS_SCOPE, "admin@small.example", by_typed_key=True)


def backend(code: int, reason: str, message: str = "x", *, domain: str = "global", location: str = "") -> bytes:
    """The Calendar backend's dialect."""
    entry = {"domain": domain, "reason": reason, "message": message}
    if location:
        entry |= {"locationType": "parameter", "location": location}
    return json.dumps({"error": {"errors": [entry], "code": code, "message": message}}).encode()


def front_end(code: int, status: str, *, reason: str = "", detail: str = "") -> bytes:
    """The API front end's dialect."""
    inner: dict[str, Any] = {"code": code, "message": "x", "status": status}
    if reason:
        inner["errors"] = [{"message": "x", "domain": "global", "reason": reason}]
    if detail:
        inner["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": detail}]
    return json.dumps({"error": inner}).encode()


def error(status: int, body: bytes, asked: Asked = EVENT, **headers: str) -> errors.SyncError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return error_of(api_refusal_of(Answer(status, named, body), NOW), asked)


SYNC_TOKEN_GONE = backend(410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.")
MALFORMED_SYNC_TOKEN = backend(400, "invalid", "Invalid sync token value.")
RESTRICTED = backend(400, "syncTokenWithRequestRestrictions", location="syncToken")
NOT_AUTHORISED = backend(403, "forbidden", "Not Authorized to access this resource/api")
HTML = b"<!DOCTYPE html><html><title>Error 404 (Not Found)!!1</title></html>"

KNOWN = [
    # Rate limits, under each of their statuses.
    (403, backend(403, "rateLimitExceeded", domain="usageLimits"), EVENT, errors.RateLimited),
    (403, backend(403, "userRateLimitExceeded", domain="usageLimits"), EVENT, errors.RateLimited),
    (429, backend(429, "rateLimitExceeded", domain="usageLimits"), EVENT, errors.RateLimited),
    (
        403,
        front_end(403, "PERMISSION_DENIED", reason="rateLimitExceeded", detail="RATE_LIMIT_EXCEEDED"),
        EVENT,
        errors.RateLimited,
    ),
    (429, front_end(429, "RESOURCE_EXHAUSTED"), EVENT, errors.RateLimited),
    (429, b"Too many requests", EVENT, errors.RateLimited),
    (403, backend(403, "quotaExceeded", "Calendar usage limits exceeded."), EVENT, errors.RateLimited),
    (403, backend(403, "quotaExceeded"), DIRECTORY, errors.RateLimited),
    # Access of the whole connection.
    (
        403,
        front_end(403, "PERMISSION_DENIED", reason="accessNotConfigured", detail="SERVICE_DISABLED"),
        EVENT,
        errors.ApiDisabled,
    ),
    (403, front_end(403, "PERMISSION_DENIED", detail="SERVICE_DISABLED"), EVENT, errors.ApiDisabled),
    (
        403,
        front_end(403, "PERMISSION_DENIED", reason="forbidden", detail="SERVICE_DISABLED"),
        DIRECTORY,
        errors.ApiDisabled,
    ),
    (
        403,
        front_end(403, "PERMISSION_DENIED", reason="insufficientPermissions", detail="ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
        DIRECTORY,
        errors.DelegationRefused,
    ),
    (403, b"Domain cannot use apis.", DIRECTORY, errors.Forbidden),
    # Access of one person.
    (403, backend(403, "notACalendarUser", domain="calendar"), EVENT, errors.NotACalendarUser),
    (403, NOT_AUTHORISED, DIRECTORY, errors.Forbidden),
    (403, backend(403, "requiredAccessLevel", domain="calendar"), EVENT, errors.Forbidden),
    (403, backend(403, "aReasonOfTomorrow"), EVENT, errors.Forbidden),
    (401, backend(401, "authError", "Invalid Credentials", location="Authorization"), EVENT, errors.Forbidden),
    (401, front_end(401, "UNAUTHENTICATED", reason="required", detail="CREDENTIALS_MISSING"), EVENT, errors.Forbidden),
    # The world has changed.
    (404, backend(404, "notFound", "Not Found"), EVENT, errors.NotFound),
    (404, backend(404, "notFound", "Resource Not Found: groupKey"), DIRECTORY, errors.NotFound),
    (400, backend(400, "invalid", "Invalid Input: groupKey"), BY_KEY, errors.NotFound),
    (409, backend(409, "duplicate", "The requested identifier already exists."), EVENT, errors.AlreadyThere),
    (409, backend(409, "conflict", "Conflict"), EVENT, errors.Unreachable),
    (409, backend(409, "conflict", "Conflict"), WRITE, errors.EtagMismatch),
    (400, backend(400, "channelIdNotUnique"), EVENT, errors.AlreadyThere),
    (410, backend(410, "deleted", "Resource has been deleted"), EVENT, errors.AlreadyGone),
    (412, backend(412, "conditionNotMet", "Precondition Failed"), WRITE, errors.EtagMismatch),
    (412, backend(412, "conditionNotMet", "Precondition check failed."), EVENT, errors.Unreachable),
    # Tokens of pages.
    (410, SYNC_TOKEN_GONE, PAGE, errors.TokenExpired),
    (410, backend(410, "updatedMinTooLongAgo"), PAGE, errors.TokenExpired),
    (410, backend(410, "aReasonOfTomorrow"), PAGE, errors.TokenExpired),
    (400, MALFORMED_SYNC_TOKEN, PAGE, errors.TokenExpired),
    (400, backend(400, "invalid", location="pageToken"), PAGE, errors.TokenExpired),
    (400, backend(400, "invalid", location="pageToken"), DIRECTORY, errors.Unreachable),
    (400, RESTRICTED, PAGE, errors.OurMistake),
    # What we sent.
    (400, backend(400, "timeRangeEmpty", domain="calendar", location="timeMax"), EVENT, errors.OurMistake),
    (400, backend(400, "invalid", "Invalid resource id value."), EVENT, errors.OurMistake),
    (400, backend(400, "required", "Missing end time."), EVENT, errors.OurMistake),
    (400, b"Your client has issued a malformed or illegal request.", EVENT, errors.OurMistake),
    (403, backend(403, "forbiddenForNonOrganizer", domain="calendar"), WRITE, errors.OurMistake),
    (403, backend(403, "eventTypeRestriction", domain="calendar"), WRITE, errors.OurMistake),
    (400, backend(400, "push.webhookUrlNotHttps"), EVENT, errors.PushRefused),
    (401, backend(401, "push.webhookUrlUnauthorized"), EVENT, errors.PushRefused),
    (400, backend(400, "pushNotSupportedForRequestedResource", domain="calendar"), EVENT, errors.PushRefused),
    (501, backend(501, "notImplemented"), EVENT, errors.OurMistake),
    # Nobody's fault.
    (500, backend(500, "backendError", "Backend Error"), EVENT, errors.Unreachable),
    (503, backend(503, "backendError", "Service unavailable. Please try again"), DIRECTORY, errors.Unreachable),
    (502, b"<html><title>502 Server Error</title></html>", EVENT, errors.Unreachable),
    (504, b"", EVENT, errors.Unreachable),
    (408, b"", EVENT, errors.Unreachable),
    (500, front_end(500, "INTERNAL"), EVENT, errors.Unreachable),
]


@pytest.mark.parametrize(("status", "body", "asked", "expected"), KNOWN)
def test_a_known_refusal_has_its_meaning(
    status: int, body: bytes, asked: Asked, expected: type[errors.SyncError]
) -> None:
    assert type(error(status, body, asked)) is expected


@pytest.mark.parametrize("status", [301, 302, 403, 404, 407, 409, 410, 411, 412, 413])
@pytest.mark.parametrize("body", [HTML, b"", b"[]", b'{"error": "Not found"}', b'{"message": "no"}', b"\xff\xfe"])
def test_a_status_without_googles_envelope_is_never_read_as_gone_or_lost(status: int, body: bytes) -> None:
    for asked in (EVENT, WRITE, PAGE, DIRECTORY, BY_KEY):
        assert type(error(status, body, asked)) is errors.Unreachable


def test_every_status_with_an_unknown_reason_is_one_of_our_errors() -> None:
    for status in range(300, 600):
        for asked in (EVENT, WRITE, PAGE, DIRECTORY, BY_KEY):
            assert isinstance(error(status, backend(status, "aReasonOfTomorrow"), asked), errors.SyncError)


def test_an_unknown_refusal_costs_one_person_only() -> None:
    lost = error(403, backend(403, "aReasonOfTomorrow"))
    assert isinstance(lost, errors.AccessLost)
    assert lost.scope is errors.Scope.PERSON


@pytest.mark.parametrize(
    ("status", "body", "scope"),
    [
        (403, front_end(403, "PERMISSION_DENIED", reason="accessNotConfigured"), errors.Scope.CONNECTION),
        (403, b"Domain cannot use apis.", errors.Scope.CONNECTION),
        (403, NOT_AUTHORISED, errors.Scope.PERSON),
        (403, backend(403, "notACalendarUser"), errors.Scope.PERSON),
        (401, backend(401, "authError"), errors.Scope.PERSON),
    ],
)
def test_lost_access_says_whose(status: int, body: bytes, scope: errors.Scope) -> None:
    lost = error(status, body, DIRECTORY)
    assert isinstance(lost, errors.AccessLost)
    assert lost.scope is scope


def test_only_the_calendars_quota_lasts_for_hours() -> None:
    body = backend(403, "quotaExceeded")
    calendar, directory = error(403, body, EVENT), error(403, body, DIRECTORY)
    assert isinstance(calendar, errors.RateLimited)
    assert isinstance(directory, errors.RateLimited)
    assert calendar.for_hours
    assert not directory.for_hours


def test_a_missing_scope_is_named() -> None:
    refused = error(403, front_end(403, "PERMISSION_DENIED", reason="insufficientPermissions"), DIRECTORY)
    assert isinstance(refused, errors.DelegationRefused)
    assert refused.scopes == (GROUPS_SCOPE,)


@pytest.mark.parametrize(
    ("header", "until"),
    [
        ("120", NOW + timedelta(seconds=120)),
        ("Mon, 23 Nov 2026 12:05:00 GMT", NOW + timedelta(minutes=5)),
        ("999999", NOW + timedelta(days=1)),
        ("99999999999999999999", None),
        ("0", None),
        ("Mon, 23 Nov 2026 11:00:00 GMT", None),
        ("soon", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed_where_it_makes_sense(header: str, until: datetime | None, status: int) -> None:
    later = error(status, backend(status, "backendError"), retry_after=header)
    assert isinstance(later, errors.TryLater)
    assert later.until == until


@pytest.mark.parametrize(("status", "asked"), [(400, EVENT), (403, EVENT), (404, DIRECTORY), (409, WRITE), (500, PAGE)])
def test_googles_own_text_is_never_repeated(status: int, asked: Asked) -> None:
    title = "Therapy of Mr Doe"
    body = backend(status, title, f"Invalid value for {title}", location=f"events[{title}].summary")
    assert title not in str(error(status, body, asked))


def test_our_mistake_names_the_reason_and_the_field() -> None:
    mistake = error(400, backend(400, "timeRangeEmpty", location="timeMax"))
    assert "400, timeRangeEmpty, timeMax" in str(mistake)


def test_the_most_telling_reason_comes_first() -> None:
    body = front_end(403, "PERMISSION_DENIED", reason="forbidden", detail="SERVICE_DISABLED")
    assert api_refusal_of(Answer(403, {}, body), NOW).reasons == ("SERVICE_DISABLED", "PERMISSION_DENIED", "forbidden")
