"""How far somebody may set up: everything, or what belongs to their own locations."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from lockstep.operations.visible import locations_at, locations_of, staff_within
from lockstep.scheduling.roles import Ability, Reach, may, reach
from lockstep.store.models import Category, Closure, Location, Organisation, Service, StaffMember, User


def sets_up_everything(user: User) -> bool:
    """True for those who also set up what belongs to no location: services, categories, holidays of all locations."""
    return reach(user.role, Ability.SET_UP) is Reach.EVERYONE


def organisation_of(user: User) -> Organisation:
    """Raises: PermissionError for whoever belongs to none."""
    if user.organisation is None:
        raise PermissionError("The operator belongs to no organisation.")
    return user.organisation


def locations_for(user: User) -> QuerySet[Location]:
    """The locations that `user` sets up."""
    if not may(user.role, Ability.SET_UP):
        return Location.objects.none()
    return locations_at(organisation_of(user)) if sets_up_everything(user) else locations_of(user)


def services_for(user: User) -> QuerySet[Service]:
    """The services of the organisation; who does not set up everything only reads them and assigns people."""
    services = Service.objects.filter(organisation=organisation_of(user))
    return services if may(user.role, Ability.SET_UP) else services.none()


def staff_for(user: User) -> QuerySet[StaffMember]:
    return staff_within(user, Ability.SET_UP)


def location_for(user: User, uuid: UUID) -> Location | None:
    return locations_for(user).filter(uuid=uuid).first()


def service_for(user: User, uuid: UUID) -> Service | None:
    return services_for(user).filter(uuid=uuid).select_related("category").first()


def staff_member_for(user: User, uuid: UUID) -> StaffMember | None:
    return staff_for(user).filter(uuid=uuid).select_related("user").first()


def hours_owner(user: User, uuid: UUID) -> StaffMember | None:
    """The person, if `user` may change their hours: managers those at their locations, everybody their own."""
    return staff_within(user, Ability.CHANGE_HOURS).filter(uuid=uuid).first()


def categories_of(organisation: Organisation) -> QuerySet[Category]:
    return Category.objects.filter(organisation=organisation)


def closures_for(user: User) -> QuerySet[Closure]:
    """The closures that `user` may change: those of their locations; those of all, if they set up everything."""
    closures = Closure.objects.filter(organisation=organisation_of(user)).select_related("location")
    return closures if sets_up_everything(user) else closures.filter(location__in=locations_for(user))


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be asked about: the services, locations and people that `user` sees."""

    services: list[Service]
    locations: list[Location]
    staff: list[StaffMember]


def everything_offered(user: User) -> Offered:
    organisation = organisation_of(user)
    return Offered(
        list(Service.objects.filter(organisation=organisation, archived_at=None)),
        list(locations_at(organisation).filter(archived_at=None)),
        list(staff_within(user, Ability.SEE_CALENDARS).filter(archived_at=None).order_by("name", "pk")),
    )
