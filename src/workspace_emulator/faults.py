"""Scripted faults: what goes wrong, for which calls, before or after the change is made.

Shapes of the answers come from state.errors' literals; CONTROL.md documents the fields.
"""

from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from fnmatch import fnmatchcase
from random import Random
from typing import Any, get_args, get_type_hints

from workspace_emulator.json_values import Json
from workspace_emulator.state.errors import ApiError, Dialect, TokenError

_LITERALS: dict[str, tuple[int, str, str]] = {
    "rateLimitExceeded": (403, "usageLimits", "Rate Limit Exceeded"),
    "userRateLimitExceeded": (403, "usageLimits", "User Rate Limit Exceeded"),
    "quotaExceeded": (403, "usageLimits", "Calendar usage limits exceeded."),
    "backendError": (500, "global", "Backend Error"),
    "notFound": (404, "global", "Not Found"),
    "deleted": (410, "global", "Resource has been deleted"),
    "conflict": (409, "global", "Conflict"),
    "duplicate": (409, "global", "The requested identifier already exists."),
    "conditionNotMet": (412, "global", "Precondition check failed."),
    "fullSyncRequired": (410, "calendar", "Sync token is no longer valid, a full sync is required."),
    "updatedMinTooLongAgo": (
        410,
        "calendar",
        "The requested minimum modification time lies too far in the past.",
    ),
    "timeRangeEmpty": (400, "calendar", "The specified time range is empty."),
    "forbiddenForNonOrganizer": (
        403,
        "calendar",
        "Shared properties can only be changed by the organizer of the event.",
    ),
    "requiredAccessLevel": (403, "calendar", "You need to have writer access to this calendar."),
    "authError": (401, "global", "Invalid Credentials"),
    "forbidden": (403, "global", "Forbidden"),
    "notACalendarUser": (403, "calendar", "The user must be signed up for Google Calendar."),
    "pushNotSupportedForRequestedResource": (
        400,
        "calendar",
        "Push notifications are not supported by this resource.",
    ),
}
_PLACES = {
    "fullSyncRequired": ("parameter", "syncToken"),
    "updatedMinTooLongAgo": ("parameter", "updatedMin"),
    "timeRangeEmpty": ("parameter", "timeMax"),
    "authError": ("header", "Authorization"),
    "conditionNotMet": ("header", "If-Match"),
}
_DIRECTORY_LITERALS = _LITERALS | {
    "quotaExceeded": (403, "usageLimits", "Quota exceeded."),
    "rateLimitExceeded": (429, "usageLimits", "Rate Limit Exceeded"),
    "backendError": (503, "global", "Service unavailable. Please try again"),
    "forbidden": (403, "global", "Not Authorized to access this resource/api"),
    "notFound": (404, "global", "Resource Not Found: userKey"),
}
_TOKEN_LITERALS: dict[str, tuple[int, str]] = {
    "unauthorized_client": (
        401,
        "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the "
        "scopes requested.",
    ),
    "access_denied": (403, "Requested client not authorized."),
    "admin_policy_enforced": (400, "Access is blocked by your administrator."),
    "invalid_grant": (400, "Invalid email or User ID"),
    "invalid_request": (400, "Invalid impersonation prn email address."),
    "invalid_scope": (400, "Invalid OAuth scope or ID token audience provided."),
    "invalid_account": (400, "Forbidden"),
    "disabled_client": (401, "The OAuth client was disabled."),
    "deleted_client": (401, "The OAuth client was deleted."),
    "invalid_client": (401, "The OAuth client was not found."),
    "org_internal": (403, "This client is restricted to users within its organization."),
    "internal_failure": (500, "Backend Error"),
}
_STATUSES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}
_STATUSES |= {409: "ABORTED", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}


class BadFault(ValueError):
    """A fault that cannot be scripted; the message says why."""


class When(StrEnum):
    """Whether the method has done its work when the fault strikes."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(slots=True)
class Fault:
    """One rule. With neither status nor reason nor `cut` it only delays."""

    id: int
    method: str = "*"
    """A pattern over Google's method names, such as `calendar.events.*`; `oauth.token` for the token endpoint."""
    user: str | None = None
    """Only calls on behalf of this primary e-mail."""
    when: When = When.BEFORE
    status: int | None = None
    reason: str | None = None
    message: str | None = None
    html: bool = False
    """Answer as a proxy would, with a page instead of JSON."""
    text: bool = False
    """The same as plain text."""
    envelope: str | None = None
    """`backend`, `front end` or `directory` instead of the method's own kind of error body."""
    cut: bool = False
    """Close the connection without an answer."""
    half: bool = False
    """Close the connection after half of the answer's body."""
    delay_seconds: float = 0.0
    retry_after_seconds: int | None = None
    count: int | None = None
    """How often it strikes; None is always."""
    probability: float = 1.0
    seed: int | None = None
    with_sync_token: bool | None = None
    """Only requests that carry a sync token, or only those that do not."""
    struck: int = 0

    @property
    def refuses(self) -> bool:
        return self.status is not None or self.reason is not None

    def error(self, method: str = "calendar") -> ApiError:
        own = Dialect.DIRECTORY if method.startswith("directory.") else Dialect.BACKEND
        dialect = Dialect(self.envelope) if self.envelope else own
        literals = _LITERALS if own is Dialect.BACKEND else _DIRECTORY_LITERALS
        plain = (500, "global", self.reason or "Backend Error")
        status, domain, message = literals.get(self.reason or ("" if self.status else "backendError"), plain)
        location_type, location = _PLACES.get(self.reason or "", (None, None))
        return ApiError(
            self.status or status,
            self.reason or "backendError",
            self.message or message,
            domain,
            location_type=location_type,
            location=location,
            dialect=dialect,
            grpc_status=_STATUSES.get(self.status or status, "UNKNOWN"),
        )

    def token_error(self) -> TokenError:
        reason = self.reason or "internal_failure"
        status, message = _TOKEN_LITERALS.get(reason, (400, reason))
        return TokenError(self.status or status, reason, self.message or message)


_KINDS: dict[str, tuple[type, ...]] = {name: get_args(hint) or (hint,) for name, hint in get_type_hints(Fault).items()}


def _check_kind(name: str, value: object) -> None:
    """Raises: BadFault for a value that is not of its field's type; a whole number is as good as another one."""
    kinds = {str if kind is When else kind for kind in _KINDS[name]}
    given = type(value)
    if given not in kinds and not (given is int and float in kinds):
        wanted = " or ".join(sorted(kind.__name__ for kind in kinds if kind is not type(None)))
        raise BadFault(f"{name!r} takes {wanted}, not {value!r}.")


@dataclass(slots=True)
class Faults:
    """The rules in force, in the order in which they were made; the first that fits strikes."""

    rules: list[Fault] = field(default_factory=list)
    _last_id: int = 0
    _dice: dict[int, Random] = field(default_factory=dict)

    def add(self, body: Json) -> Fault:
        """Raises: BadFault."""
        known = {item.name for item in fields(Fault)} - {"id", "struck"}
        if unknown := set(body) - known:
            raise BadFault(f"Unknown field {sorted(unknown)[0]!r}. Known: {', '.join(sorted(known))}.")
        values: dict[str, Any] = dict(body)
        for name, value in body.items():
            _check_kind(name, value)
        try:
            values["when"] = When(body.get("when", "before"))
        except ValueError:
            raise BadFault("'when' is before or after.") from None
        if body.get("envelope") not in (None, *Dialect):
            raise BadFault(f"'envelope' is one of {', '.join(Dialect)}.")
        self._last_id += 1
        fault = Fault(id=self._last_id, **values)
        self._dice[fault.id] = Random(fault.seed)  # noqa: S311  (chance in a test, nothing secret)
        self.rules.append(fault)
        return fault

    def remove(self, fault_id: int) -> bool:
        before = len(self.rules)
        self.rules = [fault for fault in self.rules if fault.id != fault_id]
        return len(self.rules) < before

    def clear(self) -> None:
        self.rules = []

    def strike(self, when: When, method: str, user: str | None, *, sync_token: bool) -> Fault | None:
        """The fault that this call meets now, counted; or None."""
        for fault in self.rules:
            if fault.when is not when or not fnmatchcase(method, fault.method):
                continue
            if fault.user is not None and fault.user.lower() != (user or "").lower():
                continue
            if fault.with_sync_token is not None and fault.with_sync_token != sync_token:
                continue
            if fault.count is not None and fault.struck >= fault.count:
                continue
            if fault.probability < 1 and self._dice[fault.id].random() >= fault.probability:
                continue
            fault.struck += 1
            return fault
        return None

    def to_json(self) -> list[Json]:
        return [asdict(fault) for fault in self.rules]
