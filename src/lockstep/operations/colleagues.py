"""Who could take an appointment over: assigned to the same service at the same place, at work, and known to be free."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from lockstep.calendar.interval import Interval
from lockstep.operations.everyone import everyone
from lockstep.operations.fairness import by_fairness
from lockstep.operations.offer import closed_by_limits
from lockstep.store.models import Appointment, StaffMember
from lockstep.store.queries import free_time, people_for


def free_colleagues(
    appointment: Appointment, *, besides: Collection[int | None] = (), most: int, now: datetime
) -> list[StaffMember]:
    """Those who are really free at the appointment's time, the least loaded first; nobody for one that has begun."""
    interval = Interval(appointment.starts_at, appointment.ends_at)
    if interval.start <= now:
        return []
    service, location = appointment.service, appointment.location
    people = people_for(service_id=service.pk, location_id=location.pk, only=None, now=now)
    taken = {*everyone(appointment), *besides}
    free = free_time(
        staff_ids=[each for each in people.known if each not in taken],
        location_id=location.pk,
        window=interval,
        length=interval.length,
        buffer_before=service.buffer_before,
        buffer_after=service.buffer_after,
        now=now,
    )
    full = closed_by_limits(service, location, {each: people.limits.get(each) for each in free}, interval)
    local_day = interval.start.astimezone(ZoneInfo(location.time_zone)).date()
    fit = [each for each in free if local_day not in full.get(each, ())]
    ordered = by_fairness(fit, location=location, starts_at=interval.start)[:most]
    found = StaffMember.objects.in_bulk(ordered)
    return [found[each] for each in ordered]
