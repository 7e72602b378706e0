"""events.move: an event goes to another calendar, which organizes it from then on.

Source: the reference of events.move and `Event.status`: the old calendar keeps a bare tombstone, the new one shows the
same id. The exceptions of a series go along.
"""

from datetime import datetime

from workspace_emulator.state import copies, errors, series
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.event import Event, EventType, Status
from workspace_emulator.state.workspace import Workspace
from workspace_emulator.state.writes import NO_OPTIONS, found


def move(workspace: Workspace, source: Calendar, target: Calendar, event_id: str, now: datetime) -> Event:
    """The event on its new calendar.

    Raises: ApiError 404, 410, 400 for other than whole default events of the calendar's own, 409 for an id that the
    target holds already, unless it is the guest's copy of this event or what an earlier move left behind.
    """
    before = found(source, event_id, NO_OPTIONS, cancelled_is_gone=True)
    if before.event_type is not EventType.DEFAULT:
        raise errors.bad_calendar_request("eventTypeRestriction", "Only events of type default can be moved.")
    if before.is_exception:
        message = "Cannot change the organizer of an instance."
        raise errors.bad_calendar_request("cannotChangeOrganizerOfInstance", message)
    if not workspace.organizes(source, before):
        message = "The organizer of this event cannot be changed."
        raise errors.bad_calendar_request("cannotChangeOrganizer", message)
    if source.key == target.key:
        return before
    exceptions = list(source.exceptions(event_id))
    for item in (before, *exceptions):
        _check_place(target, item)
    stays_as_guest = source.key in copies.guests(workspace, target, before)
    stored = _put(workspace, target, before, now)
    moved = [_put(workspace, target, item, now) for item in exceptions]
    if not stays_as_guest:
        left = before.copy()
        left.status, left.details_gone = Status.CANCELLED, True
        series.store(workspace, source, left, now)
    for item, old in zip((stored, *moved), (before, *exceptions), strict=True):
        copies.spread(workspace, target, item, old, now)
    return stored


def _check_place(target: Calendar, event: Event) -> None:
    held = target.events.get(event.id)
    if held is not None and held.ical_uid != event.ical_uid:
        raise errors.duplicate_id()


def _put(workspace: Workspace, target: Calendar, event: Event, now: datetime) -> Event:
    draft = event.copy()
    draft.organizer = workspace.organizer_of(target)
    draft.private_copy = False
    held = target.events.get(event.id)
    draft.former_rules = list(held.former_rules) if held else []
    if held is not None:
        draft.serial, draft.born_at, draft.version_ms = held.serial, held.born_at, held.version_ms
    return series.store(workspace, target, draft, now)
