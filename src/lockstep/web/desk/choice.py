"""What the calendar shows: read from the address, so that every view of it can be linked to and gone back to."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lockstep.calendar.interval import Interval
from lockstep.store.models import StaffMember
from lockstep.web.clock import day_words

DAY, WEEK, MONTH = "day", "week", "month"
MOST_COLUMNS = 12
"""People side by side in one day; with more, the picture would say less than the list."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One view of the calendar: people, days, zone. In a week there is one person, with a column for each day; a month
    shows the appointments of everybody chosen, in whole weeks."""

    view: str
    day: date
    staff: tuple[StaffMember, ...]
    zone: ZoneInfo
    grid_on_phone: bool
    picked: bool
    """True when the address names people; otherwise it is everybody that the person may see."""

    @property
    def days(self) -> tuple[date, ...]:
        if self.view == DAY:
            return (self.day,)
        if self.view == MONTH:
            return tuple(day for week in Calendar().monthdatescalendar(self.day.year, self.day.month) for day in week)
        monday = self.day - timedelta(days=self.day.weekday())
        return tuple(monday + timedelta(days=each) for each in range(7))

    @property
    def title(self) -> str:
        """ "Tuesday 8 December", "7 to 13 December", "30 November to 6 December"."""
        if self.view == DAY:
            return day_words(self.day)
        if self.view == MONTH:
            return date_format(self.day, _("F Y"))
        first, last = self.days[0], self.days[-1]
        start = date_format(first, "j" if first.month == last.month else "j F")
        return _("%(first)s to %(last)s") % {"first": start, "last": date_format(last, "j F")}

    @property
    def window(self) -> Interval:
        """From the first midnight to the last, in the zone shown: 23 to 25 hours a day."""
        return Interval(self._midnight(self.days[0]), self._midnight(self.days[-1] + timedelta(days=1)))

    @property
    def read_at(self) -> datetime:
        """A moment of the day chosen: what the zone is called differs between summer and winter."""
        return self._midnight(self.day)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def moved(self, steps: int) -> Choice:
        if self.view == MONTH:
            months = self.day.year * 12 + self.day.month - 1 + steps
            return replace(self, day=date(months // 12, months % 12 + 1, 1))
        return replace(self, day=self.day + timedelta(days=steps * (1 if self.view == DAY else 7)))

    def query(self) -> str:
        pairs = [("view", self.view), ("date", self.day.isoformat()), ("zone", self.zone.key)]
        if self.picked:
            pairs += [("who", str(each.uuid)) for each in self.staff]
        if self.grid_on_phone:
            pairs.append(("show", "grid"))
        return urlencode(pairs)

    def href(self) -> str:
        return f"?{self.query()}"


def read_choice(
    query: QueryDict,
    *,
    visible: Sequence[StaffMember],
    own: StaffMember | None,
    at_location: Callable[[str], set[str]],
    home_zone: Callable[[], str],
    now: datetime,
) -> Choice:
    """The choice that `query` makes. Anything in it that cannot be used counts as not said; nothing raises.

    A person of `visible` who is named, or works `at_location`, is shown; nobody else ever is. `home_zone` is asked only
    where no zone is named.
    """
    zone = zone_named(query.get("zone", "")) or ZoneInfo(home_zone())
    wanted = set(query.getlist("who")) or at_location(query.get("location", ""))
    named = tuple(each for each in visible if str(each.uuid) in wanted)
    view = query.get("view", "")
    if view not in {DAY, WEEK, MONTH}:
        # One person's week says more than their day; for several, the day side by side.
        view = WEEK if len(named or visible) == 1 else DAY
    staff = named or tuple(visible)
    if view == WEEK and len(staff) > 1:
        staff = (own,) if own in staff and own is not None and not named else staff[:1]
    return Choice(
        view=view,
        day=_day(query.get("date", "")) or now.astimezone(zone).date(),
        staff=staff if view == MONTH else staff[:MOST_COLUMNS],
        zone=zone,
        grid_on_phone=query.get("show") == "grid",
        picked=bool(named),
    )


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of that IANA name; None for anything else."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # Unknown, or no name of a zone at all: a path, a folder.
        return None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # Far from the ends of what dates can say, so that stepping from day to day never falls off.
    return day if 1970 <= day.year <= 9000 else None
