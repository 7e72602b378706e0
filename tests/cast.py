"""The cast: Cedar Bank with Alice, Bob and Carol, a branch, an online location and one service.

Monday 2026-11-30 09:00 in Halifax (13:00 UTC) is "now" in most tests; the bank is open from 9 to 17 on weekdays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from lockstep.calendar.event import Timed
from lockstep.operations.hours import refresh_working_ranges
from lockstep.store.models import (
    Absence,
    AbsenceSpan,
    Assignment,
    Location,
    Organisation,
    Service,
    StaffMember,
    User,
    WorkingHours,
)
from lockstep.store.values import when_to_json

NOW = datetime(2026, 11, 30, 13, 0, tzinfo=UTC)
ZONE = "America/Halifax"


@dataclass(frozen=True, slots=True)
class Company:
    organisation: Organisation
    branch: Location
    online: Location
    service: Service
    alice: StaffMember
    bob: StaffMember
    carol: StaffMember
    admin: User
    alice_user: User


def found(slug: str = "cedar", *, now: datetime = NOW) -> Company:
    """The company, with its working ranges around `now`."""
    organisation = Organisation.objects.create(
        name="Cedar Bank", slug=slug, gsuite_enabled=True, google_customer_id=f"C0{slug}"
    )
    branch = Location.objects.create(
        organisation=organisation, name="Cedar Street", address="1 Cedar Street, Halifax", time_zone=ZONE
    )
    online = Location.objects.create(organisation=organisation, name="Online", virtual=True, time_zone=ZONE)
    service = Service.objects.create(
        organisation=organisation,
        name="Advice",
        duration=timedelta(minutes=30),
        buffer_before=timedelta(),
        buffer_after=timedelta(),
        lead_time=timedelta(),
        furthest=timedelta(days=60),
        increment=timedelta(minutes=30),
        meeting_methods=["at_location", "video"],
    )
    admin = User.objects.create_user(
        f"ada@{slug}.example", "correct horse battery", name="Ada", role="admin", organisation=organisation
    )
    alice_user = User.objects.create_user(
        f"alice@{slug}.example", "correct horse battery", name="Alice", role="staff", organisation=organisation
    )
    alice, bob, carol = (
        _person(organisation, slug, name, branch, online, service) for name in ("Alice", "Bob", "Carol")
    )
    alice.user = alice_user
    alice.save(update_fields=["user"])
    for person in (alice, bob, carol):
        # Two months are enough for every test, and a year of ranges would be most of its time.
        refresh_working_ranges(person, now=now, ahead=timedelta(days=65))
    return Company(organisation, branch, online, service, alice, bob, carol, admin, alice_user)


def away(person: StaffMember, start: datetime | str, end: datetime | str, title: str = "Away") -> Absence:
    """An absence as a row, from `start` to `end`."""
    first, last = (datetime.fromisoformat(each) if isinstance(each, str) else each for each in (start, end))
    now = datetime.now(UTC)
    when = when_to_json(Timed(first, last))
    absence = Absence.objects.create(
        staff=person, title=title, when=when, time_zone=ZONE, created_at=now, changed_at=now
    )
    AbsenceSpan.objects.create(staff=person, absence=absence, span=(first, last))
    return absence


def _person(
    organisation: Organisation, slug: str, name: str, branch: Location, online: Location, service: Service
) -> StaffMember:
    person = StaffMember.objects.create(organisation=organisation, name=name, email=f"{name.lower()}@{slug}.example")
    for location in (branch, online):
        Assignment.objects.create(staff=person, location=location, service=service)
        WorkingHours.objects.bulk_create(
            WorkingHours(staff=person, location=location, weekday=weekday, start=time(9), end=time(17))
            for weekday in range(5)
        )
    return person
