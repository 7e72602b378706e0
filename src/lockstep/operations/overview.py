"""How the connection is doing: the state in one sentence, the progress of reading, the measured delays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lockstep.operations.brakes import HELD, open_brakes
from lockstep.operations.delays import A_DAY, Direction, percentiles
from lockstep.operations.roster import Cause, Counts, Level, counts_of
from lockstep.operations.set_aside import events_set_aside
from lockstep.store.models import CalendarLink, Conflict, Connection, JournalEntry, StaffMember
from lockstep.sync.link import LinkState

_RECENT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the first reading is. `done` when every person was read or cannot be."""

    people: int
    read: int
    total: int
    events: int
    failed: int
    importing: bool
    done: bool


def progress_of(connection: Connection) -> Progress:
    listed = StaffMember.objects.filter(organisation=connection.organisation_id, left_at=None).exclude(google_email="")
    links = CalendarLink.objects.filter(connection=connection, staff__left_at=None).exclude(state=LinkState.DETACHED)
    counts = links.aggregate(
        total=Count("id"),
        read=Count("id", filter=Q(verified_at__isnull=False)),
        failed=Count("id", filter=Q(verified_at__isnull=True, attempts__gt=0)),
        events=Sum("events_seen"),
    )
    importing = connection.people_imported_at is None and not connection.import_error
    return Progress(
        people=listed.count(),
        read=counts["read"],
        total=counts["total"],
        events=counts["events"] or 0,
        failed=counts["failed"],
        importing=importing,
        done=not importing and counts["read"] + counts["failed"] >= counts["total"],
    )


@dataclass(frozen=True, slots=True)
class Overview:
    """The state in one sentence, then the numbers."""

    sentence: str
    syncing: int
    warnings: int
    errors: int
    off: int
    people: int
    counts: Counts
    last_change: datetime | None
    to_decide: int
    """What waits on the Conflicts tab: open conflicts, calendars held back, events that cannot be read."""


def overview(connection: Connection, *, now: datetime) -> Overview:
    counts = counts_of(connection, now=now)
    held_back = open_brakes(connection.organisation).count()
    behind = percentiles(connection.organisation, Direction.GOOGLE_TO_SLOT, now=now, lasting=A_DAY)
    return Overview(
        sentence=_sentence(connection, counts, behind.p50 if behind else None, held_back),
        syncing=counts.at(Level.OK, Level.READING),
        warnings=counts.at(Level.WARNING),
        errors=counts.at(Level.ERROR),
        off=counts.at(Level.OFF),
        people=counts.people,
        counts=counts,
        last_change=_journal(connection).order_by("-at").values_list("at", flat=True).first(),
        to_decide=held_back
        + events_set_aside(connection).count()
        + Conflict.objects.filter(organisation=connection.organisation_id, closed_at=None)
        .exclude(kind__in=HELD)
        .count(),
    )


def _sentence(connection: Connection, counts: Counts, delay_ms: int | None, held_back: int) -> str:
    if connection.access_error:
        return connection.access_error
    if connection.state == Connection.State.PAUSED:
        return _("Paused. The time of people who synchronise is not offered until you resume.")
    if connection.state == Connection.State.PENDING:
        return _("Connected. Check what was found, then save to go live.")
    if counts.of(Cause.UNREAD):
        return _("Live. Some calendars are still being read for the first time.")
    if held_back:
        return ngettext(
            "One calendar is held back until you decide.", "%(n)s calendars are held back until you decide.", held_back
        ) % {"n": held_back}
    people = counts.at(Level.ERROR, Level.WARNING)
    if people:
        return ngettext(
            "In step with Google; one person needs you.", "In step with Google; %(n)s people need you.", people
        ) % {"n": people}
    if delay_ms is not None:
        return _("In step with Google, %(seconds).1f s behind.") % {"seconds": delay_ms / 1000}
    return _("In step with Google.")


def _journal(connection: Connection) -> QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(organisation_id=connection.organisation_id)
