"""Invitations that a person does not see before answering, as the person's settings in Google's pages have it.

Source: the guide to inviting attendees, and `showHiddenInvitations`. Whoever has an account here is known; the API
itself has no such setting, so the control API sets it.
"""

from workspace_emulator.state import copies
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.event import Event
from workspace_emulator.state.workspace import Workspace


def is_hidden(workspace: Workspace, calendar: Calendar, event: Event) -> bool:
    """Whether the event is an unanswered invitation that its owner does not want to see yet."""
    personal = workspace.people.get(calendar.owner_id) if calendar.is_primary else None
    if personal is None or personal.invitations == "everyone" or event.is_cancelled:
        return False
    if copies.own_response(workspace, calendar, event) != "needsAction":
        return False
    organizer = event.organizer.get("email", "")
    if workspace.is_owner(calendar, organizer):
        return False
    return personal.invitations == "responded" or workspace.calendar_at(organizer) is None
