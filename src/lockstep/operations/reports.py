"""Reports: what was booked, kept and missed, how far ahead, and how much of the working time it took.

Everything is counted by when appointments take place, in the reader's zone, and as far as the reader's role reaches.
Working time is that of the hours as they are now: hours that were changed since are not remembered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from statistics import median
from zoneinfo import ZoneInfo

from lockstep.calendar.interval import Interval, joined
from lockstep.operations.hours import hours_of_people
from lockstep.operations.visible import locations_within, staff_within
from lockstep.scheduling.hours import Days
from lockstep.scheduling.progress import Progress
from lockstep.scheduling.roles import Ability, Reach, reach
from lockstep.store.models import Appointment, User

LONGEST = timedelta(days=366)


class Grouping(StrEnum):
    """What a line of the report stands for."""

    SERVICE = "service"
    LOCATION = "location"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included, by the clocks of a zone; at most a year and a day."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def interval(self) -> Interval:
        midnights = (datetime.combine(day, time(), self.zone) for day in (self.first, self.last + timedelta(days=1)))
        start, end = (each.astimezone(UTC) for each in midnights)
        return Interval(start, end)

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=each) for each in range((self.last - self.first).days + 1)]


@dataclass(slots=True)
class Line:
    """The counts of one service, location or person; of everything in the total."""

    name: str
    booked: int = 0
    """That stood: kept, missed or still ahead."""
    cancelled: int = 0
    finished: int = 0
    no_shows: int = 0
    over: int = 0
    """Booked ones whose time is past: what the share of those who did not come is counted against."""
    minutes: int = 0
    working_minutes: int = 0
    ahead: list[timedelta] = field(default_factory=list)
    """How long before its time each was booked."""

    @property
    def lead_time(self) -> timedelta | None:
        """The median; None where nothing was booked."""
        return timedelta(seconds=median(each.total_seconds() for each in self.ahead)) if self.ahead else None

    @property
    def no_show_share(self) -> float | None:
        return self.no_shows / self.over if self.over else None

    @property
    def utilisation(self) -> float | None:
        """The share of working time that appointments took; None where no working time is known."""
        return self.minutes / self.working_minutes if self.working_minutes else None


@dataclass(frozen=True, slots=True)
class Report:
    total: Line
    lines: list[Line]
    """The most booked first."""
    by_day: list[tuple[date, int]]
    """How many stood on each day of the period."""


def report(user: User, period: Period, grouping: Grouping, *, now: datetime) -> Report:
    """The report as far as `user` reaches. Makes a constant number of queries."""
    total, lines = Line(""), dict[int, Line]()
    by_day = dict.fromkeys(period.days, 0)
    for row in _appointments(user, period):
        group, name = _group(row, grouping)
        line = lines.setdefault(group, Line(name))
        for each in (total, line):
            _count(each, row, now)
        if row.status == Appointment.Status.BOOKED:
            by_day[row.starts_at.astimezone(period.zone).date()] += 1
    working = _working_minutes(user, period, grouping)
    for group, minutes in working.items():
        if group in lines:
            lines[group].working_minutes = minutes
    total.working_minutes = sum(_working_minutes(user, period, Grouping.PERSON).values())
    ordered = sorted(lines.values(), key=lambda line: (-line.booked, line.name))
    return Report(total, ordered, list(by_day.items()))


def _appointments(user: User, period: Period) -> Iterable[Appointment]:
    """Those of the people whom the reader reaches, and at their locations those of nobody yet."""
    window = period.interval
    rows = Appointment.objects.filter(
        organisation_id=user.organisation_id or 0, starts_at__gte=window.start, starts_at__lt=window.end
    ).select_related("service", "location", "staff")
    if reach(user.role, Ability.SEE_REPORTS) is not Reach.EVERYONE:
        rows = rows.filter(location__in=locations_within(user, Ability.SEE_REPORTS))
    return rows.only(
        "status", "progress", "starts_at", "ends_at", "created_at", "service__name", "location__name", "staff__name"
    ).iterator(chunk_size=2000)


def _group(row: Appointment, grouping: Grouping) -> tuple[int, str]:
    match grouping:
        case Grouping.SERVICE:
            return row.service_id, row.service.name
        case Grouping.LOCATION:
            return row.location_id, row.location.name
        case Grouping.PERSON:
            return (row.staff.pk, row.staff.name) if row.staff else (0, "")


def _count(line: Line, row: Appointment, now: datetime) -> None:
    if row.status == Appointment.Status.CANCELLED:
        line.cancelled += 1
        return
    line.booked += 1
    line.over += row.ends_at <= now
    line.finished += row.progress == Progress.FINISHED
    line.no_shows += row.progress == Progress.NO_SHOW and row.ends_at <= now
    line.minutes += int((row.ends_at - row.starts_at).total_seconds() // 60)
    line.ahead.append(max(row.starts_at - row.created_at, timedelta()))


def _working_minutes(user: User, period: Period, grouping: Grouping) -> dict[int, int]:
    """Minutes of working time of each person or location in the period; a service has none of its own."""
    if grouping is Grouping.SERVICE:
        return {}
    places = set(locations_within(user, Ability.SEE_REPORTS).values_list("pk", flat=True))
    staff = staff_within(user, Ability.SEE_REPORTS).filter(left_at=None, appointment_taking=True)
    minutes: dict[int, int] = defaultdict(int)
    days = Days(period.first, period.last)
    for staff_id, hours in hours_of_people(staff.values_list("pk", flat=True)).items():
        here = [each for each in hours if each.location.pk in places]
        if grouping is Grouping.PERSON:
            # Somebody who can be booked at two places at the same time works once.
            minutes[staff_id] = _minutes(joined(span for each in here for span in each.ranges(days)))
            continue
        for each in here:
            minutes[each.location.pk] += _minutes(each.ranges(days))
    return minutes


def _minutes(spans: Iterable[Interval]) -> int:
    return int(sum((span.length for span in spans), timedelta()).total_seconds() // 60)
