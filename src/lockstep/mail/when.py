"""Times in words for clients: the day, the clock time in the language's own way, and always the zone's name.

The language is the active one; whether a day has twelve or twenty-four hours follows from its formats.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.utils.dateformat import format as formatted
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

_TWELVE_HOUR_MARKS = frozenset("PaAgh")


def is_zone(name: str) -> bool:
    """True for the name of an IANA zone that this installation knows."""
    return name in available_timezones()


def time_in_words(at: datetime, zone: str) -> str:
    """The clock time in `zone`: "10:30 a.m." or "10:30", as the active language writes it."""
    twelve_hours = not _TWELVE_HOUR_MARKS.isdisjoint(get_format("TIME_FORMAT"))
    # Always with minutes ("10:00 a.m.", never "10 a.m."), so that times line up below each other.
    return formatted(at.astimezone(ZoneInfo(zone)), "g:i a" if twelve_hours else "H:i")


def day_in_words(at: datetime, zone: str) -> str:
    """The day in `zone`: "Tuesday 8 December 2026"."""
    # Translators: Django's date format for a whole day, see the documentation of the "date" template filter.
    return formatted(at.astimezone(ZoneInfo(zone)), pgettext("date format", "l j F Y"))


def short_day_in_words(at: datetime, zone: str) -> str:
    """The day in `zone` without its year: "Tuesday 8 December"."""
    # Translators: Django's date format for a day without its year.
    return formatted(at.astimezone(ZoneInfo(zone)), pgettext("short date format", "l j F"))


def zone_in_words(zone: str, at: datetime) -> str:
    """The zone as people say it, with the abbreviation in force at `at`: "Halifax time (AST)"."""
    short = at.astimezone(ZoneInfo(zone)).tzname() or zone
    if short[:1] in "+-":
        short = f"GMT{short}"
    if "/" not in zone or zone.startswith("Etc/"):
        return short
    city = zone.rpartition("/")[2].replace("_", " ")
    return _("%(city)s time (%(short)s)") % {"city": city, "short": short}


def span_in_words(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """From when to when, with the zone: "10:30 a.m. to 11:15 a.m., Halifax time (AST)"."""
    return _("%(start)s to %(end)s, %(zone)s") % {
        "start": time_in_words(starts_at, zone),
        "end": time_in_words(ends_at, zone),
        "zone": zone_in_words(zone, starts_at),
    }
