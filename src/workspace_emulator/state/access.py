"""Who may see and change what on a calendar.

Source: the sharing guide. none < freeBusyReader < reader < writerWithoutPrivateAccess < writer < owner.
"""

from collections.abc import Iterator

from workspace_emulator.state.access_rules import ROLES, AccessRule, rule_id
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.directory import Directory, User
from workspace_emulator.state.event import Event


def role_on(calendar: Calendar, user: User, directory: Directory, internal_sharing: str) -> str:
    """The user's role: owner of the own calendar, else the highest that any rule gives."""
    if calendar.generated:
        return "reader"
    if calendar.owner_id == user.id:
        return "owner"
    if not calendar.access.by_id and calendar.is_primary:
        return internal_sharing
    found = ["none"]
    for rule in rules_of(calendar, directory, internal_sharing):
        if _applies(rule, user, directory):
            if rule.exact:
                return rule.role
            found.append(rule.role)
    return max(found, key=ROLES.index)


def rules_of(calendar: Calendar, directory: Directory, internal_sharing: str) -> Iterator[AccessRule]:
    """All rules, deleted ones included: the owner's, what colleagues get by default, and those that were given."""
    stored = calendar.access.by_id
    owner = directory.users.get(calendar.owner_id)
    if owner is not None and not calendar.generated:
        yield AccessRule("user", owner.primary_email.lower(), "owner")
    if calendar.is_primary and internal_sharing != "none" and rule_id("domain", directory.domain) not in stored:
        yield AccessRule("domain", directory.domain, internal_sharing)
    for rule in stored.values():
        if rule.scope_type != "user" or owner is None or directory.user(rule.value) is not owner:
            yield rule


def _applies(rule: AccessRule, user: User, directory: Directory) -> bool:
    if rule.scope_type == "default":
        return True
    if rule.scope_type == "user":
        return directory.user(rule.value) is user
    if rule.scope_type == "domain":
        domains = {directory.domain, user.primary_email.split("@")[-1].lower()}
        return rule.value in domains
    group = directory.group(rule.value)
    rows = directory.members(group, derived=True) if group else []
    return any(row.id == user.id or row.type == "CUSTOMER" for row in rows)


def at_least(role: str, wanted: str) -> bool:
    return ROLES.index(role) >= ROLES.index(wanted)


def sees_details(role: str, event: Event, *, attends: bool) -> bool:
    """Whether a reader with that role sees more of the event than its times."""
    visibility = event.fields.get("visibility", "default")
    if attends or visibility == "public" or at_least(role, "writer"):
        return role != "none"
    return visibility == "default" and at_least(role, "reader")
