"""Directory API: roles, their assignments and the privileges that there are, for super administrators.

Source: the Directory guide to roles. Assignments to groups, in organisational units or under a condition, and
privileges that mean nothing here, answer 501.
"""

from workspace_emulator.http import scopes
from workspace_emulator.http.directory_json import etag
from workspace_emulator.http.directory_paging import paged
from workspace_emulator.http.message import Result
from workspace_emulator.http.method import Call, Method
from workspace_emulator.json_values import Json
from workspace_emulator.state.errors import ApiError, directory_error, directory_forbidden
from workspace_emulator.state.roles import (
    KNOWN_PRIVILEGES,
    PRIVILEGES,
    SUPER_ADMIN,
    Assignment,
    Role,
    RoleConflict,
    Roles,
    assignment_of,
)

_SERVICE_ID = "00haapch16h1ysv"
"""Source: the guide's example of a role: the service of users and groups."""


def list_roles(call: Call) -> Result:
    rows = [role_json(role) for role in sorted(_roles(call).known.values(), key=lambda role: int(role.id))]
    return _listed(call, "roles", [row | {"id": row["roleId"]} for row in rows], default=100, most=100)


def get_role(call: Call) -> Result:
    return Result(role_json(_role(call)))


def insert_role(call: Call) -> Result:
    roles, body = _roles(call), call.body()
    name = _text(body, "roleName")
    if not name:
        raise directory_error(400, "required", "Missing required field: roleName")
    try:
        role = roles.add(name, _read_privileges(body.get("rolePrivileges")), _text(body, "roleDescription"))
    except RoleConflict as conflict:
        raise _refused(conflict) from None
    return Result(role_json(role))


def patch_role(call: Call) -> Result:
    role = _role(call)
    return _changed(call, role, role_json(role) | call.body())


def update_role(call: Call) -> Result:
    """What is left out is emptied, but for the name."""
    role = _role(call)
    return _changed(call, role, {"roleName": role.name} | call.body())


def delete_role(call: Call) -> Result:
    try:
        _roles(call).delete(_role(call))
    except RoleConflict as conflict:
        raise _refused(conflict) from None
    return Result(None, 204)


def list_assignments(call: Call) -> Result:
    """Of everybody, of one person or of one role."""
    role_id, key = call.query.text("roleId"), call.query.text("userKey")
    if role_id and key:
        raise directory_error(400, "invalid", "Invalid Input: userKey")
    found = _assignments(call)
    if key:
        assignee = _assignee(call, key, "userKey")
        found = [each for each in found if each.assigned_to == assignee]
    rows = [_assignment_json(each) for each in found if role_id in (None, each.role_id)]
    return _listed(call, "roleAssignments", rows, default=200, most=200)


def get_assignment(call: Call) -> Result:
    return Result(_assignment_json(_assignment(call)))


def insert_assignment(call: Call) -> Result:
    roles, body = _roles(call), call.body()
    if body.get("scopeType", "CUSTOMER") != "CUSTOMER" or body.get("condition"):
        raise _not_emulated("assigns roles for the whole customer and without conditions only")
    role = roles.known.get(_text(body, "roleId"))
    if role is None:
        raise directory_error(404, "notFound", "Resource Not Found: roleId")
    key = _text(body, "assignedTo")
    if call.workspace.directory.group(key) is not None:
        raise _not_emulated("assigns no roles to groups")
    assignee = _assignee(call, key, "assignedTo")
    user = call.workspace.directory.users.get(assignee)
    if role is SUPER_ADMIN and user is not None:
        user.is_admin = True
        return Result(_assignment_json(assignment_of(role, assignee)))
    try:
        return Result(_assignment_json(roles.assign(role, assignee)))
    except RoleConflict as conflict:
        raise _refused(conflict) from None


def delete_assignment(call: Call) -> Result:
    """Raises: ApiError 400 for the last super administrator's own role: nobody could give it back."""
    gone = _assignment(call)
    user = call.workspace.directory.users.get(gone.assigned_to)
    if gone.role_id != SUPER_ADMIN.id or user is None:
        _roles(call).take(_roles(call).known[gone.role_id], gone.assigned_to)
    elif user.id == call.user.id:
        raise directory_error(400, "invalid", "Invalid Input: roleAssignmentId")
    else:
        user.is_admin = False
    return Result(None, 204)


def list_privileges(call: Call) -> Result:
    _roles(call)
    items = [
        _privilege_json(name) | {"childPrivileges": [_privilege_json(child) for child in inside]}
        for name, inside in PRIVILEGES.items()
    ]
    return Result({"kind": "admin#directory#privileges", "etag": etag(*PRIVILEGES), "items": items})


def _roles(call: Call) -> Roles:
    """Raises: ApiError 403 for all but super administrators, 404 for another customer."""
    directory = call.workspace.directory
    if not call.user.is_admin:
        raise directory_forbidden()
    if call.names["customer"] not in ("my_customer", directory.customer_id):
        raise directory_error(404, "notFound", "Customer doesn't exist")
    return directory.roles


def _role(call: Call) -> Role:
    found = _roles(call).known.get(call.names["roleId"])
    if found is None:
        raise directory_error(404, "notFound", "Resource Not Found: roleId")
    return found


def _changed(call: Call, role: Role, wanted: Json) -> Result:
    privileges = _read_privileges(wanted.get("rolePrivileges"))
    try:
        name = _text(wanted, "roleName") or role.name
        return Result(role_json(_roles(call).change(role, name, privileges, _text(wanted, "roleDescription"))))
    except RoleConflict as conflict:
        raise _refused(conflict) from None


def _read_privileges(value: object) -> frozenset[str]:
    rows = value if isinstance(value, list) else []
    if (value is not None and rows is not value) or not all(isinstance(row, dict) for row in rows):
        raise directory_error(400, "invalid", "Invalid Input: rolePrivileges")
    names = frozenset(_text(row, "privilegeName") for row in rows)
    if unknown := names - KNOWN_PRIVILEGES:
        raise _not_emulated(f"knows no privilege {min(unknown)!r}, only {', '.join(sorted(KNOWN_PRIVILEGES))}")
    return names


def _text(body: Json, name: str) -> str:
    value = body.get(name) or ""
    if not isinstance(value, str):
        raise directory_error(400, "invalid", f"Invalid Input: {name}")
    return value


def _assignee(call: Call, key: str, what: str) -> str:
    """The id of a person, by any key, or of a service account."""
    user, account = call.workspace.directory.user(key), call.workspace.credentials.account(key)
    if user is None and account is None:
        raise directory_error(404, "notFound", f"Resource Not Found: {what}")
    return user.id if user else account.client_id if account else ""


def _assignments(call: Call) -> list[Assignment]:
    """Those of super administrators too, by id."""
    roles, users = _roles(call), call.workspace.directory.users.values()
    supers = [assignment_of(SUPER_ADMIN, user.id) for user in users if user.is_admin]
    return sorted([*roles.assignments.values(), *supers], key=lambda each: int(each.id))


def _assignment(call: Call) -> Assignment:
    found = next((each for each in _assignments(call) if each.id == call.names["roleAssignmentId"]), None)
    if found is None:
        raise directory_error(404, "notFound", "Resource Not Found: roleAssignmentId")
    return found


def _listed(call: Call, kind: str, rows: list[Json], *, default: int, most: int) -> Result:
    shown, token = paged(call, kind, rows, default=default, most=most)
    items = [{name: value for name, value in row.items() if name != "id"} for row in shown]
    value: Json = {"kind": f"admin#directory#{kind}", "etag": etag(kind, *(row["etag"] for row in items))}
    return Result(value | ({"items": items} if items else {}) | ({"nextPageToken": token} if token else {}))


def role_json(role: Role) -> Json:
    shown: Json = {
        "kind": "admin#directory#role",
        "etag": etag(role),
        "roleId": role.id,
        "roleName": role.name,
        "isSystemRole": role.is_system,
        "isSuperAdminRole": role.is_super_admin,
    }
    if role.description:
        shown["roleDescription"] = role.description
    if role.privileges:
        names = sorted(role.privileges)
        shown["rolePrivileges"] = [{"privilegeName": name, "serviceId": _SERVICE_ID} for name in names]
    return shown


def _assignment_json(each: Assignment) -> Json:
    return {
        "kind": "admin#directory#roleAssignment",
        "etag": etag(each),
        "roleAssignmentId": each.id,
        "roleId": each.role_id,
        "assignedTo": each.assigned_to,
        "assigneeType": "user",
        "scopeType": "CUSTOMER",
    }


def _privilege_json(name: str) -> Json:
    return {
        "kind": "admin#directory#privilege",
        "etag": etag(name),
        "serviceId": _SERVICE_ID,
        "serviceName": "admin_apis",
        "privilegeName": name,
        "isOuScopable": True,
    }


def _refused(conflict: RoleConflict) -> ApiError:
    return directory_error(400, "invalid", f"Invalid Input: {conflict}")


def _not_emulated(what: str) -> ApiError:
    return directory_error(501, "notImplemented", f"workspace_emulator {what}.")


_CUSTOMER = "/admin/directory/v1/customer/{customer}"
_ROLES, _ASSIGNMENTS = f"{_CUSTOMER}/roles", f"{_CUSTOMER}/roleassignments"
_ROLE, _ASSIGNMENT = f"{_ROLES}/{{roleId}}", f"{_ASSIGNMENTS}/{{roleAssignmentId}}"
METHODS = (
    Method("directory.roles.list", "GET", _ROLES, scopes.ROLES_READ, list_roles),
    Method("directory.roles.get", "GET", _ROLE, scopes.ROLES_READ, get_role),
    Method("directory.roles.insert", "POST", _ROLES, scopes.ROLES_WRITE, insert_role),
    Method("directory.roles.patch", "PATCH", _ROLE, scopes.ROLES_WRITE, patch_role),
    Method("directory.roles.update", "PUT", _ROLE, scopes.ROLES_WRITE, update_role),
    Method("directory.roles.delete", "DELETE", _ROLE, scopes.ROLES_WRITE, delete_role),
    Method("directory.roleAssignments.list", "GET", _ASSIGNMENTS, scopes.ROLES_READ, list_assignments),
    Method("directory.roleAssignments.get", "GET", _ASSIGNMENT, scopes.ROLES_READ, get_assignment),
    Method("directory.roleAssignments.insert", "POST", _ASSIGNMENTS, scopes.ROLES_WRITE, insert_assignment),
    Method("directory.roleAssignments.delete", "DELETE", _ASSIGNMENT, scopes.ROLES_WRITE, delete_assignment),
    Method("directory.privileges.list", "GET", f"{_ROLES}/ALL/privileges", scopes.ROLES_READ, list_privileges),
)
