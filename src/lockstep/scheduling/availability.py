"""Which slots one person can offer, and why not the others.

Owns: conflicts with buffers, the grid of starts, lead time, furthest date and daily limit. Pure: the database subtracts
the same times in SQL and asks `slot_starts` for the rest; `slots` does all of it and is what SQL is checked against.

A slot [start, start + duration) is offered when

1. working hours contain it; its buffers may lie outside them;
2. it conflicts with nothing that is taken: a taken time conflicts when the slot widened by the service's own buffers
   overlaps it, or when the slot overlaps the taken time widened by that one's buffers. So between two appointments the
   longer of the two buffers counts, not their sum. Absences and busy events have no buffers of their own;
3. a clock on the wall of the location shows a multiple of the increment since midnight. A time that comes twice when
   clocks are set back is two slots; one that is skipped is none;
4. the notice is long enough, the day is not past the furthest date, and the day's limit is not reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from lockstep.calendar.interval import Interval, joined, subtracted
from lockstep.scheduling.hours import first_instant, offset_spans
from lockstep.scheduling.rules import ONE_DAY, ZERO, ServiceRules

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONE_SECOND = timedelta(seconds=1)
EPOCH_ORDINAL = EPOCH.toordinal()
DAY_SECONDS = 86_400
NOTHING_BOOKED: Mapping[date, int] = MappingProxyType({})


class Reason(StrEnum):
    """Why a slot is not offered."""

    OUTSIDE_HOURS = "outside_hours"
    TAKEN_BY_APPOINTMENT = "taken_by_appointment"
    HELD = "held"
    ABSENT = "absent"
    BUSY_IN_GOOGLE = "busy_in_google"
    CALENDAR_UNKNOWN = "calendar_unknown"
    BUFFER = "buffer"
    LEAD_TIME = "lead_time"
    TOO_FAR = "too_far"
    NOT_ON_GRID = "not_on_grid"
    DAILY_LIMIT = "daily_limit"


@dataclass(frozen=True, slots=True)
class Taken:
    """Time that cannot be offered, what an overlap with it is called, and the buffers that it asks for itself."""

    interval: Interval
    reason: Reason
    buffer_before: timedelta = ZERO
    buffer_after: timedelta = ZERO


def blocked_by(taken: Taken, rules: ServiceRules) -> Interval:
    """The time that a slot of a service with `rules` must not overlap because of `taken`.

    The slot's buffer after it stands before the taken time, so the longer of that and the taken time's own buffer
    before counts; and the other way round.
    """
    return taken.interval.widened(
        max(taken.buffer_before, rules.buffer_after), max(taken.buffer_after, rules.buffer_before)
    )


def slots(
    working: Iterable[Interval],
    taken: Iterable[Taken],
    rules: ServiceRules,
    zone: ZoneInfo,
    now: datetime,
    window: Interval,
    *,
    booked: Mapping[date, int] = NOTHING_BOOKED,
) -> list[datetime]:
    """The starts (UTC, ascending) of the slots that lie in `working`, conflict with nothing and start in `window`.

    `zone` is the location's. `booked` counts the appointments of its local days against the daily limit.
    """
    free = subtracted(working, (blocked_by(each, rules) for each in taken))
    return slot_starts(free, rules, zone, now, window, booked=booked)


def slot_starts(
    free: Sequence[Interval],
    rules: ServiceRules,
    zone: ZoneInfo,
    now: datetime,
    window: Interval,
    *,
    booked: Mapping[date, int] = NOTHING_BOOKED,
) -> list[datetime]:
    """The starts (UTC, ascending) of the slots that lie in `free` and start in `window`.

    `free` is working time without what `blocked_by` says of everything taken; sorted, and joined where it touches.
    """
    earliest = max(window.start, now + rules.lead_time)
    latest = window.end if rules.furthest is None else min(window.end, _booking_end(rules.furthest, zone, now))
    if latest <= earliest:
        return []
    full = _full_days(rules, booked)
    # Whole seconds since 1970 from here on: several times as fast as datetimes, and slot pages do little else.
    ranges = [
        (_ceiling(each.start), _floor(each.end - rules.duration))
        for each in free
        if each.end > earliest and each.start < latest
    ]
    increment = rules.increment // ONE_SECOND
    starts: list[int] = []
    for part, offset in offset_spans(Interval(earliest, latest), zone):
        begin, end, ahead = _ceiling(part.start), _ceiling(part.end), offset // ONE_SECOND
        for first, last in ranges:
            if first < end and last >= begin:
                starts.extend(_on_grid(max(first, begin), min(last, end - 1), ahead, increment, full))
    return [datetime.fromtimestamp(each, UTC) for each in starts]


def why_not(
    start: datetime,
    working: Iterable[Interval],
    taken: Iterable[Taken],
    rules: ServiceRules,
    zone: ZoneInfo,
    now: datetime,
    *,
    booked: Mapping[date, int] = NOTHING_BOOKED,
) -> list[Reason]:
    """Every reason why no slot starts at `start`, in the order of `Reason`; empty exactly when `slots` offers it.

    BUFFER is named only for taken times that the slot itself does not overlap.
    """
    slot = Interval(start, start + rules.duration)
    reasons: set[Reason] = set()
    if not any(each.contains(slot) for each in joined(working)):
        reasons.add(Reason.OUTSIDE_HOURS)
    for each in taken:
        if each.interval.overlaps(slot):
            reasons.add(each.reason)
        elif blocked_by(each, rules).overlaps(slot):
            reasons.add(Reason.BUFFER)
    if slot.start < now + rules.lead_time:
        reasons.add(Reason.LEAD_TIME)
    if rules.furthest is not None and slot.start >= _booking_end(rules.furthest, zone, now):
        reasons.add(Reason.TOO_FAR)
    local = slot.start.astimezone(zone).replace(tzinfo=None)
    if (local - datetime.combine(local, time())) % rules.increment:
        reasons.add(Reason.NOT_ON_GRID)
    if local.date() in _full_days(rules, booked):
        reasons.add(Reason.DAILY_LIMIT)
    return [reason for reason in Reason if reason in reasons]


def _booking_end(furthest: timedelta, zone: ZoneInfo, now: datetime) -> datetime:
    """The end of the local day that `furthest` reaches."""
    last_day = (now + furthest).astimezone(zone).date()
    return first_instant(datetime.combine(last_day + ONE_DAY, time()), zone)


def _full_days(rules: ServiceRules, booked: Mapping[date, int]) -> frozenset[date]:
    limit = rules.daily_limit
    return frozenset() if limit is None else frozenset(day for day, count in booked.items() if count >= limit)


def _on_grid(first: int, last: int, ahead: int, increment: int, full: frozenset[date]) -> Iterator[int]:
    """The grid's instants from `first` to `last`, where local time is `ahead` of UTC; days that are full left out."""
    midnight = (first + ahead) // DAY_SECONDS * DAY_SECONDS - ahead
    while midnight <= last:
        if not full or date.fromordinal(EPOCH_ORDINAL + (midnight + ahead) // DAY_SECONDS) not in full:
            steps = max(-((midnight - first) // increment), 0)
            yield from range(midnight + steps * increment, min(last + 1, midnight + DAY_SECONDS), increment)
        midnight += DAY_SECONDS


def _floor(moment: datetime) -> int:
    return (moment - EPOCH) // ONE_SECOND


def _ceiling(moment: datetime) -> int:
    return -((EPOCH - moment) // ONE_SECOND)
