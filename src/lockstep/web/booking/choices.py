"""The client's answers so far, read from the address and checked against what is offered.

An answer that is not offered (an old link, a typing mistake) counts as not given, and its question is asked. A question
with only one possible answer is never asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import QueryDict

from lockstep.operations.offer import (
    all_locations,
    bookable_locations,
    bookable_services,
    bookable_staff,
    methods_at,
    places_with_services,
)
from lockstep.store.models import Location, MeetingMethod, Organisation, Service, StaffMember
from lockstep.web.booking.lookup import in_client_zone, named
from lockstep.web.booking.zones import is_zone

ANYONE = "anyone"
Item = TypeVar("Item")


class Question(StrEnum):
    """The questions before the time."""

    SERVICE = "service"
    LOCATION = "location"
    METHOD = "method"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Choices:
    """What is chosen, and out of what."""

    organisation: Organisation
    services: tuple[Service, ...] = ()
    service: Service | None = None
    wanted_location: Location | None = None
    """Chosen first, or by a shared link, while the service is still to be chosen."""
    locations: tuple[Location, ...] = ()
    location: Location | None = None
    methods: tuple[MeetingMethod, ...] = ()
    method: MeetingMethod | None = None
    people: tuple[StaffMember, ...] = ()
    staff: StaffMember | None = None
    anyone: bool = False
    zone: str = ""
    """The client's own zone as their browser or they themselves gave it; empty when unknown."""
    flow_token: str = ""
    language: str = ""
    """The language that the client chose; empty while their browser decides."""

    @property
    def order(self) -> tuple[Question, ...]:
        """The questions in the order in which this organisation asks them."""
        first = (Question.LOCATION, Question.SERVICE)
        return (*(first if self.organisation.location_first else reversed(first)), Question.METHOD, Question.STAFF)

    @property
    def question(self) -> Question | None:
        """What to ask next; None when only the time is left."""
        place = self.location or (self.wanted_location if self.service is None else None)
        answered = {
            Question.SERVICE: self.service,
            Question.LOCATION: place,
            Question.METHOD: self.method,
            Question.STAFF: self.staff or self.anyone,
        }
        return next((each for each in self.order if not answered[each]), None)

    @property
    def display_zone(self) -> str:
        """The zone in which times are shown: the client's by phone and video, the location's in person."""
        if self.location is None:
            return self.zone or "UTC"
        return self.zone if self.zone and in_client_zone(self.method) else self.location.time_zone

    @property
    def zone_is_clients(self) -> bool:
        return in_client_zone(self.method)

    def query(self, *without: str, **changes: str) -> str:
        """The answers as the query of an address, `without` some of them and with `changes`."""
        location = self.location or self.wanted_location
        answers = {
            "service": str(self.service.uuid) if self.service else "",
            "location": str(location.uuid) if location else "",
            "method": self.method.value if self.method else "",
            "staff": ANYONE if self.anyone else str(self.staff.uuid) if self.staff else "",
            "zone": self.zone,
            "flow": self.flow_token,
            "lang": self.language,
            **changes,
        }
        return urlencode({name: value for name, value in answers.items() if value and name not in without})


def choices_from(organisation: Organisation, asked: QueryDict) -> Choices:
    """The answers in `asked` that are really offered, with every question that has one answer answered."""
    zone = asked.get("zone", "")
    token = asked.get("flow", "")
    wanted = named(all_locations(organisation), asked.get("location", ""))
    services = tuple(bookable_services(organisation))
    places = tuple(places_with_services(organisation)) if organisation.location_first else ()
    if places:
        wanted = named(places, str(wanted.uuid)) if wanted else _only(places)
    # One that is by invitation only is in nobody's list, and there for whoever has its link.
    service = _invited(organisation, asked.get("service", "")) or _only(services)
    if service is None and wanted and (organisation.location_first or asked.get("change") != Question.SERVICE):
        # A link may preselect a place; somebody who goes back to change the service chooses among all of them again.
        there = tuple(bookable_services(organisation, wanted))
        service, services = _only(there), services if len(there) < 2 else there
    known = Choices(organisation, services, service, zone=zone if is_zone(zone) else "", flow_token=token)
    if asked.get("lang") in dict(settings.LANGUAGES):
        known = replace(known, language=asked.get("lang", ""))
    if service is None:
        return replace(known, wanted_location=wanted, locations=places)
    locations = tuple(bookable_locations(service=service))
    location = named(locations, asked.get("location", "")) or _only(locations)
    known = replace(known, locations=locations, location=location)
    if location is None:
        return known
    methods = tuple(methods_at(service, location))
    method = next((each for each in methods if each.value == asked.get("method")), None) or _only(methods)
    people = tuple(bookable_staff(service=service, location=location))
    staff = named(people, asked.get("staff", "")) or _only(people)
    anyone = staff is None and asked.get("staff") == ANYONE
    return replace(known, methods=methods, method=method, people=people, staff=staff, anyone=anyone)


def _invited(organisation: Organisation, uuid: str) -> Service | None:
    try:
        return named(bookable_services(organisation, invited=UUID(uuid)), uuid)
    except ValueError:
        return None


def _only(offered: Sequence[Item]) -> Item | None:
    return offered[0] if len(offered) == 1 else None
