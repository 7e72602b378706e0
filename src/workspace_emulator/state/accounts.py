"""What happens to accounts as a whole: renaming, deletion and its undoing, and who is told.

Source: the Directory guides to users and to push notifications. A rename reaches other services after up to ten
minutes; a deleted account can be brought back for twenty days.
"""

import json
from datetime import datetime, timedelta

from workspace_emulator.state.channels import notification
from workspace_emulator.state.directory import DirectoryConflict, User
from workspace_emulator.state.secondary import remove_calendars_of
from workspace_emulator.state.workspace import Workspace, milliseconds

UNDELETE_DAYS = 20
EVENTS = ("add", "delete", "makeAdmin", "undelete", "update")


def rename(workspace: Workspace, user: User, email: str, now: datetime) -> None:
    """Give another primary address, at once or after the lag that is switched on. Raises: DirectoryConflict."""
    workspace.directory.check_new_address(user, email)
    lag = workspace.switches.rename_lag_seconds
    if lag <= 0:
        workspace.directory.rename_user(user, email)
        return
    due = milliseconds(now + timedelta(seconds=lag))
    workspace.directory.renames.append({"due_ms": due, "user_id": user.id, "email": email})


def settle(workspace: Workspace, now: datetime) -> bool:
    """Let renames that are due become visible. Whether there was any."""
    directory, now_ms = workspace.directory, milliseconds(now)
    due = [job for job in directory.renames if job["due_ms"] <= now_ms]
    directory.renames = [job for job in directory.renames if job["due_ms"] > now_ms]
    for job in due:
        user = directory.users.get(job["user_id"])
        if user is not None:
            directory.rename_user(user, job["email"])
            user.version += 1
    return bool(due)


def delete(workspace: Workspace, user: User, now: datetime) -> None:
    """The account, its calendars, its memberships and its channels go; the primary calendar is kept for a return."""
    announce(workspace, user, "delete", now)
    calendar = workspace.calendars.get(user.id)
    workspace.directory.delete_user(user, milliseconds(now))
    remove_calendars_of(workspace, user, now)
    if calendar is not None:
        workspace.deleted_calendars[user.id] = calendar


def undelete(workspace: Workspace, key: str, now: datetime) -> User:
    """Bring an account back, with its calendar and without its memberships.

    Raises: DirectoryConflict if it was never deleted, too long ago, or its address is taken.
    """
    directory = workspace.directory
    user = directory.deleted_user(key)
    limit = milliseconds(now - timedelta(days=UNDELETE_DAYS))
    if user is None or (user.deleted_ms or 0) <= limit:
        raise DirectoryConflict(f"No user {key} was deleted in the last {UNDELETE_DAYS} days.")
    directory.add_user(user)
    del directory.deleted_users[user.id]
    user.deleted_ms = None
    user.version += 1
    if (calendar := workspace.deleted_calendars.pop(user.id, None)) is not None:
        calendar.epoch += 1
        workspace.calendars[user.id] = calendar
    announce(workspace, user, "undelete", now)
    return user


def announce(workspace: Workspace, user: User, event: str, now: datetime) -> None:
    """Tell the channels that wait for this event in the user's domain or in the whole customer.

    Source: the notification carries a body, whose etag is its own and not the user's.
    """
    domain = user.primary_email.split("@")[-1].lower()
    for scope in ("", domain):
        for channel in workspace.channels.watching(watched_key(event, scope), set(), milliseconds(now)):
            watcher = workspace.directory.users.get(channel.user_id)
            if watcher is None or watcher.suspended:
                continue
            body = {"kind": "admin#directory#user", "id": user.id, "primaryEmail": user.primary_email}
            body["etag"] = f'"{channel.id}/{channel.last_number}/{user.version}"'
            message = json.dumps(body).encode()
            workspace.outbox.append(notification(channel, event, workspace.random, message))


def watched_key(event: str, domain: str) -> str:
    """Under which key a channel on users is found; an empty domain is the whole customer."""
    return f"users {event} {domain}"
