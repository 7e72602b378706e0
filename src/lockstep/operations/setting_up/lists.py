"""The lists of the set-up: search, switching on and off, removing what nothing depends on and archiving the rest."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from lockstep.operations import selecting
from lockstep.operations.history import audit
from lockstep.operations.setting_up.reach import (
    locations_for,
    organisation_of,
    services_for,
    sets_up_everything,
    staff_for,
)
from lockstep.operations.setting_up.writing_down import NotSaved
from lockstep.store.models import Appointment, Hold, Location, Service, StaffMember, User


class Kind(StrEnum):
    LOCATIONS = "locations"
    SERVICES = "services"
    STAFF = "staff"


class Show(StrEnum):
    """Which of them."""

    ALL = "all"
    ON = "on"
    OFF = "off"
    ARCHIVED = "archived"


Listed = Location | Service | StaffMember
_SWITCH = {Kind.LOCATIONS: "active", Kind.SERVICES: "active", Kind.STAFF: "appointment_taking"}
_WHAT = {Kind.LOCATIONS: "Locations", Kind.SERVICES: "Services", Kind.STAFF: "Staff"}


def of_kind(user: User, kind: Kind) -> QuerySet[Location] | QuerySet[Service] | QuerySet[StaffMember]:
    """All of the kind that `user` sets up, with what their list shows."""
    match kind:
        case Kind.LOCATIONS:
            return locations_for(user).annotate(people=Count("assignments__staff", distinct=True))
        case Kind.SERVICES:
            services = services_for(user).select_related("category")
            return services.annotate(people=Count("assignments__staff", distinct=True))
        case Kind.STAFF:
            return staff_for(user).annotate(
                places=Count("assignments__location", distinct=True),
                offers=Count("assignments__service", distinct=True),
            )


def listed(
    user: User, kind: Kind, *, search: str = "", show: Show = Show.ALL
) -> QuerySet[Location] | QuerySet[Service] | QuerySet[StaffMember]:
    """Those whose name (or address, e-mail, external ID) contains `search`; archived ones only where asked for."""
    rows = of_kind(user, kind)
    if search:
        where = {Kind.LOCATIONS: "address", Kind.SERVICES: "category__name", Kind.STAFF: "email"}[kind]
        rows = rows.filter(
            Q(name__icontains=search) | Q(external_id__iexact=search) | Q(**{f"{where}__icontains": search})
        )
    on = _SWITCH[kind]
    match show:
        case Show.ALL:
            rows = rows.filter(archived_at=None)
        case Show.ARCHIVED:
            rows = rows.filter(archived_at__isnull=False)
        case Show.ON | Show.OFF:
            rows = rows.filter(archived_at=None, **{on: show is Show.ON})
    if kind is Kind.SERVICES:
        return rows.order_by(F("category__position").asc(nulls_last=True), "category__name", "position", "name", "pk")
    return rows.order_by("name", "pk") if kind is Kind.STAFF else rows.order_by("position", "name", "pk")


def chosen(user: User, kind: Kind, uuids: Collection[UUID]) -> list[Listed]:
    """Those of `uuids` that `user` sets up."""
    return list(of_kind(user, kind).filter(uuid__in=uuids).order_by("name", "pk"))


def switch(user: User, kind: Kind, uuids: Collection[UUID], *, on: bool, now: datetime) -> int:
    """Offer these or not; how many were changed. Raises: NotSaved."""
    _refuse(user, kind)
    found = [each for each in chosen(user, kind, uuids) if each.archived_at is None]
    if kind is Kind.STAFF:
        people = [each.uuid for each in found]
        return selecting.set_appointment_taking(organisation_of(user), people, on=on, by=user, now=now)
    changed = [each for each in found if not isinstance(each, StaffMember) and each.active != on]
    with transaction.atomic():
        _plain(kind).filter(pk__in=[each.pk for each in changed]).update(active=on)
        if changed:
            _audit(user, kind, "switched on" if on else "switched off", changed, now)
    return len(changed)


@dataclass(frozen=True, slots=True)
class Removal:
    """What removing would do: rows that go for good, and rows that are archived because appointments refer to them."""

    deleted: list[Listed]
    archived: list[Listed]


def removal_of(user: User, kind: Kind, uuids: Collection[UUID]) -> Removal:
    """The numbers before anything is removed."""
    those = chosen(user, kind, uuids)
    used = {each.pk for each in _used(kind, [each.pk for each in those])}
    found = [each for each in those if each.archived_at is None or each.pk not in used]
    return Removal([each for each in found if each.pk not in used], [each for each in found if each.pk in used])


def remove(user: User, kind: Kind, uuids: Collection[UUID], *, now: datetime) -> Removal:
    """Delete what nothing depends on, archive the rest. Raises: NotSaved."""
    _only_for_all(user)
    with transaction.atomic():
        removal = removal_of(user, kind, uuids)
        if kind is Kind.STAFF:
            everybody = [each.uuid for each in (*removal.deleted, *removal.archived)]
            selecting.set_appointment_taking(organisation_of(user), everybody, on=False, by=user, now=now)
        if removal.deleted:
            _audit(user, kind, "removed", removal.deleted, now)
            _plain(kind).filter(pk__in=[each.pk for each in removal.deleted]).delete()
        if removal.archived:
            _audit(user, kind, "archived", removal.archived, now)
            _plain(kind).filter(pk__in=[each.pk for each in removal.archived]).update(
                **{_SWITCH[kind]: False, "archived_at": now}
            )
    return removal


def restore(user: User, kind: Kind, uuids: Collection[UUID], *, now: datetime) -> int:
    """Take archived rows back, switched off. Raises: NotSaved."""
    _only_for_all(user)
    found = [each for each in chosen(user, kind, uuids) if each.archived_at is not None]
    with transaction.atomic():
        _plain(kind).filter(pk__in=[each.pk for each in found]).update(archived_at=None)
        if found:
            _audit(user, kind, "restored", found, now)
    return len(found)


def _used(kind: Kind, keys: list[int]) -> QuerySet[Location] | QuerySet[Service] | QuerySet[StaffMember]:
    """Those that something refers to which must stay: an appointment, a hold, a log-in's or Google's link."""
    field = {Kind.LOCATIONS: "location", Kind.SERVICES: "service", Kind.STAFF: "staff"}[kind]
    appointments = Appointment.objects.filter(**{field: OuterRef("pk")})
    holds = Hold.objects.filter(**{field: OuterRef("pk")})
    rows = _plain(kind).filter(pk__in=keys)
    in_use = Exists(appointments) | Exists(holds)
    if kind is Kind.STAFF:
        return rows.filter(in_use | Q(link__isnull=False) | ~Q(google_user_id="") | Q(user__isnull=False))
    return rows.filter(in_use)


def _plain(kind: Kind) -> QuerySet[Location] | QuerySet[Service] | QuerySet[StaffMember]:
    match kind:
        case Kind.LOCATIONS:
            return Location.objects.all()
        case Kind.SERVICES:
            return Service.objects.all()
        case Kind.STAFF:
            return StaffMember.objects.all()


def _only_for_all(user: User) -> None:
    if not sets_up_everything(user):
        raise NotSaved(_("Only an admin removes and restores. Switch them off instead, or ask yours."))


def _refuse(user: User, kind: Kind) -> None:
    if kind is Kind.SERVICES and not sets_up_everything(user):
        raise NotSaved(_("Services are the same at every location, so only an admin changes them. Ask yours."))


def _audit(user: User, kind: Kind, action: str, rows: list[Listed] | list[Location | Service], now: datetime) -> None:
    names = [each.name for each in rows[:20]]
    audit(organisation_of(user), user, f"{_WHAT[kind]} {action}", now=now, after={"number": len(rows), "names": names})
