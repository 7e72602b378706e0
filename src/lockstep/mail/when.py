"""Times in words for mails: the day, the clock time, and always the zone's name.

A mail has no browser that says how its reader writes the time, so the country of their zone decides between a 12-hour
and a 24-hour clock.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as formatted
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

TWELVE_HOUR_COUNTRIES = frozenset({"US", "CA", "AU", "NZ", "IN", "PK", "BD", "PH", "SG", "MY", "HK", "BS", "BB", "JM"})
"""Where English is written with a 12-hour clock. Source: Unicode CLDR, supplemental timeData, preferred "h"."""


@cache
def countries_of_zones() -> dict[str, str]:
    """The country of each zone that has one: "America/Halifax" is in "CA". Source: the tz database's zone.tab."""
    lines = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


def uses_twelve_hours(zone: str) -> bool:
    """True when a reader of the active language in that zone's country writes am and pm."""
    english = (get_language() or "en").startswith("en")
    return english and countries_of_zones().get(zone) in TWELVE_HOUR_COUNTRIES


def time_in_words(at: datetime, zone: str) -> str:
    """The clock time in `zone`: "2:30 pm", or "14:30"."""
    local = at.astimezone(ZoneInfo(zone))
    if not uses_twelve_hours(zone):
        return f"{local.hour}:{local.minute:02}"
    return f"{local.hour % 12 or 12}:{local.minute:02} {_('am') if local.hour < 12 else _('pm')}"


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
        short = f"UTC{short}"
    if "/" not in zone or zone.startswith("Etc/"):
        return short
    city = zone.rpartition("/")[2].replace("_", " ")
    return _("%(city)s time (%(short)s)") % {"city": city, "short": short}


def span_in_words(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """From when to when, with the zone: "10:30 am to 11:15 am, Halifax time (AST)"."""
    return _("%(start)s to %(end)s, %(zone)s") % {
        "start": time_in_words(starts_at, zone),
        "end": time_in_words(ends_at, zone),
        "zone": zone_in_words(zone, starts_at),
    }
