"""A calendar month: its weeks from Monday to Sunday, its neighbours, its span of instants in a zone."""

from __future__ import annotations

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from lockstep.calendar.interval import Interval


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    def __str__(self) -> str:
        """As it stands in addresses: "2026-12"."""
        return f"{self.year:04}-{self.month:02}"

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    def before(self) -> Month:
        return Month(self.year - 1, 12) if self.month == 1 else Month(self.year, self.month - 1)

    def after(self) -> Month:
        return Month(self.year + 1, 1) if self.month == 12 else Month(self.year, self.month + 1)

    def weeks(self) -> list[list[date]]:
        """Whole weeks, so with some days of the months beside it."""
        return Calendar().monthdatescalendar(self.year, self.month)

    def interval(self, zone: ZoneInfo) -> Interval:
        """From midnight on the first to midnight after the last, by the clocks of `zone`."""
        following = self.after()
        return Interval(
            datetime(self.year, self.month, 1, tzinfo=zone), datetime(following.year, following.month, 1, tzinfo=zone)
        )


def month_named(text: str) -> Month | None:
    """The month of an address; None when it is none, or one that calendars here do not reach."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return Month.of(first) if 2000 <= first.year <= 2200 else None
