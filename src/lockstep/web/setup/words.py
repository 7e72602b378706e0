"""What the lists of the set-up say of what they list."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lockstep.operations.setting_up.lists import Kind
from lockstep.scheduling.availability import Reason
from lockstep.store.models import Location, Service, StaffMember
from lockstep.web.templatetags.booking_words import duration_words


@dataclass(frozen=True, slots=True)
class ListWords:
    title: str
    lead: str
    add: str
    on: str
    off: str
    turn_on: str
    turn_off: str
    switched_on: str
    switched_off: str
    search: str
    nothing: str
    what_next: str


def list_words(kind: Kind) -> ListWords:
    match kind:
        case Kind.LOCATIONS:
            return ListWords(
                title=_("Locations"),
                lead=_("Where clients meet you: branches with an address, and virtual ones."),
                add=_("Add a location"),
                on=_("Open"), off=_("Switched off"), turn_on=_("Switch on"), turn_off=_("Switch off"),
                switched_on=_("Switched on."), switched_off=_("Switched off: nothing is offered there."),
                search=_("Search by name, address or ID"),
                nothing=_("No locations yet"),
                what_next=_("Add the first: its name, address and time zone. Then services, then people."),
            )  # fmt: skip
        case Kind.SERVICES:
            return ListWords(
                title=_("Services"),
                lead=_("What clients can book, how long it takes, and what they are asked."),
                add=_("Add a service"),
                on=_("Offered"), off=_("Switched off"), turn_on=_("Switch on"), turn_off=_("Switch off"),
                switched_on=_("Switched on."), switched_off=_("Switched off: not offered any more."),
                search=_("Search by name, category or ID"),
                nothing=_("No services yet"),
                what_next=_("Add the first: its name and how long it takes. Then assign people to it."),
            )  # fmt: skip
        case Kind.STAFF:
            return ListWords(
                title=_("Staff"),
                lead=_("Who takes appointments, for what, where, and when."),
                add=_("Add a person"),
                on=_("Takes appointments"), off=_("Takes none"),
                turn_on=_("Take appointments"), turn_off=_("Take none"),
                switched_on=_("They take appointments."), switched_off=_("They take no appointments any more."),
                search=_("Search by name, e-mail or ID"),
                nothing=_("Nobody yet"),
                what_next=_("Add people here or by a file, or connect Google Workspace: it brings them along."),
            )  # fmt: skip


def under_the_name(row: Location | Service | StaffMember) -> str:
    """The line under a row's name."""
    if isinstance(row, Location):
        people = _people(getattr(row, "people", 0))
        return f"{_('Virtual') if row.virtual else row.address} · {row.time_zone} · {people}"
    if isinstance(row, Service):
        parts = [row.category.name if row.category else "", duration_words(row.duration)]
        parts += [_("%(n)d seats") % {"n": row.seats}] if row.is_for_groups else []
        parts += [_("by invitation")] if row.invite_only else []
        return " · ".join(part for part in [*parts, _people(getattr(row, "people", 0))] if part)
    offers, places = getattr(row, "offers", 0), getattr(row, "places", 0)
    if not offers:
        return f"{row.email} · {_('not assigned to anything yet')}"
    services = ngettext("%(n)d service", "%(n)d services", offers) % {"n": offers}
    return f"{row.email} · {services}, " + ngettext("%(n)d location", "%(n)d locations", places) % {"n": places}


def _people(number: int) -> str:
    return ngettext("%(n)d person", "%(n)d people", number) % {"n": number} if number else _("nobody assigned yet")


def reason_words(reason: Reason) -> str:
    """Why a time is not offered, in a sentence for staff."""
    return {
        Reason.LOCATION_CLOSED: _("The location is closed then."),
        Reason.OUTSIDE_HOURS: _("Outside their working hours there."),
        Reason.TAKEN_BY_APPOINTMENT: _("They have an appointment."),
        Reason.HELD: _("Held for a client who is booking."),
        Reason.ABSENT: _("They are away."),
        Reason.BUSY_IN_GOOGLE: _("Busy in Google Calendar."),
        Reason.UNDECIDED: _("A conflict about this time waits for a decision."),
        Reason.CALENDAR_UNKNOWN: _("The state of their calendar is not known."),
        Reason.BUFFER: _("Too close to something else: a buffer is kept free."),
        Reason.LEAD_TIME: _("The notice is too short."),
        Reason.TOO_FAR: _("Further ahead than the service can be booked."),
        Reason.NOT_ON_GRID: _("The service does not start at this minute."),
        Reason.DAILY_LIMIT: _("The service’s limit for the day is reached."),
        Reason.OWN_DAILY_LIMIT: _("Their own limit for the day is reached."),
    }[reason]
