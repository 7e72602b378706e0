"""What is chosen so far while staff book for a client: read from the address, checked against what they may book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from lockstep.operations import visible
from lockstep.operations.offer import bookable_services, bookable_staff, methods_at
from lockstep.scheduling.roles import Ability, Reach, reach
from lockstep.store.models import Location, MeetingMethod, Service, StaffMember, User

Item = TypeVar("Item", Location, Service)


@dataclass(frozen=True, slots=True)
class BookingChoice:
    """The answers, and what else could be chosen. A later answer is kept only while the earlier ones allow it."""

    locations: list[Location]
    services: list[Service]
    methods: list[MeetingMethod]
    people: list[StaffMember]
    location: Location | None
    service: Service | None
    method: MeetingMethod | None
    staff: StaffMember | None
    """None is anyone, which only those can choose who may book for others."""
    anyone: bool
    client: str
    flow: str

    @property
    def is_whole(self) -> bool:
        return bool(self.service and self.location and self.method and (self.staff or self.anyone))

    def query(self, **more: str) -> str:
        said = {
            "location": str(self.location.uuid) if self.location else "",
            "service": str(self.service.uuid) if self.service else "",
            "method": self.method.value if self.method else "",
            "staff": str(self.staff.uuid) if self.staff else "",
            "client": self.client,
            "flow": self.flow,
            **more,
        }
        return urlencode({name: value for name, value in said.items() if value})


def read_choice(query: QueryDict, user: User) -> BookingChoice:
    """The choice that `query` makes. What cannot be chosen counts as not said; an only answer is given."""
    locations = list(visible.locations_within(user, Ability.BOOK).order_by("position", "name"))
    location = _named(locations, query.get("location", ""))
    services = bookable_services(location.organisation, location) if location else []
    service = _named(services, query.get("service", ""))
    methods = methods_at(service, location) if service and location else []
    method = next((each for each in methods if each.value == query.get("method")), methods[0] if methods else None)
    people = bookable_staff(service=service, location=location) if service and location else []
    anyone = reach(user.role, Ability.BOOK) is not Reach.OWN
    if not anyone:
        people = [each for each in people if each.user_id == user.pk]
    staff = next((each for each in people if str(each.uuid) == query.get("staff")), None)
    if staff is None and not anyone and people:
        staff = people[0]
    return BookingChoice(
        locations=locations,
        services=services,
        methods=methods,
        people=people,
        location=location,
        service=service,
        method=method,
        staff=staff,
        anyone=anyone and bool(people),
        client=_uuid(query.get("client", "")),
        flow=query.get("flow", ""),
    )


def _named(items: list[Item], uuid: str) -> Item | None:
    return next((each for each in items if str(each.uuid) == uuid), items[0] if len(items) == 1 else None)


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
