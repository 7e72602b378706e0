"""Calendar API v3: calendars, calendarList and settings; and those of their kind that answer 501."""

from workspace_emulator.http import scopes
from workspace_emulator.http.event_json import calendar_id_of
from workspace_emulator.http.message import Result
from workspace_emulator.http.method import Call, Method
from workspace_emulator.http.target import Target, target_of
from workspace_emulator.json_values import Json
from workspace_emulator.state import errors
from workspace_emulator.state.event_rules import typed
from workspace_emulator.state.event_times import zone
from workspace_emulator.state.list_tokens import fingerprint

SETTING_DEFAULTS = {
    "autoAddHangouts": "false",
    "dateFieldOrder": "MDY",
    "defaultEventLength": "60",
    "format24HourTime": "false",
    "hideInvitations": "false",
    "hideWeekends": "false",
    "locale": "en",
    "remindOnRespondedEventsOnly": "false",
    "showDeclinedEvents": "true",
    "timezone": "Etc/GMT",
    "useKeyboardShortcuts": "true",
    "weekStart": "0",
}
"""Source: the reference of settings. A setting at its default is left out of the list."""

_DAYS = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}


def get_calendar(call: Call) -> Result:
    target = target_of(call)
    return _calendar_result(call, target)


def patch_calendar(call: Call) -> Result:
    """Only what people change on a primary calendar: zone, texts and working hours."""
    return _write_calendar(call, merge=True)


def update_calendar(call: Call) -> Result:
    return _write_calendar(call, merge=False)


def _write_calendar(call: Call, *, merge: bool) -> Result:
    target = target_of(call)
    target.require_owner()
    calendar, body = target.calendar, call.body()
    if call.request.headers.get("if-match") not in (None, "*", _calendar_etag(target)):
        raise errors.precondition_failed()
    if "timeZone" in body:
        if zone(str(body["timeZone"])) is None:
            raise errors.invalid("Invalid time zone.")
        calendar.time_zone = body["timeZone"]
    for name in ("summary", "description", "location"):
        if name in body or not merge:
            value = body.get(name)
            setattr(calendar, name, None if value is None else typed(name, value, str))
    if "workingHours" in body:
        calendar.working_hours = _read_working_hours(body["workingHours"])
    calendar.version += 1
    return _calendar_result(call, target)


def _read_working_hours(value: object) -> Json | None:
    """Source: discovery of 2026-10: days, minutes from midnight, replaced as a whole."""
    if value is None:
        return None
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
    return f'"{fingerprint("calendar", target.calendar.owner_id, target.calendar.version)}"'


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
    if calendar.working_hours is not None and target.role == "owner":
        value["workingHours"] = calendar.working_hours
    return Result(value, headers={"etag": etag})


def get_list_entry(call: Call) -> Result:
    target = target_of(call)
    if target.calendar.owner_id != call.user.id:
        # Only the own primary calendar is on anybody's list here.
        raise errors.not_found()
    entry = _list_entry(call, target)
    return Result(entry, headers={"etag": entry["etag"]})


def list_calendars(call: Call) -> Result:
    if call.query.text("syncToken") is not None:
        raise errors.full_sync_required()
    entry = _list_entry(call, target_of(call, "primary"))
    return Result({"kind": "calendar#calendarList", "etag": f'"p{entry["etag"][1:]}', "items": [entry]})


def _list_entry(call: Call, target: Target) -> Json:
    calendar = target.calendar
    calendar_id = calendar_id_of(call.workspace, calendar)
    return {
        "kind": "calendar#calendarListEntry",
        "etag": _calendar_etag(target),
        "id": calendar_id,
        "summary": calendar.summary or calendar_id,
        "timeZone": calendar.time_zone,
        "colorId": "14",
        "backgroundColor": "#9fe1e7",
        "foregroundColor": "#000000",
        "selected": True,
        "accessRole": target.role,
        "defaultReminders": [{"method": "popup", "minutes": 10}],
        "primary": True,
        "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
    }


def get_setting(call: Call) -> Result:
    name = call.names["setting"]
    settings = _settings(call)
    if name not in SETTING_DEFAULTS:
        raise errors.not_found()
    return Result(_setting(name, settings.get(name, SETTING_DEFAULTS[name])))


def list_settings(call: Call) -> Result:
    shown = {name: value for name, value in _settings(call).items() if value != SETTING_DEFAULTS[name]}
    items = [_setting(name, value) for name, value in sorted(shown.items())]
    return Result({"kind": "calendar#settings", "etag": f'"{fingerprint(shown)}"', "items": items})


def _settings(call: Call) -> dict[str, str]:
    calendar = target_of(call, "primary").calendar
    return {"timezone": calendar.time_zone} | calendar.settings


def _setting(name: str, value: str) -> Json:
    return {"kind": "calendar#setting", "etag": f'"{fingerprint(name, value)}"', "id": name, "value": value}


_CALENDARS = "/calendar/v3/calendars"
_LIST = "/calendar/v3/users/me/calendarList"
_SETTINGS = "/calendar/v3/users/me/settings"
_ACL = _CALENDARS + "/{calendarId}/acl"
METHODS = (
    Method("calendar.calendars.get", "GET", _CALENDARS + "/{calendarId}", scopes.CALENDARS_READ, get_calendar),
    Method("calendar.calendars.patch", "PATCH", _CALENDARS + "/{calendarId}", scopes.CALENDARS_WRITE, patch_calendar),
    Method("calendar.calendars.update", "PUT", _CALENDARS + "/{calendarId}", scopes.CALENDARS_WRITE, update_calendar),
    Method("calendar.calendars.insert", "POST", _CALENDARS, scopes.CALENDARS_WRITE),
    Method("calendar.calendars.delete", "DELETE", _CALENDARS + "/{calendarId}", scopes.CALENDARS_WRITE),
    Method("calendar.calendars.clear", "POST", _CALENDARS + "/{calendarId}/clear", scopes.CALENDARS_OWN),
    Method(
        "calendar.calendars.transferOwnership",
        "POST",
        _CALENDARS + "/{calendarId}/transferOwnership",
        scopes.CALENDARS_OWN,
    ),
    Method("calendar.calendarList.get", "GET", _LIST + "/{calendarId}", scopes.CALENDAR_LIST_GET, get_list_entry),
    Method("calendar.calendarList.list", "GET", _LIST, scopes.CALENDAR_LIST_READ, list_calendars),
    Method("calendar.calendarList.insert", "POST", _LIST, scopes.CALENDAR_LIST_INSERT),
    Method("calendar.calendarList.watch", "POST", _LIST + "/watch", scopes.CALENDAR_LIST_READ),
    Method("calendar.calendarList.delete", "DELETE", _LIST + "/{calendarId}", scopes.CALENDAR_LIST_WRITE),
    Method("calendar.calendarList.patch", "PATCH", _LIST + "/{calendarId}", scopes.CALENDAR_LIST_WRITE),
    Method("calendar.calendarList.update", "PUT", _LIST + "/{calendarId}", scopes.CALENDAR_LIST_WRITE),
    Method("calendar.settings.get", "GET", _SETTINGS + "/{setting}", scopes.SETTINGS, get_setting),
    Method("calendar.settings.list", "GET", _SETTINGS, scopes.SETTINGS, list_settings),
    Method("calendar.settings.watch", "POST", _SETTINGS + "/watch", scopes.SETTINGS),
    Method("calendar.colors.get", "GET", "/calendar/v3/colors", scopes.COLORS),
    Method("calendar.acl.list", "GET", _ACL, scopes.ACL_READ),
    Method("calendar.acl.insert", "POST", _ACL, scopes.ACL_WRITE),
    Method("calendar.acl.watch", "POST", _ACL + "/watch", scopes.ACL_READ),
    Method("calendar.acl.get", "GET", _ACL + "/{ruleId}", scopes.ACL_GET),
    Method("calendar.acl.patch", "PATCH", _ACL + "/{ruleId}", scopes.ACL_WRITE),
    Method("calendar.acl.update", "PUT", _ACL + "/{ruleId}", scopes.ACL_WRITE),
    Method("calendar.acl.delete", "DELETE", _ACL + "/{ruleId}", scopes.ACL_WRITE),
)
