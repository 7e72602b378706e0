"""Finds what an address of the booking pages names. Everything is looked up within one organisation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar
from uuid import UUID

from django.http import Http404

from lockstep.calendar.interval import Interval
from lockstep.operations.offer import REMOTE_METHODS
from lockstep.operations.organisations import organisation_of
from lockstep.store.models import Hold, MeetingMethod, Organisation


class _Named(Protocol):
    uuid: UUID


Named = TypeVar("Named", bound=_Named)


def named(offered: Iterable[Named], uuid: str) -> Named | None:
    """The one of `offered` with that id; None for an id that is unknown, belongs elsewhere or is no id."""
    return next((each for each in offered if str(each.uuid) == uuid), None)


def in_client_zone(method: MeetingMethod | None) -> bool:
    """True when the client reads times in their own zone, since nobody has to be at the same place."""
    return method in REMOTE_METHODS


def held_span(hold: Hold) -> Interval:
    """From when to when the hold is."""
    return Interval(hold.starts_at, hold.ends_at)


def organisation_or_404(slug: str) -> Organisation:
    """Raises: Http404."""
    found = organisation_of(slug)
    if found is None:
        raise Http404
    return found
