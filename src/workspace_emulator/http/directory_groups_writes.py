"""Directory API: writes to groups and their members. Source: the Directory guides to groups and to members."""

from dataclasses import replace

from workspace_emulator.http import scopes
from workspace_emulator.http.directory import group_of
from workspace_emulator.http.directory_access import require
from workspace_emulator.http.directory_json import group_json, member_json
from workspace_emulator.http.directory_users_writes import conflict_error
from workspace_emulator.http.message import Result
from workspace_emulator.http.method import Call, Method
from workspace_emulator.seeding import group_id
from workspace_emulator.state.directory import DirectoryConflict, Group, Member
from workspace_emulator.state.errors import directory_error
from workspace_emulator.state.roles import GROUPS_ALL
from workspace_emulator.state.workspace import milliseconds

_ROLES = {"OWNER", "MANAGER", "MEMBER"}


def insert_group(call: Call) -> Result:
    require(call, GROUPS_ALL)
    directory, body = call.workspace.directory, call.body()
    email = str(body.get("email") or "")
    if "@" not in email.strip("@"):
        raise directory_error(400, "invalid", "Invalid Input: email")
    if not directory.owns_domain_of(email):
        raise directory_error(404, "notFound", "Domain not found.")
    try:
        made = Group(group_id(directory, email), email, str(body.get("name") or email.split("@")[0]))
        group = directory.add_group(made)
    except DirectoryConflict as conflict:
        raise conflict_error(conflict) from None
    group.description = str(body.get("description") or "")
    return Result(group_json(group))


def update_group(call: Call) -> Result:
    """Both PUT and PATCH: what is left out stays. Raises: ApiError 501 for another address."""
    require(call, GROUPS_ALL)
    group, body = group_of(call), call.body()
    if str(body.get("email", group.email)).lower() != group.email.lower():
        raise directory_error(501, "notImplemented", "workspace_emulator renames no groups.")
    group.name = str(body.get("name", group.name))
    group.description = str(body.get("description", group.description))
    return Result(group_json(group))


def delete_group(call: Call) -> Result:
    require(call, GROUPS_ALL)
    call.workspace.directory.delete_group(group_of(call))
    return Result(None, 204)


def insert_member(call: Call) -> Result:
    """By `email` or `id`; the customer's id adds everybody. Raises: ApiError 409 for one who is there."""
    require(call, GROUPS_ALL)
    directory, group, body = call.workspace.directory, group_of(call), call.body()
    key = str(body.get("email") or body.get("id") or "")
    if not key:
        raise directory_error(400, "invalid", "Missing required field: memberKey")
    everybody = key == directory.customer_id
    if directory.member(group, key) is not None:
        raise directory_error(409, "duplicate", "Member already exists.")
    if not everybody and "@" not in key and directory.user(key) is None and directory.group(key) is None:
        raise directory_error(404, "notFound", "Resource Not Found: memberKey")
    kind = "CUSTOMER" if everybody else str(body.get("type") or "USER").upper()
    try:
        row = directory.put_member(group, key, kind, _role(body.get("role", "MEMBER")), milliseconds(call.now))
    except DirectoryConflict as conflict:
        raise conflict_error(conflict) from None
    return Result(member_json(directory, row))


def update_member(call: Call) -> Result:
    require(call, GROUPS_ALL)
    group, row = group_of(call), _row(call)
    row = replace(row, role=_role(call.body().get("role", row.role)))
    group.members[row.id] = row
    return Result(member_json(call.workspace.directory, row))


def delete_member(call: Call) -> Result:
    require(call, GROUPS_ALL)
    del group_of(call).members[_row(call).id]
    return Result(None, 204)


def _row(call: Call) -> Member:
    row = call.workspace.directory.member(group_of(call), call.names["memberKey"])
    if row is None:
        raise directory_error(404, "notFound", "Resource Not Found: memberKey")
    return row


def _role(value: object) -> str:
    if str(value).upper() not in _ROLES:
        raise directory_error(400, "invalid", "Invalid Input: role")
    return str(value).upper()


_GROUPS = "/admin/directory/v1/groups"
_GROUP = _GROUPS + "/{groupKey}"
_MEMBERS = _GROUP + "/members"
_MEMBER = _MEMBERS + "/{memberKey}"
METHODS = (
    Method("directory.groups.insert", "POST", _GROUPS, scopes.GROUPS_WRITE, insert_group),
    Method("directory.groups.patch", "PATCH", _GROUP, scopes.GROUPS_WRITE, update_group),
    Method("directory.groups.update", "PUT", _GROUP, scopes.GROUPS_WRITE, update_group),
    Method("directory.groups.delete", "DELETE", _GROUP, scopes.GROUPS_WRITE, delete_group),
    Method("directory.members.insert", "POST", _MEMBERS, scopes.MEMBERS_WRITE, insert_member),
    Method("directory.members.patch", "PATCH", _MEMBER, scopes.MEMBERS_WRITE, update_member),
    Method("directory.members.update", "PUT", _MEMBER, scopes.MEMBERS_WRITE, update_member),
    Method("directory.members.delete", "DELETE", _MEMBER, scopes.MEMBERS_WRITE, delete_member),
)
