"""What the staff's calendar shows: appointments, absences, holds and external busy time, told apart."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Max, Q, QuerySet

from lockstep.calendar.interval import Interval, clipped, joined
from lockstep.store.models import (
    Absence,
    AbsenceSpan,
    Appointment,
    BusyInterval,
    CalendarLink,
    Conflict,
    Reservation,
    StaffMember,
    WorkingRange,
)
from lockstep.store.values import interval_of, range_of


class BlockKind(StrEnum):
    APPOINTMENT = "appointment"
    BUSY = "busy"
    """An external event: times only."""
    ABSENCE = "absence"
    HOLD = "hold"
    GRACE = "grace"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of somebody's time."""

    kind: BlockKind
    staff_id: int
    starts_at: datetime
    ends_at: datetime
    title: str = ""
    appointment: Appointment | None = None
    absence: Absence | None = None
    conflict: bool = False


def blocks(*, staff: Sequence[StaffMember], window: Interval, now: datetime) -> list[Block]:
    """Everything in these people's calendars that touches `window`, in order of time."""
    ids = [each.pk for each in staff]
    found = [
        *_appointments(ids, window),
        *_busy(ids, window),
        *_absences(ids, window),
        *_kept(ids, window, now),
        *_working(ids, window),
    ]
    return sorted(found, key=lambda block: (block.starts_at, block.staff_id, block.kind))


def _appointments(ids: Sequence[int], window: Interval) -> Iterable[Block]:
    in_conflict = set(
        Conflict.objects.filter(staff_id__in=ids, closed_at=None).values_list("appointment_id", flat=True)
    )
    theirs = Q(staff_id__in=ids) | Q(
        pk__in=Appointment.additional.through.objects.filter(staffmember_id__in=ids).values("appointment_id")
    )
    rows = Appointment.objects.select_related("client", "service", "location", "staff").filter(
        theirs, status=Appointment.Status.BOOKED, starts_at__lt=window.end, ends_at__gt=window.start
    )
    for row in rows.prefetch_related("additional"):
        people = {row.staff_id, *(each.pk for each in row.additional.all())} if row.staff_id else set()
        for staff_id in (each for each in ids if each in people):
            yield Block(
                BlockKind.APPOINTMENT,
                staff_id,
                row.starts_at,
                row.ends_at,
                title=row.service.name,
                appointment=row,
                conflict=row.pk in in_conflict,
            )


def _busy(ids: Sequence[int], window: Interval) -> Iterable[Block]:
    rows = BusyInterval.objects.filter(staff_id__in=ids, span__overlap=range_of(window))
    by_staff: dict[int, list[Interval]] = {each: [] for each in ids}
    for staff_id, span in rows.values_list("staff_id", "span"):
        by_staff[staff_id].append(interval_of(span))
    for staff_id, intervals in by_staff.items():
        for interval in joined(intervals):
            yield Block(BlockKind.BUSY, staff_id, interval.start, interval.end, title="Busy")


def _absences(ids: Sequence[int], window: Interval) -> Iterable[Block]:
    rows = AbsenceSpan.objects.select_related("absence").filter(staff_id__in=ids, span__overlap=range_of(window))
    for row in rows:
        interval = interval_of(row.span)
        yield Block(
            BlockKind.ABSENCE,
            row.staff_id,
            interval.start,
            interval.end,
            title=row.absence.title,
            absence=row.absence,
        )


def _kept(ids: Sequence[int], window: Interval, now: datetime) -> Iterable[Block]:
    rows = Reservation.objects.filter(staff_id__in=ids, expires_at__gt=now, span__overlap=range_of(window))
    for row in rows:
        interval = interval_of(row.span)
        kind = BlockKind.HOLD if row.kind == Reservation.Kind.HOLD else BlockKind.GRACE
        yield Block(kind, row.staff_id, interval.start, interval.end)


def _working(ids: Sequence[int], window: Interval) -> Iterable[Block]:
    by_staff: dict[int, list[Interval]] = {each: [] for each in ids}
    rows = WorkingRange.objects.filter(staff_id__in=ids, span__overlap=range_of(window))
    for staff_id, span in rows.values_list("staff_id", "span"):
        by_staff[staff_id].append(interval_of(span))
    for staff_id, intervals in by_staff.items():
        for interval in clipped(joined(intervals), window):
            yield Block(BlockKind.WORKING, staff_id, interval.start, interval.end)


def version_of(*, staff: Sequence[StaffMember]) -> str:
    """A short text that changes whenever anything shown of these people changes; cheap enough for every second."""
    ids = [each.pk for each in staff]
    parts = (
        _newest(Appointment.objects.filter(staff_id__in=ids), "changed_at"),
        _newest(Absence.objects.filter(staff_id__in=ids), "changed_at"),
        _newest(CalendarLink.objects.filter(staff_id__in=ids), "changed_at"),
        _newest(Reservation.objects.filter(staff_id__in=ids, expires_at__isnull=False), "id"),
        _newest(Conflict.objects.filter(staff_id__in=ids, closed_at=None), "id"),
    )
    return hashlib.sha256(repr((ids, parts)).encode()).hexdigest()[:16]


def _newest(
    rows: QuerySet[Appointment]
    | QuerySet[Absence]
    | QuerySet[CalendarLink]
    | QuerySet[Reservation]
    | QuerySet[Conflict],
    name: str,
) -> object:
    return tuple(rows.aggregate(newest=Max(name), count=Count("id")).values())


def conflicts_of(*, staff: Sequence[StaffMember]) -> QuerySet[Conflict]:
    """The open conflicts of these people, the oldest first."""
    return (
        Conflict.objects.select_related("appointment__service", "appointment__client", "appointment__location", "staff")
        .filter(staff__in=staff, closed_at=None)
        .order_by("opened_at")
    )
