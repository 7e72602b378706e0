"""The people of the connection, as the Users tab shows them: how each is doing, why, and what to do about it.

How somebody is doing is decided once, in SQL, in the order of `_causes`; rows, filters and counts all take it from
there. A page costs the same with ten people and with ten thousand: the rows come by index in the order of names, and
the counts are one query.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from lockstep.operations.people import gone_words
from lockstep.store.models import Appointment, CalendarLink, Connection, MirroredEvent, StaffMember
from lockstep.store.models.staffing import MATCHED
from lockstep.sync.link import LinkState


class Level(StrEnum):
    OK = "ok"
    READING = "reading"
    WARNING = "warning"
    ERROR = "error"
    OFF = "off"
    """Chosen not to sync."""


class Cause(StrEnum):
    """Why somebody is at their level; the first that holds."""

    LEFT = "left"
    SWITCHED_OFF = "switched_off"
    NOT_TAKING = "not_taking"
    MISMATCHED = "mismatched"
    BLOCKED = "blocked"
    BACKING_OFF = "backing_off"
    UNREAD = "unread"
    UNREADABLE = "unreadable"
    REREAD = "reread"
    STALE = "stale"
    MISSING = "missing"
    IN_STEP = "in_step"


LEVELS: dict[Cause, Level] = {
    Cause.LEFT: Level.WARNING,
    Cause.SWITCHED_OFF: Level.OFF,
    Cause.NOT_TAKING: Level.OFF,
    Cause.MISMATCHED: Level.ERROR,
    Cause.BLOCKED: Level.ERROR,
    Cause.BACKING_OFF: Level.WARNING,
    Cause.UNREAD: Level.READING,
    Cause.UNREADABLE: Level.WARNING,
    Cause.REREAD: Level.READING,
    Cause.STALE: Level.WARNING,
    Cause.MISSING: Level.WARNING,
    Cause.IN_STEP: Level.OK,
}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person, how their calendar is doing, and what to do about it."""

    staff: StaffMember
    link: CalendarLink | None
    cause: Cause
    sentence: str
    ahead: int = 0
    """For a leaver: future appointments that wait to be handed over."""

    @property
    def level(self) -> Level:
        return LEVELS[self.cause]

    @property
    def last_sync(self) -> datetime | None:
        return self.link.verified_at if self.link else None

    @property
    def known_until(self) -> datetime | None:
        """Until when their time counts as known; None while it is unknown."""
        known = {Cause.IN_STEP, Cause.REREAD, Cause.MISSING, Cause.BACKING_OFF}
        return self.link.fresh_until if self.link and self.cause in known else None

    @property
    def can_resync(self) -> bool:
        return self.level is not Level.OFF and self.cause not in {Cause.LEFT, Cause.MISMATCHED}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people are at each level, and for which cause."""

    by_cause: dict[Cause, int]

    def at(self, *levels: Level) -> int:
        return sum(number for cause, number in self.by_cause.items() if LEVELS[cause] in levels)

    def of(self, cause: Cause) -> int:
        return self.by_cause.get(cause, 0)

    @property
    def people(self) -> int:
        return sum(self.by_cause.values())


def counts_of(connection: Connection, *, now: datetime) -> Counts:
    """One query, whatever the number of people."""
    rows = _people(connection, now).order_by().values_list("cause").annotate(number=Count("pk"))
    return Counts({Cause(cause): number for cause, number in rows})


def people_of(
    connection: Connection, *, levels: Iterable[Level] = (), search: str = "", now: datetime
) -> QuerySet[StaffMember]:
    """Everyone of the directory, by name; only those of some levels, or whose name or address contains `search`.

    Slice it, and make `rows` of the slice.
    """
    people = _people(connection, now).select_related("link")
    if search:
        people = people.filter(Q(name__icontains=search) | Q(email__icontains=search))
    wanted = set(levels)
    if wanted:
        people = people.filter(cause__in=[cause.value for cause, level in LEVELS.items() if level in wanted])
    return people.order_by("name", "pk")


def rows(people: Iterable[StaffMember], *, now: datetime) -> list[PersonRow]:
    """What the page shows of some of `people_of`."""
    people = list(people)
    ahead = appointments_ahead([each for each in people if each.left_at], now=now)
    return [_row(each, ahead.get(each.pk, 0)) for each in people]


def appointments_ahead(people: Iterable[StaffMember], *, now: datetime) -> dict[int, int]:
    """How many future appointments each of these people has; those without any are left out."""
    ahead = Appointment.objects.filter(
        staff__in=[each.pk for each in people], status=Appointment.Status.BOOKED, ends_at__gt=now
    )
    return dict(ahead.values_list("staff").annotate(number=Count("pk")))


def chosen(connection: Connection, uuids: Iterable[UUID]) -> list[StaffMember]:
    """The connection's people with these ids, by name; others are not its business."""
    people = StaffMember.objects.filter(organisation=connection.organisation_id, uuid__in=list(uuids))
    return list(people.exclude(google_email="").order_by("name", "pk"))


def _people(connection: Connection, now: datetime) -> QuerySet[Any]:
    """Everyone whom the connection has ever listed, with the cause of how they are doing."""
    listed = StaffMember.objects.filter(organisation=connection.organisation_id).exclude(google_email="")
    whens = [When(condition, then=Value(cause.value)) for cause, condition in _causes(connection, now)]
    return listed.annotate(cause=Case(*whens, default=Value(Cause.IN_STEP.value), output_field=CharField()))


def _causes(connection: Connection, now: datetime) -> list[tuple[Cause, Q | Exists]]:
    """In the order in which they are looked for."""
    unreadable = MirroredEvent.objects.filter(link=OuterRef("link"), ignored_at=None).exclude(set_aside="")
    causes: list[tuple[Cause, Q | Exists]] = [
        (Cause.LEFT, Q(left_at__isnull=False)),
        (Cause.NOT_TAKING, Q(appointment_taking=False)),
        (Cause.MISMATCHED, ~MATCHED),
        (Cause.UNREAD, Q(link__isnull=True)),
        (Cause.BLOCKED, Q(link__state=LinkState.BLOCKED)),
        (Cause.BACKING_OFF, Q(link__state=LinkState.BACKING_OFF)),
        (Cause.UNREAD, Q(link__verified_at__isnull=True)),
        (Cause.UNREADABLE, Exists(unreadable)),
        (Cause.REREAD, Q(link__state=LinkState.FULL_SYNC)),
        (Cause.STALE, Q(link__fresh_until__isnull=True) | Q(link__fresh_until__lte=now)),
        (Cause.MISSING, Q(missing_since__isnull=False)),
    ]
    if connection.manual_users:
        causes.insert(1, (Cause.SWITCHED_OFF, Q(sync_enabled=False)))
    return causes


def _row(staff: StaffMember, ahead: int) -> PersonRow:
    cause = Cause(getattr(staff, "cause"))  # noqa: B009  (an annotation, which the model does not know)
    link: CalendarLink | None = getattr(staff, "link", None)
    return PersonRow(staff, link, cause, _sentence(cause, staff, link), ahead)


def _sentence(cause: Cause, staff: StaffMember, link: CalendarLink | None) -> str:
    """The cause, and the cure where a person has to do something."""
    names: dict[str, Any] = {"google": staff.google_email, "why": gone_words(staff.missing_because)}
    match cause:
        case Cause.LEFT:
            return _("Left: %(why)s. Not bookable; nothing of theirs was deleted.") % names
        case Cause.MISSING:
            return _("Missing from Google’s last list: %(why)s. They leave if the next list says the same.") % names
        case Cause.MISMATCHED:
            return (
                _("Mismatched: Google’s primary e-mail is %(google)s. Nothing syncs until they are the same.") % names
            )
        case Cause.NOT_TAKING:
            return _("Does not take appointments, so their calendar is not read.")
        case Cause.SWITCHED_OFF:
            return _("Switched off. Bookable by what stands in Lockstep alone.")
        case Cause.BLOCKED | Cause.BACKING_OFF if link:
            return link.problem or _("Google does not answer. It is tried again by itself.")
        case Cause.UNREAD:
            return _("Being read for the first time.")
        case Cause.REREAD:
            return _("Being read anew. What was known goes on counting.")
        case Cause.UNREADABLE:
            return _("Not offered: an event could not be read. Have it mended in Google, or ignore it under Conflicts.")
        case Cause.STALE:
            return _("Not verified for a while, so not offered until it is. It is tried again by itself.")
    return _("In step.")
