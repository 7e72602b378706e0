"""Who may see and change what on a calendar.

Source: the sharing guide. none < freeBusyReader < reader < writerWithoutPrivateAccess < writer < owner.
"""

from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.directory import User
from workspace_emulator.state.event import Event

ROLES = ("none", "freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")


def role_on(calendar: Calendar, user: User, internal_sharing: str) -> str:
    """The user's role: owner of the own calendar, else what was granted, else what colleagues get."""
    if calendar.owner_id == user.id:
        return "owner"
    return calendar.roles.get(user.id, internal_sharing)


def at_least(role: str, wanted: str) -> bool:
    return ROLES.index(role) >= ROLES.index(wanted)


def sees_details(role: str, event: Event, *, attends: bool) -> bool:
    """Whether a reader with that role sees more of the event than its times."""
    visibility = event.fields.get("visibility", "default")
    if attends or visibility == "public" or at_least(role, "writer"):
        return role != "none"
    return visibility == "default" and at_least(role, "reader")
