"""Admin roles by the control API, as the console's page of roles needs them. Documented in CONTROL.md."""

from collections.abc import Callable
from typing import TypeVar

from workspace_emulator.http.control_order import Order, Refused, Route
from workspace_emulator.json_values import Json
from workspace_emulator.state.roles import Role, RoleConflict

Result = TypeVar("Result")


def role_json(role: Role) -> Json:
    return {
        "id": role.id,
        "name": role.name,
        "description": role.description,
        "privileges": sorted(role.privileges),
        "is_system": role.is_system,
    }


def add_role(order: Order) -> Json:
    name, privileges = order.text("name").strip(), _privileges(order)
    description = str(order.body().get("description", ""))
    return role_json(_kept(lambda: order.workspace.directory.roles.add(name, privileges, description)))


def change_role(order: Order) -> Json:
    role, body = _role(order, order.names[0]), order.body()
    name = str(body.get("name", role.name)).strip() or role.name
    privileges = _privileges(order) if "privileges" in body else role.privileges
    description = str(body.get("description", role.description))
    return role_json(_kept(lambda: order.workspace.directory.roles.change(role, name, privileges, description)))


def delete_role(order: Order) -> Json:
    role = _role(order, order.names[0])
    _kept(lambda: order.workspace.directory.roles.delete(role))
    return {}


def assign_role(order: Order) -> Json:
    user, role = order.user(order.names[0]), _role(order, order.names[1])
    if role.is_super_admin:
        raise Refused(400, "Super administrators are made by the field is_admin of the user.")
    _kept(lambda: order.workspace.directory.roles.assign(role, user.id))
    return {}


def take_role(order: Order) -> Json:
    user, role = order.user(order.names[0]), _role(order, order.names[1])
    order.workspace.directory.roles.take(role, user.id)
    return {}


def _role(order: Order, role_id: str) -> Role:
    role = order.workspace.directory.roles.known.get(role_id)
    if role is None:
        raise Refused(404, f"There is no role {role_id}.")
    return role


def _privileges(order: Order) -> frozenset[str]:
    names = order.body().get("privileges", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Refused(400, "'privileges' is a list of names.")
    return frozenset(order.privileges(names))


def _kept(change: Callable[[], Result]) -> Result:
    """What the change gives. Raises: Refused where it contradicts the roles that there are."""
    try:
        return change()
    except RoleConflict as conflict:
        raise Refused(400, str(conflict)) from None


ROUTES: tuple[Route, ...] = (
    ("POST", ("roles",), add_role),
    ("PATCH", ("roles", "*"), change_role),
    ("DELETE", ("roles", "*"), delete_role),
    ("PUT", ("users", "*", "roles", "*"), assign_role),
    ("DELETE", ("users", "*", "roles", "*"), take_role),
)
