"""The writable fields of a calendar list entry, read and checked.

Source: the reference of calendarList: colours by palette, or as RGB with `colorRgbFormat`.
"""

import re

from workspace_emulator.http.method import Call
from workspace_emulator.json_values import Json
from workspace_emulator.state import errors
from workspace_emulator.state.colours import CALENDAR_COLOURS, nearest
from workspace_emulator.state.event_rules import read_reminders, typed

_RGB = re.compile(r"^#[0-9a-fA-F]{6}$")
_KINDS: dict[str, type] = {"summaryOverride": str, "hidden": bool, "selected": bool}
_NOTICES = {"eventCreation", "eventChange", "eventCancellation", "eventResponse", "agenda"}


def read_entry(call: Call, before: Json, body: Json, *, merge: bool) -> Json:
    """The fields after the write: laid over those before, or instead of them. Raises: ApiError 400."""
    fields = dict(before) if merge else {"colorId": before.get("colorId", "1")}
    for name, kind in _KINDS.items():
        if name in body:
            fields[name] = None if body[name] is None else typed(name, body[name], kind)
    _read_colours(call, fields, body)
    if "defaultReminders" in body:
        rows = typed("defaultReminders", body["defaultReminders"] or [], list)
        fields["defaultReminders"] = read_reminders({"useDefault": False, "overrides": rows}).get("overrides", [])
    if "notificationSettings" in body:
        fields["notificationSettings"] = _notification_settings(body["notificationSettings"])
    return {name: value for name, value in fields.items() if value is not None}


def _read_colours(call: Call, fields: Json, body: Json) -> None:
    if call.query.flag("colorRgbFormat"):
        for name in ("backgroundColor", "foregroundColor"):
            if name in body:
                if not _RGB.match(typed(name, body[name], str)):
                    raise errors.invalid(f"Invalid value for: {name}")
                fields[name] = body[name].lower()
        if "backgroundColor" in body:
            fields["colorId"] = nearest(fields["backgroundColor"])
    elif body.get("colorId") is not None and body["colorId"] != fields.get("colorId"):
        if typed("colorId", body["colorId"], str) not in CALENDAR_COLOURS:
            raise errors.invalid("Invalid value for: colorId")
        fields["colorId"] = body["colorId"]
        fields.pop("backgroundColor", None)
        fields.pop("foregroundColor", None)


def _notification_settings(value: object) -> Json | None:
    if value is None:
        return None
    rows = typed(
        "notificationSettings.notifications", typed("notificationSettings", value, dict).get("notifications"), list
    )
    for row in rows:
        kind = typed("notificationSettings.notifications", row, dict).get("type")
        if not isinstance(kind, str) or kind not in _NOTICES or row.get("method") != "email":
            raise errors.invalid("Invalid value for: notificationSettings.notifications")
    return {"notifications": [{"type": row["type"], "method": "email"} for row in rows]}
