"""Harbour Credit Union: the company that a demonstration starts with, before it is connected to Google.

Nine of its people are in Lockstep already and are linked when Google is connected; the tenth is found by the import.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction

from lockstep.operations.demo_details import add_details
from lockstep.operations.hours import refresh_working_ranges
from lockstep.scheduling.roles import Role
from lockstep.store.models import (
    Assignment,
    Client,
    Location,
    MeetingMethod,
    Organisation,
    Service,
    StaffMember,
    User,
    WorkingHours,
)

SLUG = "harbour"
PASSWORD = "harbour-demo"  # noqa: S105  (printed for everybody who starts the demo)
DIRECTORY_USER = "lockstep@harbour.example"
DIRECTORY_GROUP = "appointments@harbour.example"

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_HALIFAX, _VANCOUVER = "America/Halifax", "America/Vancouver"

_PEOPLE = {
    "amara.okafor": ("Amara Okafor", _HALIFAX),
    "liam.macdonald": ("Liam MacDonald", _HALIFAX),
    "noor.haddad": ("Noor Haddad", _HALIFAX),
    "elise.boudreau": ("Élise Boudreau", _HALIFAX),
    "tomasz.nowak": ("Tomasz Nowak", _HALIFAX),
    "mei.wong": ("Mei Wong", _VANCOUVER),
    "harpreet.gill": ("Harpreet Gill", _VANCOUVER),
    "diego.ramirez": ("Diego Ramírez", _VANCOUVER),
    "sofia.rossi": ("Sofia Rossi", _VANCOUVER),
}


@dataclass(frozen=True, slots=True)
class LogIn:
    """Somebody who can sign in to the demo."""

    role: str
    name: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class _Offer:
    name: str
    description: str
    minutes: int
    buffer_after: int
    methods: tuple[MeetingMethod, ...]
    in_person: bool
    online: bool
    takers: tuple[str, ...]


_BOTH = (MeetingMethod.AT_LOCATION, MeetingMethod.VIDEO, MeetingMethod.PHONE)
_SERVICES = (
    _Offer(
        "Open an account", "Bring two pieces of identification.", 30, 0, (MeetingMethod.AT_LOCATION,), True, False,
        ("amara.okafor", "liam.macdonald", "noor.haddad", "mei.wong", "harpreet.gill"),
    ),
    _Offer(
        "Mortgage advice", "From a first look to a renewal.", 60, 15, _BOTH, True, True,
        ("amara.okafor", "elise.boudreau", "mei.wong", "diego.ramirez"),
    ),
    _Offer(
        "Investment review", "Where your savings stand, and what is next.", 45, 15, _BOTH, True, True,
        ("tomasz.nowak", "noor.haddad", "sofia.rossi"),
    ),
    _Offer(
        "Business banking", "Accounts, cards and credit for your company.", 60, 0, (MeetingMethod.AT_LOCATION,), True,
        False, ("liam.macdonald", "tomasz.nowak", "diego.ramirez", "harpreet.gill"),
    ),
    _Offer(
        "Quick question", "Fifteen minutes by phone or video.", 15, 0, (MeetingMethod.VIDEO, MeetingMethod.PHONE),
        False, True, tuple(_PEOPLE),
    ),
)  # fmt: skip

_CLIENTS = (("Maria Ruiz", "maria.ruiz@example.com", "HCU-20417"), ("Kiran Shah", "kiran.shah@example.com", ""))


def found_company(*, now: datetime) -> list[LogIn]:
    """Make the company where it is not there yet; who can sign in."""
    log_ins = [
        LogIn(Role.ADMIN, "Priya Raman", "it@harbour.example", PASSWORD),
        LogIn(Role.STAFF, "Amara Okafor", "amara.okafor@harbour.example", PASSWORD),
        LogIn(Role.STAFF, "Mei Wong", "mei.wong@harbour.example", PASSWORD),
        LogIn("operator", "Operator", "operator@lockstep.example", PASSWORD),
    ]
    with transaction.atomic():
        if not Organisation.objects.filter(slug=SLUG).exists():
            _found(log_ins, now)
    return log_ins


def _found(log_ins: list[LogIn], now: datetime) -> None:
    organisation = Organisation.objects.create(
        name="Harbour Credit Union", slug=SLUG, gsuite_enabled=True, google_customer_id="C0harbour1"
    )
    places = _locations(organisation)
    staff = {key: _staff_member(organisation, places, key) for key in _PEOPLE}
    for position, offer in enumerate(_SERVICES):
        _service(organisation, places, staff, offer, position)
    add_details(organisation, places, staff, now=now)
    for person in staff.values():
        refresh_working_ranges(person, now=now)
    for name, email, client_id in _CLIENTS:
        Client.objects.create(organisation=organisation, name=name, email=email, client_id=client_id)
    for log_in in log_ins:
        _user(organisation, log_in)


def _locations(organisation: Organisation) -> dict[str, Location]:
    rows = (
        (_HALIFAX, "Harbour Street", "12 Harbour Street, Halifax NS B3J 1A1", _HALIFAX, False),
        (_VANCOUVER, "Marine Drive", "480 Marine Drive, Vancouver BC V6B 2T4", _VANCOUVER, False),
        ("online", "Online", "", _HALIFAX, True),
    )
    return {
        key: Location.objects.create(
            organisation=organisation, name=name, address=address, time_zone=zone, virtual=virtual, position=position
        )
        for position, (key, name, address, zone, virtual) in enumerate(rows)
    }


def _staff_member(organisation: Organisation, places: dict[str, Location], key: str) -> StaffMember:
    name, zone = _PEOPLE[key]
    staff = StaffMember.objects.create(organisation=organisation, name=name, email=f"{key}@harbour.example")
    # Online hours are kept in the zone of the Online location, so they are later on the clock for the west coast.
    online = (time(9), time(17)) if zone == _HALIFAX else (time(13), time(21))
    WorkingHours.objects.bulk_create(
        WorkingHours(staff=staff, location=location, weekday=weekday, start=start, end=end)
        for weekday in range(5)
        for location, (start, end) in ((places[zone], (time(9), time(17))), (places["online"], online))
    )
    return staff


def _service(
    organisation: Organisation, places: dict[str, Location], staff: dict[str, StaffMember], offer: _Offer, position: int
) -> None:
    service = Service.objects.create(
        organisation=organisation,
        name=offer.name,
        description=offer.description,
        duration=offer.minutes * _MINUTE,
        buffer_before=timedelta(),
        buffer_after=offer.buffer_after * _MINUTE,
        lead_time=60 * _MINUTE,
        furthest=60 * _DAY,
        increment=min(offer.minutes, 30) * _MINUTE,
        meeting_methods=[str(method) for method in offer.methods],
        position=position,
    )
    for key in offer.takers:
        zone = _PEOPLE[key][1]
        where = [places[zone]] * offer.in_person + [places["online"]] * offer.online
        Assignment.objects.bulk_create(
            Assignment(staff=staff[key], location=location, service=service) for location in where
        )


def _user(organisation: Organisation, log_in: LogIn) -> None:
    if log_in.role == "operator":
        User.objects.create_superuser(log_in.email, log_in.password, name=log_in.name)
        return
    user = User.objects.create_user(
        log_in.email, log_in.password, name=log_in.name, role=log_in.role, organisation=organisation
    )
    StaffMember.objects.filter(organisation=organisation, email=log_in.email).update(user=user)
