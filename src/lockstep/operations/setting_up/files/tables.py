"""The files that there are: their columns, what stands there now, and how a row is written.

A row is known by its ID: the external ID where it has one, else the one that it has in Lockstep. So what is exported is
found again, and reading it back changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lockstep.operations.setting_up import catalogue, people, places
from lockstep.operations.setting_up.files import cells
from lockstep.operations.setting_up.files.cells import Column
from lockstep.operations.setting_up.reach import categories_of, locations_for, organisation_of, services_for, staff_for
from lockstep.scheduling.hours import LocalRange, WeeklyHours
from lockstep.store.models import Assignment, Location, Service, StaffMember, User, WorkingHours

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Row = Location | Service | StaffMember
Values = Mapping[str, Any]
Key = tuple[str, ...]


class FileKind(StrEnum):
    LOCATIONS = "locations"
    SERVICES = "services"
    STAFF = "staff"
    ASSIGNMENTS = "assignments"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of file, for whoever asks."""

    columns: Sequence[Column]
    key: Sequence[str]
    standing: Mapping[Key, Values]
    """What is there now, by key, as values of the columns."""
    rows: Mapping[Key, Row]
    """The rows that they belong to, where a row of the file is one of the database."""
    write: Callable[[Row | None, Values, User, datetime], set[int]]
    """Write one; whose hours have to follow."""
    is_nothing: Callable[[Values], bool] = lambda values: False
    """True for values that stand for what is not there."""
    write_many: Callable[[Sequence[Values], User, datetime], None] | None = None
    """Write all at once, where that is much quicker."""


def table_of(kind: FileKind, user: User) -> Table:
    return {
        FileKind.LOCATIONS: _locations,
        FileKind.SERVICES: _services,
        FileKind.STAFF: _staff,
        FileKind.ASSIGNMENTS: _assignments,
        FileKind.HOURS: _hours,
    }[kind](user)


def columns_of(kind: FileKind, user: User) -> list[str]:
    """What the columns are called."""
    return [column.name for column in table_of(kind, user).columns]


def key_of(row: Row) -> str:
    return row.external_id or str(row.uuid)


def _by_key(rows: QuerySet[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        found[str(row.uuid)] = row
    for row in found.copy().values():
        if row.external_id:
            found[row.external_id] = row
    return found


def _id() -> Column:
    return cells.text("id", most=64, needed=True)


def _new_id(row: Row | None, values: Values) -> dict[str, str]:
    """A new row keeps the ID of its file; one that is there keeps its own."""
    return {} if row else {"external_id": values["id"]}


def _locations(user: User) -> Table:
    found = locations_for(user).filter(archived_at=None).prefetch_related("opening_hours")
    rows: dict[Key, Row] = {(key_of(each),): each for each in found}
    standing: dict[Key, Values] = {(key_of(each),): _location_values(each) for each in found}

    def write(row: Row | None, values: Values, by: User, now: datetime) -> set[int]:
        standing_row = row if isinstance(row, Location) else None
        plain = {name: values[name] for name in ("name", "virtual", "address", "time_zone", "active")}
        place = places.save_location(standing_row, plain | _new_id(row, values), by=by, now=now)
        places.save_opening_hours(place, _weekly(values), by=by, now=now)
        return set()

    columns = (
        _id(), cells.text("name", most=200, needed=True), cells.yes_no("virtual", default="no"),
        cells.text("address", most=300), cells.zone("time_zone"), cells.yes_no("active", default="yes"),
        *(cells.hours(day) for day in WEEKDAYS),
    )  # fmt: skip
    return Table(columns, ("id",), standing, rows, write)


def _location_values(row: Location) -> Values:
    weekly = places.opening_hours_of(row)
    return {
        "id": key_of(row), "name": row.name, "virtual": row.virtual, "address": row.address,
        "time_zone": row.time_zone, "active": row.active, **_days(weekly),
    }  # fmt: skip


def _days(weekly: Sequence[WeeklyHours]) -> dict[str, list[LocalRange]]:
    return {day: [each.hours for each in weekly if each.weekday == index] for index, day in enumerate(WEEKDAYS)}


def _weekly(values: Values) -> list[WeeklyHours]:
    return [WeeklyHours(index, each) for index, day in enumerate(WEEKDAYS) for each in values[day]]


_SERVICE_COLUMNS = (
    _id(), cells.text("name", most=200, needed=True), cells.text("category", most=100),
    cells.text("description", most=400), cells.length("duration", _MINUTE, least=1, most=1440, default="30"),
    cells.length("buffer_before", _MINUTE, most=720, default="0"),
    cells.length("buffer_after", _MINUTE, most=720, default="0"),
    cells.length("increment", _MINUTE, least=1, most=1440, default="30"),
    cells.length("lead_time", _MINUTE, most=525_600, default="60"),
    cells.length("furthest", _DAY, most=365, default="60"),
    cells.number("daily_limit", least=1, most=500, empty=True), cells.methods("meeting_methods"),
    cells.number("seats", least=1, most=1000, default="1"), cells.yes_no("invite_only", default="no"),
    cells.yes_no("active", default="yes"),
)  # fmt: skip


def _services(user: User) -> Table:
    found = services_for(user).filter(archived_at=None).select_related("category")
    rows: dict[Key, Row] = {(key_of(each),): each for each in found}
    names = [column.name for column in _SERVICE_COLUMNS if column.name not in ("id", "category")]
    standing: dict[Key, Values] = {
        (key_of(row),): {name: getattr(row, name) for name in names}
        | {"id": key_of(row), "category": row.category.name if row.category else ""}
        for row in found
    }

    def write(row: Row | None, values: Values, by: User, now: datetime) -> set[int]:
        standing_row = row if isinstance(row, Service) else None
        category = None
        if values["category"]:
            organisation = organisation_of(by)
            category = categories_of(organisation).filter(name__iexact=values["category"]).first()
            category = category or catalogue.save_category(None, values["category"], by=by, now=now)
        plain = {name: values[name] for name in names}
        catalogue.save_service(standing_row, plain | {"category": category} | _new_id(row, values), by=by, now=now)
        return set()

    return Table(_SERVICE_COLUMNS, ("id",), standing, rows, write)


def _staff(user: User) -> Table:
    rows: dict[Key, Row] = {(key_of(each),): each for each in staff_for(user).filter(archived_at=None)}
    names = ("name", "email", "appointment_taking", "daily_limit")
    standing: dict[Key, Values] = {
        key: {name: getattr(row, name) for name in names} | {"id": key_of(row)} for key, row in rows.items()
    }

    def write(row: Row | None, values: Values, by: User, now: datetime) -> set[int]:
        standing_row = row if isinstance(row, StaffMember) else None
        plain = {name: values[name] for name in names}
        people.save_staff_member(standing_row, plain | _new_id(row, values), by=by, now=now)
        return set()

    columns = (
        _id(), cells.text("name", most=200, needed=True), cells.email("email"),
        cells.yes_no("appointment_taking", default="yes"), cells.number("daily_limit", least=1, most=500, empty=True),
    )  # fmt: skip
    return Table(columns, ("id",), standing, rows, write)


def _people_by_key(user: User) -> dict[str, StaffMember]:
    """By ID, and by e-mail, which is what people know of each other."""
    found: dict[str, StaffMember] = {}
    for row in staff_for(user).filter(archived_at=None):
        found |= {row.email.lower(): row, str(row.uuid): row}
    return found | {row.external_id: row for row in found.values() if row.external_id}


def _assignments(user: User) -> Table:
    staff, locations = _people_by_key(user), _by_key(locations_for(user))
    services = _by_key(services_for(user))
    columns = (
        cells.reference("staff", staff, key_of, _("staff member")),
        cells.reference("service", services, key_of, _("service")),
        cells.reference("location", locations, key_of, _("location")),
        cells.yes_no("assigned", default="yes"),
    )
    rows = Assignment.objects.filter(staff__in=staff_for(user), location__in=locations_for(user))
    standing: dict[Key, Values] = {}
    for row in rows.filter(staff__archived_at=None).select_related("staff", "service", "location"):
        key = (key_of(row.staff), key_of(row.service), key_of(row.location))
        standing[key] = {"staff": row.staff, "service": row.service, "location": row.location, "assigned": True}

    def write_many(wanted: Sequence[Values], by: User, now: datetime) -> None:
        groups: dict[tuple[Service, Location, bool], list[StaffMember]] = {}
        for each in wanted:
            groups.setdefault((each["service"], each["location"], each["assigned"]), []).append(each["staff"])
        for (service, location, on), those in groups.items():
            people.assign_many(those, service, location, on=on, by=by, now=now)

    return Table(
        columns, ("staff", "service", "location"), standing, {}, _written_at_once,
        is_nothing=lambda values: not values["assigned"], write_many=write_many,
    )  # fmt: skip


def _written_at_once(_row: Row | None, _values: Values, _by: User, _now: datetime) -> set[int]:
    raise NotImplementedError("This table is written as a whole.")


def _hours(user: User) -> Table:
    staff, locations = _people_by_key(user), _by_key(locations_for(user))
    columns = (
        cells.reference("staff", staff, key_of, _("staff member")),
        cells.reference("location", locations, key_of, _("location")),
        *(cells.hours(day) for day in WEEKDAYS),
    )
    weekly: dict[Key, list[WeeklyHours]] = {}
    owners: dict[Key, dict[str, Any]] = {}
    rows = WorkingHours.objects.filter(staff__in=staff_for(user), location__in=locations_for(user))
    for row in rows.filter(staff__archived_at=None).select_related("staff", "location").order_by("staff", "location"):
        key = (key_of(row.staff), key_of(row.location))
        owners[key] = {"staff": row.staff, "location": row.location}
        weekly.setdefault(key, []).append(row.weekly)
    standing: dict[Key, Values] = {key: owner | _days(sorted(weekly[key])) for key, owner in owners.items()}

    def write(_row: Row | None, values: Values, by: User, now: datetime) -> set[int]:
        people.store_hours(values["staff"], values["location"], _weekly(values), by=by, now=now)
        return {values["staff"].pk}

    return Table(columns, ("staff", "location"), standing, {}, write, is_nothing=lambda values: not _weekly(values))
