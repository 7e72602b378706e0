"""Which calendar a call names, and what the caller may do on it."""

from dataclasses import dataclass

from workspace_emulator.http.method import Call
from workspace_emulator.state import access, errors
from workspace_emulator.state.calendars import Calendar


@dataclass(frozen=True, slots=True)
class Target:
    calendar: Calendar
    role: str

    def require_writer(self) -> None:
        """Raises: ApiError 403 `requiredAccessLevel`."""
        if not access.at_least(self.role, "writerWithoutPrivateAccess"):
            raise errors.writer_access_required()

    def require_owner(self) -> None:
        """Raises: ApiError 403 `requiredAccessLevel`."""
        if self.role != "owner":
            message = "You need to have owner access to this calendar."
            raise errors.ApiError(403, "requiredAccessLevel", message, "calendar")


def target_of(call: Call, calendar_id: str | None = None) -> Target:
    """The calendar of the path, or of `calendar_id`.

    Raises: ApiError 404 for calendars that do not exist and for those the caller may not see.
    """
    wanted = calendar_id if calendar_id is not None else call.names["calendarId"]
    owner = call.user if wanted == "primary" else call.workspace.user_of(wanted)
    if owner is None or wanted == owner.id:
        raise errors.not_found()
    is_alias = wanted != "primary" and wanted.lower() != owner.primary_email.lower()
    if is_alias and not call.workspace.switches.alias_calendar_ids:
        raise errors.not_found()
    calendar = call.workspace.calendar_of(owner)
    if calendar is None:
        raise errors.not_found()
    role = access.role_on(calendar, call.user, call.workspace.switches.internal_sharing)
    if role == "none":
        raise errors.not_found()
    return Target(calendar, role)
