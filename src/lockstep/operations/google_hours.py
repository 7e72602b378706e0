"""Reading the working hours that people set in Google Calendar, slowly, where the organisation goes by them.

Nothing is withheld while they are being read: until they are known, and wherever a person has set none, the hours in
Lockstep hold. An error changes nothing; they are asked for again soon.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from lockstep.operations import jobs
from lockstep.operations.clock import Clock
from lockstep.operations.hours import hours_changed
from lockstep.store.locks import lock_staff
from lockstep.store.models import CalendarLink, Connection, Organisation, StaffMember
from lockstep.sync.errors import AccessLost, LookAgain, OurMistake, TryLater
from lockstep.sync.gateway import Workspace

log = logging.getLogger(__name__)

EVERY = timedelta(hours=4)
_AGAIN_AFTER = timedelta(minutes=15)
_AT_ONCE = 50
"""People asked for in one sweep, of which there is one every few seconds."""


def ask_for_hours(*, now: datetime) -> None:
    """Have the hours read that were asked for long enough ago, a few people at a time."""
    due = CalendarLink.objects.filter(
        Q(google_hours_read_at=None) | Q(google_hours_read_at__lte=now - EVERY),
        connection__organisation__google_hours=True,
        connection__state=Connection.State.LIVE,
        staff__left_at=None,
        verified_at__isnull=False,
    )
    with transaction.atomic():
        ids = list(due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:_AT_ONCE])
        # Counted from when it was asked for: a job that is lost is asked for again with the others.
        CalendarLink.objects.filter(pk__in=ids).update(google_hours_read_at=now)
        for link_id in ids:
            jobs.read_google_hours(link_id)


def read_google_hours(link_id: int, *, workspace: Workspace, clock: Clock) -> None:
    """Ask Google for one person's hours; where they are others than before, what can be offered follows."""
    link = CalendarLink.objects.select_related("staff", "connection__organisation").filter(pk=link_id).first()
    if link is None or not link.connection.organisation.google_hours:
        return
    try:
        facts = workspace.calendar(link.staff.email).facts()
    except (TryLater, LookAgain, AccessLost, OurMistake) as error:
        log.warning("calendar %s: working hours not read (%s)", link_id, type(error).__name__)
        CalendarLink.objects.filter(pk=link_id).update(google_hours_read_at=clock() - EVERY + _AGAIN_AFTER)
        return
    hours = None if facts.working_hours is None else [list(each) for each in facts.working_hours]
    with transaction.atomic():
        lock_staff([link.staff_id])
        current = CalendarLink.objects.select_for_update(no_key=True).filter(pk=link_id).first()
        if current is not None and current.google_hours != hours:
            current.google_hours = hours
            current.save(update_fields=["google_hours"])
            hours_changed([link.staff_id], now=clock())


def hours_of_everybody_changed(organisation: Organisation, *, now: datetime) -> None:
    """The organisation begins or ceases to go by Google's hours: everybody's working ranges follow."""
    CalendarLink.objects.filter(connection__organisation=organisation).update(google_hours_read_at=None)
    known = CalendarLink.objects.filter(connection__organisation=organisation, google_hours__isnull=False)
    people = StaffMember.objects.filter(pk__in=known.values("staff_id"))
    if people.exists():
        hours_changed(people.values_list("pk", flat=True), now=now)
