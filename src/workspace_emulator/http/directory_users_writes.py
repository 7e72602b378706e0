"""Directory API: writes to users and their aliases.

Source: the Directory guide to users: an update has patch semantics, a rename keeps the old address as an alias, a
deleted user can come back for twenty days. A writable field that is not emulated answers an honest 501.
"""

from workspace_emulator.http import front_end, scopes
from workspace_emulator.http.directory import user_of
from workspace_emulator.http.directory_access import require
from workspace_emulator.http.directory_json import etag, user_json
from workspace_emulator.http.message import Result
from workspace_emulator.http.method import Call, Method
from workspace_emulator.json_values import Json
from workspace_emulator.seed.model import SeedUser
from workspace_emulator.seeding import add_user
from workspace_emulator.state import accounts
from workspace_emulator.state.directory import DirectoryConflict, User
from workspace_emulator.state.errors import ApiError, directory_error
from workspace_emulator.state.roles import USERS_ALL, USERS_RETRIEVE
from workspace_emulator.state.workspace import milliseconds

_MOST_ALIASES = 30
_READ_ONLY = frozenset(
    {
        *("kind", "id", "etag", "isAdmin", "isDelegatedAdmin", "lastLoginTime", "creationTime", "deletionTime"),
        *("agreedToTerms", "suspensionReason", "suspensionTime", "archivalTime", "emails", "aliases", "customerId"),
        *("nonEditableAliases", "isMailboxSetup", "isEnrolledIn2Sv", "isEnforcedIn2Sv", "isGuestUser"),
    }
)
_NOT_KEPT = frozenset({"password", "hashFunction", "changePasswordAtNextLogin", "ipWhitelisted"})
"""Nobody signs in here."""
_WRITTEN = frozenset({"primaryEmail", "name", "suspended", "archived", "orgUnitPath", "includeInGlobalAddressList"})


def insert(call: Call) -> Result:
    require(call, USERS_ALL)
    body = _checked(call)
    if not isinstance(body.get("password"), str):
        raise directory_error(400, "invalid", "Invalid Password")
    email, name = body.get("primaryEmail"), body.get("name", {})
    _check_address(call, email, "primary_user_email")
    if not name.get("givenName") or not name.get("familyName"):
        raise directory_error(400, "invalid", "Invalid Given/Family Name")
    try:
        user = add_user(call.workspace, SeedUser(str(email), name["givenName"], name["familyName"]), call.now)
    except DirectoryConflict as conflict:
        raise conflict_error(conflict) from None
    _apply(call, user, {key: value for key, value in body.items() if key not in {"primaryEmail", "name"}})
    accounts.announce(call.workspace, user, "add", call.now)
    return _shown(call, user)


def update(call: Call) -> Result:
    """Both PUT and PATCH: what is left out stays."""
    require(call, USERS_ALL)
    user, body = user_of(call), _checked(call)
    _apply(call, user, body)
    user.version += 1
    only_suspended = {"suspended"} == set(body) and not call.workspace.switches.suspension_is_told
    if not only_suspended:
        accounts.announce(call.workspace, user, "update", call.now)
    return _shown(call, user)


def delete(call: Call) -> Result:
    require(call, USERS_ALL)
    accounts.delete(call.workspace, user_of(call), call.now)
    return Result(None, 204)


def undelete(call: Call) -> Result:
    """Source: the key is the unique id, as the address may be somebody else's by now."""
    require(call, USERS_ALL)
    if call.workspace.directory.deleted_users.get(call.names["userKey"]) is None:
        raise directory_error(404, "notFound", "Resource Not Found: userKey")
    try:
        accounts.undelete(call.workspace, call.names["userKey"], call.now)
    except DirectoryConflict as conflict:
        raise conflict_error(conflict) from None
    return Result(None, 204)


def make_admin(call: Call) -> Result:
    """Only super administrators make others so."""
    if not call.user.is_admin:
        require(call, "SUPER_ADMIN")
    user, status = user_of(call), call.body().get("status")
    if not isinstance(status, bool):
        raise directory_error(400, "invalid", "Invalid Input: status")
    user.is_admin = status
    user.version += 1
    if status:
        accounts.announce(call.workspace, user, "makeAdmin", call.now)
    return Result(None, 204)


def list_aliases(call: Call) -> Result:
    require(call, USERS_RETRIEVE)
    user = user_of(call)
    value: Json = {"kind": "admin#directory#aliases", "etag": etag(user.id, "aliases", user.version)}
    if user.aliases:
        value["aliases"] = [_alias_json(user, alias) for alias in user.aliases]
    return Result(value)


def insert_alias(call: Call) -> Result:
    require(call, USERS_ALL)
    user, alias = user_of(call), call.body().get("alias")
    _check_address(call, alias, "alias")
    if len(user.aliases) >= _MOST_ALIASES:
        raise directory_error(412, "conditionNotMet", "Limit reached: aliases")
    try:
        call.workspace.directory.add_alias(user, str(alias))
    except DirectoryConflict as conflict:
        raise conflict_error(conflict) from None
    user.version += 1
    return Result(_alias_json(user, str(alias)))


def delete_alias(call: Call) -> Result:
    """The address can be used again at once, by somebody else too."""
    require(call, USERS_ALL)
    user = user_of(call)
    if not call.workspace.directory.remove_alias(user, call.names["alias"]):
        raise directory_error(404, "notFound", "Resource Not Found: alias")
    user.version += 1
    return Result(None, 204)


def conflict_error(conflict: DirectoryConflict) -> ApiError:
    """How Google says that a change contradicts what there is."""
    if "already exists" in str(conflict):
        return directory_error(409, "duplicate", str(conflict))
    return directory_error(400, "invalid", str(conflict))


def _checked(call: Call) -> Json:
    """The body. Raises: ApiError 400 for wrong types, 501 for fields that are not emulated."""
    body = call.body()
    for name in body:
        if name not in _WRITTEN | _READ_ONLY | _NOT_KEPT:
            raise front_end.not_emulated(f"the field {name} of users")
    kinds = {"name": dict, "suspended": bool, "archived": bool, "orgUnitPath": str, "primaryEmail": str}
    for name, kind in kinds.items():
        if name in body and not isinstance(body[name], kind):
            raise directory_error(400, "invalid", f"Invalid Input: {name}")
    if not str(body.get("orgUnitPath", "/")).startswith("/"):
        raise directory_error(400, "invalid", "Invalid Input: INVALID_OU_ID")
    return body


def _apply(call: Call, user: User, body: Json) -> None:
    if "primaryEmail" in body and body["primaryEmail"].lower() != user.primary_email.lower():
        _check_address(call, body["primaryEmail"], "primary_user_email")
        try:
            accounts.rename(call.workspace, user, body["primaryEmail"], call.now)
        except DirectoryConflict as conflict:
            raise conflict_error(conflict) from None
    name, now_ms = body.get("name", {}), milliseconds(call.now)
    user.given_name = str(name.get("givenName", user.given_name))
    user.family_name = str(name.get("familyName", user.family_name))
    user.org_unit_path = body.get("orgUnitPath", user.org_unit_path)
    user.set_states(body.get("suspended", user.suspended), body.get("archived", user.archived), now_ms)


def _check_address(call: Call, address: object, what: str) -> None:
    local, at, domain = str(address).partition("@")
    if not (local and at and domain):
        raise directory_error(400, "invalid", f"Invalid Input: {what}")
    if not call.workspace.directory.owns_domain_of(str(address)):
        raise directory_error(404, "notFound", "Domain not found.")


def _alias_json(user: User, alias: str) -> Json:
    mark = etag(user.id, alias)
    return {"kind": "admin#directory#alias", "id": user.id, "etag": mark, "primaryEmail": user.primary_email} | {
        "alias": alias
    }


def _shown(call: Call, user: User) -> Result:
    return Result(user_json(call.workspace.directory, user))


_USERS = "/admin/directory/v1/users"
_USER = _USERS + "/{userKey}"
METHODS = (
    Method("directory.users.insert", "POST", _USERS, scopes.USERS_WRITE, insert),
    Method("directory.users.patch", "PATCH", _USER, scopes.USERS_WRITE, update),
    Method("directory.users.update", "PUT", _USER, scopes.USERS_WRITE, update),
    Method("directory.users.delete", "DELETE", _USER, scopes.USERS_WRITE, delete),
    Method("directory.users.makeAdmin", "POST", _USER + "/makeAdmin", scopes.USERS_WRITE, make_admin),
    Method("directory.users.undelete", "POST", _USER + "/undelete", scopes.USERS_WRITE, undelete),
    Method("directory.users.signOut", "POST", _USER + "/signOut", scopes.USERS_SECURITY),
    Method("directory.users.aliases.list", "GET", _USER + "/aliases", scopes.ALIASES_READ, list_aliases),
    Method("directory.users.aliases.insert", "POST", _USER + "/aliases", scopes.ALIASES_WRITE, insert_alias),
    Method("directory.users.aliases.delete", "DELETE", _USER + "/aliases/{alias}", scopes.ALIASES_WRITE, delete_alias),
)
