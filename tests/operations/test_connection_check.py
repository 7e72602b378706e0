"""The connection check names the step that fails, why, who can mend it, where, and what to paste; and Connect.

Rules: product specification, sections 2 and 8.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import override_settings
from tests.cast import NOW
from tests.operations.meddling import Meddling
from tests.operations.world import ADMIN, DOMAIN, GROUP, World, at

from lockstep.google.workspace import GoogleWorkspace
from lockstep.operations.check import check_connection
from lockstep.operations.check_steps import CheckReport, CheckStep, Outcome, scopes_for
from lockstep.operations.connection import ConnectRefused
from lockstep.store.models import (
    AuditEntry,
    CalendarLink,
    Channel,
    Connection,
    Organisation,
    StaffMember,
)
from lockstep.sync.gateway import CALENDAR_SCOPE, GROUPS_SCOPE, USERS_SCOPE
from lockstep.sync.marks import Mark

BOB = f"bob@{DOMAIN}"
NOBODY = "nobody@small.example"


def check(world: World, *, user: str = ADMIN, group: str = GROUP) -> CheckReport:
    return check_connection(
        organisation=Organisation.objects.get(pk=world.company.organisation.pk),
        directory_user=user,
        directory_group=group,
        workspace=world.workspace,
        now=world.now,
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


def limited_to_groups(world: World) -> None:
    world.google.control("PATCH", f"users/{ADMIN}", is_admin=False, privileges=["GROUPS_RETRIEVE"])


def by_email(world: World) -> None:
    delegate()(world)
    world.google.control("PUT", f"delegations/{world.workspace.account_email}", scopes=list(scopes_for(GROUP)))


def no_entry(world: World) -> None:
    delegate()(world)
    world.google.switch(token_refusal="unauthorized_scope")


def kept_by_policy(world: World) -> None:
    delegate()(world)
    world.google.switch(token_refusal="admin_policy_enforced")


def nested_only(world: World) -> None:
    empty_group(world)
    world.google.control("POST", "groups", email="empty@cedar.example", name="Empty")
    world.google.control("PUT", f"groups/{GROUP}/members/empty@cedar.example")


def suspended_only(world: World) -> None:
    for name in ("alice", "bob", "carol"):
        world.google.control("PATCH", f"users/{name}@{DOMAIN}", suspended=True)


DELEGATION = ("Client ID", "super admin", "Domain-wide delegation")
ALL = f"{CALENDAR_SCOPE},{USERS_SCOPE},{GROUPS_SCOPE}"
FAULTS: list[tuple[str, Callable[[World], None], dict[str, str], str, tuple[str, str, str, str]]] = [
    ("no key file", without_key, {}, "key", ("", "operator", "Keys", "")),
    ("clock wrong", with_a_wrong_clock, {}, "clock", ("clock", "operator", "NTP", "")),
    ("key disabled", with_a_disabled_key, {}, "accepted", ("key", "operator", "Keys", "")),
    ("unknown Directory User", nothing, {"user": NOBODY}, "known", (NOBODY, "You", "Directory User", "")),
    ("no address at all", nothing, {"user": "nobody"}, "known", ("nobody", "You", "Directory User", "")),
    ("nothing delegated", delegate(), {}, "client", ("no entry with this number", *DELEGATION[1:], ALL)),
    ("e-mail instead of the number", by_email, {}, "client", ("e-mail address", *DELEGATION[1:], ALL)),
    ("no entry in this Workspace", no_entry, {}, "client", ("There is no entry", *DELEGATION[1:], ALL)),
    ("kept out by a policy", kept_by_policy, {}, "client", ("policy", "super admin", "App access control", "")),
    ("no users scope", delegate(CALENDAR_SCOPE, GROUPS_SCOPE), {}, "users_scope", (*DELEGATION, ALL)),
    ("no groups scope", delegate(CALENDAR_SCOPE, USERS_SCOPE), {}, "groups_scope", (*DELEGATION, ALL)),
    ("no calendar scope", delegate(USERS_SCOPE, GROUPS_SCOPE), {}, "calendar_scope", (*DELEGATION, ALL)),
    ("directory API off", api_off("directory"), {}, "directory_api", ("Admin SDK", "operator", "Library", "")),
    ("no admin", nothing, {"user": BOB}, "directory_user", ("not an admin", "super admin", "Admin roles", BOB)),
    ("no Users → Read", limited_to_groups, {}, "directory_user", ("is an admin", "super admin", "Users → Read", ADMIN)),
    ("another customer", bound_elsewhere, {}, "customer", ("not the one", "operator", "customer id", "")),
    ("a customer of somebody else", another_has_it, {}, "customer", ("not the one", "operator", "customer id", "")),
    ("unknown group", nothing, {"group": NOBODY}, "group", ("no group", "admin", "Groups", NOBODY)),
    ("no Groups → Read", limited_admin, {}, "group", ("groups", "super admin", "Groups → Read", ADMIN)),
    ("empty group", empty_group, {}, "members", ("no active members.", "admin", "Members", GROUP)),
    ("nested groups without people", nested_only, {}, "members", ("only other groups", "admin", "Members", GROUP)),
    ("only suspended members", suspended_only, {}, "members", ("only suspended", "admin", "Members", GROUP)),
    ("calendar API off", api_off("calendar"), {}, "calendar_api", ("Google Calendar API", "operator", "Library", "")),
    ("nobody has a calendar", without_calendars, {}, "calendar", ("None of the people", "admin", "Licences", "")),
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
    # Nothing else is blamed: a step passes on its own, or is not tried.
    assert [each.name for each in report.steps if each.outcome in {Outcome.FAILED, Outcome.WAITING}] == [step]


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
        organisation=world.company.organisation,
        directory_user=ADMIN,
        directory_group=GROUP,
        workspace=None,
        now=world.now,
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


def step_of(report: CheckReport, name: str) -> CheckStep:
    return next(each for each in report.steps if each.name == name)


def test_every_step_that_needs_no_failed_one_is_tried_so_that_one_visit_mends_all(world: World) -> None:
    delegate(USERS_SCOPE, GROUPS_SCOPE)(world)
    report = check(world, group=NOBODY)
    missed = {each.name for each in report.steps if each.outcome is Outcome.FAILED}
    assert missed == {"calendar_scope", "group"}
    # A fresh delegation may come by itself; a group that does not exist will not.
    assert report.failure == step_of(report, "group")


def renamed(world: World) -> str:
    """The old address stays as an alias."""
    world.google.control("PATCH", f"users/alice@{DOMAIN}", primaryEmail=f"a.smith@{DOMAIN}")
    return f"a.smith@{DOMAIN} as alice@{DOMAIN}"


def no_licence(world: World) -> str:
    world.google.control("PATCH", f"users/alice@{DOMAIN}", has_calendar=False)
    return f"alice@{DOMAIN}"


def one_suspended(world: World) -> str:
    world.google.control("PATCH", f"users/alice@{DOMAIN}", suspended=True)
    return f"alice@{DOMAIN}"


def another_lockstep(world: World) -> str:
    mark = {"private": Mark(uuid4(), "demo", uuid4(), 0).properties()}
    world.google.person(f"alice@{DOMAIN}").add(at(10), at(11), extendedProperties=mark)
    return "Another Lockstep (demo) has 1 coming event"


def slow_clock(world: World) -> str:
    world.workspace = Meddling(world.workspace, skew=timedelta(minutes=3))
    return "180 seconds"


NOTES = [
    ("clock", slow_clock),
    ("members", one_suspended),
    ("addresses", renamed),
    ("calendar", no_licence),
    ("others", another_lockstep),
]


@pytest.mark.parametrize(("step", "happens"), NOTES, ids=[row[1].__name__ for row in NOTES])
def test_what_does_not_stand_in_the_way_is_said_and_lets_connect(
    world: World, step: str, happens: Callable[[World], str]
) -> None:
    words = happens(world)
    report = check(world)
    assert report.ok
    assert step_of(report, step).outcome is Outcome.NOTED
    assert words in step_of(report, step).sentence
    assert step_of(report, step).who
    assert step_of(report, step).where


def test_a_directory_user_under_an_alias_is_told_the_primary_address(world: World) -> None:
    world.google.control("PATCH", f"users/{ADMIN}", primaryEmail="lockstep@small.example")
    step = step_of(check(world, user=ADMIN), "directory_user")
    assert (step.outcome, step.paste) == (Outcome.NOTED, "lockstep@small.example")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "switched off"),
        ("http://book.cedar.example/google/push", "HTTPS only"),
        ("https://localhost/google/push", "from outside"),
        ("https://10.0.0.5/google/push", "from outside"),
        ("https://lockstep.cedar.internal/google/push", "from outside"),
    ],
)
def test_an_address_that_google_cannot_post_to_is_said_and_polled_instead(
    world: World, address: str, words: str
) -> None:
    with override_settings(PUSH_URL=address):
        step = step_of(check(world), "push")
    assert step.outcome is Outcome.NOTED
    assert words in step.sentence
    assert "every ten minutes" in step.sentence


@pytest.mark.parametrize(
    ("row", "outcome", "words"),
    [
        ({}, Outcome.PASSED, "the first message"),
        ({"heard_at": NOW}, Outcome.PASSED, "arrive"),
        ({"problem": "Google refuses the address."}, Outcome.NOTED, "Google refuses the address."),
    ],
    ids=["not asked yet", "heard", "refused"],
)
def test_what_google_said_to_a_watch_is_known_to_the_check(
    live: World, row: dict[str, Any], outcome: Outcome, words: str
) -> None:
    Channel.objects.create(link=live.link(live.company.alice), token_digest="", opened_at=live.now, **row)
    with override_settings(PUSH_URL="https://book.cedar.example/google/push"):
        step = step_of(check(live), "push")
    assert (step.outcome, words in step.sentence) == (outcome, True)


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
