"""Deferring work: the only place that does it.

A job carries an id and says "look at this row"; the row is the truth, so a job that is lost or doubled costs seconds,
never data. A job is enqueued in the transaction that makes it necessary, over Django's own connection: both are
committed, or neither. No queueing locks and no library retries (see docs/decisions).
"""

from __future__ import annotations

from datetime import datetime

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from lockstep.sync.urgency import Urgency

CALENDARS = "calendars"
WRITES = "writes"
REST = "rest"
QUEUES = (CALENDARS, WRITES, REST)
LOOKS_AT_ONCE = 16
"""Threads of a worker that look at calendars."""


def look_at_calendar(link_id: int, urgency: Urgency = Urgency.POLL, at: datetime | None = None) -> None:
    """A more urgent job goes first, whenever it was deferred."""
    _defer("look_at_calendar", CALENDARS, at, priority=urgency, link_id=link_id)


def write_event(written_id: int) -> None:
    _defer("write_event", WRITES, written_id=written_id)


def open_channel(link_id: int) -> None:
    _defer("open_channel", REST, link_id=link_id)


def close_channels(link_id: int) -> None:
    """Stop the pushes of a calendar that nobody looks at any more."""
    _defer("close_channels", REST, link_id=link_id)


def stop_channel(channel_pk: int) -> None:
    _defer("stop_channel", REST, channel_pk=channel_pk)


def wake_blocked(connection_id: int) -> None:
    """Access of the whole connection has come back."""
    _defer("wake_blocked", REST, connection_id=connection_id)


def retest_connection(connection_id: int) -> None:
    """Check a connection that waits for Google."""
    _defer("retest_connection", REST, connection_id=connection_id)


def disconnect(connection_id: int) -> None:
    """Go on with a disconnect that was begun."""
    _defer("disconnect", REST, connection_id=connection_id)


def remove_leftovers(connection_id: int) -> None:
    """Go on removing what another installation left in the calendars."""
    _defer("remove_leftovers", REST, connection_id=connection_id)


def send_alert(incident_id: int) -> None:
    _defer("send_alert", REST, incident_id=incident_id)


def dry_run(dry_run_id: int, at: datetime | None = None) -> None:
    """Go on with a dry run; with `at`, not before then."""
    _defer("dry_run", REST, at, dry_run_id=dry_run_id)


def import_people(connection_id: int, at: datetime | None = None) -> None:
    """List the directory; with `at`, not before then."""
    _defer("import_people", REST, at, connection_id=connection_id)


def tell_client(appointment_id: int, at: datetime | None = None) -> None:
    """Tell the client what became of their appointment; with `at`, not before then."""
    _defer("tell_client", REST, at, appointment_id=appointment_id)


def read_google_hours(link_id: int) -> None:
    """Ask Google for the working hours that somebody has set there."""
    _defer("read_google_hours", REST, link_id=link_id)


def expand_calendar(link_id: int) -> None:
    """Compute a calendar's busy time anew from what is stored; Google is not asked."""
    _defer("expand_calendar", REST, link_id=link_id)


def ask_about_conflict(conflict_id: int) -> None:
    """Send what a client or a staff member is asked about a conflict."""
    _defer("ask_about_conflict", REST, conflict_id=conflict_id)


def tell_seat(attendee_id: int, at: datetime | None = None) -> None:
    """Tell one client of a group what became of their seat; with `at`, not before then."""
    _defer("tell_seat", REST, at, attendee_id=attendee_id)


def remind_seat(attendee_id: int) -> None:
    _defer("remind_seat", REST, attendee_id=attendee_id)


def remind_client(appointment_id: int) -> None:
    """Send the client the reminder that is due."""
    _defer("remind_client", REST, appointment_id=appointment_id)


def invite(user_id: int) -> None:
    """Send somebody the invitation to their log-in."""
    _defer("invite", REST, user_id=user_id)


def follow_hours(organisation_id: int) -> None:
    """Let working ranges follow hours that have changed for many people."""
    _defer("follow_hours", REST, organisation_id=organisation_id)


def waiting(queue: str) -> int:
    """How many jobs of the queue nobody has begun yet."""
    return ProcrastinateJob.objects.filter(queue_name=queue, status="todo").count()


def is_import_waiting(connection_id: int) -> bool:
    """Whether a listing of this connection's directory is deferred that nobody has begun yet."""
    waiting_imports = ProcrastinateJob.objects.filter(task_name="import_people", status="todo")
    return waiting_imports.filter(args__connection_id=connection_id).exists()


def _defer(name: str, queue: str, at: datetime | None = None, *, priority: int = 0, **arguments: int) -> None:
    task = app.configure_task(name, allow_unknown=False, queue=queue, schedule_at=at, priority=int(priority))
    task.defer(**arguments)
