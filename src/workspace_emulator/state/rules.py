"""Changes of access rules: what is refused, and what a change means for tokens, lists and channels.

Source: the reference of acl and the guide to synchronisation: a change of access ends the calendar's sync tokens.
"""

from datetime import datetime

from workspace_emulator.state import errors
from workspace_emulator.state.access import role_on
from workspace_emulator.state.access_rules import ROLES, SCOPE_TYPES, AccessRule
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.directory import User
from workspace_emulator.state.workspace import Workspace, milliseconds


def put(
    workspace: Workspace,
    calendar: Calendar,
    scope_type: str,
    value: str,
    role: str,
    now: datetime,
    *,
    exact: bool = False,
) -> AccessRule:
    """Set a rule; `none` takes it away."""
    rule = calendar.access.put(scope_type, value, role, milliseconds(now), exact=exact)
    calendar.epoch += 1
    workspace.touch(f"acl {calendar.key}")
    for user_id, personal in workspace.people.items():
        entry, user = personal.entries.get(calendar.key), workspace.directory.users.get(user_id)
        if entry is None or entry.deleted or user is None:
            continue
        if role_on(calendar, user, workspace.directory, workspace.switches.internal_sharing) == "none":
            # Who loses access loses the entry; a change between two roles is read-only to the list and not reported.
            personal.put_entry(calendar.key, entry.fields, milliseconds(now), deleted=True)
            workspace.touch(f"calendarList {user_id}")
    return rule


def check(workspace: Workspace, calendar: Calendar, caller: User, scope_type: str, value: str, role: str) -> None:
    """Raises: ApiError 400 for what is no rule, 403 for the rules of the owner and of the caller."""
    if scope_type not in SCOPE_TYPES:
        raise errors.ApiError(400, "invalidScopeType", "Invalid scope type.", "calendar")
    if role not in ROLES:
        raise errors.invalid("Invalid value for: role")
    if scope_type in {"user", "group"} and "@" not in value.strip("@"):
        raise errors.ApiError(400, "invalidScopeValue", "Invalid scope value.", "calendar")
    if scope_type == "domain" and ("." not in value or "@" in value):
        raise errors.ApiError(400, "invalidScopeValue", "Invalid scope value.", "calendar")
    if scope_type == "default" and role not in {"none", "freeBusyReader", "reader"}:
        message = "The default scope cannot have that role."
        raise errors.ApiError(400, "illegalAccessRoleForDefault", message, "calendar")
    user = workspace.directory.user(value) if scope_type == "user" else None
    if user is None:
        return
    if user.id == caller.id:
        raise errors.ApiError(403, "cannotChangeOwnAcl", "Cannot change your own access level.", "calendar")
    if user.id == calendar.owner_id:
        message = "Cannot change the access level of the calendar's owner."
        raise errors.ApiError(403, "cannotChangeOwnerAcl", message, "calendar")
