"""The access rules of one calendar: who was granted which role, and the log of their changes.

What the rules mean for a person is access' business.
Source: the sharing guide and the reference of acl.
"""

from dataclasses import dataclass, field

from workspace_emulator.state import errors
from workspace_emulator.state.change_log import ChangeLog

ROLES = ("none", "freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")
SCOPE_TYPES = ("default", "user", "group", "domain")
_MOST_RULES = 6000
"""Source: the sharing guide: entries of one access list."""


@dataclass(slots=True)
class AccessRule:
    """A role for everybody (`default`), a user, a group or a domain. A deleted rule has the role `none`."""

    scope_type: str
    value: str
    role: str
    exact: bool = False
    """Set through the control API: this person has this role and no other, whatever other rules say."""
    version: int = 1

    @property
    def id(self) -> str:
        return rule_id(self.scope_type, self.value)


def rule_id(scope_type: str, value: str) -> str:
    return "default" if scope_type == "default" else f"{scope_type}:{value}"


@dataclass(slots=True)
class AccessRules:
    """Rules by id, deleted ones included."""

    by_id: dict[str, AccessRule] = field(default_factory=dict)
    log: ChangeLog = field(default_factory=ChangeLog)

    def put(self, scope_type: str, value: str, role: str, now_ms: int, *, exact: bool = False) -> AccessRule:
        """Set a rule. Raises: ApiError 403 when the list is full."""
        rule = AccessRule(scope_type, value.lower(), role, exact)
        old = self.by_id.get(rule.id)
        if old is None and len(self.by_id) >= _MOST_RULES:
            raise errors.ApiError(403, "quotaExceeded", "Calendar usage limits exceeded.", "usageLimits")
        rule.version = old.version + 1 if old else 1
        self.by_id[rule.id] = rule
        self.log.record(rule.id, now_ms)
        return rule
