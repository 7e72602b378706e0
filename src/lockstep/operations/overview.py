"""How the connection is doing: the state in one sentence, the people with cause and cure, the measured delays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lockstep.store.models import CalendarLink, Connection, JournalEntry, StaffMember
from lockstep.sync.link import LinkState

_RECENT = timedelta(days=1)


class Level(StrEnum):
    OK = "ok"
    READING = "reading"
    WARNING = "warning"
    ERROR = "error"


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
    links = CalendarLink.objects.filter(connection=connection)
    counts = links.aggregate(
        total=Count("id"),
        read=Count("id", filter=Q(verified_at__isnull=False)),
        failed=Count("id", filter=Q(verified_at__isnull=True, attempts__gt=0)),
        events=Sum("events_seen"),
    )
    importing = connection.people_imported_at is None and not connection.import_error
    return Progress(
        people=counts["total"],
        read=counts["read"],
        total=counts["total"],
        events=counts["events"] or 0,
        failed=counts["failed"],
        importing=importing,
        done=not importing and counts["read"] + counts["failed"] >= counts["total"],
    )


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person, how their calendar is doing, and what to do about it."""

    staff: StaffMember
    link: CalendarLink
    level: Level
    sentence: str
    last_sync: datetime | None


def people_of(connection: Connection, *, level: str = "", search: str = "", now: datetime) -> list[PersonRow]:
    """The people who synchronise, by name; only those of a level, or whose name or address contains `search`."""
    links = CalendarLink.objects.select_related("staff").filter(connection=connection).order_by("staff__name")
    if search:
        links = links.filter(Q(staff__name__icontains=search) | Q(staff__email__icontains=search))
    rows = [_person(link, now) for link in links]
    return [row for row in rows if not level or row.level == level]


def _person(link: CalendarLink, now: datetime) -> PersonRow:
    level, sentence = _health(link, now)
    return PersonRow(staff=link.staff, link=link, level=level, sentence=sentence, last_sync=link.verified_at)


def _health(link: CalendarLink, now: datetime) -> tuple[Level, str]:
    if link.staff.left_at:
        return Level.WARNING, _("No longer in the group or suspended in Google. Not bookable; nothing was deleted.")
    if link.state == LinkState.BLOCKED:
        return Level.ERROR, link.problem
    if link.state == LinkState.BACKING_OFF:
        return Level.WARNING, link.problem
    if link.verified_at is None:
        return Level.READING, _("Being read for the first time.")
    if link.fresh_until is None or link.fresh_until <= now:
        return Level.WARNING, _("Not verified for a while, so not offered until it is.")
    return Level.OK, _("In step.")


@dataclass(frozen=True, slots=True)
class Overview:
    """The state in one sentence, then the numbers."""

    sentence: str
    syncing: int
    warnings: int
    errors: int
    delay_ms_to_lockstep: int | None
    delay_ms_to_google: int | None
    last_change: datetime | None


def overview(connection: Connection, *, now: datetime) -> Overview:
    rows = people_of(connection, now=now)
    count = {level: sum(row.level is level for row in rows) for level in Level}
    to_lockstep = _median_ms(connection, JournalEntry.Direction.FROM_GOOGLE, now)
    to_google = _median_ms(connection, JournalEntry.Direction.TO_GOOGLE, now)
    return Overview(
        sentence=_sentence(connection, count, to_lockstep),
        syncing=count[Level.OK] + count[Level.READING],
        warnings=count[Level.WARNING],
        errors=count[Level.ERROR],
        delay_ms_to_lockstep=to_lockstep,
        delay_ms_to_google=to_google,
        last_change=_journal(connection).order_by("-at").values_list("at", flat=True).first(),
    )


def _sentence(connection: Connection, count: dict[Level, int], delay_ms: int | None) -> str:
    if connection.access_error:
        return connection.access_error
    if connection.state == Connection.State.PAUSED:
        return _("Paused. The time of people who synchronise is not offered until you resume.")
    if connection.state == Connection.State.PENDING:
        return _("Connected. Check what was found, then save to go live.")
    if count[Level.READING]:
        return _("Live. Some calendars are still being read for the first time.")
    people = count[Level.ERROR] + count[Level.WARNING]
    if people:
        return ngettext(
            "In step with Google; one person needs you.", "In step with Google; %(n)s people need you.", people
        ) % {"n": people}
    if delay_ms is not None:
        return _("In step with Google, %(seconds).1f s behind.") % {"seconds": delay_ms / 1000}
    return _("In step with Google.")


def _journal(connection: Connection) -> QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(organisation_id=connection.organisation_id)


def _median_ms(connection: Connection, direction: JournalEntry.Direction, now: datetime) -> int | None:
    """The median delay of the last day's changes, in milliseconds; None where there were none."""
    recent = _journal(connection).filter(direction=direction, at__gte=now - _RECENT, delay__isnull=False)
    delays = sorted(each.delay for each in recent.order_by("-at")[:1000] if each.delay is not None)
    return round(delays[len(delays) // 2].total_seconds() * 1000) if delays else None
