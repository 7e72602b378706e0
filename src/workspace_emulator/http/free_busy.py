"""Calendar API v3: freebusy.query."""

from datetime import datetime

from workspace_emulator.http import scopes
from workspace_emulator.http.event_json import timestamp
from workspace_emulator.http.message import Result
from workspace_emulator.http.method import Call, Method
from workspace_emulator.http.target import target_of
from workspace_emulator.json_values import Json
from workspace_emulator.state import errors
from workspace_emulator.state.event_rules import typed
from workspace_emulator.state.event_times import known_zone, read_instant, zone
from workspace_emulator.state.free_busy import Range, busy_ranges
from workspace_emulator.state.workspace import milliseconds

_MOST_CALENDARS = 50
_MOST_MEMBERS = 100


def query(call: Call) -> Result:
    """Busy time by calendar, with an error for each calendar that cannot be read; titles never."""
    body = {name: value for name, value in call.body().items() if value is not None}
    start, end = _moment(body, "timeMin"), _moment(body, "timeMax")
    if start >= end:
        raise errors.time_range_empty("timeMax")
    zone_name = str(body.get("timeZone") or "UTC")
    if zone(zone_name) is None:
        raise errors.invalid("Invalid time zone.")
    wanted, groups = _wanted(call, body)
    limit = min(_MOST_CALENDARS, typed("calendarExpansionMax", body.get("calendarExpansionMax", 50), int))
    found = {
        calendar_id: _calendar(call, calendar_id, start, end, zone_name)
        if number < limit
        else _failed("tooManyCalendarsRequested")
        for number, calendar_id in enumerate(wanted)
    }
    head = {"kind": "calendar#freeBusy", "timeMin": _stamp(start), "timeMax": _stamp(end)}
    return Result(head | ({"groups": groups} if groups else {}) | {"calendars": found})


def _wanted(call: Call, body: Json) -> tuple[list[str], Json]:
    """The calendars asked for, each once, groups replaced by their members; and what became of the groups."""
    directory = call.workspace.directory
    most = min(_MOST_MEMBERS, typed("groupExpansionMax", body.get("groupExpansionMax", _MOST_MEMBERS), int))
    wanted: dict[str, None] = {}
    groups: Json = {}
    for row in typed("items", body.get("items") or [], list):
        key = str(typed("items", row, dict).get("id"))
        group = None if directory.user(key) else directory.group(key)
        if group is None:
            wanted[key] = None
            continue
        rows = directory.members(group, derived=True)
        people = {row.email for row in rows if row.type == "USER" and row.email}
        if any(row.type == "CUSTOMER" for row in rows):
            people |= {user.primary_email for user in directory.users.values()}
        if len(people) > most:
            groups[key] = {"errors": [{"domain": "global", "reason": "groupTooBig"}], "calendars": []}
        else:
            groups[key] = {"calendars": sorted(people)}
            wanted |= dict.fromkeys(sorted(people))
    return list(wanted), groups


def _calendar(call: Call, calendar_id: str, start: datetime, end: datetime, zone_name: str) -> Json:
    try:
        calendar = target_of(call, calendar_id).calendar
    except errors.ApiError:
        return _failed("notFound")
    return {"busy": [_range(found, zone_name) for found in busy_ranges(call.workspace, calendar, start, end)]}


def _range(found: Range, zone_name: str) -> Json:
    first, last = (moment.astimezone(known_zone(zone_name)).isoformat(timespec="seconds") for moment in found)
    return {"start": first.replace("+00:00", "Z"), "end": last.replace("+00:00", "Z")}


def _failed(reason: str) -> Json:
    return {"errors": [{"domain": "global", "reason": reason}], "busy": []}


def _moment(body: Json, name: str) -> datetime:
    if not body.get(name):
        raise errors.required(f"Missing {name} parameter.")
    moment = read_instant(str(body[name]))
    if moment is None:
        raise errors.ApiError(400, "badRequest", "Bad Request")
    return moment


def _stamp(moment: datetime) -> str:
    return timestamp(milliseconds(moment))


METHODS = (Method("calendar.freebusy.query", "POST", "/calendar/v3/freeBusy", scopes.FREE_BUSY, query),)
