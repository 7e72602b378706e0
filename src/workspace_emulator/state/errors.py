"""The refusals of Google's APIs as exceptions, with the literal reasons and messages that clients parse.

Rules come from the Calendar error guide, the Directory error guide and captured answers.
How an envelope looks on the wire is http.envelopes' business.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from workspace_emulator.json_values import Json


class Dialect(StrEnum):
    """Which of Google's layers answers; each has its own envelope."""

    BACKEND = "backend"
    """The Calendar service: `errors` first, one space of indentation."""
    FRONT_END = "front end"
    """Authentication, scopes, quotas: `code` first, two spaces, `status` and `details`."""
    DIRECTORY = "directory"
    """The Admin SDK: `code` first, no `status`."""


@dataclass(eq=False)
class ApiError(Exception):
    """One refusal of an API method."""

    status: int
    reason: str
    message: str
    domain: str = "global"
    location_type: str | None = None
    location: str | None = None
    dialect: Dialect = Dialect.BACKEND
    inner_message: str | None = None
    """The message inside `errors[]` where it differs from the outer one."""
    grpc_status: str | None = None
    details: list[Json] = field(default_factory=list)
    extended_help: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class TokenError(Exception):
    """One refusal of the token endpoint: flat OAuth JSON."""

    status: int
    error: str
    description: str


def not_found() -> ApiError:
    return ApiError(404, "notFound", "Not Found")


def deleted() -> ApiError:
    return ApiError(410, "deleted", "Resource has been deleted")


def duplicate_id() -> ApiError:
    return ApiError(409, "duplicate", "The requested identifier already exists.")


def precondition_failed() -> ApiError:
    return ApiError(412, "conditionNotMet", "Precondition Failed", location_type="header", location="If-Match")


def full_sync_required() -> ApiError:
    return ApiError(
        410,
        "fullSyncRequired",
        "Sync token is no longer valid, a full sync is required.",
        "calendar",
        "parameter",
        "syncToken",
    )


def updated_min_too_long_ago() -> ApiError:
    return ApiError(
        410,
        "updatedMinTooLongAgo",
        "The requested minimum modification time lies too far in the past.",
        "calendar",
        "parameter",
        "updatedMin",
    )


def malformed_sync_token() -> ApiError:
    return invalid("Invalid sync token value.", location="syncToken")


def sync_token_with_restrictions() -> ApiError:
    return ApiError(
        400,
        "syncTokenWithRequestRestrictions",
        "Sync token cannot be used with other request restrictions.",
        "calendar",
        "parameter",
        "syncToken",
    )


def time_range_empty(location: str | None = None) -> ApiError:
    kind = "parameter" if location else None
    return ApiError(400, "timeRangeEmpty", "The specified time range is empty.", "calendar", kind, location)


def invalid(message: str, *, location: str | None = None) -> ApiError:
    """A 400 with reason `invalid`, about a parameter if `location` is given."""
    return ApiError(400, "invalid", message, "global", "parameter" if location else None, location)


def required(message: str, *, location: str | None = None) -> ApiError:
    """A 400 with reason `required`."""
    return ApiError(400, "required", message, "global", "parameter" if location else None, location)


def bad_calendar_request(reason: str, message: str) -> ApiError:
    """A 400 of the Calendar service with a reason of its own."""
    return ApiError(400, reason, message, "calendar")


def stale_sequence() -> ApiError:
    return invalid(
        "Invalid sequence value. The specified sequence number is below the current sequence number of the resource. "
        "Re-fetch the resource and use its sequence number on the following request."
    )


def forbidden_for_non_organizer() -> ApiError:
    message = "Shared properties can only be changed by the organizer of the event."
    return ApiError(403, "forbiddenForNonOrganizer", message, "calendar")


def writer_access_required() -> ApiError:
    return ApiError(403, "requiredAccessLevel", "You need to have writer access to this calendar.", "calendar")


def not_a_calendar_user() -> ApiError:
    return ApiError(403, "notACalendarUser", "The user must be signed up for Google Calendar.", "calendar")


def directory_forbidden() -> ApiError:
    return ApiError(403, "forbidden", "Not Authorized to access this resource/api", dialect=Dialect.DIRECTORY)


def directory_not_found(key: str) -> ApiError:
    """`key` is `userKey`, `groupKey` or `memberKey`."""
    return ApiError(404, "notFound", f"Resource Not Found: {key}", dialect=Dialect.DIRECTORY)


def directory_error(status: int, reason: str, message: str) -> ApiError:
    return ApiError(status, reason, message, dialect=Dialect.DIRECTORY)
