"""Who may do what: the one table of roles, abilities, and whom each ability reaches.

Rules: product specification, section 1. Pages ask `may`, reads and changes are narrowed by `reach`, and nothing else
decides. `docs/roles.md` shows the table; a test keeps both the same.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Role(StrEnum):
    ADMIN = "admin"
    MANAGER = "manager"
    STAFF_ADVANCED = "staff_advanced"
    STAFF_PLUS = "staff_plus"
    STAFF = "staff"
    CONTACT_CENTRE = "contact_centre"


class Reach(IntEnum):
    """How far an ability goes; the greater includes the smaller."""

    NOTHING = 0
    OWN = 1
    """Oneself."""
    LOCATIONS = 2
    """Oneself, and whoever takes appointments at one's own locations."""
    EVERYONE = 3
    """The whole organisation; never another one."""


class Ability(StrEnum):
    SEE_CALENDARS = "see_calendars"
    """Calendars, appointments, their history, and the clients in them."""
    CHANGE_APPOINTMENTS = "change_appointments"
    """Move, reassign, cancel, start, finish, and decide conflicts."""
    BOOK = "book"
    """Book for a client."""
    CHANGE_HOURS = "change_hours"
    """Working hours, overrides and absences."""
    SET_UP = "set_up"
    """Locations, services, staff and assignments."""
    SEE_REPORTS = "see_reports"
    CHANGE_SETTINGS = "change_settings"
    """The organisation's settings, log-ins and audit log."""
    CONNECT_INTEGRATIONS = "connect_integrations"


_STAFF = {
    Ability.SEE_CALENDARS: Reach.OWN,
    Ability.CHANGE_APPOINTMENTS: Reach.OWN,
    Ability.BOOK: Reach.OWN,
    Ability.CHANGE_HOURS: Reach.OWN,
}

ABILITIES: dict[Role, dict[Ability, Reach]] = {
    Role.ADMIN: dict.fromkeys(Ability, Reach.EVERYONE),
    Role.MANAGER: {
        **dict.fromkeys(_STAFF, Reach.LOCATIONS),
        Ability.SET_UP: Reach.LOCATIONS,
        Ability.SEE_REPORTS: Reach.LOCATIONS,
    },
    Role.STAFF_ADVANCED: dict.fromkeys(_STAFF, Reach.LOCATIONS),
    Role.STAFF_PLUS: {**_STAFF, Ability.SEE_CALENDARS: Reach.LOCATIONS},
    Role.STAFF: _STAFF,
    Role.CONTACT_CENTRE: {
        Ability.SEE_CALENDARS: Reach.EVERYONE,
        Ability.CHANGE_APPOINTMENTS: Reach.EVERYONE,
        Ability.BOOK: Reach.EVERYONE,
    },
}


def reach(role: str, ability: Ability) -> Reach:
    """How far `role` has `ability`; an unknown role has nothing."""
    return ABILITIES[Role(role)].get(ability, Reach.NOTHING) if role in set(Role) else Reach.NOTHING


def may(role: str, ability: Ability) -> bool:
    """True when `role` has `ability` at all, however far."""
    return reach(role, ability) > Reach.NOTHING
