"""Busy time of a calendar: what blocks, merged.

Source: the reference of freebusy.query. Opaque events block; transparent, cancelled and declined ones do not.
Ranges that overlap or touch are merged and cut to the window, which the reference leaves open.
"""

from datetime import datetime

from workspace_emulator.state import copies
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.event import Event, EventType
from workspace_emulator.state.event_times import moment_of
from workspace_emulator.state.instances import Window, computed_instances
from workspace_emulator.state.invitations import is_hidden
from workspace_emulator.state.workspace import Workspace

Range = tuple[datetime, datetime]


def busy_ranges(workspace: Workspace, calendar: Calendar, time_min: datetime, time_max: datetime) -> list[Range]:
    """Half-open busy ranges within [time_min, time_max), ascending."""
    window = Window(time_min, time_max)
    found: list[Range] = []
    for event in calendar.events.values():
        if event.is_cancelled or not blocks(workspace, calendar, event):
            continue
        parts = computed_instances(calendar, event, window, time_max) if event.is_master else iter((event,))
        for item in parts:
            if window.holds(item, calendar.time_zone):
                start = moment_of(item.fields["start"], calendar.time_zone)
                end = moment_of(item.fields["end"], calendar.time_zone)
                found.append((max(start, time_min), min(end, time_max)))
    return _merged(found)


def blocks(workspace: Workspace, calendar: Calendar, event: Event) -> bool:
    """Whether the event takes its owner's time."""
    if event.fields.get("transparency") == "transparent":
        return False
    if event.event_type in {EventType.WORKING_LOCATION, EventType.BIRTHDAY}:
        return False
    if is_hidden(workspace, calendar, event):
        return False
    answer = copies.own_response(workspace, calendar, event)
    switches = workspace.switches
    return not (
        answer == "declined"
        or (answer == "tentative" and not switches.busy_tentative)
        or (answer == "needsAction" and not switches.busy_needs_action)
    )


def _merged(ranges: list[Range]) -> list[Range]:
    result: list[Range] = []
    for start, end in sorted(ranges):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        elif start < end:
            result.append((start, end))
    return result
