"""Which slots one person can offer, and why not the others.

Owns: conflicts with buffers, the grid of starts, lead time, furthest date and daily limit. Pure: the database subtracts
the same times in SQL and asks `people_at_starts` for the rest; `slots` does all of it, and SQL is checked against it.

A slot [start, start + duration) is offered when

1. working hours contain it, and the location's opening hours do; its buffers may lie outside them;
2. it conflicts with nothing that is taken: a taken time conflicts when the slot widened by the service's own buffers
   overlaps it, or when the slot overlaps the taken time widened by that one's buffers. So between two appointments the
   longer of the two buffers counts, not their sum. Absences and busy events have no buffers of their own;
3. a clock on the wall of the location shows a multiple of the increment since midnight. A time that comes twice when
   clocks are set back is two slots; one that is skipped is none;
4. the notice is long enough, the day is not past the furthest date, and neither the service's limit for the day nor the
   person's own is reached.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from lockstep.calendar.interval import Interval, joined, subtracted
from lockstep.scheduling.hours import first_instant, offset_spans
from lockstep.scheduling.rules import ONE_DAY, ZERO, ServiceRules

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
EPOCH_ORDINAL = EPOCH.toordinal()
DAY = ONE_DAY // MICROSECOND
Columns = tuple[Sequence[int], Sequence[int]]
"""The starts and the ends of intervals, in microseconds since 1970, which is what datetimes and PostgreSQL count in.
A page of slots goes through tens of thousands of them; an object for each would cost ten times as much."""
NOTHING_BOOKED: Mapping[date, int] = MappingProxyType({})
NO_DAYS: Set[date] = frozenset()


class Reason(StrEnum):
    """Why a slot is not offered."""

    LOCATION_CLOSED = "location_closed"
    OUTSIDE_HOURS = "outside_hours"
    TAKEN_BY_APPOINTMENT = "taken_by_appointment"
    HELD = "held"
    ABSENT = "absent"
    BUSY_IN_GOOGLE = "busy_in_google"
    UNDECIDED = "undecided"
    """A conflict about this time waits for a decision."""
    CALENDAR_UNKNOWN = "calendar_unknown"
    BUFFER = "buffer"
    LEAD_TIME = "lead_time"
    TOO_FAR = "too_far"
    NOT_ON_GRID = "not_on_grid"
    DAILY_LIMIT = "daily_limit"
    """Of the service."""
    OWN_DAILY_LIMIT = "own_daily_limit"
    """Of the person, whatever the service."""


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
    full: Set[date] = NO_DAYS,
) -> list[datetime]:
    """The starts (UTC, ascending) of the slots that lie in `working`, conflict with nothing and start in `window`.

    `zone` is the location's. `booked` counts the appointments of its local days against the service's daily limit;
    `full` are the local days on which the person takes no more.
    """
    free = subtracted(working, (blocked_by(each, rules) for each in taken))
    return slot_starts(free, rules, zone, now, window, booked=booked, full=full)


def slot_starts(
    free: Sequence[Interval],
    rules: ServiceRules,
    zone: ZoneInfo,
    now: datetime,
    window: Interval,
    *,
    booked: Mapping[date, int] = NOTHING_BOOKED,
    full: Set[date] = NO_DAYS,
) -> list[datetime]:
    """The starts (UTC, ascending) of the slots that lie in `free` and start in `window`.

    `free` is working time without what `blocked_by` says of everything taken; sorted, and joined where it touches.
    """
    without = full | full_days(rules.daily_limit, booked)
    return list(people_at_starts({0: columns_of(free)}, rules, zone, now, window, full={0: without}))


def people_at_starts(
    free: Mapping[int, Columns],
    rules: ServiceRules,
    zone: ZoneInfo,
    now: datetime,
    window: Interval,
    *,
    full: Mapping[int, Set[date]],
) -> dict[datetime, list[int]]:
    """As `slot_starts` for many people at once: the starts that somebody has, and who, in the order of `free`.

    `full` are the local days that a limit closes, by person.
    """
    grid = _grid(rules, zone, now, window)
    length = rules.duration // MICROSECOND
    every_day = _starts(grid)
    people: dict[int, list[int]] = defaultdict(list)
    for person, columns in free.items():
        without = full.get(person)
        starts = _starts(grid, without=without) if without else every_day
        for begin, end in zip(*columns, strict=True):
            first = bisect_left(starts, begin)
            for start in starts[first : bisect_right(starts, end - length, first)]:
                people[start].append(person)
    return {EPOCH + start * MICROSECOND: people[start] for start in sorted(people)}


def why_not(
    start: datetime,
    working: Iterable[Interval],
    taken: Iterable[Taken],
    rules: ServiceRules,
    zone: ZoneInfo,
    now: datetime,
    *,
    booked: Mapping[date, int] = NOTHING_BOOKED,
    full: Set[date] = NO_DAYS,
    opened: Iterable[Interval] | None = None,
) -> list[Reason]:
    """Every reason why no slot starts at `start`, in the order of `Reason`; empty exactly when `slots` offers it.

    `opened` is when the location is open, where `working` does not already say so. BUFFER is named only for taken times
    that the slot itself does not overlap.
    """
    slot = Interval(start, start + rules.duration)
    reasons: set[Reason] = set()
    if opened is not None and not any(each.contains(slot) for each in joined(opened)):
        reasons.add(Reason.LOCATION_CLOSED)
    if not any(each.contains(slot) for each in joined(working)):
        reasons.add(Reason.OUTSIDE_HOURS)
    for each in taken:
        if each.interval.overlaps(slot):
            reasons.add(each.reason)
        elif blocked_by(each, rules).overlaps(slot):
            reasons.add(Reason.BUFFER)
    local = slot.start.astimezone(zone).replace(tzinfo=None)
    if (local - datetime.combine(local, time())) % rules.increment:
        reasons.add(Reason.NOT_ON_GRID)
    if local.date() in full_days(rules.daily_limit, booked):
        reasons.add(Reason.DAILY_LIMIT)
    if local.date() in full:
        reasons.add(Reason.OWN_DAILY_LIMIT)
    reasons |= out_of_reach(start, rules, zone, now)
    return [reason for reason in Reason if reason in reasons]


def out_of_reach(start: datetime, rules: ServiceRules, zone: ZoneInfo, now: datetime) -> set[Reason]:
    """What the notice and the furthest date have against `start`."""
    reasons = set()
    if start < now + rules.lead_time:
        reasons.add(Reason.LEAD_TIME)
    if rules.furthest is not None and start >= _booking_end(rules.furthest, zone, now):
        reasons.add(Reason.TOO_FAR)
    return reasons


def _booking_end(furthest: timedelta, zone: ZoneInfo, now: datetime) -> datetime:
    """The end of the local day that `furthest` reaches."""
    last_day = (now + furthest).astimezone(zone).date()
    return first_instant(datetime.combine(last_day + ONE_DAY, time()), zone)


def full_days(limit: int | None, booked: Mapping[date, int]) -> frozenset[date]:
    """The days on which as many are booked as the limit allows."""
    return frozenset() if limit is None else frozenset(day for day, count in booked.items() if count >= limit)


def _grid(rules: ServiceRules, zone: ZoneInfo, now: datetime, window: Interval) -> list[tuple[date, range]]:
    """The starts in `window` that grid, lead time and furthest date allow, by local day, ascending.

    A day stands there twice when clocks change on it.
    """
    earliest = max(window.start, now + rules.lead_time)
    latest = window.end if rules.furthest is None else min(window.end, _booking_end(rules.furthest, zone, now))
    if latest <= earliest:
        return []
    grid = []
    increment = rules.increment // MICROSECOND
    for part, offset in offset_spans(Interval(earliest, latest), zone):
        begin, end, ahead = _microseconds(part.start), _microseconds(part.end), offset // MICROSECOND
        for day in range((begin + ahead) // DAY, -(-(end + ahead) // DAY)):
            midnight = day * DAY - ahead
            steps = max(-((midnight - begin) // increment), 0)
            starts = range(midnight + steps * increment, min(midnight + DAY, end), increment)
            grid.append((date.fromordinal(EPOCH_ORDINAL + day), starts))
    return grid


def _starts(grid: Iterable[tuple[date, range]], *, without: Container[date] = ()) -> list[int]:
    return [start for day, starts in grid if day not in without for start in starts]


def columns_of(intervals: Sequence[Interval]) -> Columns:
    return [_microseconds(each.start) for each in intervals], [_microseconds(each.end) for each in intervals]


def _microseconds(instant: datetime) -> int:
    return (instant - EPOCH) // MICROSECOND
