"""The page of days and times: a month with the days that have slots, and the slots of one day.

Computed afresh for every look, from the stored calendars alone: it never waits for Google.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from lockstep.calendar.interval import Interval
from lockstep.operations.interest import note_interest
from lockstep.operations.offer import Offer, Slot, offer_slots
from lockstep.store.models import Appointment, Location, Service, StaffMember
from lockstep.web.booking.month import Month, month_named


@dataclass(frozen=True, slots=True)
class Wish:
    """What times are asked for, and the zone they are read in."""

    service: Service
    location: Location
    staff: StaffMember | None
    zone: ZoneInfo
    moving: Appointment | None = None
    """The appointment that is to be moved, which does not stand in its own way."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month's grid."""

    date: date
    in_month: bool
    slots: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Time:
    """A slot of the chosen day."""

    starts_at: datetime
    ambiguous: bool
    """True when the clock shows this time twice on that day, so that its offset has to be said."""
    seats_left: int | None = None
    """How many clients can still join; None where one books for oneself alone."""


@dataclass(frozen=True, slots=True)
class Part:
    """The times of a morning, afternoon or evening."""

    name: str
    times: tuple[Time, ...]


@dataclass(frozen=True, slots=True)
class TimesPage:
    """Everything that the page shows."""

    month: Month
    weeks: tuple[tuple[Day, ...], ...]
    earlier: Month | None
    later: Month | None
    day: date | None
    """The chosen day; None when the month has no slots."""
    missed: date | None
    """The day that was asked for and has no slots any more."""
    parts: tuple[Part, ...]
    next_slot: datetime | None
    """Where to look when this month has none."""
    read_at: datetime
    """A moment of the chosen day: what the zone is called differs between summer and winter."""
    verified_at: datetime | None
    """When the calendars behind the chosen day were last verified, the longest ago of them."""
    withheld: int


def times_page(wish: Wish, *, month: str, day: str, now: datetime) -> TimesPage:
    """The page for the month and day that the address names; without them, for the first day that has a slot."""
    first, last = Month.of(now.astimezone(wish.zone)), Month.of((now + wish.service.furthest).astimezone(wish.zone))
    note_interest(service=wish.service, location=wish.location, staff=wish.staff, now=now)
    asked_day = _date(day)
    asked = month_named(month) or (Month.of(asked_day) if asked_day else None)
    shown = min(max(asked or first, first), last)
    offer = _offer(wish, shown.interval(wish.zone), now)
    next_slot = None
    if not offer.slots:
        next_slot = _first_slot(wish, now)
        if asked is None and next_slot:
            shown = Month.of(next_slot.astimezone(wish.zone))
            offer = _offer(wish, shown.interval(wish.zone), now)
    chosen = _chosen_day(offer.slots, asked_day, wish.zone)
    of_day = [slot for slot in offer.slots if _local_date(slot, wish.zone) == chosen]
    return TimesPage(
        month=shown,
        weeks=_weeks(shown, offer.slots, chosen, now.astimezone(wish.zone).date(), wish.zone),
        earlier=shown.before() if shown > first else None,
        later=shown.after() if shown < last else None,
        day=chosen,
        missed=asked_day if asked_day and asked_day != chosen else None,
        parts=_parts(of_day, wish.zone),
        next_slot=None if offer.slots else next_slot,
        read_at=of_day[0].starts_at if of_day else now,
        verified_at=min((slot.verified_at for slot in of_day if slot.verified_at), default=None),
        withheld=offer.withheld,
    )


def _offer(wish: Wish, window: Interval, now: datetime) -> Offer:
    if window.end <= now:
        return Offer(slots=(), withheld=0)
    return offer_slots(
        service=wish.service,
        location=wish.location,
        staff=wish.staff,
        window=Interval(max(window.start, now), window.end),
        now=now,
        excluding=wish.moving,
    )


def _first_slot(wish: Wish, now: datetime) -> datetime | None:
    """The first slot from now on, as far ahead as the service is booked."""
    offer = _offer(wish, Interval(now, now + wish.service.furthest + timedelta(days=1)), now)
    return offer.slots[0].starts_at if offer.slots else None


def _chosen_day(slots: Sequence[Slot], asked: date | None, zone: ZoneInfo) -> date | None:
    """The day asked for, or the next one with slots, or the first of the month."""
    days = [_local_date(slot, zone) for slot in slots]
    return next((each for each in days if asked and each >= asked), days[0] if days else None)


def _weeks(
    month: Month, slots: Sequence[Slot], chosen: date | None, today: date, zone: ZoneInfo
) -> tuple[tuple[Day, ...], ...]:
    """The month's weeks; those that are over are left out, so that on a phone the times are not far below."""
    counts = Counter(_local_date(slot, zone) for slot in slots)
    return tuple(
        tuple(
            Day(date=each, in_month=each.month == month.month, slots=counts[each], chosen=each == chosen)
            for each in week
        )
        for week in month.weeks()
        if week[-1] >= today
    )


def _parts(slots: Sequence[Slot], zone: ZoneInfo) -> tuple[Part, ...]:
    shown = Counter(slot.starts_at.astimezone(zone).time() for slot in slots)
    by_name: dict[str, list[Time]] = {"morning": [], "afternoon": [], "evening": []}
    for slot in slots:
        local = slot.starts_at.astimezone(zone)
        name = "morning" if local.hour < 12 else "afternoon" if local.hour < 17 else "evening"
        by_name[name].append(
            Time(slot.starts_at.astimezone(UTC), ambiguous=shown[local.time()] > 1, seats_left=slot.seats_left)
        )
    return tuple(Part(name, tuple(times)) for name, times in by_name.items() if times)


def _local_date(slot: Slot, zone: ZoneInfo) -> date:
    return slot.starts_at.astimezone(zone).date()


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
