"""Out of office and focus time that decline invitations: `autoDeclineMode`, acted on right after the answer.

Source: the guide to status events. What conflicts is declined with the absence's message, instance by instance.
"""

from collections.abc import Iterator
from datetime import datetime

from workspace_emulator.state import copies, series
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.event import Event
from workspace_emulator.state.event_rules import TYPE_PROPERTIES
from workspace_emulator.state.event_times import moment_of
from workspace_emulator.state.instances import Window, computed_instances
from workspace_emulator.state.workspace import Workspace

_ALL, _ONLY_NEW = "declineAllConflictingInvitations", "declineOnlyNewConflictingInvitations"
_OPEN_ANSWERS = frozenset({"needsAction", "tentative", "accepted"})


def decline_known(workspace: Workspace, calendar: Calendar, absence_id: str, now: datetime) -> None:
    """Decline what conflicts with an absence that was just written, if it is to decline all."""
    absence = calendar.events.get(absence_id)
    if absence is None or _properties(absence).get("autoDeclineMode") != _ALL:
        return
    for part in _parts(workspace, calendar, absence, Window(time_min=now), now):
        for event in list(calendar.events.values()):
            _decline(workspace, calendar, event, part, now)


def decline_new(workspace: Workspace, calendar: Calendar, invitation_id: str, now: datetime) -> None:
    """Decline the parts of a new invitation that conflict with an absence."""
    for absence_id in sorted(calendar.absence_ids):
        absence = calendar.events[absence_id]
        if _properties(absence).get("autoDeclineMode") in {_ALL, _ONLY_NEW}:
            for part in _parts(workspace, calendar, absence, Window(time_min=now), now):
                _decline(workspace, calendar, calendar.events[invitation_id], part, now)


def _properties(absence: Event) -> dict[str, str]:
    found: dict[str, str] = absence.fields.get(TYPE_PROPERTIES.get(absence.event_type, ""), {})
    return found


def _decline(workspace: Workspace, calendar: Calendar, event: Event, absence: Event, now: datetime) -> None:
    """Decline an invitation where it overlaps one absence."""
    if event.is_cancelled or workspace.organizes(calendar, event):
        return
    if copies.own_response(workspace, calendar, event) not in _OPEN_ANSWERS:
        return
    start, end = (moment_of(absence.fields[side], calendar.time_zone) for side in ("start", "end"))
    message = _properties(absence).get("declineMessage")
    for part in list(_parts(workspace, calendar, event, Window(start, end), now)):
        draft = part.copy()
        copies.set_own_response(workspace, calendar, draft, "declined", comment=message)
        stored = series.store(workspace, calendar, draft, now)
        copies.answer(workspace, calendar, stored, now)


def _parts(workspace: Workspace, calendar: Calendar, event: Event, window: Window, now: datetime) -> Iterator[Event]:
    """The event itself, or the instances of a master that have no exception, within the window."""
    if event.is_cancelled:
        return
    if event.is_master:
        yield from computed_instances(calendar, event, window, window.time_max or workspace.horizon(now))
    elif window.holds(event, calendar.time_zone):
        yield event
