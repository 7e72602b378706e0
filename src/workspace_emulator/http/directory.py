"""Admin SDK Directory API v1: reading users, groups and members.

Source: the Directory guides and discovery document. The caller must hold the admin privilege of what is read.
"""

from datetime import timedelta

from workspace_emulator.http import scopes
from workspace_emulator.http.directory_access import require, require_customer_or_domain, require_users
from workspace_emulator.http.directory_json import (
    deleted_user_json,
    etag,
    group_json,
    member_json,
    user_json,
)
from workspace_emulator.http.directory_paging import paged
from workspace_emulator.http.directory_query import group_matches, matches
from workspace_emulator.http.message import Result
from workspace_emulator.http.method import Call, Method
from workspace_emulator.json_values import Json
from workspace_emulator.state.accounts import UNDELETE_DAYS
from workspace_emulator.state.directory import Group, Member, User
from workspace_emulator.state.errors import directory_error, directory_forbidden, directory_not_found
from workspace_emulator.state.roles import GROUPS_RETRIEVE
from workspace_emulator.state.workspace import milliseconds

_ROLES = {"OWNER", "MANAGER", "MEMBER"}
_CHOICES = {"sortOrder": {"ASCENDING", "DESCENDING"}, "projection": {"basic", "custom", "full"}}
_ORDERS = {
    "email": lambda user: user.primary_email.lower(),
    "givenName": lambda user: user.given_name.lower(),
    "familyName": lambda user: user.family_name.lower(),
}


def list_users(call: Call) -> Result:
    query = call.query
    public = require_users(call)
    require_customer_or_domain(call)
    _check_choices(call)
    if (query.text("showDeleted") or "").lower() == "true":
        limit = milliseconds(call.now - timedelta(days=UNDELETE_DAYS))
        gone = [user for user in call.workspace.directory.deleted_users.values() if (user.deleted_ms or 0) > limit]
        rows = [deleted_user_json(user) for user in sorted(gone, key=_ORDERS["email"])]
        return _page(call, "users", rows, default=100, most=500)
    order = query.text("orderBy") or "email"
    if order not in _ORDERS:
        raise directory_error(400, "invalid", "Invalid Input: orderBy")
    domain = query.text("domain")
    ending = f"@{domain.lower()}" if domain else ""
    wanted = query.text("query") or ""
    directory = call.workspace.directory
    found = [
        user
        for user in directory.users.values()
        if matches(directory, user, wanted, public=public) and user.primary_email.lower().endswith(ending)
    ]
    found.sort(key=_ORDERS[order], reverse=query.text("sortOrder") == "DESCENDING")
    rows = [user_json(directory, user, public=public) for user in found]
    return _page(call, "users", rows, default=100, most=500)


def _check_choices(call: Call) -> None:
    """Raises: ApiError 400 for a word that the parameter does not know."""
    for name, known in _CHOICES.items():
        value = call.query.text(name)
        if value is not None and value not in known:
            raise directory_error(400, "invalid", f"Invalid Input: {name}")
    if call.query.text("projection") == "custom" and not call.query.text("customFieldMask"):
        raise directory_error(400, "invalid", "Invalid Input: customFieldMask")


def get_user(call: Call) -> Result:
    public = require_users(call)
    user = user_of(call)
    return Result(user_json(call.workspace.directory, user, public=public))


def list_groups(call: Call) -> Result:
    require(call, GROUPS_RETRIEVE)
    directory, key = call.workspace.directory, call.query.text("userKey")
    if key is not None:
        if call.query.text("customer"):
            raise directory_error(400, "invalid", "Invalid Input: userKey")
        user_of(call, key)
        found = directory.groups_of(key)
    else:
        require_customer_or_domain(call)
        found = list(directory.groups.values())
    _check_choices(call)
    if call.query.text("orderBy") not in (None, "email"):
        raise directory_error(400, "invalid", "Invalid Input: orderBy")
    wanted, domain = call.query.text("query") or "", call.query.text("domain")
    found = [group for group in found if group_matches(directory, group, wanted)]
    if domain is not None:
        found = [group for group in found if group.email.lower().endswith("@" + domain.lower())]
    descending = call.query.text("sortOrder") == "DESCENDING"
    rows = [group_json(group) for group in sorted(found, key=lambda group: group.email.lower(), reverse=descending)]
    return _page(call, "groups", rows, default=200, most=200)


def get_group(call: Call) -> Result:
    require(call, GROUPS_RETRIEVE)
    return Result(group_json(group_of(call)))


def list_members(call: Call) -> Result:
    require(call, GROUPS_RETRIEVE)
    group = group_of(call)
    roles = {role.strip().upper() for role in (call.query.text("roles") or "").split(",") if role.strip()}
    if roles - _ROLES:
        raise directory_error(400, "invalid", "Invalid Input: roles")
    derived = (call.query.text("includeDerivedMembership") or "").lower() == "true"
    directory = call.workspace.directory
    found = [row for row in _members(call, group, derived=derived) if not roles or row.role in roles]
    return _page(call, "members", [member_json(directory, row) for row in found], default=200, most=200)


def _members(call: Call, group: Group, *, derived: bool) -> list[Member]:
    """Members, without what the switched-on lag of nested groups still hides."""
    lag = timedelta(seconds=call.workspace.switches.nested_membership_lag_seconds)
    return call.workspace.directory.members(group, derived=derived, nested_until_ms=milliseconds(call.now - lag))


def get_member(call: Call) -> Result:
    require(call, GROUPS_RETRIEVE)
    directory = call.workspace.directory
    row = directory.member(group_of(call), call.names["memberKey"])
    if row is None:
        raise directory_not_found("memberKey")
    return Result(member_json(directory, row))


def has_member(call: Call) -> Result:
    """Direct or nested; nested only within one domain. Source: the reference of hasMember."""
    require(call, GROUPS_RETRIEVE)
    directory, group, key = call.workspace.directory, group_of(call), call.names["memberKey"]
    if directory.member(group, key) is not None:
        return Result({"isMember": True})
    if not directory.owns_domain_of(key):
        raise directory_error(400, "invalid", "Invalid Input: memberKey")
    user, inner = directory.user(key), directory.group(key)
    if user is None and inner is None:
        raise directory_not_found("memberKey")
    address = user.primary_email if user else inner.email if inner else ""
    if address.split("@")[-1].lower() != group.email.split("@")[-1].lower():
        raise directory_error(400, "invalid", "Invalid Input: memberKey")
    wanted = user.id if user else inner.id if inner else ""
    return Result({"isMember": any(row.id == wanted for row in _members(call, group, derived=True))})


def _page(call: Call, kind: str, rows: list[Json], *, default: int, most: int) -> Result:
    shown, token = paged(call, kind, rows, default=default, most=most)
    value: Json = {"kind": f"admin#directory#{kind}", "etag": etag(kind, rows)}
    if shown:
        value[kind] = shown
    if token:
        value["nextPageToken"] = token
    return Result(value)


def user_of(call: Call, key: str | None = None) -> User:
    """The user of the path, or of `key`. Raises: ApiError 404, 403 for an address that is not ours."""
    directory = call.workspace.directory
    key = key or call.names["userKey"]
    user = directory.user(key)
    if user is not None:
        return user
    raise directory_not_found("userKey") if directory.owns_domain_of(key) else directory_forbidden()


def group_of(call: Call) -> Group:
    """The group of the path. Raises: ApiError 404, 403 for an address that is not ours."""
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
)
