"""Scopes that reach only some calendars, or only part of what is on them.

Source: the discovery document's words on each scope: calendars that one owns, that the application made, that are
public, or availability alone.
"""

from workspace_emulator.http.method import Call
from workspace_emulator.http.scopes import CALENDAR_PREFIX
from workspace_emulator.state import errors
from workspace_emulator.state.access_rules import ROLES
from workspace_emulator.state.calendars import Calendar

_WHOLE = {
    ("events", "read"): frozenset({".readonly", ".events", ".events.readonly"}),
    ("events", "write"): frozenset({".events"}),
    ("calendars", "read"): frozenset({".readonly", ".calendars", ".calendars.readonly"}),
    ("calendars", "write"): frozenset({".calendars"}),
}
"""Scopes that reach whatever the person reaches."""
_OWNED_READ, _OWNED_WRITE = frozenset({".events.owned", ".events.owned.readonly"}), frozenset({".events.owned"})


def limited(call: Call, calendar: Calendar, role: str) -> str:
    """The role that is left under the token's scopes. Raises: ApiError 403 when none is."""
    if CALENDAR_PREFIX in call.grant.scopes:
        return role
    held = {scope.removeprefix(CALENDAR_PREFIX) for scope in call.grant.scopes if scope.startswith(CALENDAR_PREFIX)}
    reads = call.request.method == "GET" or call.request.path.endswith("/watch")
    kind = "events" if "/events" in call.request.path else "calendars"
    if held & _WHOLE[kind, "read" if reads else "write"]:
        return role
    left = ["none"]
    if role == "owner" and held & (_OWNED_READ if reads else _OWNED_WRITE):
        left.append(role)
    if ".app.created" in held and calendar.client_id == call.grant.client_id:
        left.append(role)
    if reads and ".events.freebusy" in held:
        left.append(min(role, "freeBusyReader", key=ROLES.index))
    if reads and ".events.public.readonly" in held:
        left.append(min(role, _public_role(calendar), key=ROLES.index))
    best = max(left, key=ROLES.index)
    if best == "none":
        raise errors.ApiError(403, "insufficientPermissions", "Insufficient Permission")
    return best


def _public_role(calendar: Calendar) -> str:
    """What everybody in the world may do there."""
    rule = calendar.access.by_id.get("default")
    return "reader" if calendar.generated else rule.role if rule else "none"
