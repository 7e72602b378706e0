"""Calendars and what belongs to people as JSON and back."""

from dataclasses import asdict, fields
from typing import Any

from workspace_emulator.json_values import Json
from workspace_emulator.state.access_rules import AccessRule, AccessRules
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.change_log import ChangeLog
from workspace_emulator.state.directory import Directory
from workspace_emulator.state.event import Event, EventType, Status
from workspace_emulator.state.personal import ListEntry, Personal

_PLAIN = (
    "owner_id",
    "secondary_id",
    "generated",
    "client_id",
    "time_zone",
    "summary",
    "description",
    "location",
    "working_hours",
    "labels",
    "epoch",
    "version",
)


def calendar_json(calendar: Calendar) -> Json:
    value: Json = {name: getattr(calendar, name) for name in _PLAIN}
    value["access"] = [asdict(rule) for rule in calendar.access.by_id.values()]
    value["access_log"] = _log_json(calendar.access.log)
    # Not asdict: events are many, and their fields are JSON that nobody changes in place.
    value["events"] = [
        {item.name: getattr(event, item.name) for item in fields(Event)} for event in calendar.events.values()
    ]
    value["log"] = _log_json(calendar.log)
    return value


def read_calendar(row: Json, directory: Directory) -> Calendar:
    """Snapshots of earlier versions have no secondary calendars, and `roles` by user id instead of rules."""
    calendar = Calendar(**{name: row[name] for name in _PLAIN if name in row})
    calendar.restore_indexes(_event(item) for item in row["events"])
    calendar.log = _log(row["log"])
    if "access" in row:
        rules = (AccessRule(**rule) for rule in row["access"])
        calendar.access = AccessRules({rule.id: rule for rule in rules}, _log(row["access_log"]))
    for user_id, role in row.get("roles", {}).items():
        if (user := directory.users.get(user_id)) is not None:
            calendar.access.put("user", user.primary_email, role, 0, exact=True)
    return calendar


def personal_json(personal: Personal) -> Json:
    return {
        "settings": dict(personal.settings),
        "settings_log": _log_json(personal.settings_log),
        "invitations": personal.invitations,
        "entries": [asdict(entry) for entry in personal.entries.values()],
        "list_log": _log_json(personal.list_log),
    }


def read_personal(row: Json) -> Personal:
    entries = (ListEntry(**entry) for entry in row["entries"])
    return Personal(
        settings=dict(row["settings"]),
        settings_log=_log(row["settings_log"]),
        invitations=row["invitations"],
        entries={entry.key: entry for entry in entries},
        list_log=_log(row["list_log"]),
    )


def _log_json(log: ChangeLog) -> Json:
    entries = [list(entry) for entry in log.entries]
    return {"head": log.head, "entries": entries, "muted": sorted(log.muted)}


def _log(value: Json) -> ChangeLog:
    entries: list[tuple[Any, ...]] = [tuple(entry) for entry in value["entries"]]
    log = ChangeLog(value["head"], muted=set(value.get("muted", ())))
    for position, key, at_ms in entries:
        log.latest[key] = position
        log.entries.append((position, key, at_ms))
    return log


def _event(row: Json) -> Event:
    return Event(**{**row, "status": Status(row["status"]), "event_type": EventType(row["event_type"])})
