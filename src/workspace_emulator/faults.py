"""Scripted faults: what goes wrong, for which calls, before or after the change is made.

Shapes of the answers come from state.errors' literals; CONTROL.md documents the fields.
"""

from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from fnmatch import fnmatchcase
from random import Random
from typing import Any

from workspace_emulator.json_values import Json
from workspace_emulator.state.errors import ApiError, TokenError

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
    "authError": (401, "global", "Invalid Credentials"),
    "forbidden": (403, "global", "Forbidden"),
    "notACalendarUser": (403, "calendar", "The user must be signed up for Google Calendar."),
    "pushNotSupportedForRequestedResource": (
        400,
        "calendar",
        "Push notifications are not supported by this resource.",
    ),
}


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
    cut: bool = False
    """Close the connection without an answer."""
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

    def error(self) -> ApiError:
        status, domain, message = _LITERALS.get(self.reason or "", (500, "global", self.reason or "Backend Error"))
        headers = {} if self.retry_after_seconds is None else {"retry-after": str(self.retry_after_seconds)}
        of_token = self.reason == "fullSyncRequired"
        return ApiError(
            self.status or status,
            self.reason or "backendError",
            self.message or message,
            domain,
            location_type="parameter" if of_token else None,
            location="syncToken" if of_token else None,
            headers=headers,
        )

    def token_error(self) -> TokenError:
        return TokenError(self.status or 500, self.reason or "internal_failure", self.message or "Backend Error")


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
        try:
            values["when"] = When(body.get("when", "before"))
        except ValueError:
            raise BadFault("'when' is before or after.") from None
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
