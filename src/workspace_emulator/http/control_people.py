"""Control of the customer: what an administrator or a person would do in Google's own pages."""

from dataclasses import replace

from workspace_emulator.http.control_order import Order, Refused, Route
from workspace_emulator.http.control_roles import role_json
from workspace_emulator.json_values import Json
from workspace_emulator.seed.model import SeedUser
from workspace_emulator.seeding import add_user, group_id
from workspace_emulator.state import accounts, rules, writes
from workspace_emulator.state.access_rules import ROLES
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.directory import Directory, Group, User
from workspace_emulator.state.event_times import zone
from workspace_emulator.state.personal import INVITATIONS, SETTING_DEFAULTS
from workspace_emulator.state.split import split_series
from workspace_emulator.state.workspace import milliseconds

_FLAGS = ("suspended", "archived", "has_calendar", "is_admin", "is_guest")


def get_state(order: Order) -> Json:
    workspace = order.workspace
    directory, account = workspace.directory, workspace.credentials.service_account
    now_ms = milliseconds(order.core.clock.now())
    return {
        "seed": workspace.seed,
        "customer_id": directory.customer_id,
        "domain": directory.domain,
        "now": order.core.clock.now().isoformat(),
        "users": [_user(order, user) for user in _by_email(directory)],
        "deleted_users": [_deleted(user) for user in directory.deleted_users.values()],
        "groups": [_group(directory, group) for group in directory.groups.values()],
        "service_account": {
            "client_email": account.email,
            "client_id": account.client_id,
            "key_enabled": account.key_enabled,
        },
        "delegations": {
            client_id: {
                "scopes": sorted(held.scopes),
                "effective": now_ms >= held.effective_ms,
                "scopes_now": sorted(held.scopes_at(now_ms)),
            }
            for client_id, held in workspace.credentials.delegations.items()
        },
        "roles": [role_json(role) for role in workspace.directory.roles.known.values()],
        "apis": dict(workspace.apis),
        "switches": workspace.switches.to_json(),
        "channels": len(workspace.channels.by_id),
        "secondary_calendars": [
            {
                "id": calendar.key,
                "summary": calendar.summary,
                "data_owner": workspace.directory.users[owner].primary_email,
            }
            for calendar in workspace.calendars.values()
            if (owner := calendar.owner_id) and not calendar.is_primary
        ],
    }


def _by_email(directory: Directory) -> list[User]:
    return sorted(directory.users.values(), key=lambda user: user.primary_email)


def _user(order: Order, user: User) -> Json:
    calendar = order.workspace.calendars[user.id]
    return {
        "id": user.id,
        "email": user.primary_email,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "aliases": list(user.aliases),
        "suspended": user.suspended,
        "archived": user.archived,
        "has_calendar": user.has_calendar,
        "is_admin": user.is_admin,
        "privileges": sorted(order.workspace.directory.roles.privileges_of(user.id)),
        "roles": [role.name for role in order.workspace.directory.roles.of(user.id)],
        "time_zone": calendar.time_zone,
    }


def _deleted(user: User) -> Json:
    names = {"given_name": user.given_name, "family_name": user.family_name}
    return {"id": user.id, "email": user.primary_email, **names}


def _group(directory: Directory, group: Group) -> Json:
    rows = directory.members(group, derived=False)
    members = [{"id": row.id, "email": row.email, "type": row.type, "role": row.role} for row in rows]
    return {"id": group.id, "email": group.email, "name": group.name, "members": members}


def add_person(order: Order) -> Json:
    body = order.body()
    email = _address(order.text("email"))
    time_zone = body.get("time_zone", "Etc/GMT")
    if zone(time_zone) is None:
        raise Refused(400, f"There is no time zone {time_zone!r}.")
    row = SeedUser(
        email=email,
        given_name=str(body.get("given_name") or email.split("@")[0].title()),
        family_name=str(body.get("family_name") or ""),
        time_zone=time_zone,
        is_admin=_flag(body, "is_admin", default=False),
        privileges=frozenset(_privileges(order, body) or ()),
        suspended=_flag(body, "suspended", default=False),
        has_calendar=_flag(body, "has_calendar", default=True),
        aliases=tuple(_address(alias) for alias in _texts(body, "aliases")),
    )
    user = add_user(order.workspace, row, order.core.clock.now())
    accounts.announce(order.workspace, user, "add", order.core.clock.now())
    return _user(order, user)


def _privileges(order: Order, body: Json) -> set[str] | None:
    """None if the body names none. Raises: Refused."""
    return order.privileges(_texts(body, "privileges")) if "privileges" in body else None


def patch_person(order: Order) -> Json:
    user, body = order.user(order.names[0]), order.body()
    known = {*_FLAGS, "primaryEmail", "privileges", "given_name", "family_name", "time_zone"}
    if unknown := set(body) - known:
        raise Refused(400, f"Unknown field {sorted(unknown)[0]!r}. Known: {', '.join(sorted(known))}.")
    flags = {name: _flag(body, name, default=getattr(user, name)) for name in _FLAGS}
    privileges = _privileges(order, body)
    if "time_zone" in body and zone(str(body["time_zone"])) is None:
        raise Refused(400, f"There is no time zone {body['time_zone']!r}.")
    now = order.core.clock.now()
    if "primaryEmail" in body:
        accounts.rename(order.workspace, user, _address(order.text("primaryEmail")), now)
    was_admin = user.is_admin
    user.set_states(flags.pop("suspended"), flags.pop("archived"), milliseconds(now))
    for name, value in flags.items():
        setattr(user, name, value)
    if privileges is not None:
        order.workspace.directory.roles.give_exactly(user.id, privileges)
    user.given_name = str(body.get("given_name", user.given_name))
    user.family_name = str(body.get("family_name", user.family_name))
    order.workspace.calendars[user.id].time_zone = body.get("time_zone", _calendar(order, user).time_zone)
    user.version += 1
    only_suspended = {"suspended"} == set(body) and not order.workspace.switches.suspension_is_told
    if not only_suspended:
        made_admin = user.is_admin and not was_admin
        accounts.announce(order.workspace, user, "makeAdmin" if made_admin else "update", now)
    return _user(order, user)


def delete_person(order: Order) -> Json:
    accounts.delete(order.workspace, order.user(order.names[0]), order.core.clock.now())
    return {}


def undelete_person(order: Order) -> Json:
    """Within twenty days; the calendar comes back, memberships do not."""
    return _user(order, accounts.undelete(order.workspace, order.names[0], order.core.clock.now()))


def add_group(order: Order) -> Json:
    directory, email = order.workspace.directory, _address(order.text("email"))
    body = order.body()
    aliases = [_address(alias) for alias in _texts(body, "aliases")]
    group = Group(group_id(directory, email), email, str(body.get("name") or email), aliases=aliases)
    return _group(directory, directory.add_group(group))


def delete_group(order: Order) -> Json:
    order.workspace.directory.delete_group(order.group(order.names[0]))
    return {}


def put_member(order: Order) -> Json:
    """`*` as the member's key means the whole customer."""
    group, body = order.group(order.names[0]), order.body()
    role = str(body.get("role", "MEMBER")).upper()
    if role not in {"OWNER", "MANAGER", "MEMBER"}:
        raise Refused(400, "'role' is OWNER, MANAGER or MEMBER.")
    key = None if order.names[1] == "*" else order.names[1]
    directory = order.workspace.directory
    now_ms = milliseconds(order.core.clock.now())
    directory.put_member(group, key, str(body.get("type", "USER")).upper(), role, now_ms)
    return _group(directory, group)


def delete_member(order: Order) -> Json:
    directory, group = order.workspace.directory, order.group(order.names[0])
    key = directory.customer_id if order.names[1] == "*" else order.names[1]
    member = directory.member(group, key)
    if member is None:
        raise Refused(404, f"{key} is not a member of {group.email}.")
    del group.members[member.id]
    return _group(directory, group)


def put_role(order: Order) -> Json:
    """What one person may do on another's calendar. A change of roles ends sync tokens."""
    calendar, reader = _named(order), order.user(order.names[1])
    role = order.text("role")
    if role not in ROLES[:-1]:
        raise Refused(400, f"'role' is one of {', '.join(ROLES[:-1])}.")
    rules.put(order.workspace, calendar, "user", reader.primary_email, role, order.core.clock.now(), exact=True)
    return {"role": role}


def patch_settings(order: Order) -> Json:
    """A person's settings, as changed in Google's pages. Another rule for invitations ends the sync tokens."""
    user, body, now = order.user(order.names[0]), order.body(), order.core.clock.now()
    known = {*SETTING_DEFAULTS, "invitations"}
    for name, value in body.items():
        if name not in known:
            raise Refused(400, f"There is no setting {name!r}. Known: {', '.join(sorted(known))}.")
        if not isinstance(value, str) or len(value) > 1024:
            raise Refused(400, f"{name!r} is a text of at most 1024 characters.")
    if body.get("invitations", "everyone") not in INVITATIONS:
        raise Refused(400, f"'invitations' is one of {', '.join(INVITATIONS)}.")
    if "timezone" in body and zone(body["timezone"]) is None:
        raise Refused(400, f"There is no time zone {body['timezone']!r}.")
    if not body.get("defaultEventLength", "60").isdigit():
        raise Refused(400, "'defaultEventLength' is a number of minutes.")
    personal = order.workspace.personal(user.id)
    for name in [key for key in body if key != "invitations"]:
        personal.set_setting(name, body[name], milliseconds(now))
        order.workspace.touch(f"settings {user.id}")
    if "invitations" in body and body["invitations"] != personal.invitations:
        personal.invitations = body["invitations"]
        _calendar(order, user).epoch += 1
    return {"settings": dict(personal.settings), "invitations": personal.invitations}


def end_sync_tokens(order: Order) -> Json:
    """Every sync token of the calendar answers 410 from now on."""
    _named(order).epoch += 1
    return {}


def split(order: Order) -> Json:
    """What Google's own pages do for "this and following events"."""
    calendar = _named(order)
    second = split_series(order.workspace, calendar, order.text("instance"), order.core.clock.now())
    return {"id": second.id}


def restore(order: Order) -> Json:
    """What a person does in the trash of Google's pages: the same id is confirmed again."""
    workspace, switches = order.workspace, order.workspace.switches
    calendar = _named(order)
    workspace.switches = replace(switches, restore_deleted=True)
    try:
        body = {"status": "confirmed"}
        event = writes.change(workspace, calendar, order.text("event"), body, order.core.clock.now(), merge=True)
    finally:
        workspace.switches = switches
    return {"id": event.id, "status": str(event.status)}


def _named(order: Order) -> Calendar:
    """The calendar of the path: a person's primary one, or a secondary one by its address."""
    calendar = order.workspace.calendars.get(order.names[0].lower())
    return calendar or _calendar(order, order.user(order.names[0]))


def _calendar(order: Order, user: User) -> Calendar:
    return order.workspace.calendars[user.id]


def _flag(body: Json, name: str, *, default: bool) -> bool:
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise Refused(400, f"{name!r} is true or false.")
    return value


def _texts(body: Json, name: str) -> list[str]:
    values = body.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise Refused(400, f"{name!r} is a list of texts.")
    return values


def _address(text: str) -> str:
    local, at, domain = text.partition("@")
    if not (local and at and "." in domain):
        raise Refused(400, f"{text!r} is not an e-mail address.")
    return text


ROUTES: tuple[Route, ...] = (
    ("GET", ("state",), get_state),
    ("POST", ("users",), add_person),
    ("PATCH", ("users", "*"), patch_person),
    ("DELETE", ("users", "*"), delete_person),
    ("POST", ("users", "*", "undelete"), undelete_person),
    ("POST", ("groups",), add_group),
    ("DELETE", ("groups", "*"), delete_group),
    ("PUT", ("groups", "*", "members", "*"), put_member),
    ("DELETE", ("groups", "*", "members", "*"), delete_member),
    ("PUT", ("calendars", "*", "roles", "*"), put_role),
    ("PATCH", ("settings", "*"), patch_settings),
    ("POST", ("calendars", "*", "end-sync-tokens"), end_sync_tokens),
    ("POST", ("calendars", "*", "split"), split),
    ("POST", ("calendars", "*", "restore"), restore),
)
