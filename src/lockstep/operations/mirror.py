"""Storing what Google says of external events: times and whether they block, expanded into busy intervals.

Applying the same item twice changes nothing, and an item that changes nothing writes nothing: rows are compared
before they are stored, and only series that changed are expanded again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from lockstep.calendar.blocking import blocks_time
from lockstep.calendar.busy import BusyTimes, busy_intervals
from lockstep.calendar.event import CancelledInstance, Event, EventId, Item, Tombstone, occupied
from lockstep.calendar.interval import Interval
from lockstep.operations.overlaps import check_overlaps
from lockstep.store.locks import lock_staff
from lockstep.store.models import BusyInterval, CalendarLink, MirroredEvent
from lockstep.store.values import event_of, interval_of, range_of, when_to_json
from lockstep.sync.pace import HORIZON, LIST_BACK

Kind, Takes = MirroredEvent.Kind, MirroredEvent.Takes

_CONTENT = ("series_id", "kind", "takes", "when", "original_start", "recurrence")
_UNREADABLE, _BAD_RECURRENCE = "unreadable", "recurrence"


def store_items(link: CalendarLink, items: Iterable[Item], *, zone: ZoneInfo) -> set[str]:
    """Store external items; the ids of the series whose busy time may have changed."""
    by_id = {item.id: item for item in items}
    stored = {row.event_id: row for row in MirroredEvent.objects.filter(link=link, event_id__in=by_id)}
    changed: set[str] = set()
    for event_id, item in by_id.items():
        old = stored.get(event_id)
        if isinstance(item, Tombstone):
            changed |= _forget(link, event_id)
            continue
        if isinstance(item, Event) and _is_over(item, link, zone):
            changed |= _forget(link, event_id) if old else set()
            continue
        new = _row(link, item)
        if old is None:
            new.save(force_insert=True)
            changed.add(new.series_id)
        elif old.set_aside == _UNREADABLE or any(getattr(old, name) != getattr(new, name) for name in _CONTENT):
            changed |= {old.series_id, new.series_id}
            new.pk = old.pk
            new.save(force_update=True)
        elif old.generation != link.generation:
            MirroredEvent.objects.filter(pk=old.pk).update(generation=link.generation)
    return changed


def set_aside(link: CalendarLink, event_ids: Iterable[EventId]) -> set[str]:
    """Remember events that could not be read at all; what was known of them goes on counting.

    Their calendar is unknown until they can be read, are gone, or an admin says to ignore them.
    """
    for event_id in event_ids:
        MirroredEvent.objects.update_or_create(
            link=link,
            event_id=event_id,
            defaults={"set_aside": _UNREADABLE, "generation": link.generation},
            create_defaults={
                "set_aside": _UNREADABLE,
                "generation": link.generation,
                "series_id": event_id,
                "kind": Kind.SINGLE,
            },
        )
    return set()


def forget_event(link: CalendarLink, event_id: str) -> bool:
    """Remove what is stored of an event, and the time that it takes. True when there was anything."""
    changed = _forget(link, event_id)
    expand_series(link, changed, zone=ZoneInfo(link.time_zone or "UTC"))
    return bool(changed)


def sweep(link: CalendarLink, *, zone: ZoneInfo, generation: int | None = None) -> set[str]:
    """Forget the external events that a full synchronisation (the last one) did not show; the series they were in."""
    unseen = unseen_of(link, zone=zone, generation=generation)
    changed = set(unseen.values_list("series_id", flat=True))
    unseen.delete()
    return changed


def unseen_of(link: CalendarLink, *, zone: ZoneInfo, generation: int | None = None) -> QuerySet[MirroredEvent]:
    """The external events that a full synchronisation (the last one) should have shown and did not."""
    generation = link.generation if generation is None else generation
    unseen = MirroredEvent.objects.filter(link=link, generation__lt=generation)
    alive = MirroredEvent.objects.filter(link=link, generation__gte=generation, kind=Kind.MASTER)
    out_of_reach = [
        row.pk
        for row in unseen.filter(kind=Kind.EXCEPTION, series_id__in=alive.values("event_id"))
        if _is_out_of_reach(row, link, zone)
    ]
    return unseen.exclude(pk__in=out_of_reach)


def _is_out_of_reach(exception: MirroredEvent, link: CalendarLink, zone: ZoneInfo) -> bool:
    """True for an instance of a living series that lies before everything that was asked for: its absence says nothing,
    and without it the series would be busy at the time that it was moved away from."""
    event = event_of(exception)
    if not isinstance(event, Event) or link.reads_from is None:
        return False
    interval = occupied(event.when, zone)
    return interval is not None and interval.end <= link.reads_from - LIST_BACK


def expand_series(link: CalendarLink, series: set[str], *, zone: ZoneInfo) -> list[Interval]:
    """Compute the busy time of these series anew and store what differs; the intervals that are new."""
    if not series:
        return []
    rows = MirroredEvent.objects.filter(link=link, series_id__in=series).exclude(when__isnull=True, kind=Kind.SINGLE)
    found = _expand(link, rows, zone)
    wanted = {(time.series_id or time.event_id, time.interval) for time in found.busy}
    had = {
        (row.series_id, interval_of(row.span)): row.pk
        for row in BusyInterval.objects.filter(link=link, series_id__in=series)
    }
    gone = [pk for key, pk in had.items() if key not in wanted]
    BusyInterval.objects.filter(pk__in=gone).delete()
    new = sorted(wanted - had.keys())
    BusyInterval.objects.bulk_create(
        BusyInterval(staff_id=link.staff_id, link=link, series_id=series_id, span=range_of(interval))
        for series_id, interval in new
    )
    masters = MirroredEvent.objects.filter(link=link, series_id__in=series, kind=Kind.MASTER)
    masters.filter(event_id__in=found.set_aside).exclude(set_aside=_BAD_RECURRENCE).update(set_aside=_BAD_RECURRENCE)
    masters.filter(set_aside=_BAD_RECURRENCE).exclude(event_id__in=found.set_aside).update(
        set_aside="", ignored_at=None
    )
    return [interval for _series_id, interval in new]


def move_horizon(link: CalendarLink, *, now: datetime) -> None:
    """Expand every recurring series as far as the horizon of `now`."""
    link.expanded_until = now + HORIZON
    recurring = MirroredEvent.objects.filter(link=link, kind__in=[Kind.MASTER, Kind.EXCEPTION])
    expand_series(link, set(recurring.values_list("series_id", flat=True)), zone=ZoneInfo(link.time_zone))


def expand_anew(link_id: int, *, now: datetime) -> None:
    """Expand everything that is stored of a calendar by the rule about tentative events as it is now."""
    with transaction.atomic():
        link = CalendarLink.objects.select_related("connection__organisation", "staff").filter(pk=link_id).first()
        if link is None or not link.time_zone:
            return
        lock_staff([link.staff_id])
        CalendarLink.objects.select_for_update(no_key=True).get(pk=link_id)
        link.expanded_tentative = link.connection.organisation.tentative_blocks
        expand_series(link, set(link.events.values_list("series_id", flat=True)), zone=ZoneInfo(link.time_zone))
        check_overlaps(link, now=now)
        link.changed_at = now
        link.save(update_fields=["expanded_tentative", "changed_at"])


def _expand(link: CalendarLink, rows: Iterable[MirroredEvent], zone: ZoneInfo) -> BusyTimes:
    if link.reads_from is None or link.expanded_until is None:
        raise ValueError("A calendar is expanded after it was attached.")
    window = Interval(link.reads_from, link.expanded_until)
    return busy_intervals((event_of(row) for row in rows), zone, window, tentative_blocks=link.expanded_tentative)


def _forget(link: CalendarLink, event_id: str) -> set[str]:
    """Remove the event, and with a master everything of its series."""
    rows = MirroredEvent.objects.filter(link=link, event_id=event_id) | MirroredEvent.objects.filter(
        link=link, series_id=event_id
    )
    changed = set(rows.values_list("series_id", flat=True))
    rows.delete()
    return changed


def _is_over(event: Event, link: CalendarLink, zone: ZoneInfo) -> bool:
    """True for a single event that ended before the window: older events are ignored."""
    if event.recurrence or event.recurring_event_id or link.reads_from is None:
        return False
    interval = occupied(event.when, zone)
    return interval is not None and interval.end <= link.reads_from


def _row(link: CalendarLink, item: Event | CancelledInstance) -> MirroredEvent:
    common: dict[str, Any] = {"link": link, "event_id": item.id, "generation": link.generation}
    if isinstance(item, CancelledInstance):
        return MirroredEvent(
            **common,
            series_id=item.recurring_event_id,
            kind=Kind.CANCELLED_INSTANCE,
            original_start=item.original_start.isoformat(),
        )
    return MirroredEvent(
        **common,
        series_id=item.recurring_event_id or item.id,
        kind=Kind.EXCEPTION if item.recurring_event_id else Kind.MASTER if item.recurrence else Kind.SINGLE,
        takes=_takes(item),
        when=when_to_json(item.when),
        original_start=item.original_start.isoformat() if item.original_start else "",
        recurrence=list(item.recurrence),
    )


def _takes(event: Event) -> str:
    if blocks_time(event, tentative_blocks=False):
        return Takes.BUSY
    return Takes.UNDECIDED if blocks_time(event, tentative_blocks=True) else Takes.FREE
