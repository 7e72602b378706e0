"""Working hours as instants: computed by the pure core, stored so that SQL only subtracts.

Whoever changes hours, openings or closures recomputes the ranges of the people concerned in the same transaction, or,
where they are many, marks them as due: their time is unknown, and so not offered, until a job has followed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from lockstep.calendar.interval import Interval, intersected
from lockstep.operations import jobs
from lockstep.scheduling.google_hours import GoogleHours, ranges_with_google, weekly_of
from lockstep.scheduling.hours import Days, LocalRange, Opening, WeeklyHours, open_ranges, ranges_at, working_ranges
from lockstep.store.locks import lock_staff
from lockstep.store.models import (
    Assignment,
    CalendarLink,
    Closure,
    DateHours,
    Location,
    OpeningHours,
    StaffMember,
    WorkingHours,
    WorkingRange,
)
from lockstep.store.values import range_of
from lockstep.sync.pace import HORIZON

AT_ONCE = 25
"""So many people's ranges are computed while somebody waits for the page: about a second."""
_A_DAY = timedelta(days=1)


@dataclass(slots=True)
class HoursAt:
    """What one person's hours at one location are made of."""

    location: Location
    weekly: list[WeeklyHours] = field(default_factory=list)
    overrides: dict[date, list[LocalRange]] = field(default_factory=dict)
    opening: Opening = field(default_factory=Opening)
    google: GoogleHours | None = None
    """The hours that the person has set in Google Calendar, where the organisation goes by them."""
    elsewhere: tuple[tuple[WeeklyHours, ...], ...] = ()
    """Their weekly hours in Lockstep at each of their other locations."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.location.time_zone)

    def own_ranges(self, days: Days) -> list[Interval]:
        """When they work there, whether the location is open or not."""
        if self.google is None:
            return working_ranges(self.weekly, self.overrides, self.zone, days.first, days.last)
        return ranges_with_google(
            self.google,
            here=self.weekly,
            elsewhere=self.elsewhere,
            overrides=self.overrides,
            zone=self.zone,
            days=days,
        )

    def open_ranges(self, days: Days) -> list[Interval]:
        return open_ranges(self.opening, self.zone, days.first, days.last)

    def ranges(self, days: Days) -> list[Interval]:
        if self.google is None:
            return ranges_at(self.weekly, self.overrides, self.opening, self.zone, days)
        return intersected(self.own_ranges(days), self.open_ranges(days))


def hours_of(staff: StaffMember) -> list[HoursAt]:
    """The person's hours at each location where they have any."""
    return hours_of_people([staff.pk])[staff.pk]


def hours_of_people(staff_ids: Iterable[int]) -> dict[int, list[HoursAt]]:
    """The hours of each of these people, at each location where they have any. Makes a constant number of queries."""
    ids = list(staff_ids)
    at: dict[int, dict[int, HoursAt]] = {each: {} for each in ids}
    for row in WorkingHours.objects.filter(staff__in=ids).select_related("location"):
        here = at[row.staff_id].setdefault(row.location_id, HoursAt(row.location))
        here.weekly.append(row.weekly)
    for date_row in DateHours.objects.filter(staff__in=ids).select_related("location"):
        here = at[date_row.staff_id].setdefault(date_row.location_id, HoursAt(date_row.location))
        hours = here.overrides.setdefault(date_row.day, [])
        if date_row.start is not None and date_row.end is not None:
            hours.append(LocalRange(date_row.start, date_row.end))
    _follow_google(at)
    openings = openings_of(here.location for places in at.values() for here in places.values())
    for places in at.values():
        for location_id, here in places.items():
            here.opening = openings[location_id]
    return {staff_id: list(places.values()) for staff_id, places in at.items()}


def _follow_google(at: dict[int, dict[int, HoursAt]]) -> None:
    """Lay the hours from Google over those of whoever has set any, at every location where they take appointments."""
    links = CalendarLink.objects.filter(
        staff__in=at, google_hours__isnull=False, connection__organisation__google_hours=True
    ).exclude(time_zone="")
    google = {
        link.staff_id: GoogleHours(weekly_of(tuple(each) for each in link.google_hours or ()), ZoneInfo(link.time_zone))
        for link in links
    }
    for row in Assignment.objects.filter(staff__in=google).select_related("location"):
        at[row.staff_id].setdefault(row.location_id, HoursAt(row.location))
    for staff_id, hours in google.items():
        places = at[staff_id]
        weekly = {location_id: tuple(here.weekly) for location_id, here in places.items()}
        for location_id, here in places.items():
            here.google = hours
            here.elsewhere = tuple(each for other, each in weekly.items() if other != location_id and each)


def openings_of(locations: Iterable[Location]) -> dict[int, Opening]:
    """When each of the locations is open."""
    places = {each.pk: each.organisation_id for each in locations}
    weekly: dict[int, list[WeeklyHours]] = defaultdict(list)
    for row in OpeningHours.objects.filter(location__in=places):
        weekly[row.location_id].append(row.weekly)
    closures = list(
        Closure.objects.filter(Q(location__in=places) | Q(location=None, organisation__in=set(places.values())))
    )
    return {
        location_id: Opening(
            weekly=tuple(weekly[location_id]),
            closed=tuple(
                Days(each.first_day, each.last_day)
                for each in closures
                if each.location_id == location_id
                or (each.location_id is None and each.organisation_id == organisation_id)
            ),
        )
        for location_id, organisation_id in places.items()
    }


def refresh_working_ranges(staff: StaffMember, *, now: datetime, ahead: timedelta = HORIZON) -> None:
    """Compute the person's working ranges anew, from yesterday to `ahead`: as far as can be booked."""
    with transaction.atomic():
        lock_staff([staff.pk])
        due = StaffMember.objects.filter(pk=staff.pk).values_list("hours_due_at", flat=True).first()
        staff.working_ranges.all().delete()
        for here in hours_of(staff):
            days = Days((now.astimezone(here.zone) - _A_DAY).date(), (now + ahead).astimezone(here.zone).date())
            WorkingRange.objects.bulk_create(
                WorkingRange(staff=staff, location=here.location, span=range_of(each)) for each in here.ranges(days)
            )
        if due is not None:
            # A change that came while we read, and that we have not seen, has another time and stays due.
            StaffMember.objects.filter(pk=staff.pk, hours_due_at=due).update(hours_due_at=None)


def hours_changed(staff_ids: Iterable[int], *, now: datetime) -> int:
    """Let the working ranges of these people follow, in the caller's transaction; how many are left to a job."""
    people = StaffMember.objects.filter(pk__in=staff_ids).order_by("pk")
    if people.count() <= AT_ONCE:
        ids = list(people.values_list("pk", flat=True))
        lock_staff(ids)
        for staff in people:
            refresh_working_ranges(staff, now=now)
        return 0
    due = people.update(hours_due_at=now)
    jobs.follow_hours(people.values_list("organisation_id", flat=True)[0])
    return due


def working_at(location: Location) -> list[int]:
    """Who has hours at the location."""
    weekly = WorkingHours.objects.filter(location=location).values_list("staff_id", flat=True)
    dates = DateHours.objects.filter(location=location).values_list("staff_id", flat=True)
    by_google = Assignment.objects.filter(location=location, staff__link__google_hours__isnull=False)
    return sorted({*weekly, *dates, *by_google.values_list("staff_id", flat=True)})


def who_follow_google(staff_ids: Iterable[int]) -> list[int]:
    """Those whose hours are Google's, at every location that they are assigned to: a new one concerns their ranges."""
    links = CalendarLink.objects.filter(
        staff__in=staff_ids, google_hours__isnull=False, connection__organisation__google_hours=True
    )
    return list(links.values_list("staff_id", flat=True))


def follow_hours(organisation_id: int, *, now: datetime) -> None:
    """Compute the ranges of everybody whose hours have changed, one person after the other.

    A second run beside this one takes nobody twice.
    """
    due = StaffMember.objects.filter(organisation_id=organisation_id, hours_due_at__isnull=False)
    for staff_id in list(due.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            lock_staff([staff_id])
            staff = due.filter(pk=staff_id).first()
            if staff is not None:
                refresh_working_ranges(staff, now=now)


def hours_to_follow(organisation_id: int) -> int:
    """How many people's ranges have not followed their hours yet."""
    return StaffMember.objects.filter(organisation_id=organisation_id, hours_due_at__isnull=False).count()


def extend_working_ranges(*, now: datetime) -> None:
    """Move everybody's working ranges on with the calendar."""
    with_hours = Q(working_hours__isnull=False) | Q(date_hours__isnull=False) | Q(link__google_hours__isnull=False)
    for staff in StaffMember.objects.filter(with_hours, left_at=None).distinct():
        refresh_working_ranges(staff, now=now)
