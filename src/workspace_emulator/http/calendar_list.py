"""Calendar API v3: calendarList, each user's own view of calendars."""

from workspace_emulator.http import scopes
from workspace_emulator.http.list_entry import read_entry
from workspace_emulator.http.message import Result
from workspace_emulator.http.method import Call, Method
from workspace_emulator.http.rosters import asked_page, require_match
from workspace_emulator.http.target import named_calendar, role_of, target_of
from workspace_emulator.json_values import Json
from workspace_emulator.state import errors
from workspace_emulator.state.access import at_least
from workspace_emulator.state.access_rules import ROLES
from workspace_emulator.state.colours import CALENDAR_COLOURS
from workspace_emulator.state.list_tokens import fingerprint
from workspace_emulator.state.personal import ListEntry, Personal
from workspace_emulator.state.workspace import milliseconds

_AS_THEY_ARE = ("summaryOverride", "colorId", "backgroundColor", "foregroundColor", "hidden", "selected")


def list_entries(call: Call) -> Result:
    """Changes of what is read-only here, as a calendar's zone or access, do not bring an entry back."""
    personal, query = _personal(call), call.query
    least = query.text("minAccessRole")
    if least is not None and least not in ROLES[1:]:
        raise errors.invalid("Invalid value for: minAccessRole", location="minAccessRole")
    deleted, hidden = query.flag("showDeleted") or False, query.flag("showHidden") or False
    own = query.flag("showOwnOrganizationOnly") or False
    present = [
        entry.key
        for entry in personal.entries.values()
        if (deleted or not _is_gone(call, entry))
        and (hidden or not entry.fields.get("hidden"))
        and (least is None or at_least(_role(call, entry), least))
        and not (own and _is_foreign(call, entry))
    ]
    page = asked_page(
        call,
        ("calendarList",),
        personal.list_log,
        present,
        not_false=("showDeleted", "showHidden"),
        not_with_token=("minAccessRole", "showOwnOrganizationOnly"),
    )
    etag = f'"p{fingerprint(call.user.id, personal.list_log.head, call.request.query)}o"'
    items = [_shown(call, personal.entries[key]) for key in page.keys]
    value: Json = {"kind": "calendar#calendarList", "etag": etag} | page.tokens() | {"items": items}
    return Result(value, headers={"etag": etag})


def get_entry(call: Call) -> Result:
    return _result(call, _found(call))


def insert_entry(call: Call) -> Result:
    """An existing calendar comes onto the list; one that is there already is changed."""
    body = call.body()
    if not isinstance(body.get("id"), str) or not body["id"]:
        raise errors.required("Missing id.")
    calendar = target_of(call, body["id"]).calendar
    personal = _personal(call)
    old = personal.entries.get(calendar.key)
    fresh = {"colorId": str(len(personal.entries) % len(CALENDAR_COLOURS) + 1), "defaultReminders": []}
    before = fresh if old is None or old.deleted else old.fields
    return _store(call, calendar.key, read_entry(call, before, body, merge=True))


def patch_entry(call: Call) -> Result:
    return _write(call, merge=True)


def update_entry(call: Call) -> Result:
    return _write(call, merge=False)


def delete_entry(call: Call) -> Result:
    """The calendar itself stays. Raises: ApiError 403 for one's own primary calendar."""
    entry = _found(call)
    if entry.key == call.user.id:
        message = "Cannot change your own primary subscription."
        raise errors.ApiError(403, "cannotChangeOwnPrimarySubscription", message, "calendar")
    require_match(call, _etag(call, entry))
    _personal(call).put_entry(entry.key, entry.fields, milliseconds(call.now), deleted=True)
    call.workspace.touch(f"calendarList {call.user.id}")
    return Result(None, 204)


def _write(call: Call, *, merge: bool) -> Result:
    entry = _found(call)
    require_match(call, _etag(call, entry))
    return _store(call, entry.key, read_entry(call, entry.fields, call.body(), merge=merge))


def _store(call: Call, key: str, fields: Json) -> Result:
    entry = _personal(call).put_entry(key, fields, milliseconds(call.now))
    call.workspace.touch(f"calendarList {call.user.id}")
    return _result(call, entry)


def _personal(call: Call) -> Personal:
    return call.workspace.personal(call.user.id)


def _found(call: Call) -> ListEntry:
    entry = _personal(call).entries.get(named_calendar(call, call.names["calendarId"]).key)
    if entry is None or _is_gone(call, entry):
        raise errors.not_found()
    return entry


def _role(call: Call, entry: ListEntry) -> str:
    calendar = call.workspace.calendars.get(entry.key)
    return role_of(call, calendar, call.user) if calendar else "none"


def _is_gone(call: Call, entry: ListEntry) -> bool:
    return entry.deleted or _role(call, entry) == "none"


def _is_foreign(call: Call, entry: ListEntry) -> bool:
    calendar = call.workspace.calendars.get(entry.key)
    return calendar is None or calendar.generated


def _etag(call: Call, entry: ListEntry) -> str:
    calendar = call.workspace.calendars.get(entry.key)
    version = calendar.version if calendar else 0
    return f'"{fingerprint("entry", entry.key, entry.version, version, _role(call, entry), entry.deleted)}"'


def _result(call: Call, entry: ListEntry) -> Result:
    return Result(_shown(call, entry), headers={"etag": _etag(call, entry)})


def _shown(call: Call, entry: ListEntry) -> Json:
    workspace = call.workspace
    calendar = workspace.calendars.get(entry.key)
    head: Json = {"kind": "calendar#calendarListEntry", "etag": _etag(call, entry)}
    if calendar is None or _is_gone(call, entry):
        address = workspace.address_of(calendar) if calendar else entry.key
        return head | {"id": address, "deleted": True}
    address = workspace.address_of(calendar)
    shown = head | {"id": address, "summary": calendar.summary or address, "timeZone": calendar.time_zone}
    shown |= {name: getattr(calendar, name) for name in ("description", "location") if getattr(calendar, name)}
    shown |= {name: entry.fields[name] for name in _AS_THEY_ARE if entry.fields.get(name)}
    shown.setdefault("backgroundColor", CALENDAR_COLOURS[shown.get("colorId", "1")])
    shown.setdefault("foregroundColor", "#000000")
    shown |= {"accessRole": _role(call, entry), "defaultReminders": entry.fields.get("defaultReminders", [])}
    if "notificationSettings" in entry.fields:
        shown["notificationSettings"] = entry.fields["notificationSettings"]
    if entry.key == call.user.id:
        shown["primary"] = True
    if not calendar.is_primary and not calendar.generated:
        shown["dataOwner"] = workspace.directory.users[calendar.owner_id].primary_email
    return shown | {"conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]}}


_LIST = "/calendar/v3/users/me/calendarList"
METHODS = (
    Method("calendar.calendarList.get", "GET", _LIST + "/{calendarId}", scopes.CALENDAR_LIST_GET, get_entry),
    Method("calendar.calendarList.list", "GET", _LIST, scopes.CALENDAR_LIST_READ, list_entries),
    Method("calendar.calendarList.insert", "POST", _LIST, scopes.CALENDAR_LIST_INSERT, insert_entry),
    Method("calendar.calendarList.delete", "DELETE", _LIST + "/{calendarId}", scopes.CALENDAR_LIST_WRITE, delete_entry),
    Method("calendar.calendarList.patch", "PATCH", _LIST + "/{calendarId}", scopes.CALENDAR_LIST_WRITE, patch_entry),
    Method("calendar.calendarList.update", "PUT", _LIST + "/{calendarId}", scopes.CALENDAR_LIST_WRITE, update_entry),
)
