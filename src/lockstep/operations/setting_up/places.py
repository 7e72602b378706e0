"""Setting up locations: what they are, when they are open, and when they are closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lockstep.operations.history import audit
from lockstep.operations.hours import hours_changed, working_at
from lockstep.operations.setting_up.reach import (
    closures_for,
    location_for,
    organisation_of,
    sets_up_everything,
)
from lockstep.operations.setting_up.writing_down import NotSaved, put
from lockstep.scheduling.hours import Days, WeeklyHours
from lockstep.scheduling.hours_text import words_of
from lockstep.store.models import Closure, Location, OpeningHours, StaffMember, User


def save_location(location: Location | None, values: Mapping[str, Any], *, by: User, now: datetime) -> Location:
    """Add or change a location. Its hours stand in its zone, so another zone moves everybody's. Raises: NotSaved."""
    if location is None and not sets_up_everything(by):
        raise NotSaved(_("Only an admin adds locations. Ask yours."))
    organisation = organisation_of(by)
    row = location or Location(organisation=organisation)
    zone = row.time_zone
    if not values["virtual"] and not values["address"]:
        raise NotSaved(_("Write the address that clients come to, or tick that it is virtual."), "address")
    with transaction.atomic():
        put(row, values, organisation, "Location", by=by, now=now)
        if location is not None and zone != row.time_zone:
            hours_changed(working_at(row), now=now)
    return row


def save_opening_hours(location: Location, weekly: Iterable[WeeklyHours], *, by: User, now: datetime) -> int:
    """When the location is open; no hours: whenever somebody works there. How many people a job still follows."""
    hours = sorted(weekly)
    before = opening_hours_of(location)
    if before == hours:
        return 0
    with transaction.atomic():
        location.opening_hours.all().delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(location=location, weekday=each.weekday, start=each.hours.start, end=each.hours.end)
            for each in hours
        )
        audit(
            location.organisation,
            by,
            "Opening hours changed",
            now=now,
            before={"hours": words_of(before)},
            after={"name": location.name, "hours": words_of(hours)},
        )
        return hours_changed(working_at(location), now=now)


def opening_hours_of(location: Location) -> list[WeeklyHours]:
    return sorted(each.weekly for each in location.opening_hours.all())


@dataclass(frozen=True, slots=True)
class Closed:
    """What an admin says of a closure; without a location it is for all."""

    name: str
    days: Days
    location: Location | None


def save_closure(closure: Closure | None, said: Closed, *, by: User, now: datetime) -> int:
    """Close a location, or all, on these days. How many people a job still follows. Raises: NotSaved."""
    organisation = organisation_of(by)
    if said.location is None and not sets_up_everything(by):
        raise NotSaved(_("Choose one of your locations. Only an admin closes all of them."), "location")
    if said.location is not None and location_for(by, said.location.uuid) is None:
        raise NotSaved(_("Choose one of your locations."), "location")
    row = closure or Closure(organisation=organisation)
    concerned = set() if closure is None else set(_concerned(closure))
    values = {
        "name": said.name, "location": said.location, "first_day": said.days.first, "last_day": said.days.last,
    }  # fmt: skip
    with transaction.atomic():
        if not put(row, values, organisation, "Closure", by=by, now=now):
            return 0
        return hours_changed(concerned | set(_concerned(row)), now=now)


def remove_closure(closure: Closure, *, by: User, now: datetime) -> int:
    """Open on these days as on any other."""
    with transaction.atomic():
        concerned = _concerned(closure)
        audit(closure.organisation, by, "Closure removed", now=now, before={"name": closure.name, "days": str(closure)})
        closure.delete()
        return hours_changed(concerned, now=now)


def _concerned(closure: Closure) -> list[int]:
    if closure.location is not None:
        return working_at(closure.location)
    everyone = StaffMember.objects.filter(organisation=closure.organisation)
    return list(everyone.filter(working_hours__isnull=False).values_list("pk", flat=True).distinct()) + list(
        everyone.filter(working_hours=None, date_hours__isnull=False).values_list("pk", flat=True).distinct()
    )


def closures_of(location: Location, *, after: date) -> list[Closure]:
    """Its own closures that are not over, and those of all locations, by date."""
    mine = Closure.objects.filter(organisation=location.organisation, last_day__gte=after)
    return [each for each in mine if each.location_id in (None, location.pk)]


def closure_for(user: User, uuid: UUID) -> Closure | None:
    return closures_for(user).filter(uuid=uuid).first()


def closures_listed(user: User, *, today: date, past: bool) -> QuerySet[Closure]:
    """Those that are still to come or under way, or those that are over, the last first."""
    found = closures_for(user)
    return found.filter(last_day__lt=today).order_by("-first_day") if past else found.filter(last_day__gte=today)
