"""Finds what an address of the booking pages names. Everything is looked up within one organisation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar
from uuid import UUID

from lockstep.calendar.interval import Interval
from lockstep.store.models import Appointment, Hold, Location, MeetingMethod, Service
from lockstep.store.values import interval_of


class _Named(Protocol):
    uuid: UUID


Named = TypeVar("Named", bound=_Named)

_REMOTE = (MeetingMethod.PHONE, MeetingMethod.VIDEO)


def named(offered: Iterable[Named], uuid: str) -> Named | None:
    """The one of `offered` with that id; None for an id that is unknown, belongs elsewhere or is no id."""
    return next((each for each in offered if str(each.uuid) == uuid), None)


def methods_at(service: Service, location: Location) -> list[MeetingMethod]:
    """How the two can meet there: by phone or video at a virtual location, in person at a branch.

    A service that offers nothing of that kind is met in any way it does offer.
    """
    methods = [MeetingMethod(each) for each in service.meeting_methods]
    fitting = [each for each in methods if (each in _REMOTE) == location.virtual]
    return fitting or methods


def in_client_zone(method: MeetingMethod | None) -> bool:
    """True when the client reads times in their own zone, since nobody has to be at the same place."""
    return method in _REMOTE


def held_span(hold: Hold) -> Interval:
    """From when to when the hold is."""
    reservation = hold.reservations.get()
    return interval_of(reservation.span)


def booked_in(flow: UUID) -> Appointment | None:
    """The appointment that this flow has already made."""
    return Appointment.objects.select_related("client").filter(flow=flow).first()
