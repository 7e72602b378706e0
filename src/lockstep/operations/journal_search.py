"""Finding entries of the journal: by direction, person, kind, time, run and words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from lockstep.operations.history import journal_of
from lockstep.store.models import JournalEntry, Organisation, StaffMember


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """What is looked for; whatever is empty or None does not narrow."""

    direction: str = ""
    staff: UUID | None = None
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    run: str = ""
    entry: int | None = None
    search: str = ""

    @property
    def is_narrow(self) -> bool:
        return self != JournalFilter()


def find_entries(organisation: Organisation, wanted: JournalFilter) -> QuerySet[JournalEntry]:
    """The entries, the newest first; each says whether it `is_undone`."""
    entries = journal_of(organisation).annotate(is_undone=Exists(JournalEntry.objects.filter(undoes=OuterRef("pk"))))
    if wanted.direction:
        entries = entries.filter(direction=wanted.direction)
    if wanted.staff:
        entries = entries.filter(staff__uuid=wanted.staff)
    if wanted.action:
        entries = entries.filter(action=wanted.action)
    if wanted.since:
        entries = entries.filter(at__gte=wanted.since)
    if wanted.until:
        entries = entries.filter(at__lt=wanted.until)
    if wanted.run:
        entries = entries.filter(run=wanted.run)
    if wanted.entry is not None:
        entries = entries.filter(pk=wanted.entry)
    for word in wanted.search.split():
        entries = entries.filter(
            Q(staff__name__icontains=word)
            | Q(appointment__service__name__icontains=word)
            | Q(appointment__client__name__icontains=word)
            | Q(actor__icontains=word)
        )
    return entries


def people_in_journal(organisation: Organisation) -> list[StaffMember]:
    """Whose calendars can be in it, by name."""
    linked = StaffMember.objects.filter(organisation=organisation, link__isnull=False)
    return list(linked.order_by("name")[:500])


def decision_of(staff: QuerySet[StaffMember], number: int) -> JournalEntry | None:
    """A decision about one of these people's appointments or conflicts."""
    rows = JournalEntry.objects.filter(pk=number, staff__in=staff, direction=JournalEntry.Direction.DECIDED)
    return rows.select_related("staff", "appointment").first()


def decided_lately(staff: QuerySet[StaffMember], *, since: datetime, most: int) -> Iterable[JournalEntry]:
    """What was decided about these people's appointments and conflicts, the newest first."""
    rows = JournalEntry.objects.filter(
        staff__in=staff, direction=JournalEntry.Direction.DECIDED, at__gte=since, appointment__isnull=False
    ).annotate(is_undone=Exists(JournalEntry.objects.filter(undoes=OuterRef("pk"))))
    return rows.select_related("staff", "appointment__service", "appointment__client").order_by("-at", "-pk")[:most]
