"""Calendar API v3: calendars, primary and secondary."""

from workspace_emulator.http import scopes
from workspace_emulator.http.event_json import calendar_id_of
from workspace_emulator.http.message import Result
from workspace_emulator.http.method import Call, Method
from workspace_emulator.http.rosters import require_match
from workspace_emulator.http.target import Target, named_calendar, target_of
from workspace_emulator.json_values import Json
from workspace_emulator.state import errors, secondary
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.event_rules import typed
from workspace_emulator.state.event_times import zone
from workspace_emulator.state.list_tokens import fingerprint
from workspace_emulator.state.shapes import shaped
from workspace_emulator.state.workspace import milliseconds

_DAYS = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}


def get_calendar(call: Call) -> Result:
    target = target_of(call)
    return _calendar_result(call, target)


def insert_calendar(call: Call) -> Result:
    """A secondary calendar, whose data owner the caller is."""
    body = call.body()
    if not body.get("summary"):
        raise errors.required("Missing title.")
    time_zone = str(body.get("timeZone") or "UTC")
    if zone(time_zone) is None:
        raise errors.invalid("Invalid time zone.")
    texts = {name: typed(name, body[name], str) for name in ("description", "location") if body.get(name)}
    labels = shaped("labelProperties", body.get("labelProperties") or {}) or None
    summary = typed("summary", body["summary"], str)
    calendar = secondary.create(
        call.workspace, call.user, summary, call.now, time_zone=time_zone, client_id=call.grant.client_id
    )
    calendar.description, calendar.location, calendar.labels = texts.get("description"), texts.get("location"), labels
    return _calendar_result(call, target_of(call, calendar.key))


def delete_calendar(call: Call) -> Result:
    secondary.delete(call.workspace, target_of(call).calendar, call.user, call.now)
    return Result(None, 204)


def clear_calendar(call: Call) -> Result:
    target = target_of(call)
    target.require_owner()
    secondary.clear(call.workspace, target.calendar, call.now)
    return Result(None, 204)


def transfer_ownership(call: Call) -> Result:
    """Only with an administrator's powers, as the reference says."""
    query = call.query
    if query.flag("useAdminAccess") is not True:
        raise errors.invalid("Only useAdminAccess=true is supported.", location="useAdminAccess")
    new_owner = call.workspace.user_of(query.text("newDataOwner") or "")
    if new_owner is None:
        raise errors.required("Required parameter: newDataOwner", location="newDataOwner")
    if not call.user.is_admin:
        raise errors.ApiError(403, "forbidden", "Forbidden")
    calendar = named_calendar(call, call.names["calendarId"])
    if calendar.is_primary or calendar.generated:
        raise errors.invalid("Only a secondary calendar can be transferred.")
    secondary.transfer(call.workspace, calendar, new_owner, call.now)
    return Result(None, 204)


def patch_calendar(call: Call) -> Result:
    return _write_calendar(call, merge=True)


def update_calendar(call: Call) -> Result:
    return _write_calendar(call, merge=False)


def _write_calendar(call: Call, *, merge: bool) -> Result:
    target = target_of(call)
    target.require_owner()
    calendar, body = target.calendar, call.body()
    require_match(call, _calendar_etag(target))
    if "timeZone" in body:
        if zone(str(body["timeZone"])) is None:
            raise errors.invalid("Invalid time zone.")
        _set_time_zone(call, calendar, body["timeZone"])
    for name in ("summary", "description", "location"):
        if name in body or not merge:
            value = body.get(name)
            setattr(calendar, name, None if value is None else typed(name, value, str))
    if body.get("labelProperties") is not None:
        calendar.labels = shaped("labelProperties", body["labelProperties"])
    if body.get("workingHours"):
        # Source: left out, null or empty leaves them as they are.
        if not calendar.is_primary:
            raise errors.invalid("Only primary calendars have working hours.")
        calendar.working_hours = _read_working_hours(body["workingHours"])
    calendar.version += 1
    return _calendar_result(call, target)


def _set_time_zone(call: Call, calendar: Calendar, name: str) -> None:
    calendar.time_zone = name
    personal = call.workspace.personal(calendar.owner_id)
    if calendar.is_primary and "timezone" not in personal.settings:
        # The setting follows the calendar until it is set by itself.
        personal.settings_log.record("timezone", milliseconds(call.now))
        call.workspace.touch(f"settings {calendar.owner_id}")


def _read_working_hours(value: object) -> Json:
    """Source: discovery of 2026-10: days, minutes from midnight, replaced as a whole."""
    hours = typed("workingHours", value, dict)
    kept: Json = {"workingHoursEnabled": typed("workingHours", hours.get("workingHoursEnabled", True), bool)}
    rows = []
    for row in typed("workingHours.availableTimes", hours.get("availableTimes", []), list):
        day = typed("workingHours.dayOfWeek", typed("workingHours", row, dict).get("dayOfWeek"), str)
        start, end = (typed(f"workingHours.{name}", row.get(name), int) for name in ("periodStart", "periodEnd"))
        if day not in _DAYS or not 0 <= start < end <= 1440:
            raise errors.invalid("Invalid value for: workingHours.availableTimes")
        rows.append({"dayOfWeek": day, "periodStart": start, "periodEnd": end})
    return kept | {"availableTimes": rows}


def _calendar_etag(target: Target) -> str:
    return f'"{fingerprint("calendar", target.calendar.key, target.calendar.version)}"'


def _calendar_result(call: Call, target: Target) -> Result:
    calendar = target.calendar
    calendar_id = calendar_id_of(call.workspace, calendar)
    etag = _calendar_etag(target)
    value: Json = {
        "kind": "calendar#calendar",
        "etag": etag,
        "id": calendar_id,
        "summary": calendar.summary or calendar_id,
        "timeZone": calendar.time_zone,
        "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
    }
    value |= {name: getattr(calendar, name) for name in ("description", "location") if getattr(calendar, name)}
    if not calendar.is_primary and not calendar.generated:
        value["dataOwner"] = call.workspace.directory.users[calendar.owner_id].primary_email
    if calendar.labels is not None:
        value["labelProperties"] = calendar.labels
    if calendar.working_hours is not None and target.role == "owner":
        value["workingHours"] = calendar.working_hours
    return Result(value, headers={"etag": etag})


_CALENDARS = "/calendar/v3/calendars"
_ONE = _CALENDARS + "/{calendarId}"
METHODS = (
    Method("calendar.calendars.get", "GET", _ONE, scopes.CALENDARS_READ, get_calendar),
    Method("calendar.calendars.patch", "PATCH", _ONE, scopes.CALENDARS_WRITE, patch_calendar),
    Method("calendar.calendars.update", "PUT", _ONE, scopes.CALENDARS_WRITE, update_calendar),
    Method("calendar.calendars.insert", "POST", _CALENDARS, scopes.CALENDARS_WRITE, insert_calendar),
    Method("calendar.calendars.delete", "DELETE", _ONE, scopes.CALENDARS_WRITE, delete_calendar),
    Method("calendar.calendars.clear", "POST", _ONE + "/clear", scopes.CALENDARS_OWN, clear_calendar),
    Method(
        "calendar.calendars.transferOwnership",
        "POST",
        _ONE + "/transferOwnership",
        scopes.CALENDARS_OWN,
        transfer_ownership,
    ),
)
