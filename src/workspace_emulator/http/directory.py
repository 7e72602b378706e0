"""Admin SDK Directory API v1: users, groups and members, read only.

Source: the Directory guides and discovery document. The caller must hold the admin privilege of what is read.
"""

from datetime import timedelta

from workspace_emulator.http import scopes
from workspace_emulator.http.directory_json import (
    deleted_user_json,
    etag,
    group_json,
    member_json,
    user_json,
)
from workspace_emulator.http.directory_paging import paged
from workspace_emulator.http.directory_query import matches
from workspace_emulator.http.message import Result
from workspace_emulator.http.method import Call, Method
from workspace_emulator.json_values import Json
from workspace_emulator.state.directory import GROUPS_RETRIEVE, USERS_RETRIEVE, Group, User
from workspace_emulator.state.errors import directory_error, directory_forbidden, directory_not_found

_ROLES = {"OWNER", "MANAGER", "MEMBER"}
_ORDERS = {
    "email": lambda user: user.primary_email.lower(),
    "givenName": lambda user: user.given_name.lower(),
    "familyName": lambda user: user.family_name.lower(),
}


def list_users(call: Call) -> Result:
    query = call.query
    public = _require_users(call)
    _require_customer_or_domain(call)
    if (query.text("showDeleted") or "").lower() == "true":
        limit = (call.now - timedelta(days=20)).timestamp() * 1000
        gone = [user for user in call.workspace.directory.deleted_users.values() if (user.deleted_ms or 0) > limit]
        rows = [deleted_user_json(user) for user in sorted(gone, key=_ORDERS["email"])]
        return _page(call, "users", rows, default=100, most=500)
    order = query.text("orderBy") or "email"
    if order not in _ORDERS:
        raise directory_error(400, "invalid", "Invalid Input: orderBy")
    domain = query.text("domain")
    wanted = query.text("query") or ""
    found = [
        user
        for user in call.workspace.directory.users.values()
        if matches(user, wanted) and (domain is None or user.primary_email.lower().endswith("@" + domain.lower()))
    ]
    found.sort(key=_ORDERS[order], reverse=(query.text("sortOrder") or "").upper() == "DESCENDING")
    rows = [user_json(call.workspace.directory, user, public=public) for user in found]
    return _page(call, "users", rows, default=100, most=500)


def get_user(call: Call) -> Result:
    public = _require_users(call)
    user = _user(call, call.names["userKey"])
    return Result(user_json(call.workspace.directory, user, public=public))


def list_groups(call: Call) -> Result:
    _require(call, GROUPS_RETRIEVE)
    directory, key = call.workspace.directory, call.query.text("userKey")
    if key is not None:
        if call.query.text("customer"):
            raise directory_error(400, "invalid", "Invalid Input: userKey")
        _user(call, key)
        found = directory.groups_of(key)
    else:
        _require_customer_or_domain(call)
        found = list(directory.groups.values())
    rows = [group_json(group) for group in sorted(found, key=lambda group: group.email.lower())]
    return _page(call, "groups", rows, default=200, most=200)


def get_group(call: Call) -> Result:
    _require(call, GROUPS_RETRIEVE)
    return Result(group_json(_group(call)))


def list_members(call: Call) -> Result:
    _require(call, GROUPS_RETRIEVE)
    group = _group(call)
    roles = {role.strip().upper() for role in (call.query.text("roles") or "").split(",") if role.strip()}
    if roles - _ROLES:
        raise directory_error(400, "invalid", "Invalid Input: roles")
    derived = (call.query.text("includeDerivedMembership") or "").lower() == "true"
    directory = call.workspace.directory
    found = [row for row in directory.members(group, derived=derived) if not roles or row.role in roles]
    return _page(call, "members", [member_json(directory, row) for row in found], default=200, most=200)


def get_member(call: Call) -> Result:
    _require(call, GROUPS_RETRIEVE)
    directory = call.workspace.directory
    row = directory.member(_group(call), call.names["memberKey"])
    if row is None:
        raise directory_not_found("memberKey")
    return Result(member_json(directory, row))


def has_member(call: Call) -> Result:
    """Direct or nested; nested only within the customer's domains."""
    _require(call, GROUPS_RETRIEVE)
    directory, group, key = call.workspace.directory, _group(call), call.names["memberKey"]
    if directory.member(group, key) is not None:
        return Result({"isMember": True})
    if not directory.owns_domain_of(key):
        raise directory_error(400, "invalid", "Invalid Input: memberKey")
    user, inner = directory.user(key), directory.group(key)
    if user is None and inner is None:
        raise directory_not_found("memberKey")
    wanted = user.id if user else inner.id if inner else ""
    return Result({"isMember": any(row.id == wanted for row in directory.members(group, derived=True))})


def _page(call: Call, kind: str, rows: list[Json], *, default: int, most: int) -> Result:
    shown, token = paged(call, kind, rows, default=default, most=most)
    value: Json = {"kind": f"admin#directory#{kind}", "etag": etag(kind, rows)}
    if shown:
        value[kind] = shown
    if token:
        value["nextPageToken"] = token
    return Result(value)


def _require(call: Call, privilege: str) -> None:
    if not call.user.may(privilege):
        raise directory_forbidden()


def _require_users(call: Call) -> bool:
    """Whether the caller sees the public view; anybody may ask for that one, only admins for the other."""
    if call.query.text("viewType") == "domain_public":
        return True
    _require(call, USERS_RETRIEVE)
    return False


def _require_customer_or_domain(call: Call) -> None:
    customer, domain = call.query.text("customer"), call.query.text("domain")
    directory = call.workspace.directory
    if customer is None and domain is None:
        raise directory_error(400, "badRequest", "Bad Request")
    if customer not in (None, "my_customer", directory.customer_id):
        raise directory_error(404, "notFound", "Customer doesn't exist")
    if domain is not None and not directory.owns_domain_of("@" + domain):
        raise directory_error(404, "notFound", "Domain not found.")


def _user(call: Call, key: str) -> User:
    directory = call.workspace.directory
    user = directory.user(key)
    if user is not None:
        return user
    raise directory_not_found("userKey") if directory.owns_domain_of(key) else directory_forbidden()


def _group(call: Call) -> Group:
    directory, key = call.workspace.directory, call.names["groupKey"]
    group = directory.group(key)
    if group is not None:
        return group
    raise directory_not_found("groupKey") if directory.owns_domain_of(key) else directory_forbidden()


_USERS = "/admin/directory/v1/users"
_GROUPS = "/admin/directory/v1/groups"
_USER = _USERS + "/{userKey}"
_GROUP = _GROUPS + "/{groupKey}"
_MEMBER = _GROUP + "/members/{memberKey}"
METHODS = (
    Method("directory.users.list", "GET", _USERS, scopes.USERS_LIST, list_users),
    Method("directory.users.get", "GET", _USER, scopes.USERS_READ, get_user),
    Method("directory.groups.list", "GET", _GROUPS, scopes.GROUPS_READ, list_groups),
    Method("directory.groups.get", "GET", _GROUP, scopes.GROUPS_READ, get_group),
    Method("directory.members.list", "GET", _GROUP + "/members", scopes.MEMBERS_READ, list_members),
    Method("directory.members.get", "GET", _MEMBER, scopes.MEMBERS_READ, get_member),
    Method("directory.members.hasMember", "GET", _GROUP + "/hasMember/{memberKey}", scopes.MEMBERS_READ, has_member),
    Method("directory.users.insert", "POST", _USERS, scopes.USERS_WRITE),
    Method("directory.users.watch", "POST", _USERS + "/watch", scopes.USERS_LIST),
    Method("directory.users.patch", "PATCH", _USER, scopes.USERS_WRITE),
    Method("directory.users.update", "PUT", _USER, scopes.USERS_WRITE),
    Method("directory.users.delete", "DELETE", _USER, scopes.USERS_WRITE),
    Method("directory.users.makeAdmin", "POST", _USER + "/makeAdmin", scopes.USERS_WRITE),
    Method("directory.users.undelete", "POST", _USER + "/undelete", scopes.USERS_WRITE),
    Method("directory.users.signOut", "POST", _USER + "/signOut", scopes.USERS_SECURITY),
    Method("directory.users.aliases.list", "GET", _USER + "/aliases", scopes.ALIASES_READ),
    Method("directory.users.aliases.insert", "POST", _USER + "/aliases", scopes.ALIASES_WRITE),
    Method("directory.users.aliases.delete", "DELETE", _USER + "/aliases/{alias}", scopes.ALIASES_WRITE),
    Method("directory.groups.insert", "POST", _GROUPS, scopes.GROUPS_WRITE),
    Method("directory.groups.patch", "PATCH", _GROUP, scopes.GROUPS_WRITE),
    Method("directory.groups.update", "PUT", _GROUP, scopes.GROUPS_WRITE),
    Method("directory.groups.delete", "DELETE", _GROUP, scopes.GROUPS_WRITE),
    Method("directory.members.insert", "POST", _GROUP + "/members", scopes.MEMBERS_WRITE),
    Method("directory.members.patch", "PATCH", _MEMBER, scopes.MEMBERS_WRITE),
    Method("directory.members.update", "PUT", _MEMBER, scopes.MEMBERS_WRITE),
    Method("directory.members.delete", "DELETE", _MEMBER, scopes.MEMBERS_WRITE),
    Method("directory.channels.stop", "POST", "/admin/directory_v1/channels/stop", scopes.DIRECTORY_STOP),
)
