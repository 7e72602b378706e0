"""Why a time is not offered: the pure sweep's answer for every start of a day, with whatever keeps somebody from being
offered at all. Reads only; says when something is in the way, never what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import gcd
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from lockstep.calendar.interval import Interval
from lockstep.operations.hours import HoursAt, hours_of, openings_of
from lockstep.operations.offer import open_sessions
from lockstep.operations.roster import people_of, rows
from lockstep.scheduling.availability import Reason, Taken, full_days, why_not
from lockstep.scheduling.hours import Days, first_instant
from lockstep.scheduling.rules import ServiceRules
from lockstep.store.models import (
    AbsenceSpan,
    Assignment,
    BusyInterval,
    Conflict,
    Connection,
    Location,
    Reservation,
    Service,
    StaffMember,
)
from lockstep.store.queries import LONGEST_BUFFER, appointments_by_day, people_for
from lockstep.store.values import interval_of, range_of, rules_of

_A_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Start:
    """One possible start of a slot and everything against it; offered when there is nothing."""

    at: datetime
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A day of one person, for one service at one location."""

    obstacles: tuple[str, ...]
    """Why this person is not offered at any time, as sentences that say what to do."""
    starts: tuple[Start, ...]
    """Every start that the service's grid or a quarter of an hour knows, in order."""

    def offered(self) -> list[datetime]:
        return [] if self.obstacles else [each.at for each in self.starts if not each.reasons]

    def at(self, instant: datetime) -> Start | None:
        return next((each for each in self.starts if each.at == instant), None)


def explain(*, service: Service, location: Location, staff: StaffMember, day: date, now: datetime) -> Explanation:
    """Everything against each start of the location's `day`."""
    rules, zone = rules_of(service), ZoneInfo(location.time_zone)
    window = Interval(
        first_instant(datetime.combine(day, time()), zone), first_instant(datetime.combine(day + _A_DAY, time()), zone)
    )
    days = Days(day - _A_DAY, day + 2 * _A_DAY)
    here = _hours_at(staff, location)
    working, opened = here.own_ranges(days), here.open_ranges(days)
    people = people_for(service_id=service.pk, location_id=location.pk, only=staff.pk, now=now)
    taken = list(_taken(staff, window.widened(_A_DAY, _A_DAY + rules.duration), now))
    counts = appointments_by_day(
        staff_ids=[staff.pk], service_id=service.pk, window=window.widened(_A_DAY, _A_DAY), zone=location.time_zone
    )
    booked, in_all = counts.of_service.get(staff.pk, {}), counts.in_all.get(staff.pk, {})
    full = full_days(staff.daily_limit, in_all)
    sessions = open_sessions(service, location, people, window, now=now) if service.is_for_groups else []
    joinable = {each.starts_at for each in sessions}
    starts = []
    for at in sorted({*_ticks(window, rules), *joinable}):
        against: list[Reason] = []
        if at not in joinable:
            against = why_not(at, working, taken, rules, zone, now, booked=booked, full=full, opened=opened)
        starts.append(Start(at, tuple(against)))
    return Explanation(tuple(_obstacles(service, location, staff, now)), tuple(starts))


def _ticks(window: Interval, rules: ServiceRules) -> Iterator[datetime]:
    """So fine that every start of the grid is among them, after a change of clocks too."""
    step = gcd(rules.increment // _MINUTE, 15) * _MINUTE
    at = window.start
    while at < window.end:
        yield at
        at += step


def _hours_at(staff: StaffMember, location: Location) -> HoursAt:
    found = next((each for each in hours_of(staff) if each.location.pk == location.pk), None)
    return found or HoursAt(location, opening=openings_of([location])[location.pk])


def _taken(staff: StaffMember, reach: Interval, now: datetime) -> Iterator[Taken]:
    """The same rows that the one query of `store.queries` subtracts, each with its name."""
    near = range_of(reach.widened(LONGEST_BUFFER, LONGEST_BUFFER))
    for row in Reservation.objects.filter(staff=staff, span__overlap=near):
        if row.expires_at is None or row.expires_at > now:
            held = row.kind == Reservation.Kind.HOLD
            reason = Reason.HELD if held else Reason.TAKEN_BY_APPOINTMENT
            yield Taken(interval_of(row.span), reason, row.buffer_before, row.buffer_after)
    for span in AbsenceSpan.objects.filter(staff=staff, span__overlap=near).values_list("span", flat=True):
        yield Taken(interval_of(span), Reason.ABSENT)
    for span in BusyInterval.objects.filter(staff=staff, span__overlap=near).values_list("span", flat=True):
        yield Taken(interval_of(span), Reason.BUSY_IN_GOOGLE)
    conflicts = Conflict.objects.filter(staff=staff, closed_at=None, span__overlap=near)
    for span in conflicts.values_list("span", flat=True):
        yield Taken(interval_of(span), Reason.UNDECIDED)


def _obstacles(service: Service, location: Location, staff: StaffMember, now: datetime) -> Iterator[str]:
    """What keeps the person from being offered at any time. Nothing here exactly when `people_for` knows them."""
    if not service.active:
        yield _("The service is switched off. An admin can switch it on in Set-up.")
    if not location.active:
        yield _("The location is switched off. An admin can switch it on in Set-up.")
    if not Assignment.objects.filter(service=service, location=location, staff=staff).exists():
        yield _("%(name)s is not assigned to this service at this location. Tick it in Set-up, Staff.") % {
            "name": staff.name
        }
    if staff.left_at is not None:
        yield _("%(name)s has left: Google no longer lists them, or they are suspended.") % {"name": staff.name}
    elif not staff.appointment_taking:
        yield _("%(name)s takes no appointments. Switch it on in Set-up, Staff.") % {"name": staff.name}
    if people_for(service_id=service.pk, location_id=location.pk, only=staff.pk, now=now).withheld:
        yield _unknown(staff, now)


def _unknown(staff: StaffMember, now: datetime) -> str:
    """Why their time is not known."""
    if staff.hours_due_at is not None:
        return _("Their hours were changed just now and are being worked out. It takes a moment.")
    connection = Connection.objects.filter(organisation=staff.organisation_id).first()
    if connection is None:
        return _("The state of their calendar is not known.")
    if connection.access_error:
        return _("Google refuses access: %(why)s") % {"why": connection.access_error}
    if connection.state == Connection.State.PAUSED:
        return _("The connection with Google is paused. Until an admin resumes it, nobody who syncs is offered.")
    found = rows(people_of(connection, now=now).filter(pk=staff.pk), now=now)
    cause = found[0].sentence if found else ""
    return _("The state of their calendar is not known. %(cause)s") % {"cause": cause}
