"""Asking for a look at a calendar: by a job, or now and waiting for it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

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
from lockstep.sync.urgency import Urgency

PATIENCE = timedelta(seconds=2)
_PAUSE_SECONDS = 0.02

_waiting = threading.BoundedSemaphore(4)
"""At most half of a web process's eight threads wait for Google at any time; the others keep serving pages."""


def ask_for_look(link_id: int, *, now: datetime, urgency: Urgency = Urgency.PUSH) -> None:
    """Have the calendar looked at soon. Wishes that come in a burst are satisfied by one look.

    A wish that is more urgent than the open ones gets a job of its own, which goes before theirs in the queue; whoever
    comes first does the look, and the other finds nothing to do.
    """
    with transaction.atomic():
        asked = wish(CalendarLink, link_id, by=now + pace.JOB_LOST_AFTER)
        if asked and _raised(link_id, urgency, anew=asked.number == asked.done + 1) and asked.may_run:
            jobs.look_at_calendar(link_id, urgency)


def _raised(link_id: int, urgency: Urgency, *, anew: bool) -> bool:
    """Note how urgent the open wishes are; True when this is the most urgent of them."""
    row = CalendarLink.objects.filter(pk=link_id)
    if not anew:
        row = row.filter(urgency__lt=urgency)
    return bool(row.update(urgency=urgency))


def wait_for_the_rest(link_id: int, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Return when no wish has come for a moment, or after a few such moments: changes come in bursts.

    A change that is alone waits one moment. Whoever edits without pause is looked at all the same.
    """
    known = _wanted(link_id)
    for _ in range(pace.LONGEST_BURST):
        sleep(pace.BURST.total_seconds())
        wanted = _wanted(link_id)
        if wanted == known:
            return
        known = wanted


def _wanted(link_id: int) -> int | None:
    return CalendarLink.objects.filter(pk=link_id).values_list("wanted", flat=True).first()


def organisation_of(link_id: int) -> int | None:
    """Whose calendar it is; None when it is nobody's any more."""
    return CalendarLink.objects.filter(pk=link_id).values_list("connection__organisation_id", flat=True).first()


def look_soon(link_id: int, *, now: datetime, chance: float | None = None) -> None:
    """Put the look back into the queue for some seconds: others come first."""
    link = CalendarLink.objects.filter(pk=link_id).first()
    if link is not None:
        at = pace.back_in_queue(now, chance=random.random() if chance is None else chance)  # noqa: S311  (jitter)
        jobs.look_at_calendar(link_id, Urgency(link.urgency), at=at)


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
    _raised(link_id, Urgency.CONFIRM, anew=False)
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
