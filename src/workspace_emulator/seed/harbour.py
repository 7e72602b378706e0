"""Harbour Credit Union: the company of the demo. Two branches, five advisers each, and two accounts that take nobody.

Owns the people and the groups; what stands in the calendars is in `halifax` and `vancouver`.
"""

from datetime import date

from workspace_emulator.seed import halifax, scopes, vancouver
from workspace_emulator.seed.harbour_people import APPOINTMENTS, DOMAIN, HALIFAX_ADVISERS, Adviser, at
from workspace_emulator.seed.model import Seed, SeedGroup, SeedMember, SeedUser

_ONLY_THROUGH_THE_SUBGROUP = Adviser.NOOR
"""Her membership is found only by whoever expands nested groups."""


def seed(today: date) -> Seed:
    """Twelve accounts; ten of them are members of `appointments@`, one only through `halifax-advisors@`."""
    return Seed(
        name="harbour",
        customer_id="C0harbour1",
        domain=DOMAIN,
        users=(*halifax.advisers(today), *vancouver.advisers(today), vancouver.administrator(today), _integration()),
        groups=_groups(),
        delegated_scopes=scopes.DELEGATED,
    )


def _integration() -> SeedUser:
    return SeedUser(
        email=at("lockstep"),
        given_name="Lockstep",
        family_name="Integration",
        time_zone=halifax.ZONE,
        privileges=frozenset({"USERS_RETRIEVE", "GROUPS_RETRIEVE"}),
    )


def _groups() -> tuple[SeedGroup, ...]:
    direct = tuple(SeedMember(adviser) for adviser in Adviser if adviser is not _ONLY_THROUGH_THE_SUBGROUP)
    return (
        SeedGroup(APPOINTMENTS, "Takes appointments", (*direct, SeedMember(HALIFAX_ADVISERS, type="GROUP"))),
        SeedGroup(
            HALIFAX_ADVISERS,
            "Halifax advisers",
            (SeedMember(Adviser.AMARA, role="OWNER"), SeedMember(_ONLY_THROUGH_THE_SUBGROUP)),
        ),
        SeedGroup(at("everyone"), "Everyone at Harbour", (SeedMember(None, type="CUSTOMER"),)),
    )
