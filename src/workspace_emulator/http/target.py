"""Which calendar a call names, and what the caller may do on it."""

from dataclasses import dataclass

from workspace_emulator.http.method import Call
from workspace_emulator.http.scope_limits import limited
from workspace_emulator.state import access, errors
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.directory import User
from workspace_emulator.state.event import Event
from workspace_emulator.state.generated import generated_calendar


@dataclass(frozen=True, slots=True)
class Target:
    calendar: Calendar
    role: str
    only_times: bool = False
    """Whether the token's scopes show nothing but availability, whoever the person is."""

    def require_writer(self) -> None:
        """Raises: ApiError 403 `requiredAccessLevel`."""
        if not access.at_least(self.role, "writerWithoutPrivateAccess"):
            raise errors.writer_access_required()

    def require_owner(self) -> None:
        """Raises: ApiError 403 `requiredAccessLevel`."""
        if self.role != "owner":
            message = "You need to have owner access to this calendar."
            raise errors.ApiError(403, "requiredAccessLevel", message, "calendar")

    def require_sight(self, event: Event | None) -> None:
        """A writer changes only what a writer sees. Raises: ApiError 403 `requiredAccessLevel`."""
        if event is not None and not access.sees_details(self.role, event, attends=False):
            raise errors.writer_access_required()


def target_of(call: Call, calendar_id: str | None = None) -> Target:
    """The calendar of the path, or of `calendar_id`.

    Raises: ApiError 404 for calendars that do not exist and for those the caller may not see.
    """
    calendar = named_calendar(call, calendar_id if calendar_id is not None else call.names["calendarId"])
    role = role_of(call, calendar, call.user)
    if role == "none":
        raise errors.not_found()
    left = limited(call, calendar, role) if _is_limited(call) else role
    return Target(calendar, left, only_times=left != role and left == "freeBusyReader")


def _is_limited(call: Call) -> bool:
    """Calendars and their events: the other lists have scopes that hold for all calendars."""
    path = call.request.path
    return path.startswith("/calendar/v3/calendars") and "/acl" not in path


def role_of(call: Call, calendar: Calendar, user: User) -> str:
    return access.role_on(calendar, user, call.workspace.directory, call.workspace.switches.internal_sharing)


def named_calendar(call: Call, wanted: str) -> Calendar:
    """The calendar of an id, whatever the caller may do there. Raises: ApiError 404."""
    workspace = call.workspace
    owner = call.user if wanted == "primary" else workspace.user_of(wanted)
    if owner is None:
        found = workspace.calendar_at(wanted) or generated_calendar(workspace, wanted, call.now)
        if found is None:
            raise errors.not_found()
        return found
    is_alias = wanted != "primary" and wanted.lower() != owner.primary_email.lower()
    if wanted == owner.id or (is_alias and not workspace.switches.alias_calendar_ids):
        raise errors.not_found()
    calendar = workspace.calendar_of(owner)
    if calendar is None:
        raise errors.not_found()
    return calendar
