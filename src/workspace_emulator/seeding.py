"""A seed made into a workspace, through the same functions that serve the API.

A seed that the API would refuse is refused here too, with the API's own message.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random, SystemRandom

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from workspace_emulator.json_values import Json
from workspace_emulator.seed.model import Seed, SeedUser
from workspace_emulator.state import rules, secondary, writes
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.credentials import Credentials, ServiceAccount
from workspace_emulator.state.directory import Directory, Group, User
from workspace_emulator.state.stable_ids import stable_id
from workspace_emulator.state.workspace import Workspace, milliseconds


def new_service_account(email: str, client_id: str) -> ServiceAccount:
    """A service account with a fresh RSA key of 2048 bits."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    project = email.split("@")[-1].split(".")[0]
    return ServiceAccount(email, client_id, project, f"{SystemRandom().getrandbits(160):040x}", pem)


def workspace_of(
    seed: Seed,
    now: datetime,
    account: ServiceAccount | None = None,
    random: Random | None = None,
    *,
    name: str | None = None,
) -> Workspace:
    """The customer at its first moment. With `account`, an existing service account stays, and gets the delegation.

    `name` is what the list of seeds calls it. Raises: ApiError and DirectoryConflict for a seed that makes no sense.
    """
    account = account or new_service_account(seed.service_account_email, seed.client_id)
    directory = Directory(seed.customer_id, seed.domain)
    workspace = Workspace(name or seed.name, directory, Credentials(account), random=random or SystemRandom())
    if seed.delegated_scopes:
        workspace.credentials.delegate(account.client_id, seed.delegated_scopes, milliseconds(now), 0)
    with _uncollected():
        for row in seed.users:
            add_user(workspace, row, now)
        for row in seed.users:
            _add_events(workspace, row, now)
            _add_calendars(workspace, row, now)
    for entry in seed.groups:
        directory.add_group(Group(group_id(directory, entry.email), entry.email, entry.name))
    for entry in seed.groups:
        if (group := directory.group(entry.email)) is not None:
            for member in entry.members:
                directory.put_member(group, member.email, member.type, member.role)
    workspace.touched = {}
    return workspace


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for garbage again and again among millions of new objects, all of which stay."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def group_id(directory: Directory, email: str) -> str:
    return "0" + stable_id(directory.customer_id, "group", email.lower(), digits=14)


def add_user(workspace: Workspace, row: SeedUser, now: datetime) -> User:
    """An account with its primary calendar. Raises: DirectoryConflict."""
    directory = workspace.directory
    user = directory.add_user(
        User(
            id=directory.new_user_id(row.email),
            primary_email=row.email,
            given_name=row.given_name,
            family_name=row.family_name,
            created_ms=milliseconds(now) // 1000 * 1000,
            is_admin=row.is_admin,
            suspended=row.suspended,
            has_calendar=row.has_calendar,
            aliases=list(row.aliases),
        )
    )
    directory.roles.give_exactly(user.id, set(row.privileges))
    workspace.calendars[user.id] = Calendar(user.id, time_zone=row.time_zone)
    return user


def _add_events(workspace: Workspace, row: SeedUser, now: datetime) -> None:
    user = workspace.directory.user(row.email)
    calendar = workspace.calendars[user.id] if user else None
    if user is None or calendar is None:
        return
    ids = [writes.insert(workspace, calendar, user, dict(body), now).id for body in row.events]
    for index, suffix, change in row.changes:
        instance_id = f"{ids[index]}_{suffix}"
        writes.change(workspace, calendar, instance_id, dict(change), now, merge=True)


def _add_calendars(workspace: Workspace, row: SeedUser, now: datetime) -> None:
    user = workspace.directory.user(row.email)
    if user is None:
        return
    for entry in row.calendars:
        calendar = secondary.create(workspace, user, entry.summary, now, time_zone=entry.time_zone)
        calendar.description = entry.description
        for scope_type, value, role in entry.rules:
            rules.check(workspace, calendar, user, scope_type, value, role)
            rules.put(workspace, calendar, scope_type, value, role, now)
        for body in entry.events:
            writes.insert(workspace, calendar, user, dict(body), now)


def key_file(account: ServiceAccount, url: str) -> Json:
    """The service account's key file, as Google's console gives it, pointing to the emulator for tokens."""
    return {
        "type": "service_account",
        "project_id": account.project_id,
        "private_key_id": account.private_key_id,
        "private_key": account.private_key_pem,
        "client_email": account.email,
        "client_id": account.client_id,
        "auth_uri": f"{url}/o/oauth2/auth",
        "token_uri": f"{url}/token",
        "universe_domain": "googleapis.com",
    }
