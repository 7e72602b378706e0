"""Secondary calendars: made, given away, deleted. Emptying a primary one.

Source: the reference of calendars and the guide to calendars and events: exactly one data owner, who never changes by
a change of access.
"""

from datetime import datetime

from workspace_emulator.state import errors, writes
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.channels import notification
from workspace_emulator.state.directory import User
from workspace_emulator.state.workspace import Workspace, milliseconds


def create(
    workspace: Workspace,
    owner: User,
    summary: str,
    now: datetime,
    *,
    time_zone: str = "UTC",
    client_id: str | None = None,
) -> Calendar:
    """A calendar of that data owner, on whose list it stands from the beginning."""
    address = f"c_{workspace.random.getrandbits(256):064x}@group.calendar.google.com"
    calendar = Calendar(owner.id, secondary_id=address, client_id=client_id, time_zone=time_zone, summary=summary)
    workspace.calendars[address] = calendar
    _enlist(workspace, owner, calendar, now)
    return calendar


def _enlist(workspace: Workspace, user: User, calendar: Calendar, now: datetime) -> None:
    personal = workspace.personal(user.id)
    entry = personal.entries.get(calendar.key)
    if entry is None or entry.deleted:
        colour = str(len(personal.entries) % 24 + 1)
        fields = {"colorId": colour, "selected": True, "defaultReminders": []}
        personal.put_entry(calendar.key, fields, milliseconds(now))
        workspace.touch(f"calendarList {user.id}")


def delete(workspace: Workspace, calendar: Calendar, caller: User, now: datetime) -> None:
    """Raises: ApiError 403 for a primary calendar and for everybody but the data owner."""
    if calendar.is_primary:
        raise errors.ApiError(403, "cannotDeletePrimaryCalendar", "Cannot delete primary calendar.", "calendar")
    if calendar.owner_id != caller.id:
        raise errors.ApiError(403, "forbidden", "Forbidden")
    remove(workspace, calendar, now)


def remove(workspace: Workspace, calendar: Calendar, now: datetime) -> None:
    """Take a secondary calendar away: from everybody's list, and from its channels with a last message."""
    del workspace.calendars[calendar.key]
    for user_id, personal in workspace.people.items():
        entry = personal.entries.get(calendar.key)
        if entry is not None and not entry.deleted:
            personal.put_entry(calendar.key, entry.fields, milliseconds(now), deleted=True)
            workspace.touch(f"calendarList {user_id}")
    channels = workspace.channels.by_id
    for channel in [row for row in channels.values() if row.watched_key in {calendar.key, f"acl {calendar.key}"}]:
        workspace.outbox.append(notification(channel, "not_exists", workspace.random))
        del channels[channel.id]


def remove_calendars_of(workspace: Workspace, user: User, now: datetime) -> None:
    """What happens to calendars, lists and channels when an account is deleted."""
    for calendar in [row for row in workspace.calendars.values() if row.owner_id == user.id and not row.is_primary]:
        remove(workspace, calendar, now)
    workspace.calendars.pop(user.id, None)
    workspace.people.pop(user.id, None)
    gone = {user.id, f"acl {user.id}"}
    workspace.channels.by_id = {
        key: channel
        for key, channel in workspace.channels.by_id.items()
        if user.id != channel.user_id and channel.watched_key not in gone
    }


def transfer(workspace: Workspace, calendar: Calendar, new_owner: User, now: datetime) -> None:
    """Another data owner; the former one keeps the role `owner`."""
    former = workspace.directory.users[calendar.owner_id]
    if former.id == new_owner.id:
        return
    calendar.owner_id = new_owner.id
    calendar.access.put("user", former.primary_email, "owner", milliseconds(now))
    calendar.version += 1
    calendar.epoch += 1
    workspace.touch(f"acl {calendar.key}")
    _enlist(workspace, new_owner, calendar, now)


def clear(workspace: Workspace, calendar: Calendar, now: datetime) -> None:
    """Delete all events of a primary calendar, series before their exceptions. Raises: ApiError 400."""
    if not calendar.is_primary:
        raise errors.invalid("Only a primary calendar can be cleared.")
    for event_id in sorted(calendar.events, key=lambda key: calendar.events[key].is_exception):
        event = calendar.events[event_id]
        if not event.is_cancelled:
            writes.delete(workspace, calendar, event_id, now)
