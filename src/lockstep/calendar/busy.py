"""The busy time of one calendar: masters expanded, exceptions in the place of their instances.

Owns: which item of a series decides over which instance. Every instance is decided once, by the first of

1. a cancelled instance with its original start: nothing is busy;
2. an exception with its original start: the exception's own times and attributes count, not the master's;
3. the master.

An exception without its master, or with an original start that the master does not give, stands alone. Google sends
exceptions before, after and without their masters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from lockstep.calendar.blocking import blocks_time
from lockstep.calendar.event import CancelledInstance, Event, EventId, When, occupied
from lockstep.calendar.interval import Interval
from lockstep.calendar.recurrence import BadRecurrence, Occurrence, expand, instance_key


@dataclass(frozen=True, slots=True, order=True)
class BusyTime:
    """Time that an event takes. `series_id` is the master's id for an occurrence or an exception, else None."""

    interval: Interval
    event_id: EventId
    series_id: EventId | None = None


@dataclass(slots=True)
class BusyTimes:
    """What was found, in order of time, and the series whose rule could not be read: when else they take time is not
    known, and so nothing of their calendar counts as free."""

    busy: list[BusyTime] = field(default_factory=list)
    set_aside: list[EventId] = field(default_factory=list)


def busy_intervals(
    items: Iterable[Event | CancelledInstance], zone: ZoneInfo, window: Interval, *, tentative_blocks: bool = True
) -> BusyTimes:
    """The busy time of a whole calendar in `zone` that touches `window`.

    Times are whole, not clipped, so that an event gives the same in every window. Of items with the same id the last
    counts. Items may come in any order; one that cannot be read is set aside and harms no other.
    """
    masters: dict[EventId, Event] = {}
    parts: dict[EventId, list[Event | CancelledInstance]] = defaultdict(list)
    result = BusyTimes()
    for item in {item.id: item for item in items}.values():
        if isinstance(item, Event) and item.recurrence:
            masters[item.id] = item
        elif item.recurring_event_id is not None:
            parts[item.recurring_event_id].append(item)
        elif isinstance(item, Event) and blocks_time(item, tentative_blocks=tentative_blocks):
            _add(result, item, item.when, zone, window)
    for series_id in masters.keys() | parts.keys():
        series = series_busy(
            masters.get(series_id), parts.get(series_id, ()), zone, window, tentative_blocks=tentative_blocks
        )
        result.busy += series.busy
        result.set_aside += series.set_aside
    result.busy.sort()
    result.set_aside.sort()
    return result


def series_busy(
    master: Event | None,
    parts: Iterable[Event | CancelledInstance],
    zone: ZoneInfo,
    window: Interval,
    *,
    tentative_blocks: bool = True,
) -> BusyTimes:
    """The busy time of one series: its master, or None where the calendar has none, and its exceptions and cancelled
    instances. Else as `busy_intervals`. A master whose rule cannot be read is set aside; its own time and its
    exceptions are busy for certain.
    """
    result = BusyTimes()
    decided: set[str] = set()
    for part in parts:
        if part.original_start is not None:
            decided.add(instance_key(part.original_start))
        if isinstance(part, Event) and blocks_time(part, tentative_blocks=tentative_blocks):
            _add(result, part, part.when, zone, window)
    if master is not None and blocks_time(master, tentative_blocks=tentative_blocks):
        try:
            occurrences = expand(master, zone, window)
        except BadRecurrence:
            result.set_aside.append(master.id)
            # When it repeats is not known, but that it takes place at its own time is: an error is not "free".
            occurrences = [Occurrence(master.when.start, master.when)]
        for occurrence in occurrences:
            if instance_key(occurrence.original_start) not in decided:
                _add(result, master, occurrence.when, zone, window)
    result.busy.sort()
    return result


def _add(result: BusyTimes, event: Event, when: When, zone: ZoneInfo, window: Interval) -> None:
    interval = occupied(when, zone)
    if interval is not None and interval.overlaps(window):
        series_id = event.id if event.recurrence else event.recurring_event_id
        result.busy.append(BusyTime(interval, event.id, series_id))
