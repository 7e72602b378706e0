"""Setting up staff: who they are, what they take appointments for and where, and their hours."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import product
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lockstep.operations import selecting
from lockstep.operations.history import audit
from lockstep.operations.hours import hours_changed, who_follow_google
from lockstep.operations.setting_up.reach import locations_for, organisation_of, sets_up_everything, staff_for
from lockstep.operations.setting_up.writing_down import NotSaved, put
from lockstep.scheduling.hours import LocalRange, WeeklyHours
from lockstep.scheduling.hours_text import ranges_words, words_of
from lockstep.store.models import Assignment, DateHours, Location, Service, StaffMember, User, WorkingHours

Place = tuple[int, int]
"""A service and a location, by their keys."""


def save_staff_member(staff: StaffMember | None, values: Mapping[str, Any], *, by: User, now: datetime) -> StaffMember:
    """Add or change a person. What follows for their Google calendar is the directory's to say. Raises: NotSaved."""
    organisation = organisation_of(by)
    if staff is None and not sets_up_everything(by):
        raise NotSaved(_("Only an admin adds people. Ask yours; then assign them to your services here."))
    plain = {name: value for name, value in values.items() if name not in ("email", "appointment_taking")}
    try:
        with transaction.atomic():
            if staff is None:
                row = StaffMember(organisation=organisation)
                put(row, dict(values), organisation, "Staff member", by=by, now=now)
                return row
            put(staff, plain, organisation, "Staff member", by=by, now=now)
            selecting.correct_email(organisation, staff.uuid, values["email"], by=by, now=now)
            selecting.set_appointment_taking(
                organisation, [staff.uuid], on=values["appointment_taking"], by=by, now=now
            )
    except selecting.NotChanged as refusal:
        raise NotSaved(str(refusal), "email") from refusal
    staff.refresh_from_db()
    return staff


def places_of(staff: StaffMember) -> set[Place]:
    """What the person is assigned to."""
    return set(Assignment.objects.filter(staff=staff).values_list("service_id", "location_id"))


def assign(staff: StaffMember, wanted: Collection[Place], shown: Collection[Place], *, by: User, now: datetime) -> None:
    """Of the places that were `shown`, assign exactly the `wanted`. What lies outside one's locations is left alone."""
    mine = set(locations_for(by).values_list("pk", flat=True))
    _assign({staff.pk}, {staff.pk: set(wanted)}, {each for each in shown if each[1] in mine}, by=by, now=now)


def staff_service(
    service: Service,
    wanted: Mapping[int, set[int]],
    shown_staff: Collection[int],
    shown_locations: Collection[int],
    *,
    by: User,
    now: datetime,
) -> None:
    """The same from the service's side: who takes it, at which of the shown locations."""
    mine = set(locations_for(by).values_list("pk", flat=True)) & set(shown_locations)
    people = set(staff_of(by).filter(pk__in=shown_staff).values_list("pk", flat=True))
    places = {(service.pk, each) for each in mine}
    chosen = {each: {(service.pk, place) for place in wanted.get(each, ())} for each in people}
    _assign(people, chosen, places, by=by, now=now)


def assign_many(
    people: Iterable[StaffMember], service: Service, location: Location, *, on: bool, by: User, now: datetime
) -> None:
    """Assign all of these people to the service at the location, or none of them."""
    place = (service.pk, location.pk)
    mine = {place} if locations_for(by).filter(pk=location.pk).exists() else set()
    ids = {each.pk for each in people}
    _assign(ids, {each: {place} if on else set() for each in ids}, mine, by=by, now=now)


def _assign(people: set[int], wanted: Mapping[int, set[Place]], shown: set[Place], *, by: User, now: datetime) -> None:
    with transaction.atomic():
        rows = Assignment.objects.filter(staff__in=people).select_for_update(of=("self",), no_key=True)
        standing = {(row.staff_id, (row.service_id, row.location_id)): row.pk for row in rows}
        asked = {(person, place) for person, place in product(people, shown) if place in wanted.get(person, ())}
        there = {key for key in standing if key[1] in shown}
        gone, new = there - asked, asked - there
        Assignment.objects.filter(pk__in=[standing[key] for key in gone]).delete()
        Assignment.objects.bulk_create(
            (
                Assignment(staff_id=person, service_id=service, location_id=location)
                for person, (service, location) in new
            ),
            ignore_conflicts=True,
        )
        if gone or new:
            hours_changed(who_follow_google(people), now=now)
            audit(
                organisation_of(by),
                by,
                "Assignments changed",
                now=now,
                after={
                    "people": list(StaffMember.objects.filter(pk__in=people).values_list("name", flat=True)[:20]),
                    "added": len(new),
                    "removed": len(gone),
                },
            )


def staff_of(user: User) -> QuerySet[StaffMember]:
    """Whom `user` may assign: managers may bring anybody of the organisation to their own locations."""
    return StaffMember.objects.filter(organisation=organisation_of(user), archived_at=None)


# Hours


def weekly_of(staff: StaffMember, location: Location) -> list[WeeklyHours]:
    return sorted(each.weekly for each in WorkingHours.objects.filter(staff=staff, location=location))


def locations_to_work_at(staff: StaffMember) -> QuerySet[Location]:
    """Where the person takes appointments or has hours."""
    near = Q(assignments__staff=staff) | Q(workinghours__staff=staff) | Q(datehours__staff=staff)
    return Location.objects.filter(near, organisation=staff.organisation, archived_at=None).distinct()


def save_hours(
    people: Sequence[StaffMember], location: Location, weekly: Iterable[WeeklyHours], *, by: User, now: datetime
) -> int:
    """Give these people the same weekly hours at the location. How many a job still follows. Raises: NotSaved."""
    hours = sorted(weekly)
    with transaction.atomic():
        for staff in people:
            store_hours(staff, location, hours, by=by, now=now)
        return hours_changed([each.pk for each in people], now=now)


def store_hours(
    staff: StaffMember, location: Location, weekly: Sequence[WeeklyHours], *, by: User, now: datetime
) -> None:
    """As `save_hours` for one person, whose working ranges the caller lets follow. Raises: NotSaved."""
    _refuse_elsewhere(staff, location, weekly)
    before = weekly_of(staff, location)
    WorkingHours.objects.filter(staff=staff, location=location).delete()
    WorkingHours.objects.bulk_create(
        WorkingHours(staff=staff, location=location, weekday=each.weekday, start=each.hours.start, end=each.hours.end)
        for each in weekly
    )
    _audit_hours(staff, location, words_of(before), words_of(weekly), by, now)


def _audit_hours(
    staff: StaffMember, location: Location, before: list[str], after: list[str], by: User, now: datetime
) -> None:
    if before != after:
        audit(
            staff.organisation,
            by,
            "Working hours changed",
            now=now,
            before={"hours": before},
            after={"name": staff.name, "location": location.name, "hours": after},
        )


def _refuse_elsewhere(staff: StaffMember, location: Location, hours: Sequence[WeeklyHours]) -> None:
    """Nobody is at two branches at once. Online hours may lie over a branch's: the appointment takes both."""
    if location.virtual:
        return
    elsewhere = WorkingHours.objects.filter(
        staff=staff, location__virtual=False, location__time_zone=location.time_zone
    ).exclude(location=location)
    for row in elsewhere.select_related("location"):
        for each in hours:
            if each.weekday == row.weekday and overlap(each.hours, row.weekly.hours):
                raise NotSaved(
                    _("%(name)s works at %(place)s at %(hours)s that day. Change one of the two.")
                    % {
                        "name": staff.name,
                        "place": row.location.name,
                        "hours": ranges_words([row.weekly.hours]),
                    },
                    f"day{each.weekday}",
                )


def overlap(one: LocalRange, other: LocalRange) -> bool:
    first, second = sorted((one, other))
    midnight = first.end == first.end.min
    return midnight or second.start < first.end


def dates_of(staff: StaffMember, location: Location, *, after: date) -> list[tuple[date, list[LocalRange]]]:
    """The dates with hours of their own, the next first; no ranges means off."""
    found: dict[date, list[LocalRange]] = {}
    for row in DateHours.objects.filter(staff=staff, location=location, day__gte=after):
        hours = found.setdefault(row.day, [])
        if row.start is not None and row.end is not None:
            hours.append(LocalRange(row.start, row.end))
    return sorted(found.items())


def save_date(
    staff: StaffMember,
    location: Location,
    days: Iterable[date],
    hours: Sequence[LocalRange] | None,
    *,
    by: User,
    now: datetime,
) -> int:
    """Other hours on these dates, none for off; None: the weekly ones again. How many people a job still follows."""
    dates = list(days)
    with transaction.atomic():
        DateHours.objects.filter(staff=staff, location=location, day__in=dates).delete()
        if hours is not None:
            DateHours.objects.bulk_create(
                DateHours(
                    staff=staff,
                    location=location,
                    day=day,
                    start=each.start if each else None,
                    end=each.end if each else None,
                )
                for day in dates
                for each in hours or (None,)
            )
        words = _("weekly hours") if hours is None else ranges_words(hours) or _("off")
        audit(
            staff.organisation,
            by,
            "Hours of a date changed",
            now=now,
            after={
                "name": staff.name,
                "location": location.name,
                "first": str(min(dates)),
                "last": str(max(dates)),
                "hours": words,
            },
        )
        return hours_changed([staff.pk], now=now)


def staff_list(user: User, *, search: str = "") -> QuerySet[StaffMember]:
    """Whom `user` may assign, by name."""
    found = staff_of(user).order_by("name", "pk")
    return found.filter(Q(name__icontains=search) | Q(email__icontains=search)) if search else found


def assigned_to(service: Service, people: Collection[int]) -> dict[int, set[int]]:
    """At which locations each of these people takes appointments for the service."""
    found: dict[int, set[int]] = {each: set() for each in people}
    for person, place in Assignment.objects.filter(service=service, staff__in=people).values_list("staff", "location"):
        found[person].add(place)
    return found


def others_at(user: User, staff: StaffMember, location: Location) -> QuerySet[StaffMember]:
    """The colleagues whose hours `user` may set there: for copying."""
    theirs = staff_for(user).filter(assignments__location=location, archived_at=None)
    return theirs.exclude(pk=staff.pk).distinct().order_by("name", "pk")
