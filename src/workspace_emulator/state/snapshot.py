"""A whole workspace as JSON and back, so that an emulator goes on where it stopped, tokens and channels included."""

from dataclasses import asdict, fields
from typing import Any

from workspace_emulator.json_values import Json
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.change_log import ChangeLog
from workspace_emulator.state.channels import Channel, Channels
from workspace_emulator.state.directory import Directory, Group, Member, User
from workspace_emulator.state.event import Event, EventType, Status
from workspace_emulator.state.snapshot_credentials import credentials_json, credentials_of
from workspace_emulator.state.switches import Switches
from workspace_emulator.state.workspace import Workspace

FORMAT = 1
_CALENDAR_PLAIN = (
    "owner_id",
    "time_zone",
    "summary",
    "description",
    "location",
    "settings",
    "working_hours",
    "roles",
    "epoch",
    "version",
)


class UnreadableSnapshot(ValueError):
    """The JSON is not a snapshot of this version."""


def to_json(workspace: Workspace) -> Json:
    """Everything but undelivered messages."""
    return {
        "format": FORMAT,
        "seed": workspace.seed,
        "directory": _directory_json(workspace.directory),
        "credentials": credentials_json(workspace.credentials),
        "calendars": [_calendar_json(calendar) for calendar in workspace.calendars.values()],
        "channels": [asdict(channel) for channel in workspace.channels.by_id.values()],
        "switches": workspace.switches.to_json(),
        "apis": dict(workspace.apis),
        "pending": [dict(job) for job in workspace.pending],
        "lost_sync_tokens": sorted(workspace.lost_sync_tokens),
    }


def from_json(value: Json) -> Workspace:
    """Raises: UnreadableSnapshot."""
    if value.get("format") != FORMAT:
        raise UnreadableSnapshot(f"The state has format {value.get('format')!r}; this version reads {FORMAT}.")
    try:
        workspace = Workspace(value["seed"], _directory(value["directory"]), credentials_of(value["credentials"]))
        workspace.calendars = {row["owner_id"]: _calendar(row) for row in value["calendars"]}
        channels = (Channel(**{**row, "event_types": tuple(row["event_types"])}) for row in value["channels"])
        workspace.channels = Channels({channel.id: channel for channel in channels})
        workspace.switches = Switches().changed(value["switches"])
        workspace.apis = dict(value["apis"])
        workspace.pending = list(value["pending"])
        workspace.lost_sync_tokens = set(value.get("lost_sync_tokens", ()))
    except (KeyError, TypeError, ValueError) as cause:
        raise UnreadableSnapshot(f"The state cannot be read: {type(cause).__name__} at {cause}.") from cause
    return workspace


def _user_json(user: User) -> Json:
    return asdict(user) | {"privileges": sorted(user.privileges)}


def _user(row: Json) -> User:
    return User(**{**row, "privileges": set(row["privileges"])})


def _directory_json(directory: Directory) -> Json:
    return {
        "customer_id": directory.customer_id,
        "domain": directory.domain,
        "users": [_user_json(user) for user in directory.users.values()],
        "deleted_users": [_user_json(user) for user in directory.deleted_users.values()],
        "groups": [
            {"id": group.id, "email": group.email, "name": group.name, "members": [asdict(row) for row in rows]}
            for group in directory.groups.values()
            for rows in [group.members.values()]
        ],
    }


def _directory(value: Json) -> Directory:
    directory = Directory(value["customer_id"], value["domain"])
    for row in value["users"]:
        directory.add_user(_user(row))
    directory.deleted_users = {row["id"]: _user(row) for row in value["deleted_users"]}
    for row in value["groups"]:
        members = {member["id"]: Member(**member) for member in row["members"]}
        directory.add_group(Group(row["id"], row["email"], row["name"], members))
    return directory


def _calendar_json(calendar: Calendar) -> Json:
    value: Json = {name: getattr(calendar, name) for name in _CALENDAR_PLAIN}
    # Not asdict: events are many, and their fields are JSON that nobody changes in place.
    value["events"] = [
        {item.name: getattr(event, item.name) for item in fields(Event)} for event in calendar.events.values()
    ]
    value["log"] = {
        "head": calendar.log.head,
        "entries": [list(entry) for entry in calendar.log.entries],
        "muted": sorted(calendar.log.muted),
    }
    return value


def _calendar(value: Json) -> Calendar:
    calendar = Calendar(**{name: value[name] for name in _CALENDAR_PLAIN})
    calendar.restore_indexes(_event(row) for row in value["events"])
    entries: list[tuple[Any, ...]] = [tuple(entry) for entry in value["log"]["entries"]]
    calendar.log = ChangeLog(value["log"]["head"], muted=set(value["log"].get("muted", ())))
    for position, event_id, at_ms in entries:
        calendar.log.latest[event_id] = position
        calendar.log.entries.append((position, event_id, at_ms))
    return calendar


def _event(row: Json) -> Event:
    return Event(**{**row, "status": Status(row["status"]), "event_type": EventType(row["event_type"])})
