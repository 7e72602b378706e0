"""`start` and `end` of events: reading, checking, comparing and rendering them.

A stored time is `{"date": …}` or `{"dateTime": RFC 3339 with offset, "timeZone": IANA name}`.
Source: the reference of events (EventDateTime) and refusals observed by clients' test suites.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workspace_emulator.json_values import Json
from workspace_emulator.state import errors

_EARLIEST = datetime(20, 1, 1, tzinfo=UTC)
_LATEST = datetime(9980, 1, 1, tzinfo=UTC)
_LONGEST = timedelta(days=36_525)
"""Google refuses very long events (`eventDurationExceedsLimit`) without publishing the limit."""


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo | None:
    """The IANA zone of that name, or None."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def known_zone(name: str) -> ZoneInfo:
    """The zone of a name that was checked when it entered; UTC for one that the tz database has lost since."""
    return zone(name) or ZoneInfo("UTC")


def read_instant(text: str) -> datetime | None:
    """An RFC 3339 instant with offset in UTC, or None. Fractions of seconds are accepted and dropped."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None or "T" not in text.upper():
        return None
    # The ends of the calendar leave no room for offsets; nobody asks for those years.
    return min(max(moment.replace(microsecond=0), _EARLIEST), _LATEST).astimezone(UTC)


def read_pair(body: Json, calendar_zone: str, *, recurring: bool) -> tuple[Json, Json]:
    """Normalised `start` and `end` of a body.

    Raises: ApiError 400 with Google's literal messages.
    """
    start, end = body.get("start"), body.get("end")
    start = start if isinstance(start, dict) and (start.get("date") or start.get("dateTime")) else None
    end = end if isinstance(end, dict) and (end.get("date") or end.get("dateTime")) else None
    if end is None:
        raise errors.required("Missing end time.")
    if start is None and "dateTime" in end:
        raise errors.required("Missing start time.")
    if start is None or bool(start.get("date")) != bool(end.get("date")):
        raise errors.invalid("Start and end times must either both be date or both be dateTime.")
    first = _normal(start, "start", calendar_zone, recurring=recurring)
    last = _normal(end, "end", calendar_zone, recurring=recurring)
    length = moment_of(last, calendar_zone) - moment_of(first, calendar_zone)
    if length < timedelta():
        raise errors.time_range_empty()
    if length > _LONGEST:
        raise errors.bad_calendar_request("eventDurationExceedsLimit", "The event is too long.")
    return first, last


def _normal(value: Json, side: str, calendar_zone: str, *, recurring: bool) -> Json:
    if value.get("date"):
        if value.get("dateTime"):
            raise errors.invalid("Start and end times must either both be date or both be dateTime.")
        return {"date": _read_day(value["date"], side).isoformat()}
    named = value.get("timeZone")
    if named is not None and (not isinstance(named, str) or zone(named) is None):
        raise errors.invalid(f"Invalid time zone definition for {side} time.")
    try:
        moment = datetime.fromisoformat(str(value["dateTime"]))
    except ValueError:
        raise errors.invalid(f"Invalid value for: {side}.dateTime") from None
    if not _EARLIEST.year <= moment.year < _LATEST.year:
        raise errors.invalid(f"Invalid value for: {side}.dateTime")
    if (moment.tzinfo is None or recurring) and named is None:
        raise errors.required(f"Missing time zone definition for {side} time.")
    if moment.tzinfo is None:
        # A time that the zone skips is read with the offset before the change, one that repeats as its first.
        moment = moment.replace(tzinfo=known_zone(str(named))).astimezone(UTC)
    own_zone = named or calendar_zone
    found = known_zone(own_zone)
    # The zone's own name, which all events share, instead of each body's copy of it.
    return {"dateTime": moment.replace(microsecond=0).astimezone(found).isoformat(), "timeZone": found.key}


def _read_day(value: object, side: str) -> date:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        day = date.min
    if not _EARLIEST.year <= day.year < _LATEST.year:
        raise errors.invalid(f"Invalid value for: {side}.date")
    return day


def is_all_day(value: Json) -> bool:
    return "date" in value


def day_of(value: Json) -> date:
    return date.fromisoformat(value["date"])


def moment_of(value: Json, calendar_zone: str) -> datetime:
    """The instant in UTC; a day begins at midnight in the calendar's zone."""
    if "date" in value:
        midnight = datetime.combine(day_of(value), time(), known_zone(calendar_zone))
        return midnight.astimezone(UTC)
    return datetime.fromisoformat(value["dateTime"]).astimezone(UTC)


def wall_clock(value: Json) -> datetime:
    """The naive local time in the value's own zone; midnight for a day."""
    if "date" in value:
        return datetime.combine(day_of(value), time())
    local = datetime.fromisoformat(value["dateTime"]).astimezone(known_zone(value["timeZone"]))
    return local.replace(tzinfo=None)


def at_wall_clock(local: datetime, like: Json) -> Json:
    """The stored form of a naive local time, all-day or in the zone of `like`."""
    if "date" in like:
        return {"date": local.date().isoformat()}
    zone_name = like["timeZone"]
    # Through UTC, so that a time in a daylight-saving gap gets the offset that is really in force.
    moment = local.replace(tzinfo=known_zone(zone_name)).astimezone(UTC).astimezone(known_zone(zone_name))
    return {"dateTime": moment.isoformat(), "timeZone": zone_name}


def shifted(value: Json, duration: timedelta) -> Json:
    """`value` moved by a duration of elapsed time (timed) or of days (all-day)."""
    if "date" in value:
        return {"date": (day_of(value) + duration).isoformat()}
    moment = datetime.fromisoformat(value["dateTime"]).astimezone(UTC) + duration
    return {"dateTime": moment.astimezone(known_zone(value["timeZone"])).isoformat(), "timeZone": value["timeZone"]}


def duration_between(start: Json, end: Json) -> timedelta:
    """Elapsed time of a timed pair, days of an all-day pair."""
    if "date" in start:
        return day_of(end) - day_of(start)
    return datetime.fromisoformat(end["dateTime"]) - datetime.fromisoformat(start["dateTime"])


def suffix_of(original_start: Json) -> str:
    """The part of an instance id after the underscore: the original start in UTC, or the day."""
    if "date" in original_start:
        return day_of(original_start).strftime("%Y%m%d")
    return moment_of(original_start, "UTC").strftime("%Y%m%dT%H%M%SZ")


def rendered(value: Json, response_zone: str) -> Json:
    """The wire form: a timed value carries the offset of the response's zone and its own zone's name."""
    if "date" in value:
        return {"date": value["date"]}
    local = datetime.fromisoformat(value["dateTime"]).astimezone(known_zone(response_zone))
    text = local.isoformat(timespec="seconds")
    return {"dateTime": text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text} | {
        "timeZone": value["timeZone"]
    }
