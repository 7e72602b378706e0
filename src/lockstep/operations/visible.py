"""What a person may see and change at the desk: which calendars, appointments and conflicts. Only reads.

Everything is narrowed to the organisation of whoever asks, and to as much of it as their role reaches. What lies
outside does not exist for them: the page answers 404.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet

from lockstep.scheduling.roles import Ability, Reach, reach
from lockstep.store.models import (
    Appointment,
    Assignment,
    CalendarLink,
    Conflict,
    Location,
    Organisation,
    StaffMember,
    User,
    WrittenEvent,
)

NOBODYS = 0
"""No organisation has this id."""


def _home(user: User) -> int:
    """The organisation to which everything here is narrowed; the operator belongs to none and so sees nothing."""
    return user.organisation_id or NOBODYS


def own_staff_member(user: User) -> StaffMember | None:
    return StaffMember.objects.filter(user=user, organisation_id=_home(user)).first()


def locations_at(organisation: Organisation) -> QuerySet[Location]:
    return Location.objects.filter(organisation=organisation)


def locations_of(user: User) -> QuerySet[Location]:
    """The locations that count as theirs: those that they were given, else those where they take appointments."""
    at_home = Location.objects.filter(organisation_id=_home(user))
    given = at_home.filter(users=user)
    return given if given.exists() else at_home.filter(assignments__staff__user=user).distinct()


def locations_within(user: User, ability: Ability) -> QuerySet[Location]:
    """The locations at which `user` has the ability: all, theirs, or where they take appointments themselves."""
    match reach(user.role, ability):
        case Reach.EVERYONE:
            return Location.objects.filter(organisation_id=_home(user))
        case Reach.LOCATIONS:
            return locations_of(user)
        case Reach.OWN:
            return Location.objects.filter(assignments__staff__user=user).distinct()
        case Reach.NOTHING:
            return Location.objects.none()


def staff_within(user: User, ability: Ability) -> QuerySet[StaffMember]:
    """The staff members for whom `user` has the ability: themselves, those at their locations, or everyone."""
    staff = StaffMember.objects.filter(organisation_id=_home(user))
    match reach(user.role, ability):
        case Reach.EVERYONE:
            return staff
        case Reach.LOCATIONS:
            near = Assignment.objects.filter(location__in=locations_of(user)).values("staff_id")
            return staff.filter(Q(pk__in=near) | Q(user=user))
        case Reach.OWN:
            return staff.filter(user=user)
        case Reach.NOTHING:
            return staff.none()


def may_for(user: User, ability: Ability, staff_id: int | None) -> bool:
    """True when `user` has the ability for this staff member; for nobody (unassigned) only where it reaches further
    than themselves."""
    if staff_id is None:
        return reach(user.role, ability) > Reach.OWN
    return staff_within(user, ability).filter(pk=staff_id).exists()


def visible_staff(user: User) -> list[StaffMember]:
    """Whose calendars `user` may open, by name; leavers only while they still have appointments ahead of them."""
    taking = Q(appointment_taking=True, left_at=None) | Q(appointments__status=Appointment.Status.BOOKED)
    staff = staff_within(user, Ability.SEE_CALENDARS)
    return list(staff.filter(taking | Q(user=user)).distinct().order_by("name"))


def team_at(user: User, location: str) -> set[str]:
    """The UUIDs, as text, of those at that location whose calendars `user` may open; empty where there is no such."""
    try:
        near = Assignment.objects.filter(location__uuid=location, location__organisation_id=_home(user))
    except ValidationError:
        return set()
    staff = staff_within(user, Ability.SEE_CALENDARS).filter(pk__in=near.values("staff_id"))
    return {str(uuid) for uuid in staff.values_list("uuid", flat=True)}


def visible_appointments(user: User) -> QuerySet[Appointment]:
    """The appointments of the people whose calendars `user` sees, and those of nobody yet at the same locations."""
    appointments = Appointment.objects.filter(organisation_id=_home(user)).select_related(
        "client", "service", "location", "staff"
    )
    match reach(user.role, Ability.SEE_CALENDARS):
        case Reach.EVERYONE:
            return appointments
        case Reach.LOCATIONS:
            seen = staff_within(user, Ability.SEE_CALENDARS)
            theirs = Q(staff__in=seen) | Q(pk__in=_beside(seen))
            return appointments.filter(theirs | Q(staff=None, location__in=locations_of(user)))
        case _:
            seen = staff_within(user, Ability.SEE_CALENDARS)
            return appointments.filter(Q(staff__in=seen) | Q(pk__in=_beside(seen)))


def _beside(staff: QuerySet[StaffMember]) -> QuerySet[Any, int]:
    """The appointments in which one of them takes part as an additional person."""
    through = Appointment.additional.through.objects.filter(staffmember__in=staff)
    return through.values_list("appointment_id", flat=True)


def appointment_of(user: User, uuid: UUID) -> Appointment | None:
    try:
        return visible_appointments(user).filter(uuid=uuid).first()
    except ValidationError:
        return None


def open_conflicts(user: User) -> QuerySet[Conflict]:
    """Conflicts that wait for a decision, the oldest first."""
    return _conflicts(user).filter(closed_at=None)


def conflict_of(user: User, number: int) -> Conflict | None:
    """A conflict that `user` sees, decided or not."""
    return _conflicts(user).filter(pk=number).first()


def _conflicts(user: User) -> QuerySet[Conflict]:
    conflicts = Conflict.objects.filter(organisation_id=_home(user))
    if reach(user.role, Ability.SEE_CALENDARS) is not Reach.EVERYONE:
        conflicts = conflicts.filter(staff__in=staff_within(user, Ability.SEE_CALENDARS))
    return conflicts.select_related(
        "appointment__client",
        "appointment__service",
        "appointment__location",
        "appointment__staff",
        "staff",
    ).order_by("opened_at", "pk")


def zones_of(user: User) -> list[str]:
    """The zones that the organisation works in, its first location's first."""
    locations = Location.objects.filter(organisation_id=_home(user)).order_by("virtual", "position", "name")
    return list(dict.fromkeys(locations.values_list("time_zone", flat=True))) or ["UTC"]


def home_zone(user: User) -> str:
    """The zone that the person works in: their calendar's, else their first location's, else the organisation's."""
    staff = own_staff_member(user)
    return (zone_of_staff(staff) if staff else "") or zones_of(user)[0]


def zone_of_staff(staff: StaffMember) -> str:
    """The zone of the person's calendar, else of their first location; empty where neither is known."""
    link = CalendarLink.objects.filter(staff=staff).exclude(time_zone="").first()
    if link:
        return link.time_zone
    place = Assignment.objects.filter(staff=staff).order_by("location__virtual", "location__position").first()
    return place.location.time_zone if place else ""


def event_of(appointment: Appointment) -> WrittenEvent | None:
    """The event that stands for the appointment in its staff member's calendar, or in the one that it is leaving."""
    events = WrittenEvent.objects.filter(appointment=appointment).select_related("link__staff")
    return events.filter(link__staff=appointment.staff_id).first() or events.order_by("pk").first()


def waiting_beside(appointment: Appointment) -> QuerySet[WrittenEvent]:
    """Events of the appointment in other calendars than its staff member's in which something is still to be done."""
    events = WrittenEvent.objects.filter(appointment=appointment, wanted__gt=F("done"))
    return events.exclude(link__staff=appointment.staff_id).select_related("link__staff").order_by("pk")


def link_of(staff_id: int) -> CalendarLink | None:
    """The person's synchronised calendar."""
    return CalendarLink.objects.filter(staff_id=staff_id).select_related("connection").first()


def names_of(staff_ids: Iterable[int]) -> dict[int, str]:
    """Staff members' names by id."""
    return dict(StaffMember.objects.filter(pk__in=list(staff_ids)).values_list("pk", "name"))
