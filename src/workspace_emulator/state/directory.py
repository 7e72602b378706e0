"""Users, groups and members of one customer, and how their keys resolve.

Source: the Directory API's guides to users, aliases and groups. Renaming keeps the old address as an alias.
"""

from dataclasses import dataclass, field, replace

from workspace_emulator.json_values import Json
from workspace_emulator.state.roles import Roles, with_integration_account
from workspace_emulator.state.stable_ids import stable_id


class DirectoryConflict(ValueError):
    """The change contradicts what the directory holds; the message says how."""


@dataclass(slots=True)
class User:
    """One account. `id` never changes, addresses do."""

    id: str
    primary_email: str
    given_name: str
    family_name: str
    created_ms: int
    is_admin: bool = False
    suspended: bool = False
    archived: bool = False
    has_calendar: bool = True
    aliases: list[str] = field(default_factory=list)
    deleted_ms: int | None = None
    version: int = 1
    suspended_ms: int | None = None
    archived_ms: int | None = None
    is_guest: bool = False
    org_unit_path: str = "/"

    @property
    def addresses(self) -> list[str]:
        return [self.primary_email, *self.aliases]

    def set_states(self, suspended: bool, archived: bool, now_ms: int) -> None:
        """Suspend or archive, or take it back, and note when."""
        if suspended != self.suspended:
            self.suspended, self.suspended_ms = suspended, now_ms if suspended else None
        if archived != self.archived:
            self.archived, self.archived_ms = archived, now_ms if archived else None


@dataclass(frozen=True, slots=True)
class Member:
    """A row of a group. A CUSTOMER row has no e-mail and the customer's id."""

    id: str
    email: str | None
    type: str = "USER"
    role: str = "MEMBER"
    added_ms: int = 0


@dataclass(slots=True)
class Group:
    id: str
    email: str
    name: str
    members: dict[str, Member] = field(default_factory=dict)
    """By member id."""
    aliases: list[str] = field(default_factory=list)
    description: str = ""

    @property
    def addresses(self) -> list[str]:
        return [self.email, *self.aliases]


@dataclass(slots=True)
class Directory:
    """The directory of one customer."""

    customer_id: str
    domain: str
    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    deleted_users: dict[str, User] = field(default_factory=dict)
    renames: list[Json] = field(default_factory=list)
    """Those that are not yet visible: `{due_ms, user_id, email}`."""
    roles: Roles = field(default_factory=with_integration_account)
    _keys: dict[str, str] = field(default_factory=dict)
    """Lower-case address or id to user id."""
    _group_keys: dict[str, str] = field(default_factory=dict)

    def may(self, user: User, privilege: str) -> bool:
        """Whether the user holds an admin privilege, by a role or as super administrator."""
        wanted = {privilege, privilege.split("_")[0] + "_ALL"}
        return not user.suspended and (user.is_admin or bool(self.roles.privileges_of(user.id) & wanted))

    def user(self, key: str) -> User | None:
        """The user of an id, a primary e-mail or an alias, whatever its case."""
        return self.users.get(self._keys.get(key.lower(), ""))

    def deleted_user(self, key: str) -> User | None:
        """A deleted user by id or by an address of theirs; the latest to be deleted of several."""
        wanted = key.lower()
        found = [user for user in self.deleted_users.values() if wanted in map(str.lower, [user.id, *user.addresses])]
        return max(found, key=lambda user: user.deleted_ms or 0, default=None)

    def group(self, key: str) -> Group | None:
        return self.groups.get(self._group_keys.get(key.lower(), ""))

    def owns_domain_of(self, key: str) -> bool:
        """False for an address of a domain that is not the customer's; ids count as the customer's."""
        domains = {self.domain.lower()} | {user.primary_email.split("@")[-1].lower() for user in self.users.values()}
        return "@" not in key or key.split("@")[-1].lower() in domains

    def add_user(self, user: User) -> User:
        """Raises: DirectoryConflict if an address is taken."""
        for address in user.addresses:
            self._check_free(address)
        self.users[user.id] = user
        self._keys |= {key.lower(): user.id for key in [user.id, *user.addresses]}
        return user

    def new_user_id(self, email: str) -> str:
        """Never that of somebody else, also not of a deleted user who had the address before."""
        name = [self.customer_id, "user", email.lower()]
        while (found := stable_id(*name)) in self.users or found in self.deleted_users:
            name.append("again")
        return found

    def check_new_address(self, user: User, email: str) -> None:
        """Raises: DirectoryConflict if somebody else has the address, or is about to have it."""
        taken = any(job["email"].lower() == email.lower() for job in self.renames if job["user_id"] != user.id)
        if taken:
            raise DirectoryConflict("Entity already exists.")
        if self._keys.get(email.lower()) != user.id:
            self._check_free(email)

    def rename_user(self, user: User, email: str) -> None:
        """Give the user another primary e-mail; the old one stays as an alias."""
        if email.lower() == user.primary_email.lower():
            return
        if self._keys.get(email.lower()) != user.id:
            self._check_free(email)
        old = user.primary_email
        user.aliases = [alias for alias in user.aliases if alias.lower() != email.lower()] + [old]
        user.primary_email = email
        self._keys[email.lower()] = user.id
        for group in self.groups.values():
            if user.id in group.members:
                row = group.members[user.id]
                group.members[user.id] = replace(row, email=email)

    def add_alias(self, user: User, alias: str) -> None:
        """Raises: DirectoryConflict if the address is taken."""
        self._check_free(alias)
        user.aliases.append(alias)
        self._keys[alias.lower()] = user.id

    def remove_alias(self, user: User, alias: str) -> bool:
        """Whether the user had it; from now on it is free for others."""
        kept = [held for held in user.aliases if held.lower() != alias.lower()]
        if len(kept) == len(user.aliases):
            return False
        user.aliases = kept
        del self._keys[alias.lower()]
        return True

    def delete_user(self, user: User, now_ms: int) -> None:
        """Remove the user and their memberships; the addresses become free."""
        user.deleted_ms = now_ms
        self.deleted_users[user.id] = self.users.pop(user.id)
        self._keys = {key: user_id for key, user_id in self._keys.items() if user_id != user.id}
        self.roles.forget(user.id)
        for group in self.groups.values():
            group.members.pop(user.id, None)

    def add_group(self, group: Group) -> Group:
        """Raises: DirectoryConflict if the address is taken."""
        for address in group.addresses:
            self._check_free(address)
        self.groups[group.id] = group
        self._group_keys |= {key.lower(): group.id for key in [group.id, *group.addresses]}
        return group

    def delete_group(self, group: Group) -> None:
        del self.groups[group.id]
        self._group_keys = {key: value for key, value in self._group_keys.items() if value != group.id}
        for other in self.groups.values():
            other.members.pop(group.id, None)

    def put_member(self, group: Group, email: str | None, kind: str, role: str, now_ms: int = 0) -> Member:
        """Add a member or change its role.

        Raises: DirectoryConflict if the group would contain itself.
        """
        if kind == "CUSTOMER" or email is None:
            row = Member(self.customer_id, None, "CUSTOMER", role, now_ms)
        elif (inner := self.group(email)) is not None:
            if inner.id == group.id or group.id in self._groups_inside(inner):
                raise DirectoryConflict("Cyclic memberships not allowed")
            row = Member(inner.id, inner.email, "GROUP", role, now_ms)
        elif (user := self.user(email)) is not None:
            row = Member(user.id, user.primary_email, "USER", role, now_ms)
        else:
            row = Member(stable_id("external", email.lower()), email, kind, role, now_ms)
        group.members[row.id] = row
        return row

    def member(self, group: Group, key: str) -> Member | None:
        """A direct member by id, e-mail or alias."""
        if key in group.members:
            return group.members[key]
        user, inner = self.user(key), self.group(key)
        found = user.id if user else inner.id if inner else stable_id("external", key.lower())
        return group.members.get(found)

    def members(self, group: Group, *, derived: bool, nested_until_ms: int | None = None) -> list[Member]:
        """Members by e-mail; with `derived`, those of nested groups too, each once, beside the groups' own rows.

        Groups that were nested after `nested_until_ms` do not count yet.
        """
        rows = dict(group.members)
        if derived:
            for inner_id in self._groups_inside(group, nested_until_ms):
                for row in self.groups[inner_id].members.values():
                    rows.setdefault(row.id, row)
        return sorted(rows.values(), key=lambda row: (row.email or "").lower())

    def groups_of(self, key: str) -> list[Group]:
        """The groups that hold the user or group directly."""
        return [group for group in self.groups.values() if self.member(group, key) is not None]

    def _groups_inside(self, group: Group, until_ms: int | None = None) -> set[str]:
        seen: set[str] = set()
        queue = [group]
        while queue:
            for row in queue.pop().members.values():
                if until_ms is not None and row.added_ms > until_ms:
                    continue
                if row.type == "GROUP" and row.id in self.groups and row.id not in seen:
                    seen.add(row.id)
                    queue.append(self.groups[row.id])
        return seen

    def _check_free(self, address: str) -> None:
        if self._keys.get(address.lower()) or self._group_keys.get(address.lower()):
            raise DirectoryConflict("Entity already exists.")
