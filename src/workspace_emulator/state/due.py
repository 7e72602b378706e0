"""What is to happen a moment after an answer: delayed copies, re-writes of etag churn, absences that decline."""

from datetime import datetime

from workspace_emulator.state import absences, copies
from workspace_emulator.state.workspace import Workspace, milliseconds


def settle(workspace: Workspace, now: datetime) -> bool:
    """Do what is due. Whether there was any."""
    now_ms = milliseconds(now)
    due = [job for job in workspace.pending if job["due_ms"] <= now_ms]
    workspace.pending = [job for job in workspace.pending if job["due_ms"] > now_ms]
    for job in due:
        calendar = workspace.calendars.get(job["owner_id"])
        event = calendar.events.get(job["event_id"]) if calendar else None
        if calendar is None:
            continue
        if job["kind"] == "copy":
            copies.copy_to(workspace, calendar, job["event_id"], job["guest_id"], now)
        elif event is None:
            continue
        elif job["kind"] == "absence":
            absences.decline_known(workspace, calendar, event.id, now)
        elif job["kind"] == "invitation":
            absences.decline_new(workspace, calendar, event.id, now)
        else:
            workspace.commit(calendar, event.copy(), now)
    return bool(due)
