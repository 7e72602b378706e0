"""What can be measured of an organisation's synchronisation: delays, push, quota, queue; and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import Count, F, Min, Q

from lockstep.operations import jobs
from lockstep.operations.delays import A_DAY, A_WEEK, Direction, Hour, Percentiles, by_hour, lost_pushes, percentiles
from lockstep.store.models import CalendarLink, Channel, Connection, Organisation, StaffMember, WrittenEvent
from lockstep.store.quota import QuotaLedger, Use
from lockstep.sync.link import LinkState
from lockstep.sync.quota import Limits

DELAY_LIMIT_MS = 5_000
"""A p99 above this is worth a word; the goal is a fifth of it."""
STANDS_STILL_AFTER = timedelta(minutes=2)
"""Work that is due and that nobody has taken up for so long: no worker runs."""


@dataclass(frozen=True, slots=True)
class Delays:
    """One direction."""

    direction: Direction
    day: Percentiles | None
    week: Percentiles | None
    hours: tuple[Hour, ...]


@dataclass(frozen=True, slots=True)
class PushHealth:
    calendars: int
    """Those that could have a channel."""
    opened: int
    proven: int
    """Their channel has spoken."""
    lost_day: int
    lost_week: int
    has_address: bool
    problem: str
    """Why Google refused the newest one that it refused, when nothing was opened since."""


@dataclass(frozen=True, slots=True)
class Queue:
    looks: int
    writes: int
    oldest: datetime | None
    """Since when the oldest write waits."""
    overdue: int
    """What should have been taken up minutes ago."""


class Cure(StrEnum):
    """What to do when something is off; the page has the words."""

    CHECK = "check"
    RESUME = "resume"
    START_WORKER = "start_worker"
    PUSH_REFUSED = "push_refused"
    PUSH_LOST = "push_lost"
    PUSH_SILENT = "push_silent"
    SLOWED = "slowed"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class Measures:
    delays: tuple[Delays, ...]
    push: PushHealth
    quota: Use
    queue: Queue
    cures: tuple[Cure, ...]


def limits() -> Limits:
    return Limits(settings.GOOGLE_PROJECT_UNITS_A_MINUTE, settings.GOOGLE_USER_UNITS_A_MINUTE)


def people_here(organisation: Organisation) -> int:
    """How many staff members there are, before anything is connected."""
    return StaffMember.objects.filter(organisation=organisation, left_at=None).count()


def measures_of(connection: Connection, *, now: datetime) -> Measures:
    delays = tuple(_delays(connection, direction, now) for direction in Direction)
    push, queue = push_health(connection, now=now), queue_of(connection, now=now)
    quota = QuotaLedger(limits()).use(str(connection.organisation_id), now)
    return Measures(delays, push, quota, queue, tuple(_cures(connection, delays, push, quota, queue)))


def _delays(connection: Connection, direction: Direction, now: datetime) -> Delays:
    organisation = connection.organisation
    return Delays(
        direction,
        day=percentiles(organisation, direction, now=now, lasting=A_DAY),
        week=percentiles(organisation, direction, now=now, lasting=A_WEEK),
        hours=tuple(by_hour(organisation, direction, now=now)),
    )


def push_health(connection: Connection, *, now: datetime) -> PushHealth:
    links = CalendarLink.objects.filter(connection=connection, staff__left_at=None).exclude(
        state__in=[LinkState.DETACHED, LinkState.BLOCKED]
    )
    live = Channel.objects.filter(link__in=links, closed_at=None, expires_at__gt=now)
    counts = live.aggregate(
        opened=Count("link", distinct=True), proven=Count("link", filter=Q(heard_at__isnull=False), distinct=True)
    )
    newest = Channel.objects.filter(link__in=links).order_by("-opened_at", "-pk").first()
    return PushHealth(
        calendars=links.count(),
        opened=counts["opened"],
        proven=counts["proven"],
        lost_day=lost_pushes(connection.organisation, now=now, lasting=A_DAY),
        lost_week=lost_pushes(connection.organisation, now=now, lasting=A_WEEK),
        has_address=bool(settings.PUSH_URL),
        problem=newest.problem if newest else "",
    )


def queue_of(connection: Connection, *, now: datetime) -> Queue:
    late = Q(next_due__lt=now - STANDS_STILL_AFTER) & (Q(leased_until=None) | Q(leased_until__lte=now))
    looks = CalendarLink.objects.filter(connection=connection, staff__left_at=None).exclude(state=LinkState.DETACHED)
    of_looks = looks.aggregate(open=Count("pk", filter=Q(wanted__gt=F("done"))), late=Count("pk", filter=late))
    writes = WrittenEvent.objects.filter(link__connection=connection, wanted__gt=F("done"), parked="")
    of_writes = writes.aggregate(open=Count("pk"), late=Count("pk", filter=late), oldest=Min("wanted_at"))
    works = connection.state in Connection.READS
    return Queue(
        looks=of_looks["open"],
        writes=of_writes["open"],
        oldest=of_writes["oldest"],
        overdue=of_looks["late"] + of_writes["late"] if works else 0,
    )


def _cures(
    connection: Connection, delays: tuple[Delays, ...], push: PushHealth, quota: Use, queue: Queue
) -> list[Cure]:
    found = []
    if connection.access_error:
        found.append(Cure.CHECK)
    if connection.state == Connection.State.PAUSED:
        found.append(Cure.RESUME)
    if queue.overdue:
        found.append(Cure.START_WORKER)
    if push.problem:
        found.append(Cure.PUSH_REFUSED)
    elif push.opened and not push.proven:
        found.append(Cure.PUSH_SILENT)
    if push.lost_day:
        found.append(Cure.PUSH_LOST)
    if quota.slowed_to < 1:
        found.append(Cure.SLOWED)
    if any(each.day and each.day.p99 > DELAY_LIMIT_MS for each in delays):
        found.append(Cure.SLOW)
    return found


@dataclass(frozen=True, slots=True)
class Measured:
    """An organisation by the name in its addresses, and what is measured of it."""

    slug: str
    measures: Measures


def measured_everywhere(*, now: datetime) -> list[Measured]:
    """Every connected organisation, by name."""
    connections = Connection.objects.select_related("organisation").order_by("organisation__slug")
    return [Measured(each.organisation.slug, measures_of(each, now=now)) for each in connections]


def calendars_by_state() -> list[tuple[str, str, int]]:
    """How many calendars of each organisation are in each state."""
    links = CalendarLink.objects.filter(staff__left_at=None).values("connection__organisation__slug", "state")
    counted = links.annotate(n=Count("pk")).order_by("connection__organisation__slug", "state")
    return list(counted.values_list("connection__organisation__slug", "state", "n"))


def waiting_jobs() -> dict[str, int]:
    return {queue: jobs.waiting(queue) for queue in jobs.QUEUES}
