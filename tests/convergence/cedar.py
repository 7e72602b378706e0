"""Cedar Bank at Google: the customer of every history, in the emulator's own process."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from functools import cache
from random import Random

from tests.cast import NOW, ZONE

from workspace_emulator.http import scopes
from workspace_emulator.seed.model import Seed, SeedCalendar, SeedGroup, SeedMember, SeedUser
from workspace_emulator.seeding import new_service_account, workspace_of
from workspace_emulator.state import rules
from workspace_emulator.state.credentials import Grant, ServiceAccount
from workspace_emulator.state.workspace import Workspace

ADA, ALICE, BOB, CAROL = (f"{name}@cedar.example" for name in ("ada", "alice", "bob", "carol"))
PEOPLE = (ALICE, BOB, CAROL)
GROUP = "advisers@cedar.example"
CUSTOMER = "C0cedar"
ADDRESS = "https://google.example"


def seed() -> Seed:
    """Alice and Bob are advisers; Carol may become one. Alice has a second calendar of her own."""
    own = SeedCalendar("Allotment", ZONE)
    return Seed(
        name="cedar",
        customer_id=CUSTOMER,
        domain="cedar.example",
        users=(
            SeedUser(ADA, "Ada", "Admin", is_admin=True),
            SeedUser(ALICE, "Alice", "Archer", ZONE, calendars=(own,), events=(_lunch(),)),
            SeedUser(BOB, "Bob", "Baker", ZONE, events=(_course(),)),
            SeedUser(CAROL, "Carol", "Cook", ZONE),
        ),
        groups=(SeedGroup(GROUP, "Advisers", (SeedMember(ALICE), SeedMember(BOB))),),
        delegated_scopes=frozenset(
            {
                "https://www.googleapis.com/auth/calendar",
                "https://www.googleapis.com/auth/admin.directory.user.readonly",
                "https://www.googleapis.com/auth/admin.directory.group.readonly",
            }
        ),
    )


def _lunch() -> dict[str, object]:
    return {
        "summary": "Lunch",
        "start": {"dateTime": "2026-11-23T12:00:00", "timeZone": ZONE},
        "end": {"dateTime": "2026-11-23T12:30:00", "timeZone": ZONE},
        "recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=TU,TH"],
    }


def _course() -> dict[str, object]:
    return {"summary": "Course", "start": {"date": "2026-12-03"}, "end": {"date": "2026-12-04"}}


@cache
def account() -> ServiceAccount:
    """One key for all histories: making one takes a tenth of a second."""
    return new_service_account("lockstep@cedar-one.iam.gserviceaccount.com", "100000000000000000042")


@cache
def _first_moment() -> Workspace:
    workspace = workspace_of(seed(), NOW, account(), Random(0))  # noqa: S311  (repeatable ids, nothing secret)
    for owner, other in ((ALICE, BOB), (BOB, ALICE)):
        calendar = workspace.calendar_at(owner)
        if calendar is not None:
            # They may write into each other's calendars.
            rules.put(workspace, calendar, "user", other, "writer", NOW, exact=True)
    return workspace


def first_moment() -> Workspace:
    """The customer as it is before anybody does anything."""
    return deepcopy(_first_moment())


def copied(workspace: Workspace) -> Workspace:
    return deepcopy(workspace)


def let_in(workspace: Workspace) -> None:
    """Each person has signed in to Google's own pages, for as long as the history lasts; the token is their address."""
    for user in workspace.directory.users.values():
        token = user.primary_email
        grant = Grant(user.id, "pages", frozenset(scopes.EVERYTHING), NOW + timedelta(days=3660))
        workspace.credentials.grants[token] = grant
