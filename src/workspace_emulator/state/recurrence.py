"""Which starts a series has: `recurrence[]` lines of Google's API expanded in the master's own zone.

The only module that knows dateutil. Starts are naive local times (wall clock in the master's zone; midnight for
all-day series), so that wall-clock time holds over daylight saving.
Source: RFC 5545 and the guide to recurring events (no DTSTART or DTEND among the lines).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr

from workspace_emulator.json_values import Json
from workspace_emulator.state import errors
from workspace_emulator.state.event_times import is_all_day, wall_clock, zone

_LINE = re.compile(r"^(RRULE|EXRULE|RDATE|EXDATE)((?:;[^:]*)?):(.+)$", re.IGNORECASE)
_UNTIL = re.compile(r"UNTIL=([0-9TZ]+)", re.IGNORECASE)
_MAX_LINES = 1000


class Unreadable(ValueError):
    """A recurrence line that RFC 5545 does not allow."""


def checked(lines: object, start: Json) -> list[str]:
    """The lines as they are stored.

    Raises: ApiError 400 `invalid`, "Invalid recurrence rule."
    """
    if not isinstance(lines, list) or len(lines) > _MAX_LINES or not all(isinstance(line, str) for line in lines):
        raise errors.invalid("Invalid recurrence rule.")
    if not lines:
        return []
    try:
        rules = _rules(tuple(lines), wall_clock(start), _zone_name(start))
        next(iter(rules), None)
    except (Unreadable, ValueError, TypeError, OverflowError):
        raise errors.invalid("Invalid recurrence rule.") from None
    if not any(line.upper().startswith(("RRULE", "RDATE")) for line in lines):
        raise errors.invalid("Invalid recurrence rule.")
    return list(lines)


def starts(recurrence: list[str], start: Json, *, after: datetime, before: datetime) -> Iterator[datetime]:
    """Naive local starts in [after, before], ascending. The bounds are naive local times too."""
    for moment in _rules(tuple(recurrence), wall_clock(start), _zone_name(start)).xafter(after, inc=True):
        if moment > before:
            return
        yield moment


def has_start(recurrence: list[str], start: Json, local: datetime) -> bool:
    """Whether the series has an instance that originally starts at this naive local time."""
    return next(starts(recurrence, start, after=local, before=local), None) is not None


def first_start(recurrence: list[str], start: Json) -> datetime | None:
    """The first start, or None where exclusions leave nothing."""
    first: datetime | None = next(iter(_rules(tuple(recurrence), wall_clock(start), _zone_name(start))), None)
    return first


def _zone_name(start: Json) -> str | None:
    return None if is_all_day(start) else str(start["timeZone"])


@lru_cache(maxsize=2048)
def _rules(lines: tuple[str, ...], local_start: datetime, zone_name: str | None) -> rruleset:
    """The set of starts; cached, and itself caching what it has computed."""
    rules = rruleset(cache=True)
    for line in lines:
        matched = _LINE.match(line.strip())
        if matched is None:
            raise Unreadable(line)
        kind, parameters, value = matched[1].upper(), matched[2].upper(), matched[3]
        if kind in {"RRULE", "EXRULE"}:
            rule = rrulestr(_with_local_until(value, zone_name), dtstart=local_start, cache=True)
            if not isinstance(rule, rrule):
                raise Unreadable(line)
            (rules.rrule if kind == "RRULE" else rules.exrule)(rule)
            continue
        for text in value.split(","):
            moment = _local(text.strip(), matched[2], zone_name)
            if "VALUE=DATE" in parameters and "VALUE=DATE-TIME" not in parameters and zone_name is not None:
                moment = datetime.combine(moment.date(), local_start.time())
            (rules.rdate if kind == "RDATE" else rules.exdate)(moment)
    if any(line.upper().startswith(("RRULE", "RDATE")) for line in lines):
        # The master's own start is the first instance, also where the rule does not give it. RFC 5545 leaves that
        # open (3.8.5.3); Google shows it. Source: reports to dateutil, rrule.js and ical.js (1021, 84, 294).
        rules.rdate(local_start)
    return rules


def _with_local_until(rule: str, zone_name: str | None) -> str:
    """The rule with UNTIL as a naive local time, because the expansion is naive."""

    def localised(matched: re.Match[str]) -> str:
        text = matched[1].upper()
        if len(text) == 8:
            return f"UNTIL={text}T235959" if zone_name else f"UNTIL={text}"
        if zone_name is None:
            return f"UNTIL={text[:8]}"
        return f"UNTIL={_local(text, '', zone_name):%Y%m%dT%H%M%S}"

    return _UNTIL.sub(localised, rule)


def _local(text: str, parameters: str, zone_name: str | None) -> datetime:
    """A date or date-time of a recurrence line as a naive local time of the series' zone."""
    text = text.upper()
    if len(text) == 8:
        return datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007  (a wall-clock time has no zone here)
    moment = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007  (as above)
    if zone_name is None:
        return datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001  (as above)
    named = re.search(r"TZID=([^;:]+)", parameters, re.IGNORECASE)
    origin = UTC if text.endswith("Z") else zone(named[1]) if named else None
    if named and origin is None and not text.endswith("Z"):
        raise Unreadable(text)
    if origin is None:
        return moment
    return moment.replace(tzinfo=origin).astimezone(ZoneInfo(zone_name)).replace(tzinfo=None)
