"""Working hours as instants: computed by the pure core, stored so that SQL only subtracts."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from lockstep.scheduling.hours import LocalRange, WeeklyHours, working_ranges
from lockstep.store.locks import lock_staff
from lockstep.store.models import StaffMember, WorkingHours, WorkingRange
from lockstep.store.values import range_of
from lockstep.sync.pace import HORIZON


def refresh_working_ranges(staff: StaffMember, *, now: datetime, ahead: timedelta = HORIZON) -> None:
    """Compute the person's working ranges anew, from yesterday to `ahead`: as far as can be booked."""
    by_location: dict[int, list[WorkingHours]] = defaultdict(list)
    for row in staff.working_hours.select_related("location"):
        by_location[row.location_id].append(row)
    with transaction.atomic():
        lock_staff([staff.pk])
        staff.working_ranges.all().delete()
        for location_id, rows in by_location.items():
            zone = ZoneInfo(rows[0].location.time_zone)
            today = now.astimezone(zone).date()
            weekly = [WeeklyHours(row.weekday, LocalRange(row.start, row.end)) for row in rows]
            last_day = (now + ahead).astimezone(zone).date()
            WorkingRange.objects.bulk_create(
                WorkingRange(staff=staff, location_id=location_id, span=range_of(interval))
                for interval in working_ranges(weekly, {}, zone, today - timedelta(days=1), last_day)
            )


def extend_working_ranges(*, now: datetime) -> None:
    """Move everybody's working ranges on with the calendar."""
    for staff in StaffMember.objects.filter(left_at=None, working_hours__isnull=False).distinct():
        refresh_working_ranges(staff, now=now)
