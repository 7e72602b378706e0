"""Asking for a look at a calendar: by a job, or now and waiting for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from lockstep.operations import jobs
from lockstep.operations.clock import Clock
from lockstep.operations.standing import standing
from lockstep.operations.sync_calendar import sync_calendar
from lockstep.scheduling.refusals import CalendarUnreadable
from lockstep.store.locks import wish
from lockstep.store.models import CalendarLink, Connection
from lockstep.sync import pace
from lockstep.sync.gateway import Workspace
from lockstep.sync.people import DETACHED, Standing

PATIENCE = timedelta(seconds=2)
_PAUSE_SECONDS = 0.02

_waiting = threading.BoundedSemaphore(4)
"""At most half of a web process's eight threads wait for Google at any time; the others keep serving pages."""


def ask_for_look(link_id: int, *, now: datetime) -> None:
    """Have the calendar looked at soon. Wishes that come in a burst are satisfied by one look."""
    asked = wish(CalendarLink, link_id, by=now + pace.JOB_LOST_AFTER)
    if asked and asked.first:
        jobs.look_at_calendar(link_id)


def look_now(staff_id: int, *, workspace: Workspace | None, clock: Clock) -> None:
    """Return when the person's calendar has been looked at by a run that began after this call, in two seconds at most.

    A run that somebody else has begun since is joined, not repeated. People who do not synchronise need no look.
    Raises: CalendarUnreadable when no look ends in time or the calendar cannot be read.
    """
    link = CalendarLink.objects.select_related("connection", "staff").filter(staff_id=staff_id).first()
    if link is None:
        return
    stands = standing(link.staff, link.connection)
    if stands in DETACHED:
        return
    if workspace is None or stands is not Standing.SYNCS or link.connection.state not in Connection.READS:
        raise CalendarUnreadable
    give_up = time.monotonic() + PATIENCE.total_seconds()
    if not _waiting.acquire(timeout=PATIENCE.total_seconds()):
        raise CalendarUnreadable
    try:
        _look(link.pk, workspace, clock, give_up)
    finally:
        _waiting.release()


def _look(link_id: int, workspace: Workspace, clock: Clock, give_up: float) -> None:
    asked = wish(CalendarLink, link_id, by=clock() + pace.JOB_LOST_AFTER)
    if asked is None:
        return
    seconds = max(give_up - time.monotonic(), _PAUSE_SECONDS)
    hurried = workspace.within(seconds)
    if not sync_calendar(link_id, workspace=hurried, clock=clock, patience=timedelta(seconds=seconds)):
        _wait(lambda: _is_done(link_id, asked.number), give_up)
    if not _is_done(link_id, asked.number):
        raise CalendarUnreadable


def _wait(is_over: Callable[[], bool], give_up: float) -> None:
    while not is_over() and time.monotonic() < give_up:
        time.sleep(_PAUSE_SECONDS)


def _is_done(link_id: int, number: int) -> bool:
    return CalendarLink.objects.filter(pk=link_id, done__gte=number).exists()
