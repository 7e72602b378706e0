"""The connection check names the step that fails, why, who can mend it, where, and what to paste; and Connect.

Rules: product specification, sections 2 and 8.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.operations.world import ADMIN, DOMAIN, GROUP, World

from lockstep.google.workspace import GoogleWorkspace
from lockstep.operations.check import CheckReport, Outcome, check_connection, scopes_for
from lockstep.operations.connection import ConnectRefused
from lockstep.store.models import (
    AuditEntry,
    CalendarLink,
    Connection,
    Organisation,
    StaffMember,
)
from lockstep.sync.gateway import CALENDAR_SCOPE, GROUPS_SCOPE, USERS_SCOPE

BOB = f"bob@{DOMAIN}"
NOBODY = "nobody@small.example"


def check(world: World, *, user: str = ADMIN, group: str = GROUP) -> CheckReport:
    return check_connection(
        organisation=Organisation.objects.get(pk=world.company.organisation.pk),
        directory_user=user,
        directory_group=group,
        workspace=world.workspace,
    )


def nothing(_: World) -> None:
    return


def delegate(*scopes: str) -> Callable[[World], None]:
    return lambda world: world.google.control("PUT", f"delegations/{world.workspace.client_id}", scopes=list(scopes))


def without_key(world: World) -> None:
    missing = Path(world.google.key_file).with_name("missing.json")
    world.workspace = GoogleWorkspace(missing, world.google.address, world.google.address)


def with_a_disabled_key(world: World) -> None:
    world.google.control("PATCH", "service-account", key_enabled=False)


def with_a_wrong_clock(world: World) -> None:
    world.workspace = GoogleWorkspace(
        world.google.key_file,
        world.google.address,
        world.google.address,
        now=lambda: datetime.now(UTC) + timedelta(hours=5),
    )


def nobody_listens(world: World) -> None:
    nowhere = "http://127.0.0.1:9"
    world.workspace = GoogleWorkspace(world.google.key_file, nowhere, nowhere)


def bound_elsewhere(world: World) -> None:
    Organisation.objects.filter(pk=world.company.organisation.pk).update(google_customer_id="C0another")


def another_has_it(world: World) -> None:
    Organisation.objects.filter(pk=world.company.organisation.pk).update(google_customer_id="")
    Organisation.objects.create(name="Elm Clinic", slug="elm", google_customer_id="C0small001")


def limited_admin(world: World) -> None:
    world.google.control("PATCH", f"users/{ADMIN}", is_admin=False, privileges=["USERS_RETRIEVE"])


def empty_group(world: World) -> None:
    for name in ("alice", "bob", "carol"):
        world.google.control("DELETE", f"groups/{GROUP}/members/{name}@{DOMAIN}")


def without_calendars(world: World) -> None:
    for name in ("alice", "bob", "carol"):
        world.google.control("PATCH", f"users/{name}@{DOMAIN}", has_calendar=False)


def api_off(name: str) -> Callable[[World], None]:
    return lambda world: world.google.control("PATCH", f"apis/{name}", enabled=False)


DELEGATION = ("Client ID", "super admin", "Domain-wide delegation")
FAULTS: list[tuple[str, Callable[[World], None], dict[str, str], str, tuple[str, str, str, str]]] = [
    ("no key file", without_key, {}, "key", ("", "operator", "Keys", "")),
    ("key disabled", with_a_disabled_key, {}, "known", ("key", "operator", "Keys", "")),
    ("clock wrong", with_a_wrong_clock, {}, "known", ("clock", "operator", "", "")),
    ("unknown Directory User", nothing, {"user": NOBODY}, "known", (NOBODY, "You", "Directory User", "")),
    ("no address at all", nothing, {"user": "nobody"}, "known", ("nobody", "You", "Directory User", "")),
    ("nothing delegated", delegate(), {}, "users_scope", (*DELEGATION, f"{CALENDAR_SCOPE},{USERS_SCOPE}")),
    ("no users scope", delegate(CALENDAR_SCOPE, GROUPS_SCOPE), {}, "users_scope", (*DELEGATION, USERS_SCOPE)),
    ("no groups scope", delegate(CALENDAR_SCOPE, USERS_SCOPE), {}, "groups_scope", (*DELEGATION, GROUPS_SCOPE)),
    ("no calendar scope", delegate(USERS_SCOPE, GROUPS_SCOPE), {}, "calendar_scope", (*DELEGATION, CALENDAR_SCOPE)),
    ("no admin", nothing, {"user": BOB}, "directory_user", ("not an admin", "super admin", "Admin roles", BOB)),
    ("directory API off", api_off("directory"), {}, "directory_user", ("Admin SDK", "operator", "Library", "")),
    ("another customer", bound_elsewhere, {}, "customer", ("not the one", "operator", "customer id", "")),
    ("a customer of somebody else", another_has_it, {}, "customer", ("not the one", "operator", "customer id", "")),
    ("unknown group", nothing, {"group": NOBODY}, "group", ("no group", "admin", "Groups", NOBODY)),
    ("groups may not be read", limited_admin, {}, "group", ("groups", "super admin", "Groups → Read", ADMIN)),
    ("empty group", empty_group, {}, "members", ("no active members", "admin", "Members", "")),
    ("nobody has a calendar", without_calendars, {}, "calendar", ("None of the people", "admin", "Licences", "")),
    ("calendar API off", api_off("calendar"), {}, "calendar", ("Google Calendar API", "operator", "Library", "")),
]


@pytest.mark.parametrize(
    ("breaks", "values", "step", "words"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
def test_each_fault_is_named_with_who_mends_it_where_and_with_what(
    world: World, breaks: Callable[[World], None], values: dict[str, str], step: str, words: tuple[str, str, str, str]
) -> None:
    breaks(world)
    report = check(world, **values)
    assert not report.ok
    failure = report.failure
    assert failure is not None
    assert (failure.name, failure.outcome) == (step, Outcome.FAILED)
    said = (failure.sentence, failure.who, failure.where, failure.paste)
    assert all(word in text for word, text in zip(words, said, strict=True)), said
    after = [each.outcome for each in report.steps[report.steps.index(failure) + 1 :]]
    assert set(after) <= {Outcome.SKIPPED}


def test_a_sound_connection_passes_every_step(world: World) -> None:
    report = check(world)
    assert report.ok
    assert report.customer_id == "C0small001"
    assert report.failure is None


def test_without_a_group_the_group_scope_is_not_needed(world: World) -> None:
    delegate(CALENDAR_SCOPE, USERS_SCOPE)(world)
    report = check(world, group="")
    assert report.ok
    assert GROUPS_SCOPE not in scopes_for("")
    assert "groups_scope" not in [each.name for each in report.steps]


def test_an_installation_without_a_key_says_so(world: World) -> None:
    report = check_connection(
        organisation=world.company.organisation, directory_user=ADMIN, directory_group=GROUP, workspace=None
    )
    assert report.failure is not None
    assert "LOCKSTEP_GOOGLE_SERVICE_ACCOUNT_FILE" in report.failure.where


def test_google_being_down_is_nobodys_mistake(world: World) -> None:
    world.google.fault(method="directory.*", status=503)
    failure = check(world).failure
    assert failure is not None
    assert failure.outcome is Outcome.WAITING
    assert "try again" in failure.sentence


def test_a_network_without_a_way_out_is_waiting_too(world: World) -> None:
    nobody_listens(world)
    failure = check(world).failure
    assert failure is not None
    assert failure.outcome is Outcome.WAITING


def test_one_person_without_a_licence_does_not_stop_the_others(world: World) -> None:
    world.google.control("PATCH", f"users/alice@{DOMAIN}", has_calendar=False)
    assert check(world).ok


def test_a_limited_role_is_enough(world: World) -> None:
    world.google.control("PATCH", f"users/{ADMIN}", is_admin=False, privileges=["USERS_RETRIEVE", "GROUPS_RETRIEVE"])
    assert check(world).ok


def test_a_check_stores_and_writes_nothing(world: World) -> None:
    check(world)
    assert not Connection.objects.exists()
    assert not CalendarLink.objects.exists()
    assert world.google.writes() == []


# Connect


def test_a_connect_that_is_refused_stores_nothing(world: World) -> None:
    with pytest.raises(ConnectRefused) as refused:
        world.connect(group="nobody@small.example")
    assert refused.value.report.failure is not None
    assert not Connection.objects.exists()
    assert not AuditEntry.objects.exists()
    assert world.waiting("import_people") == 0
    assert not StaffMember.objects.exclude(google_user_id="").exists()


def test_connecting_twice_while_pending_takes_the_new_values(world: World) -> None:
    first = world.connect()
    second = world.connect(group="")
    assert first.pk == second.pk
    assert world.connection.directory_group == ""


def test_the_first_connection_binds_an_unbound_organisation_to_its_customer(world: World) -> None:
    Organisation.objects.filter(pk=world.company.organisation.pk).update(google_customer_id="")
    world.company.organisation.refresh_from_db()
    world.connect()
    world.company.organisation.refresh_from_db()
    assert world.company.organisation.google_customer_id == "C0small001"
