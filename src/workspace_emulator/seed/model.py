"""What a seed is made of: a customer with users, groups, calendars and delegations, as plain values.

A seed is data, not code that touches the emulator's state: the engine reads a `Seed` and inserts everything through
the same functions that serve the API, so nothing can be seeded that the API would refuse.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EventBody = Mapping[str, Any]
"""An event as Google's `events.insert` takes it (camelCase, `start`/`end`, `recurrence`, `attendees`, …)."""


@dataclass(frozen=True, slots=True)
class SeedCalendar:
    """A secondary calendar of a user."""

    summary: str
    time_zone: str = "UTC"
    description: str | None = None
    rules: tuple[tuple[str, str, str], ...] = ()
    """(scope type, scope value, role), as acl.insert takes them."""
    events: tuple[EventBody, ...] = ()


@dataclass(frozen=True, slots=True)
class SeedUser:
    """One account of the customer, with its primary calendar."""

    email: str
    given_name: str
    family_name: str
    time_zone: str = "Etc/GMT"
    is_admin: bool = False
    """A super administrator."""
    privileges: frozenset[str] = frozenset()
    """Delegated admin privileges, from `USERS_RETRIEVE` and `GROUPS_RETRIEVE`."""
    suspended: bool = False
    has_calendar: bool = True
    """False: no Calendar licence, so every Calendar call for this user answers 403 `notACalendarUser`."""
    aliases: tuple[str, ...] = ()
    events: tuple[EventBody, ...] = ()
    """Inserted into the primary calendar as this user; an instance to move or cancel is given in `changes`."""
    changes: tuple[tuple[int, str, EventBody], ...] = ()
    """(index into `events`, original start as the instance id's suffix `YYYYMMDDTHHMMSSZ` or `YYYYMMDD`, patch body):
    applied to that instance after insertion; `{"status": "cancelled"}` deletes it."""
    calendars: tuple[SeedCalendar, ...] = ()
    """Secondary calendars whose data owner the user is."""


@dataclass(frozen=True, slots=True)
class SeedMember:
    """A row of a group: a user, another group, or the whole customer."""

    email: str | None
    type: str = "USER"
    """USER, GROUP or CUSTOMER (which has no e-mail)."""
    role: str = "MEMBER"


@dataclass(frozen=True, slots=True)
class SeedGroup:
    email: str
    name: str
    members: tuple[SeedMember, ...] = ()


@dataclass(frozen=True, slots=True)
class Seed:
    """A whole Workspace customer at its first moment."""

    name: str
    customer_id: str
    domain: str
    users: tuple[SeedUser, ...]
    groups: tuple[SeedGroup, ...] = ()
    service_account_email: str = "lockstep@lockstep-demo.iam.gserviceaccount.com"
    client_id: str = "104125936281745205207"
    """The numeric id under which the service account is registered for domain-wide delegation."""
    delegated_scopes: frozenset[str] = field(default_factory=frozenset)
