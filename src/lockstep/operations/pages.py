"""What one page of a calendar's events comes to: ours are heard, all others are mirrored.

Runs in the transaction that stores the page, with the staff lock held.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from lockstep.calendar.event import CancelledInstance, Event, Item, Tombstone
from lockstep.operations import brakes
from lockstep.operations.event_of_ours import is_ours
from lockstep.operations.everyone import everyone
from lockstep.operations.hearing import hear, would_change
from lockstep.operations.hearing_absence import hear_instance
from lockstep.operations.time_away import zone_of
from lockstep.operations.writing import want_written
from lockstep.scheduling.away import TimeAway, is_readable
from lockstep.store.models import Appointment, CalendarLink, WrittenEvent

Ours = list[tuple[WrittenEvent, Item]]


def told_apart(link: CalendarLink, items: Iterable[Item]) -> tuple[Ours, list[Item]]:
    """The items that stand for appointments and absences, with their rows locked; and what is to be mirrored.

    Of an event of ours nothing is mirrored, and what may have been is removed, unless a person made it recurring: its
    other occurrences take time like any event. A recurring absence's instances are ours as well.
    """
    items = list(items)
    mine = _rows(link, items)
    ours: Ours = []
    others: list[Item] = []
    for item in items:
        written = mine.get(item.id) or _series_of(mine, item)
        if written is None or _is_foreign(written, item):
            others.append(item)
            continue
        ours.append((written, item))
        others.append(item if _takes_time_beside(written, item) else Tombstone(item.id))
    return ours, others


def people_beside(link: CalendarLink, items: Iterable[Item]) -> set[int]:
    """Everyone who takes part in the appointments that these items stand for."""
    shown = WrittenEvent.objects.filter(link=link, event_id__in=[item.id for item in items], appointment__isnull=False)
    several = Appointment.objects.filter(written__in=shown, additional__isnull=False).distinct()
    return {staff_id for appointment in several for staff_id in everyone(appointment)}


def hear_ours(link: CalendarLink, ours: Ours, *, now: datetime) -> bool:
    """Let follow what follows from them. True when anything changed."""
    changing = [written.appointment_id for written, item in ours if would_change(written, item, now=now)]
    brakes.pull_if_too_many(link, filter(None, changing), now=now)
    run = run_of(link)
    changed = False
    # A series before its instances.
    for written, item in sorted(ours, key=lambda each: each[1].id != each[0].event_id):
        if isinstance(item, CancelledInstance) or item.id != written.event_id:
            changed |= isinstance(item, Event | CancelledInstance) and hear_instance(written, item, now=now)
            continue
        changed |= hear(written, item, now=now, run=run)
        if written.seen_generation != link.generation:
            WrittenEvent.objects.filter(pk=written.pk).update(seen_generation=link.generation)
    brakes.lift_if_over(link, now=now)
    return changed


def run_of(link: CalendarLink) -> str:
    """What tells one run of this calendar's synchronisation from others: its lease's number."""
    return f"calendar-{link.pk}-{link.lease}"


def ask_for_unseen(link: CalendarLink, *, now: datetime) -> None:
    """Events of ours that a full synchronisation did not show are asked for by id before anything follows."""
    unseen = WrittenEvent.objects.filter(
        Q(appointment__ends_at__gt=now) | Q(absence__spans__span__endswith__gt=now),
        link=link,
        in_google=True,
        seen_generation__lt=link.generation,
    ).distinct()
    # Should they all prove to be gone, they are many at once although they are asked for one by one.
    booked = unseen.filter(appointment__status=Appointment.Status.BOOKED, appointment__starts_at__gt=now)
    brakes.pull_if_too_many(link, filter(None, booked.values_list("appointment_id", flat=True)), now=now)
    for written_id in list(unseen.order_by("pk").values_list("pk", flat=True)):
        WrittenEvent.objects.filter(pk=written_id).update(missing=True)
        want_written(written_id, now=now)


def _rows(link: CalendarLink, items: Iterable[Item]) -> dict[str, WrittenEvent]:
    ids = {item.id for item in items} | {
        item.recurring_event_id
        for item in items
        if isinstance(item, Event | CancelledInstance) and item.recurring_event_id
    }
    rows = WrittenEvent.objects.select_related(
        "appointment__service", "appointment__location", "appointment__client", "appointment__organisation",
        "appointment__staff", "absence", "link__connection__organisation", "link__staff",
    ).filter(link=link, event_id__in=ids)  # fmt: skip
    # Locked, so that a writer that stores a newer version meanwhile is not overwritten with what we read before.
    return {row.event_id: row for row in rows.select_for_update(of=("self",), no_key=True).order_by("pk")}


def _series_of(mine: dict[str, WrittenEvent], item: Item) -> WrittenEvent | None:
    """The recurring absence of which the item is an instance."""
    if isinstance(item, Tombstone) or item.recurring_event_id is None:
        return None
    written = mine.get(item.recurring_event_id)
    return written if written and written.absence_id and written.in_google else None


def _is_foreign(written: WrittenEvent, item: Item) -> bool:
    if isinstance(item, Tombstone):
        return False
    if item.recurring_event_id is not None:
        return written.absence_id is None
    return isinstance(item, Event) and not is_ours(written, item)


def _takes_time_beside(written: WrittenEvent, item: Item) -> bool:
    """True where the event takes more time than what it stands for: it is mirrored like any other."""
    if not isinstance(item, Event) or not item.recurrence:
        return False
    absence = written.absence
    return absence is None or not is_readable(TimeAway(item.when, item.recurrence), zone_of(absence))
