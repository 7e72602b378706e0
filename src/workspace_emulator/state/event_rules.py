"""Which bodies Google accepts for an event, and the normal form in which they are kept.

Pure checks on one body; what a write means for the calendar is writes' business.
Source: the reference of events and the refusals that clients' test suites record.
"""

import re
from typing import Any

from workspace_emulator.json_values import Json
from workspace_emulator.state import errors
from workspace_emulator.state.event import Event, EventType, Status
from workspace_emulator.state.event_times import day_of, is_all_day
from workspace_emulator.state.shapes import shaped

CLIENT_ID = re.compile(r"^[0-9a-v]{5,1024}$")
"""Source: `Event.id`: base32hex, lower case, 5 to 1024 characters."""

TEXT_FIELDS = ("summary", "description", "location", "colorId", "eventLabelId")
OBJECT_FIELDS = ("source", "gadget")
DEFAULTS: dict[str, Any] = {
    "transparency": "opaque",
    "visibility": "default",
    "anyoneCanAddSelf": False,
    "guestsCanInviteOthers": True,
    "guestsCanModify": False,
    "guestsCanSeeOtherGuests": True,
}
"""Fields that are left out of answers while they hold these values."""

GUEST_RIGHTS = ("anyoneCanAddSelf", "guestsCanInviteOthers", "guestsCanModify", "guestsCanSeeOtherGuests")
TYPE_PROPERTIES = {
    EventType.OUT_OF_OFFICE: "outOfOfficeProperties",
    EventType.FOCUS_TIME: "focusTimeProperties",
    EventType.WORKING_LOCATION: "workingLocationProperties",
    EventType.BIRTHDAY: "birthdayProperties",
}
PLAIN_FIELDS = (*TEXT_FIELDS, *OBJECT_FIELDS, *DEFAULTS, *TYPE_PROPERTIES.values())
"""Those that are kept as they are given."""

_CHOICES = {
    "transparency": {"opaque", "transparent"},
    "visibility": {"default", "public", "private", "confidential"},
}
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+$")
_RESPONSES = {"needsAction", "declined", "tentative", "accepted"}
_ATTENDEE_FIELDS = {
    "email": str,
    "displayName": str,
    "optional": bool,
    "resource": bool,
    "comment": str,
    "additionalGuests": int,
    "responseStatus": str,
}


def typed(name: str, value: object, kind: type) -> Any:
    """The value, if it is of that type. Raises: ApiError 400."""
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise errors.invalid(f"Invalid value for: {name}")
    return value


def set_plain_field(fields: Json, name: str, value: object) -> None:
    """Set a text, choice, flag or free object; None, an empty text and the default take it out."""
    if value is None or value == "":
        fields.pop(name, None)
        return
    if name in DEFAULTS:
        typed(name, value, type(DEFAULTS[name]))
        if name in _CHOICES and value not in _CHOICES[name]:
            raise errors.invalid(f"Invalid value for: {name}")
        if value == DEFAULTS[name]:
            fields.pop(name, None)
            return
    else:
        value = typed(name, value, str) if name in TEXT_FIELDS else shaped(name, value)
        if name == "source":
            _check_source(value)
    fields[name] = value


def _check_source(source: Json) -> None:
    """Source: the reference of events: its address is one of the web."""
    if "url" in source and not source["url"].startswith(("http://", "https://")):
        raise errors.invalid("Invalid value for: source.url")


def read_status(value: object) -> Status:
    try:
        return Status(str(value))
    except ValueError:
        raise errors.invalid("Invalid value for: status") from None


def read_event_type(value: object) -> EventType:
    """The type of a new event. Raises: ApiError 400 for unknown types and for those that only Google creates."""
    try:
        kind = EventType(str(value))
    except ValueError:
        raise errors.invalid("Invalid value for: eventType") from None
    if kind is EventType.FROM_GMAIL:
        raise errors.bad_calendar_request("eventTypeRestriction", "Events of type fromGmail cannot be created.")
    return kind


def read_attendees(value: object, before: list[Json]) -> list[Json]:
    """Attendees in normal form; one who was there before and comes without a response keeps the old one."""
    if value is None:
        return []
    answers = {row["email"].lower(): row["responseStatus"] for row in before}
    rows = []
    for given in typed("attendees", value, list):
        typed("attendees", given, dict)
        row = {
            name: typed(f"attendees.{name}", given[name], kind)
            for name, kind in _ATTENDEE_FIELDS.items()
            if given.get(name) not in (None, "", False, 0)
        }
        if "email" not in row:
            raise errors.required("Missing attendee email.")
        if not _EMAIL.match(row["email"]):
            raise errors.invalid("Invalid attendee email.")
        row.setdefault("responseStatus", answers.get(row["email"].lower(), "needsAction"))
        if row["responseStatus"] not in _RESPONSES:
            raise errors.invalid("Invalid value for: attendees.responseStatus")
        rows.append(row)
    return rows


def read_organizer(value: object) -> Json:
    """The organizer of an imported event: address and name. Raises: ApiError 400."""
    given = typed("organizer", value or {}, dict)
    kept = {name: typed(f"organizer.{name}", given[name], str) for name in ("email", "displayName") if given.get(name)}
    if "email" in kept and not _EMAIL.match(kept["email"]):
        raise errors.invalid("Invalid organizer email.")
    return kept


_DEFAULT_REMINDERS: Json = {"useDefault": True}
"""One for all events that have no others: nobody changes what is stored in place."""


def read_reminders(value: object) -> Json:
    """Source: at most 5 overrides of 0 to 40320 minutes, by e-mail or pop-up, not together with the defaults."""
    if value is None:
        return _DEFAULT_REMINDERS
    body = typed("reminders", value, dict)
    overrides = typed("reminders.overrides", body.get("overrides") or [], list)
    use_default = typed("reminders.useDefault", body.get("useDefault", not overrides), bool)
    if use_default and overrides:
        message = "Cannot specify both default reminders and overrides at the same time."
        raise errors.bad_calendar_request("cannotUseDefaultRemindersAndSpecifyOverride", message)
    if len(overrides) > 5:
        raise errors.invalid("Invalid value for: reminders.overrides")
    for row in overrides:
        minutes = typed("reminders.overrides", row, dict).get("minutes")
        if row.get("method") not in ("email", "popup") or not isinstance(minutes, int) or not 0 <= minutes <= 40320:
            raise errors.invalid("Invalid value for: reminders.overrides")
    kept = [{"method": row["method"], "minutes": row["minutes"]} for row in overrides]
    return {"useDefault": use_default} | ({"overrides": kept} if kept else {})


def read_attachments(value: object) -> list[Json]:
    rows = typed("attachments", value or [], list)
    if len(rows) > 25:
        raise errors.invalid("An event may have at most 25 attachments.")
    return [shaped("attachments", row) for row in rows]


def check_type_rules(event: Event) -> None:
    """The rules of status events: timed or all-day, busy or free, and which properties they carry.

    Source: the guide to status events. Raises: ApiError 400.
    """
    all_day = is_all_day(event.fields["start"])
    kind = event.event_type
    for owner, name in TYPE_PROPERTIES.items():
        if name in event.fields and owner is not kind:
            raise errors.bad_calendar_request("eventTypeRestriction", f"Only {owner} events may have {name}.")
    if kind in {EventType.FOCUS_TIME, EventType.OUT_OF_OFFICE}:
        if all_day:
            message = f"An event of type {kind} cannot be an all-day event."
            raise errors.bad_calendar_request("eventTypeRestriction", message)
        if event.fields.get("transparency", "opaque") != "opaque":
            message = f"An event of type {kind} must be opaque."
            raise errors.bad_calendar_request("eventTypeRestriction", message)
    elif kind is EventType.WORKING_LOCATION:
        _check_working_location(event, all_day=all_day)
    elif kind is EventType.BIRTHDAY and not all_day:
        raise errors.bad_calendar_request("eventTypeRestriction", "A birthday is an all-day event.")


def _check_working_location(event: Event, *, all_day: bool) -> None:
    fields = event.fields
    one_day = not all_day or (day_of(fields["end"]) - day_of(fields["start"])).days == 1
    shown = fields.get("visibility") == "public" and fields.get("transparency") == "transparent"
    if not (one_day and shown and "workingLocationProperties" in fields):
        message = "A working location event must be public, transparent, timed or exactly one day long."
        raise errors.bad_calendar_request("malformedWorkingLocationEvent", message)
