"""Offering slots: what a client may book, from the stored calendars alone. Never calls Google.

SQL subtracts what is taken from working time; the grid, lead time and furthest date are the pure core's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet

from lockstep.calendar.interval import Interval
from lockstep.scheduling.availability import full_days, out_of_reach, people_at_starts
from lockstep.store.models import Appointment, Assignment, Location, MeetingMethod, Organisation, Service, StaffMember
from lockstep.store.queries import People, appointments_by_day, free_time, people_for, seats_taken
from lockstep.store.values import rules_of

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be booked, and with whom."""

    starts_at: datetime
    ends_at: datetime
    staff_ids: tuple[int, ...]
    """Whose calendar was verified longest ago comes first."""
    verified_at: datetime | None
    """When the calendar behind it was last verified, the longest ago of them; None where nobody synchronises."""
    seats_left: int | None = None
    """For a group service: how many can still join; None for any other."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The slots of a window, in order."""

    slots: tuple[Slot, ...]
    withheld: int
    """How many people are left out because the state of their calendar is unknown."""


def offer_slots(
    *,
    service: Service,
    location: Location,
    staff: StaffMember | None,
    window: Interval,
    now: datetime,
    excluding: Appointment | None = None,
) -> Offer:
    """The slots that start within `window`, with `staff` or with anyone assigned.

    `excluding` is an appointment that is about to be moved and so does not stand in its own way. Makes a constant
    number of queries, whatever the number of people.
    """
    rules = rules_of(service)
    zone = ZoneInfo(location.time_zone)
    people = people_for(service_id=service.pk, location_id=location.pk, only=staff.pk if staff else None, now=now)
    if not people.known:
        return Offer(slots=(), withheld=people.withheld)
    wide = Interval(window.start, window.end + rules.duration)
    own = excluding.pk if excluding else None
    free = free_time(
        staff_ids=people.known,
        location_id=location.pk,
        window=wide,
        length=rules.duration,
        buffer_before=rules.buffer_before,
        buffer_after=rules.buffer_after,
        now=now,
        except_appointment=own,
    )
    full = closed_by_limits(
        service, location, {each: people.limits.get(each) for each in people.known}, wide, except_appointment=own
    )
    in_order = {staff_id: free[staff_id] for staff_id in people.known if staff_id in free}
    seats = service.seats if service.is_for_groups else None
    slots = [
        Slot(start, start + rules.duration, tuple(staff_ids), people.known[staff_ids[0]], seats)
        for start, staff_ids in people_at_starts(in_order, rules, zone, now, window, full=full).items()
    ]
    if service.is_for_groups:
        slots = _with_sessions(slots, open_sessions(service, location, people, window, now=now))
    return Offer(slots=tuple(slots), withheld=people.withheld)


def open_sessions(
    service: Service, location: Location, people: People, window: Interval, *, now: datetime
) -> list[Slot]:
    """The sessions of a group service that can still be joined, by start; those that are fuller first."""
    rules, zone = rules_of(service), ZoneInfo(location.time_zone)
    found = seats_taken(service_id=service.pk, location_id=location.pk, staff_ids=people.known, window=window)
    return [
        Slot(each.starts_at, each.ends_at, (each.staff_id,), people.known[each.staff_id], service.seats - each.taken)
        for each in found
        if each.taken < service.seats and not out_of_reach(each.starts_at, rules, zone, now)
    ]


def _with_sessions(slots: Iterable[Slot], sessions: Iterable[Slot]) -> list[Slot]:
    """A session with a seat left stands before a new one at the same time: it fills before another begins."""
    by_start = {each.starts_at: each for each in slots}
    for session in reversed(list(sessions)):
        by_start[session.starts_at] = session
    return [by_start[start] for start in sorted(by_start)]


def closed_by_limits(
    service: Service,
    location: Location,
    limits: Mapping[int, int | None],
    window: Interval,
    *,
    except_appointment: int | None = None,
) -> dict[int, frozenset[date]]:
    """The local days of `window` on which each person takes no more, of this service or at all (`limits`)."""
    if service.daily_limit is None and not any(limits.values()):
        return {}
    counts = appointments_by_day(
        staff_ids=limits,
        service_id=service.pk,
        window=window.widened(_A_DAY, _A_DAY),
        zone=location.time_zone,
        except_appointment=except_appointment,
    )
    return {
        staff_id: full_days(service.daily_limit, counts.of_service[staff_id])
        | full_days(limits[staff_id], counts.in_all[staff_id])
        for staff_id in counts.in_all
    }


def bookable_services(
    organisation: Organisation, location: Location | None = None, *, invited: UUID | None = None
) -> list[Service]:
    """Services that somebody takes appointments for (at `location`), under their categories' order.

    One that is by invitation only is there for whoever names it: `invited` is the id from its link.
    """
    takers = _takers(organisation)
    there = Assignment.objects.filter(staff__in=takers, location__active=True)
    if location:
        there = there.filter(location=location)
    services = Service.objects.filter(
        Q(invite_only=False) | Q(uuid=invited),
        organisation=organisation,
        active=True,
        pk__in=there.values("service_id"),
    )
    in_order = (F("category__position").asc(nulls_last=True), "category__name", "position", "name")
    return list(services.select_related("category").order_by(*in_order))


REMOTE_METHODS = (MeetingMethod.PHONE, MeetingMethod.VIDEO)


def methods_at(service: Service, location: Location) -> list[MeetingMethod]:
    """How the two can meet there: by phone or video at a virtual location, in person at a branch.

    A service that offers nothing of that kind is met in any way it does offer.
    """
    methods = [MeetingMethod(each) for each in service.meeting_methods]
    fitting = [each for each in methods if (each in REMOTE_METHODS) == location.virtual]
    return fitting or methods


def all_locations(organisation: Organisation) -> list[Location]:
    """Every location that is switched on, bookable at the moment or not."""
    return list(Location.objects.filter(organisation=organisation, active=True))


def bookable_locations(*, service: Service) -> list[Location]:
    """Where somebody takes appointments for `service`."""
    takers = _takers(service.organisation)
    places = Location.objects.filter(assignments__service=service, assignments__staff__in=takers, active=True)
    return list(places.distinct())


def places_with_services(organisation: Organisation) -> list[Location]:
    """Where somebody takes appointments for anything that is in the public list."""
    services = bookable_services(organisation)
    takers = _takers(organisation)
    places = Location.objects.filter(assignments__service__in=services, assignments__staff__in=takers, active=True)
    return list(places.distinct())


def bookable_staff(*, service: Service, location: Location) -> list[StaffMember]:
    """Who takes appointments for `service` at `location`."""
    return list(
        _takers(service.organisation)
        .filter(assignments__service=service, assignments__location=location)
        .distinct()
        .order_by("name")
    )


def _takers(organisation: Organisation) -> QuerySet[StaffMember]:
    return StaffMember.objects.filter(organisation=organisation, appointment_taking=True, left_at=None)
