"""The table of roles: what product.md's words mean, and that the documentation shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lockstep.scheduling.roles import ABILITIES, Ability, Reach, Role, may, reach

DOCUMENTED = Path(__file__).parents[2] / "docs" / "roles.md"
WORDS = {Reach.NOTHING: "–", Reach.OWN: "own", Reach.LOCATIONS: "their locations", Reach.EVERYONE: "everyone"}


def table() -> str:
    """The table as docs/roles.md has to show it."""
    rows = [["ability", *(role.replace("_", " ") for role in Role)], ["---"] * (len(Role) + 1)]
    rows += [[ability.replace("_", " "), *(WORDS[reach(role, ability)] for role in Role)] for ability in Ability]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def test_the_documentation_shows_the_table() -> None:
    assert table() in DOCUMENTED.read_text()


@pytest.mark.parametrize("ability", list(Ability))
def test_an_admin_reaches_everyone_with_everything(ability: Ability) -> None:
    assert reach("admin", ability) is Reach.EVERYONE


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_admins_connect_integrations_and_change_settings(role: Role) -> None:
    assert not may(role, Ability.CONNECT_INTEGRATIONS)
    assert not may(role, Ability.CHANGE_SETTINGS)


@pytest.mark.parametrize(
    ("role", "seen", "changed"),
    [
        ("staff", Reach.OWN, Reach.OWN),
        ("staff_plus", Reach.LOCATIONS, Reach.OWN),
        ("staff_advanced", Reach.LOCATIONS, Reach.LOCATIONS),
        ("manager", Reach.LOCATIONS, Reach.LOCATIONS),
        ("contact_centre", Reach.EVERYONE, Reach.EVERYONE),
    ],
)
def test_how_far_each_role_sees_and_changes(role: str, seen: Reach, changed: Reach) -> None:
    assert (reach(role, Ability.SEE_CALENDARS), reach(role, Ability.CHANGE_APPOINTMENTS)) == (seen, changed)


def test_nobody_changes_what_they_cannot_see() -> None:
    hidden = [
        role
        for role, abilities in ABILITIES.items()
        if abilities.get(Ability.CHANGE_APPOINTMENTS, Reach.NOTHING)
        > abilities.get(Ability.SEE_CALENDARS, Reach.NOTHING)
    ]
    assert hidden == []


@pytest.mark.parametrize("role", ["", "owner", "ADMIN"], ids=["empty", "unknown", "other case"])
def test_an_unknown_role_may_nothing(role: str) -> None:
    assert [ability for ability in Ability if may(role, ability)] == []
