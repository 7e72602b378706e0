"""Who may do what: the one table of roles and abilities.

Rules: product specification, section 1. Pages ask `may`, and nothing else decides.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    ADMIN = "admin"
    MANAGER = "manager"
    STAFF_ADVANCED = "staff_advanced"
    STAFF_PLUS = "staff_plus"
    STAFF = "staff"
    CONTACT_CENTRE = "contact_centre"


class Ability(StrEnum):
    SEE_OWN_CALENDAR = "see_own_calendar"
    SEE_EVERY_CALENDAR = "see_every_calendar"
    CHANGE_SETTINGS = "change_settings"
    CONNECT_INTEGRATIONS = "connect_integrations"


_STAFF = frozenset({Ability.SEE_OWN_CALENDAR})

ABILITIES: dict[Role, frozenset[Ability]] = {
    Role.ADMIN: frozenset(Ability),
    Role.MANAGER: _STAFF | {Ability.SEE_EVERY_CALENDAR},
    Role.STAFF_ADVANCED: _STAFF,
    Role.STAFF_PLUS: _STAFF,
    Role.STAFF: _STAFF,
    Role.CONTACT_CENTRE: frozenset({Ability.SEE_EVERY_CALENDAR}),
}


def may(role: str, ability: Ability) -> bool:
    """True when `role` has `ability`; an unknown role has none."""
    return ability in ABILITIES.get(Role(role), frozenset()) if role in set(Role) else False
