"""A whole workspace as JSON and back, so that an emulator goes on where it stopped, tokens and channels included."""

from dataclasses import asdict

from workspace_emulator.json_values import Json
from workspace_emulator.state.channels import Channel, Channels
from workspace_emulator.state.directory import Directory, Group, Member, User
from workspace_emulator.state.roles import Assignment, Role, Roles
from workspace_emulator.state.snapshot_calendars import calendar_json, personal_json, read_calendar, read_personal
from workspace_emulator.state.snapshot_credentials import credentials_json, credentials_of
from workspace_emulator.state.switches import Switches
from workspace_emulator.state.workspace import Workspace

FORMAT = 1


class UnreadableSnapshot(ValueError):
    """The JSON is not a snapshot of this version."""


def to_json(workspace: Workspace) -> Json:
    """Everything but undelivered messages."""
    return {
        "format": FORMAT,
        "seed": workspace.seed,
        "directory": _directory_json(workspace.directory),
        "credentials": credentials_json(workspace.credentials),
        "calendars": [calendar_json(calendar) for calendar in workspace.calendars.values()],
        "deleted_calendars": [calendar_json(calendar) for calendar in workspace.deleted_calendars.values()],
        "people": {user_id: personal_json(personal) for user_id, personal in workspace.people.items()},
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
        calendars = (read_calendar(row, workspace.directory) for row in value["calendars"])
        workspace.calendars = {calendar.key: calendar for calendar in calendars}
        gone = (read_calendar(row, workspace.directory) for row in value.get("deleted_calendars", ()))
        workspace.deleted_calendars = {calendar.key: calendar for calendar in gone}
        workspace.people = {user_id: read_personal(row) for user_id, row in value.get("people", {}).items()}
        channels = (_channel(dict(row)) for row in value["channels"])
        workspace.channels = Channels({channel.id: channel for channel in channels})
        workspace.switches = Switches().changed(value["switches"])
        workspace.apis = dict(value["apis"])
        workspace.pending = list(value["pending"])
        workspace.lost_sync_tokens = set(value.get("lost_sync_tokens", ()))
    except (KeyError, TypeError, ValueError) as cause:
        raise UnreadableSnapshot(f"The state cannot be read: {type(cause).__name__} at {cause}.") from cause
    return workspace


def _channel(row: Json) -> Channel:
    if "calendar_owner_id" in row:
        # The name in snapshots of earlier versions, when events alone could be watched.
        row["watched_key"] = row.pop("calendar_owner_id")
    return Channel(**{**row, "event_types": tuple(row["event_types"])})


def _user(row: Json) -> User:
    # Snapshots of earlier versions held privileges with each person.
    return User(**{name: value for name, value in row.items() if name != "privileges"})


def _roles_json(roles: Roles) -> Json:
    return {
        "custom": [asdict(role) | {"privileges": sorted(role.privileges)} for role in roles.custom()],
        "assignments": [asdict(each) for each in roles.assignments.values()],
    }


def _roles(value: Json) -> Roles:
    roles = Roles()
    for row in value["custom"]:
        roles.known[row["id"]] = Role(**{**row, "privileges": frozenset(row["privileges"])})
    roles.assignments = {row["id"]: Assignment(**row) for row in value["assignments"]}
    return roles


def _directory_json(directory: Directory) -> Json:
    return {
        "customer_id": directory.customer_id,
        "domain": directory.domain,
        "users": [asdict(user) for user in directory.users.values()],
        "deleted_users": [asdict(user) for user in directory.deleted_users.values()],
        "groups": [
            {
                "id": group.id,
                "email": group.email,
                "name": group.name,
                "members": [asdict(row) for row in group.members.values()],
                "aliases": list(group.aliases),
                "description": group.description,
            }
            for group in directory.groups.values()
        ],
        "renames": [dict(job) for job in directory.renames],
        "roles": _roles_json(directory.roles),
    }


def _directory(value: Json) -> Directory:
    directory = Directory(value["customer_id"], value["domain"])
    for row in value["users"]:
        directory.add_user(_user(row))
    directory.deleted_users = {row["id"]: _user(row) for row in value["deleted_users"]}
    for row in value["groups"]:
        members = {member["id"]: Member(**member) for member in row["members"]}
        more = (row.get("aliases", []), row.get("description", ""))
        directory.add_group(Group(row["id"], row["email"], row["name"], members, *more))
    directory.renames = list(value.get("renames", ()))
    if "roles" in value:
        directory.roles = _roles(value["roles"])
    for row in value["users"]:
        if row.get("privileges"):
            directory.roles.give_exactly(row["id"], set(row["privileges"]))
    return directory
