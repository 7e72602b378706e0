"""What a changed event means for its series: exceptions that no longer belong, rules that were.

Which exceptions survive a change of the master is undocumented. Here those stay whose original start is still one of
the series; the others are dropped and come out as bare tombstones.
"""

from datetime import datetime

from workspace_emulator.state import recurrence
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.event import Event, Status
from workspace_emulator.state.event_times import wall_clock
from workspace_emulator.state.workspace import Workspace


def store(workspace: Workspace, calendar: Calendar, draft: Event, now: datetime, *, main_data: bool = True) -> Event:
    """Commit a draft and bring the exceptions of its series in line."""
    before = calendar.events.get(draft.id)
    if before is not None and before.is_master and not before.is_cancelled:
        changed = any(before.fields.get(name) != draft.fields.get(name) for name in ("start", "end", "recurrence"))
        if changed or draft.is_cancelled:
            rule = {name: before.fields[name] for name in ("start", "end", "recurrence")}
            draft.former_rules = [*draft.former_rules[-9:], {"position": calendar.log.head, **rule}]
    stored = workspace.commit(calendar, draft, now, main_data=main_data)
    if before is not None and before.is_master:
        _drop_lost_exceptions(workspace, calendar, stored, now)
    return stored


def _drop_lost_exceptions(workspace: Workspace, calendar: Calendar, master: Event, now: datetime) -> None:
    for exception in list(calendar.exceptions(master.id)):
        if not master.is_cancelled and _belongs(master, exception):
            continue
        gone = exception.copy()
        gone.status = Status.CANCELLED
        gone.details_gone = True
        workspace.commit(calendar, gone, now)


def _belongs(master: Event, exception: Event) -> bool:
    start, original = master.fields["start"], exception.original_start
    if not master.is_master or original is None or ("date" in start) != ("date" in original):
        return False
    local = wall_clock(original if "date" in original else {**original, "timeZone": start["timeZone"]})
    return recurrence.has_start(master.fields["recurrence"], start, local)
