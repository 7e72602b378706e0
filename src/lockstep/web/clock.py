"""How times and days are written for the person who reads them: their zone, and a 12- or 24-hour clock.

Pure functions over instants and zones; `templatetags/lockstep_time.py` brings them into templates.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

TWELVE_HOUR_REGIONS = frozenset({"US", "CA", "AU", "NZ", "IN", "PK", "BD", "PH", "SG", "MY", "HK", "BS", "BB", "JM"})
"""Where English is written with a 12-hour clock. Source: Unicode CLDR, supplemental timeData, preferred "h"."""


def uses_twelve_hours(request: HttpRequest | None) -> bool:
    """True when the first language that the browser asks for is written with am and pm."""
    if request is None:
        return False
    first = request.headers.get("Accept-Language", "").split(",")[0].split(";")[0].strip()
    language, _separator, region = first.partition("-")
    return language.lower() == "en" and region.upper() in TWELVE_HOUR_REGIONS


def time_words(moment: datetime, zone: ZoneInfo, *, twelve: bool) -> str:
    """ "14:30", or "2:30 pm"."""
    local = moment.astimezone(zone)
    if not twelve:
        return f"{local.hour}:{local.minute:02}"
    half = _("am") if local.hour < 12 else _("pm")
    return f"{local.hour % 12 or 12}:{local.minute:02} {half}"


def hour_words(hour: int, *, twelve: bool) -> str:
    """A full hour at the side of a calendar: "14:00", or "2 pm"."""
    if not twelve:
        return f"{hour}:00"
    return f"{hour % 12 or 12} {_('am') if hour < 12 else _('pm')}"


def day_words(day: date, *, today: date | None = None) -> str:
    """ "Tuesday 8 December", with the year when it is not this year's."""
    same_year = today is None or day.year == today.year
    return date_format(day, "l j F" if same_year else "l j F Y")


def short_day_words(day: date) -> str:
    """ "Tue 8 Dec", for tables."""
    return date_format(day, "D j M")


def zone_words(zone: ZoneInfo, at: datetime) -> str:
    """ "Halifax time (AST)": the city of the IANA name, and what its clocks are called at that moment."""
    if zone.key in {"UTC", "Etc/UTC"}:
        return "UTC"
    city = zone.key.rpartition("/")[2].replace("_", " ")
    name = at.astimezone(zone).tzname() or ""
    # Zones without a name of their own call themselves "+03"; written with "UTC" it can be understood.
    short = f"UTC{name}" if name[:1] in {"+", "-"} else name
    return _("%(city)s time (%(short)s)") % {"city": city, "short": short}


def ago_words(moment: datetime, now: datetime) -> str:
    """ "3 seconds ago", "2 hours ago", then the day."""
    passed = max(now - moment, timedelta())
    seconds = int(passed.total_seconds())
    if seconds < 60:
        return ngettext("%(count)d second ago", "%(count)d seconds ago", seconds) % {"count": seconds}
    if seconds < 3600:
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", seconds // 60) % {"count": seconds // 60}
    if passed < timedelta(days=2):
        return ngettext("%(count)d hour ago", "%(count)d hours ago", seconds // 3600) % {"count": seconds // 3600}
    return _("%(count)d days ago") % {"count": passed.days}


def machine_words(moment: datetime) -> str:
    """The instant as the `datetime` attribute wants it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
