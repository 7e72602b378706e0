"""IANA names for the time zones of .ics files, which carry Windows names, vendor paths or definitions of their own."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

_SAMPLES = 26
"""Moments in a year, a fortnight apart, at which two zones must agree to be taken for the same."""


def iana_name(named: str | None, zone: tzinfo, year: int) -> str | None:
    """The IANA name of a zone that a file calls `named`, or None where no zone fits.

    By its name, by the tail of a path such as `/vendor/Europe/Berlin`, by its Windows name, and at last by its offsets
    over the year: among zones that agree, one that Windows knows too is taken, since those are the common ones.
    """
    if isinstance(zone, ZoneInfo):
        return zone.key
    if zone is UTC or named in {"UTC", "Z", "GMT", "Etc/UTC"}:
        return "UTC"
    parts = (named or "").strip("/").split("/")
    for start in range(len(parts)):
        name = "/".join(parts[start:])
        if name in available_timezones():
            return name
    return WINDOWS_TO_OLSON.get(named or "") or _by_offsets(_offsets(zone, year), year)


def _offsets(zone: tzinfo, year: int) -> tuple[timedelta | None, ...]:
    first = datetime(year, 1, 5, 12)  # noqa: DTZ001  (the zone under question follows)
    return tuple((first + timedelta(days=14 * step)).replace(tzinfo=zone).utcoffset() for step in range(_SAMPLES))


@lru_cache(maxsize=256)
def _by_offsets(offsets: tuple[timedelta | None, ...], year: int) -> str | None:
    common = sorted(set(WINDOWS_TO_OLSON.values()))
    names = common + sorted(available_timezones() - set(common))
    return next((name for name in names if _offsets(ZoneInfo(name), year) == offsets), None)
