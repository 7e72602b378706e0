"""Reading calendars anew: one, those that failed, or all; and what a person loses who is switched off."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from lockstep.operations.attaching import read_anew
from lockstep.operations.history import audit
from lockstep.operations.standing import standing
from lockstep.store.models import (
    Appointment,
    BusyInterval,
    CalendarLink,
    Connection,
    StaffMember,
    User,
    WrittenEvent,
)
from lockstep.sync.link import LinkState
from lockstep.sync.people import Standing

_FAILED = (LinkState.BLOCKED, LinkState.BACKING_OFF)


def to_resync(connection: Connection, *, failed: bool) -> QuerySet[CalendarLink]:
    """The calendars that are looked at: all, or only those that cannot be read at the moment."""
    links = CalendarLink.objects.filter(connection=connection, staff__left_at=None)
    return links.filter(state__in=_FAILED) if failed else links.exclude(state=LinkState.DETACHED)


def being_read(connection: Connection) -> QuerySet[CalendarLink]:
    """The calendars whose whole reading has not ended yet, and is not stuck."""
    return CalendarLink.objects.filter(connection=connection, state=LinkState.FULL_SYNC, staff__left_at=None)


def resync_people(connection: Connection, staff_ids: Collection[int], *, by: User, now: datetime) -> int:
    """Read these people's calendars anew; how many there are to read. Those who do not sync are left out."""
    with transaction.atomic():
        links = CalendarLink.objects.select_related("staff").select_for_update(of=("self",), no_key=True)
        mine = links.filter(connection=connection, staff__in=staff_ids).exclude(state=LinkState.DETACHED)
        syncing = [link for link in mine.order_by("pk") if standing(link.staff, connection) is Standing.SYNCS]
        if syncing:
            read_anew([link.pk for link in syncing], now=now)
            names = [link.staff.name for link in syncing[:20]]
            audit(
                connection.organisation,
                by,
                "Calendars read anew",
                now=now,
                after={"people": len(syncing), "names": names},
            )
    return len(syncing)


def wake_blocked(connection_id: int, *, now: datetime) -> None:
    """Have everybody who is blocked looked at now: what concerned all of them is over."""
    blocked = CalendarLink.objects.filter(connection=connection_id, state=LinkState.BLOCKED, staff__left_at=None)
    blocked.update(next_due=now)


@dataclass(frozen=True, slots=True)
class Losses:
    """What switching people off means in numbers."""

    people: int
    busy_intervals: int
    """External busy times that leave Lockstep."""
    appointments: int
    """Future appointments that stay."""
    events: int
    """Events of ours that stay in Google."""


def losses_of(people: Collection[StaffMember], *, now: datetime) -> Losses:
    """Counted before anything is switched off."""
    ids = [each.pk for each in people]
    ahead = Appointment.objects.filter(staff__in=ids, status=Appointment.Status.BOOKED, ends_at__gt=now)
    events = WrittenEvent.objects.filter(
        Q(appointment__ends_at__gt=now) | Q(absence__removed_at=None, absence__isnull=False),
        link__staff__in=ids,
        in_google=True,
    )
    return Losses(
        people=len(ids),
        busy_intervals=BusyInterval.objects.filter(staff__in=ids).count(),
        appointments=ahead.count(),
        events=events.count(),
    )


def link_of_person(connection: Connection, uuid: UUID) -> CalendarLink | None:
    """The calendar of the connection's person with that id."""
    return CalendarLink.objects.select_related("staff").filter(connection=connection, staff__uuid=uuid).first()
