"""Events that another installation of Lockstep has written into the calendars that we read.

They are recorded as they are read, by id alone: no titles, no times. They block like any other event. An admin may
choose to have those of one installation removed, a demo's for instance. Only an event whose id is the one derived from
its mark is ever deleted, and only at the version in which the mark was seen just before.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q

from lockstep.calendar.event import Event, EventId, Item, Tombstone
from lockstep.operations import jobs
from lockstep.operations.clock import Clock
from lockstep.operations.history import audit
from lockstep.operations.writing import installation_uuid
from lockstep.store.models import CalendarLink, Connection, ForeignEvent, User
from lockstep.sync import pace
from lockstep.sync.errors import AccessLost, AlreadyGone, LookAgain, NotFound, OurMistake, TryLater
from lockstep.sync.gateway import Workspace
from lockstep.sync.marks import Mark, event_id, mark_of
from lockstep.sync.urgency import Urgency

log = logging.getLogger(__name__)

_AT_ONCE = 100
"""Events that one job removes; the next job goes on."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another installation, by what it left in our calendars."""

    installation: UUID
    environment: str
    events: int
    removable: int
    """Those whose id is the one derived from their mark."""
    people: int
    waiting: int
    """Those that are being removed."""


def note_foreign(link: CalendarLink, items: Iterable[Item], *, now: datetime) -> None:
    """Record what a page shows of other installations. Part of the transaction that stores the page."""
    gone = [item.id for item in items if isinstance(item, Tombstone)]
    ForeignEvent.objects.filter(link=link, event_id__in=gone).delete()
    for item in items:
        mark = mark_of(item.private_properties) if isinstance(item, Event) else None
        if mark is None or is_us(mark):
            continue
        ForeignEvent.objects.update_or_create(
            link=link,
            event_id=item.id,
            defaults={
                "installation": mark.installation,
                "environment": mark.environment[:20],
                "derived": item.id == event_id(mark, link.staff.google_user_id),
                "seen_at": now,
            },
        )


def others_of(connection: Connection) -> list[Other]:
    """Which other installations have written into these calendars, the busiest first."""
    rows = ForeignEvent.objects.filter(link__connection=connection).values("installation", "environment")
    counted = rows.annotate(
        events=Count("id"),
        removable=Count("id", filter=Q(derived=True)),
        people=Count("link", distinct=True),
        waiting=Count("id", filter=Q(remove_due_at__isnull=False)),
    )
    return [Other(**row) for row in counted.order_by("-events", "installation")]


def begin_removal(connection: Connection, installation: UUID, environment: str, *, by: User, now: datetime) -> int:
    """Have the leftovers of one installation removed from Google; how many that will be."""
    with transaction.atomic():
        chosen = ForeignEvent.objects.filter(
            link__connection=connection, installation=installation, environment=environment, derived=True
        )
        number = chosen.update(remove_due_at=now)
        if number:
            values = {"installation": str(installation), "environment": environment, "events": number}
            audit(connection.organisation, by, "Another installation’s events removed", now=now, after=values)
            jobs.remove_leftovers(connection.pk)
    return number


def remove_leftovers(connection_id: int, *, workspace: Workspace, clock: Clock) -> None:
    """Remove what is due; interrupted, the next job goes on where this one ended."""
    due = ForeignEvent.objects.select_related("link__staff", "link__connection").filter(
        link__connection_id=connection_id, remove_due_at__lte=clock()
    )
    rows = list(due.order_by("pk")[:_AT_ONCE])
    for row in rows:
        if _removed(row, workspace):
            row.delete()
        else:
            ForeignEvent.objects.filter(pk=row.pk).update(remove_due_at=clock() + pace.BLOCKED_RETRY)
    if len(rows) == _AT_ONCE:
        jobs.remove_leftovers(connection_id)


def ask_again(*, now: datetime) -> None:
    """Removals that are due and whose job was lost, or that could not be made before."""
    due = ForeignEvent.objects.filter(remove_due_at__lte=now - pace.JOB_LOST_AFTER)
    for connection_id in list(due.values_list("link__connection_id", flat=True).distinct()):
        ForeignEvent.objects.filter(link__connection_id=connection_id, remove_due_at__lte=now).update(
            remove_due_at=F("remove_due_at") + pace.JOB_LOST_AFTER
        )
        jobs.remove_leftovers(connection_id)


def _removed(row: ForeignEvent, workspace: Workspace) -> bool:
    """True once it is gone from Google, or proves not to be what was chosen; then nothing is deleted."""
    link = row.link
    account = str(link.connection.organisation_id)
    gateway = workspace.paying(account, Urgency.WRITE).calendar(link.staff.email)
    try:
        there = gateway.get(EventId(row.event_id))
        if not isinstance(there, Event):
            return True
        mark = mark_of(there.private_properties)
        if mark is None or is_us(mark) or mark.installation != row.installation:
            return True
        if there.id != event_id(mark, link.staff.google_user_id):
            return True
        gateway.delete(there.id, etag=there.etag)
    except AlreadyGone:
        return True
    except (NotFound, TryLater, LookAgain, AccessLost, OurMistake) as error:
        # One 404 alone is never read as "deleted".
        log.warning("leftover %s: %s", row.pk, type(error).__name__)
        return False
    return True


def is_us(mark: Mark) -> bool:
    """Whether this installation, as it is now, has written it. A copy that became a demo is another one."""
    return mark.installation == installation_uuid() and mark.environment == settings.ENVIRONMENT
