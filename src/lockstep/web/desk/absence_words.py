"""When an absence is, and how often, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from lockstep.calendar.event import AllDay, When
from lockstep.scheduling.away import AwayOnce, Frequency, frequency_of
from lockstep.store.models import Absence
from lockstep.store.values import when_from_json


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time as a page shows it: whole days, or instants."""

    first: date | None = None
    last: date | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    one_day: bool = False
    key: str = ""
    """The occurrence's key in its series."""
    moved: bool = False


def stretch(when: When, zone: ZoneInfo, *, once: AwayOnce | None = None) -> Stretch:
    key, moved = (once.original_start.isoformat(), once.moved) if once else ("", False)
    if isinstance(when, AllDay):
        last = when.end - timedelta(days=1)
        return Stretch(first=when.start, last=last, one_day=last == when.start, key=key, moved=moved)
    same = when.start.astimezone(zone).date() == when.end.astimezone(zone).date()
    return Stretch(starts_at=when.start, ends_at=when.end, one_day=same, key=key, moved=moved)


def stretch_of(absence: Absence, zone: ZoneInfo) -> Stretch:
    return stretch(when_from_json(absence.when), zone)


def how_often(absence: Absence) -> str:
    """Empty for an absence that takes place once."""
    if not absence.recurrence:
        return ""
    words = {
        Frequency.DAILY: _("Every day"),
        Frequency.WEEKLY: _("Every week"),
        Frequency.FORTNIGHTLY: _("Every two weeks"),
        Frequency.MONTHLY: _("Every month"),
        Frequency.YEARLY: _("Every year"),
    }
    frequency = frequency_of(tuple(absence.recurrence))
    return words[frequency] if frequency else _("Again and again, as set in Google Calendar")
