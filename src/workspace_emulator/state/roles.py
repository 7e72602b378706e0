"""Admin roles of one customer and to whom they are assigned: what a person may do in the Directory.

Source: the Directory guide to roles. A role is a set of privileges, assigned to people and service accounts by id. Only
privileges over users and groups mean something here. The role Super Admin is held by whoever `User.is_admin` says.
"""

from dataclasses import dataclass, field, replace

from workspace_emulator.state.stable_ids import stable_id

USERS_RETRIEVE = "USERS_RETRIEVE"
GROUPS_RETRIEVE = "GROUPS_RETRIEVE"
USERS_ALL = "USERS_ALL"
GROUPS_ALL = "GROUPS_ALL"
PRIVILEGES = {USERS_ALL: (USERS_RETRIEVE,), GROUPS_ALL: (GROUPS_RETRIEVE,)}
"""Each with those that it holds inside."""
KNOWN_PRIVILEGES = frozenset(PRIVILEGES).union(*PRIVILEGES.values())
INTEGRATION_ACCOUNT = "Integration Account"
_READING = frozenset({USERS_RETRIEVE, GROUPS_RETRIEVE})
_MOST_CUSTOM_ROLES, _MOST_ASSIGNMENTS = 750, 1000
"""Source: the guide to roles: of an organisation, and of the whole customer as one organisational unit."""


class RoleConflict(ValueError):
    """The change contradicts the roles that there are; the message says how."""


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of privileges. System roles are Google's own and stay as they are."""

    id: str
    name: str
    privileges: frozenset[str]
    description: str = ""
    is_system: bool = False
    is_super_admin: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """One role of one person, by Directory id, or of one service account, by client id."""

    id: str
    role_id: str
    assigned_to: str


def _system(name: str, description: str, *privileges: str, is_super_admin: bool = False) -> Role:
    role_id = stable_id("system role", name, digits=16)
    return Role(role_id, name, frozenset(privileges), description, is_system=True, is_super_admin=is_super_admin)


SUPER_ADMIN = _system("_SEED_ADMIN_ROLE", "Google Workspace Administrator Seed Role", *PRIVILEGES, is_super_admin=True)
_SYSTEM_ROLES = (
    SUPER_ADMIN,
    _system("_GROUPS_ADMIN_ROLE", "Groups Administrator", GROUPS_ALL),
    _system("_USER_MANAGEMENT_ADMIN_ROLE", "User Management Administrator", USERS_ALL),
)


@dataclass(slots=True)
class Roles:
    """All roles by id, and assignments by id but for those of super administrators."""

    known: dict[str, Role] = field(default_factory=lambda: {role.id: role for role in _SYSTEM_ROLES})
    assignments: dict[str, Assignment] = field(default_factory=dict)

    def custom(self) -> list[Role]:
        return [role for role in self.known.values() if not role.is_system]

    def named(self, name: str) -> Role | None:
        """Names are unique, whatever their case."""
        return next((role for role in self.known.values() if role.name.lower() == name.lower()), None)

    def of(self, assignee_id: str) -> list[Role]:
        return [self.known[each.role_id] for each in self.assignments.values() if each.assigned_to == assignee_id]

    def privileges_of(self, assignee_id: str) -> set[str]:
        """What the assigned roles give together."""
        return {privilege for role in self.of(assignee_id) for privilege in role.privileges}

    def add(self, name: str, privileges: frozenset[str], description: str = "") -> Role:
        """A custom role. Raises: RoleConflict."""
        self._check_name(name)
        if len(self.custom()) >= _MOST_CUSTOM_ROLES:
            raise RoleConflict(f"A customer may have {_MOST_CUSTOM_ROLES} custom roles.")
        parts = ["role", name.lower()]
        while (role_id := stable_id(*parts, digits=16)) in self.known:
            parts.append("again")
        self.known[role_id] = Role(role_id, name, privileges, description)
        return self.known[role_id]

    def change(self, role: Role, name: str, privileges: frozenset[str], description: str) -> Role:
        """Raises: RoleConflict for a system role or a taken name."""
        if role.is_system:
            raise RoleConflict("System roles cannot be changed.")
        if name.lower() != role.name.lower():
            self._check_name(name)
        self.known[role.id] = replace(role, name=name, privileges=privileges, description=description)
        return self.known[role.id]

    def delete(self, role: Role) -> None:
        """Raises: RoleConflict for a system role, or one that somebody holds."""
        if role.is_system:
            raise RoleConflict("System roles cannot be deleted.")
        if any(each.role_id == role.id for each in self.assignments.values()):
            raise RoleConflict("The role is still assigned.")
        del self.known[role.id]

    def assign(self, role: Role, assignee_id: str) -> Assignment:
        """The assignment, also of somebody who has the role. Not for super administrators. Raises: RoleConflict."""
        made = assignment_of(role, assignee_id)
        if made.id not in self.assignments and len(self.assignments) >= _MOST_ASSIGNMENTS:
            raise RoleConflict(f"A customer may have {_MOST_ASSIGNMENTS} assignments of roles.")
        return self.assignments.setdefault(made.id, made)

    def take(self, role: Role, assignee_id: str) -> bool:
        """Whether there was such an assignment to take away."""
        return self.assignments.pop(assignment_of(role, assignee_id).id, None) is not None

    def forget(self, assignee_id: str) -> None:
        """Take all roles from somebody."""
        self.assignments = {key: each for key, each in self.assignments.items() if each.assigned_to != assignee_id}

    def give_exactly(self, assignee_id: str, privileges: set[str]) -> None:
        """Assign the one role with just these privileges in place of all others; it is made where there is none."""
        wanted = frozenset(privileges)
        if wanted != self.privileges_of(assignee_id):
            self.forget(assignee_id)
            if wanted:
                same = next((role for role in self.custom() if role.privileges == wanted), None)
                self.assign(same or self.add(self._name_for(wanted), wanted), assignee_id)

    def _name_for(self, privileges: frozenset[str]) -> str:
        name = INTEGRATION_ACCOUNT if privileges == _READING else " and ".join(sorted(privileges))
        return name if self.named(name) is None else f"{name}, again"

    def _check_name(self, name: str) -> None:
        if self.named(name) is not None:
            raise RoleConflict("A role has this name.")


def assignment_of(role: Role, assignee_id: str) -> Assignment:
    """The one that this role and this person have, whether it is in force or not."""
    return Assignment(stable_id("assignment", role.id, assignee_id, digits=16), role.id, assignee_id)


def with_integration_account() -> Roles:
    """The roles of a new customer: Google's own, and one that just reads users and groups."""
    roles = Roles()
    roles.add(INTEGRATION_ACCOUNT, _READING, "Reads users and groups, for an integration's Directory user")
    return roles
