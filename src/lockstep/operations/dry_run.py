"""The dry run: what going live would mean, found out by reading alone.

Every calendar is walked once, in steps that a job takes; after each person the row remembers how far it is, so that a
crash or a restart costs one person, and a page that was closed finds the progress where it is.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, Func, OuterRef, Q, QuerySet, Sum

from lockstep.calendar.blocking import blocks_time
from lockstep.calendar.event import AllDay, Event, EventType, Item, Transparency
from lockstep.operations import jobs
from lockstep.operations.clock import Clock
from lockstep.operations.history import audit
from lockstep.operations.leftovers import is_us
from lockstep.store.models import (
    Appointment,
    BusyInterval,
    CalendarLink,
    Connection,
    DryRun,
    DryRunPerson,
    StaffMember,
    User,
)
from lockstep.store.models.staffing import MATCHED
from lockstep.sync.errors import AccessLost, LookAgain, OurMistake, RateLimited, TryLater
from lockstep.sync.gateway import CalendarGateway, Workspace
from lockstep.sync.link import LinkState
from lockstep.sync.marks import mark_of
from lockstep.sync.urgency import Urgency

PEOPLE_OF_A_JOB = 25
STANDS_STILL = timedelta(minutes=2)
"""Longer than any one calendar takes: whoever has not got on for so long is not at work."""
A_MOMENT = timedelta(seconds=20)
"""How long to leave Google alone when it asks for fewer calls and does not say for how long."""
MOST_PAGES = 20
_TRAPS = frozenset({EventType.DEFAULT, EventType.FROM_GMAIL, EventType.OTHER})


def begin_dry_run(connection: Connection, *, by: User, now: datetime) -> DryRun:
    """Start one; one that is under way is that one."""
    with transaction.atomic():
        Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        running = DryRun.objects.filter(connection=connection, finished_at=None).first()
        if running is not None:
            return running
        DryRun.objects.filter(connection=connection).delete()
        total = _links(connection.pk).count()
        run = DryRun.objects.create(
            connection=connection, started_by=by.name, started_at=now, touched_at=now, total=total
        )
        audit(connection.organisation, by, "Dry run started", now=now, after={"calendars": total})
        jobs.dry_run(run.pk)
    return run


def go_on(dry_run_id: int, *, workspace: Workspace | None, clock: Clock) -> None:
    """Look at the next people, and leave the rest to the next job."""
    run = DryRun.objects.select_related("connection__organisation").filter(pk=dry_run_id, finished_at=None).first()
    if run is None or workspace is None:
        return
    paid = workspace.paying(str(run.connection.organisation_id), Urgency.POLL)
    links = _links(run.connection_id).filter(pk__gt=run.position).select_related("staff").order_by("pk")
    for link in links[:PEOPLE_OF_A_JOB]:
        try:
            found = _look(link, run, paid, clock())
        except RateLimited as error:
            _wait(run, error, clock())
            return
        if not _store(run, link, found, clock()):
            return  # Somebody else is at it.
    with transaction.atomic():
        if links.filter(pk__gt=run.position).exists():
            jobs.dry_run(run.pk)
        else:
            DryRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=clock())


def _wait(run: DryRun, error: RateLimited, now: datetime) -> None:
    """A place in the queue is no finding about anybody: the next job begins with the same person."""
    at = max(error.until or now, now + A_MOMENT)
    with transaction.atomic():
        DryRun.objects.filter(pk=run.pk, finished_at=None).update(touched_at=at)
        jobs.dry_run(run.pk, at)


def ask_again(*, now: datetime) -> None:
    """Dry runs that stand still, because their job was lost."""
    for pk in list(
        DryRun.objects.filter(finished_at=None, touched_at__lte=now - STANDS_STILL).values_list("pk", flat=True)
    ):
        with transaction.atomic():
            DryRun.objects.filter(pk=pk).update(touched_at=now)
            jobs.dry_run(pk)


def latest_dry_run(connection: Connection) -> DryRun | None:
    return DryRun.objects.filter(connection=connection).order_by("-started_at").first()


@dataclass(frozen=True, slots=True)
class DryRunReport:
    """The walk in numbers; those of people are of this moment."""

    found: int
    matched: int
    unmatched: int
    taking: int
    looked_at: int
    unreadable: int
    blocking: int
    all_day_free: int
    double_booked: int
    leftovers: dict[str, int]
    unlinked: list[str]
    """Addresses that Google lists and that belong to somebody else here."""


def report_of(run: DryRun) -> DryRunReport:
    connection = run.connection
    listed = StaffMember.objects.filter(organisation=connection.organisation_id, left_at=None).exclude(google_email="")
    people = listed.aggregate(
        found=Count("pk"), matched=Count("pk", filter=MATCHED), taking=Count("pk", filter=Q(appointment_taking=True))
    )
    sums = run.people.aggregate(
        looked_at=Count("pk"),
        unreadable=Count("pk", filter=~Q(problem="")),
        blocking=Sum("blocking", default=0),
        all_day_free=Sum("all_day_free", default=0),
        double_booked=Sum("double_booked", default=0),
    )
    leftovers: Counter[str] = Counter()
    for each in run.people.exclude(leftovers={}).values_list("leftovers", flat=True):
        leftovers.update(each)
    unmatched = people["found"] - people["matched"] + len(connection.unlinked)
    return DryRunReport(**people, **sums, unmatched=unmatched, leftovers=dict(leftovers), unlinked=connection.unlinked)


def people_of_run(run: DryRun) -> QuerySet[DryRunPerson]:
    """What needs somebody's eyes first: double bookings, traps, calendars that could not be read."""
    rows = DryRunPerson.objects.filter(dry_run=run).select_related("staff")
    return rows.order_by("-double_booked", "-all_day_free", "staff__name", "pk")


def _links(connection_id: int) -> QuerySet[CalendarLink]:
    return CalendarLink.objects.filter(connection=connection_id, staff__left_at=None).exclude(state=LinkState.DETACHED)


@dataclass(slots=True)
class _Found:
    blocking: int = 0
    all_day_free: int = 0
    leftovers: Counter[str] = field(default_factory=Counter)
    problem: str = ""


def _look(link: CalendarLink, run: DryRun, workspace: Workspace, now: datetime) -> _Found:
    """What Google shows of one calendar from `now` on; an answer that does not come is a problem, never a zero.

    Raises: RateLimited where the same can be asked soon.
    """
    found = _Found()
    tentative = run.connection.organisation.tentative_blocks
    try:
        for item in _items(workspace.calendar(link.staff.email), now):
            if not isinstance(item, Event):
                continue
            mark = mark_of(item.private_properties)
            if mark is not None and not is_us(mark):
                found.leftovers[mark.environment] += 1
            if blocks_time(item, tentative_blocks=tentative):
                found.blocking += 1
            elif _is_a_trap(item):
                found.all_day_free += 1
    except RateLimited as error:
        if not error.for_hours:
            raise
        return _Found(problem=str(error))
    except (AccessLost, LookAgain, OurMistake, TryLater) as error:
        return _Found(problem=str(error))
    return found


def _items(calendar: CalendarGateway, now: datetime) -> list[Item]:
    """Raises: LookAgain where the list does not come to an end."""
    items: list[Item] = []
    page_token: str | None = None
    for _page in range(MOST_PAGES):
        page = calendar.events_page(time_min=now, page_token=page_token)
        items.extend(page.items)
        page_token = page.next_page_token
        if page_token is None:
            return items
    raise LookAgain("This calendar is too long to be walked through here. It is read in full once it synchronises.")


def _is_a_trap(event: Event) -> bool:
    """A whole day that is shown as free: Google's default for days, and often not what its owner means."""
    free = event.transparency is Transparency.TRANSPARENT
    return free and isinstance(event.when, AllDay) and event.event_type in _TRAPS


def _store(run: DryRun, link: CalendarLink, found: _Found, now: datetime) -> bool:
    """Keep it and step forward, unless somebody else has."""
    with transaction.atomic():
        mine = DryRun.objects.filter(pk=run.pk, position=run.position, finished_at=None)
        if not mine.update(position=link.pk, touched_at=now):
            return False
        run.position = link.pk
        values: dict[str, Any] = {
            "blocking": found.blocking,
            "all_day_free": found.all_day_free,
            "double_booked": _double_booked(link.staff_id, now),
            "leftovers": dict(found.leftovers),
            "problem": found.problem,
        }
        DryRunPerson.objects.update_or_create(dry_run=run, staff_id=link.staff_id, defaults=values)
    return True


def _double_booked(staff_id: int, now: datetime) -> int:
    """Coming appointments that busy time from Google overlaps."""
    span = Func(OuterRef("starts_at"), OuterRef("ends_at"), function="tstzrange")
    over = BusyInterval.objects.filter(staff=OuterRef("staff")).filter(span__overlap=span)
    booked = Appointment.objects.filter(staff=staff_id, status=Appointment.Status.BOOKED, ends_at__gt=now)
    return booked.filter(Exists(over)).count()
