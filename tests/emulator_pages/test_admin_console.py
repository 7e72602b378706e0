"""An administrator changes the company in the console, and the emulator behaves so."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.emulator_pages.emulator_client import Emulator

pytestmark = pytest.mark.browser

GROUPS_SCOPE = "https://www.googleapis.com/auth/admin.directory.group.readonly"
CLIENT = "104125936281745205207"
BOB = "bob@small.example"


@pytest.fixture
def console(page: Page, emulator: Emulator) -> Page:
    page.goto(f"{emulator.address}/ui/admin")
    expect(page.locator("#admin")).to_have_attribute("data-ready", "true")
    return page


def state(emulator: Emulator) -> Any:
    return emulator.control("GET", "/state")


def user(emulator: Emulator, email: str) -> Any:
    return next(one for one in state(emulator)["users"] if one["email"] == email)


def row(console: Page, email: str) -> Locator:
    return console.locator(f'[data-user="{email}"]')


def test_a_scope_is_taken_from_a_delegation(console: Page, emulator: Emulator) -> None:
    console.get_by_role("button", name=f"Remove {GROUPS_SCOPE}").click()
    expect(console.get_by_role("button", name=f"Remove {GROUPS_SCOPE}")).to_have_count(0)
    scopes = state(emulator)["delegations"][CLIENT]["scopes"]
    assert GROUPS_SCOPE not in scopes
    assert len(scopes) == 2


def test_a_client_is_authorised_with_scopes_pasted_with_commas(console: Page, emulator: Emulator) -> None:
    console.get_by_role("button", name="Add new").click()
    console.get_by_role("textbox", name="Client ID").fill("123")
    console.get_by_label("OAuth scopes").fill(
        "https://scope.example/a,https://scope.example/b, https://scope.example/a"
    )
    console.get_by_role("button", name="Authorise").click()
    expect(console.locator('[data-client-id="123"]')).to_contain_text("https://scope.example/b")
    assert state(emulator)["delegations"]["123"]["scopes"] == ["https://scope.example/a", "https://scope.example/b"]


def test_a_delegation_takes_effect_after_the_time_that_was_chosen(console: Page, emulator: Emulator) -> None:
    console.get_by_role("button", name=f"Edit the scopes of {CLIENT}").click()
    console.get_by_label("Seconds until it takes effect").fill("3600")
    console.get_by_role("button", name="Authorise").click()
    delegation = console.locator(f'[data-client-id="{CLIENT}"]')
    expect(delegation).to_contain_text("Not in effect yet")
    emulator.control("POST", "/clock", {"advance_seconds": 3601})
    expect(delegation).not_to_contain_text("Not in effect yet")


def test_an_address_is_no_client_id(console: Page) -> None:
    console.get_by_role("button", name="Add new").click()
    console.get_by_role("textbox", name="Client ID").fill("robot@project.iam.gserviceaccount.com")
    console.get_by_role("button", name="Authorise").click()
    expect(console.locator("#form-error")).to_contain_text("A Client ID is a number")


def test_a_user_is_archived(console: Page, emulator: Emulator) -> None:
    row(console, BOB).get_by_role("button", name="Edit").click()
    console.get_by_label("Archived", exact=True).check()
    console.get_by_role("button", name="Save").click()
    expect(row(console, BOB)).to_contain_text("Archived")
    assert user(emulator, BOB)["archived"] is True


def test_a_delegation_is_deleted(console: Page, emulator: Emulator) -> None:
    console.get_by_role("button", name=f"Delete the delegation of {CLIENT}").click()
    expect(console.locator("#delegation-list")).to_contain_text("No program may act")
    assert state(emulator)["delegations"] == {}


def test_a_user_is_suspended_and_reactivated(console: Page, emulator: Emulator) -> None:
    row(console, BOB).get_by_role("button", name="Suspend").click()
    expect(row(console, BOB)).to_contain_text("Suspended")
    assert user(emulator, BOB)["suspended"] is True
    row(console, BOB).get_by_role("button", name="Reactivate").click()
    expect(row(console, BOB)).to_contain_text("Active")
    assert user(emulator, BOB)["suspended"] is False


def test_a_calendar_licence_is_taken_away_and_given_back(console: Page, emulator: Emulator) -> None:
    row(console, BOB).get_by_role("button", name="Calendar off").click()
    expect(row(console, BOB)).to_contain_text("No Calendar licence")
    assert user(emulator, BOB)["has_calendar"] is False
    row(console, BOB).get_by_role("button", name="Calendar on").click()
    expect(row(console, BOB)).not_to_contain_text("No Calendar licence")
    assert user(emulator, BOB)["has_calendar"] is True


def test_a_renamed_user_keeps_the_old_address_as_an_alias(console: Page, emulator: Emulator) -> None:
    row(console, BOB).get_by_role("button", name="Edit").click()
    console.get_by_label("Primary address").fill("robert@small.example")
    console.get_by_role("button", name="Save").click()
    expect(row(console, "robert@small.example")).to_contain_text(f"also {BOB}")
    assert user(emulator, "robert@small.example")["aliases"] == [BOB]


def test_a_user_is_assigned_the_role_of_an_integration(console: Page, emulator: Emulator) -> None:
    console.get_by_role("button", name="Assign: Integration Account").click()
    console.get_by_label("Person").select_option(BOB)
    console.get_by_role("button", name="Assign", exact=True).click()
    expect(row(console, BOB)).to_contain_text("Integration Account")
    assert user(emulator, BOB)["privileges"] == ["GROUPS_RETRIEVE", "USERS_RETRIEVE"]
    console.get_by_role("button", name="Unassign: Bob Baker from Integration Account").click()
    expect(row(console, BOB)).to_contain_text("No admin rights")
    assert user(emulator, BOB)["roles"] == []


def test_a_role_is_created_changed_and_deleted(console: Page, emulator: Emulator) -> None:
    console.get_by_role("button", name="Create a role").click()
    console.get_by_label("Name", exact=True).fill("Reader")
    console.get_by_label("Users → Read").check()
    console.get_by_role("button", name="Create", exact=True).click()
    role = console.locator('[data-role="Reader"]')
    expect(role).to_contain_text("Users → Read")
    console.get_by_role("button", name="Edit: Reader").click()
    console.get_by_label("Groups → Read").check()
    console.get_by_role("button", name="Save").click()
    expect(role).to_contain_text("Groups → Read")
    assert [each["privileges"] for each in state(emulator)["roles"] if each["name"] == "Reader"] == [
        ["GROUPS_RETRIEVE", "USERS_RETRIEVE"]
    ]
    console.get_by_role("button", name="Delete: Reader").click()
    console.get_by_role("button", name="Delete the role").click()
    expect(role).to_have_count(0)


def test_a_role_that_somebody_has_stays_and_says_why(console: Page, emulator: Emulator) -> None:
    role_id = next(each["id"] for each in state(emulator)["roles"] if each["name"] == "Integration Account")
    emulator.control("PUT", f"/users/{BOB}/roles/{role_id}", {})
    console.get_by_role("button", name="Delete: Integration Account").click()
    console.get_by_role("button", name="Delete the role").click()
    expect(console.locator("#form-error")).to_contain_text("still assigned")


def test_a_user_is_added_deleted_and_restored(console: Page, emulator: Emulator) -> None:
    console.get_by_role("button", name="Add a user").click()
    console.get_by_label("First name").fill("Dana")
    console.get_by_label("Last name").fill("Dyer")
    console.get_by_label("Primary address").fill("dana@small.example")
    console.get_by_label("Time zone").select_option("America/Halifax")
    console.get_by_role("button", name="Add", exact=True).click()
    expect(row(console, "dana@small.example")).to_contain_text("Dana Dyer")
    assert user(emulator, "dana@small.example")["time_zone"] == "America/Halifax"
    row(console, "dana@small.example").get_by_role("button", name="Delete").click()
    console.get_by_role("button", name="Delete the user").click()
    expect(row(console, "dana@small.example")).to_have_count(0)
    console.get_by_role("button", name="Restore: Dana Dyer").click()
    expect(row(console, "dana@small.example")).to_contain_text("Dana Dyer")
    expect(console.locator("#deleted-users")).to_be_hidden()


def test_an_address_that_is_taken_is_refused_in_the_dialog(console: Page) -> None:
    console.get_by_role("button", name="Add a user").click()
    console.get_by_label("First name").fill("Second")
    console.get_by_label("Primary address").fill(BOB)
    console.get_by_role("button", name="Add", exact=True).click()
    expect(console.locator("#form-error")).to_be_visible()
    expect(console.get_by_role("dialog", name="Add a user")).to_be_visible()


def test_a_member_leaves_a_group_and_another_joins(console: Page, emulator: Emulator) -> None:
    team = console.locator('[data-group="team@small.example"]')
    team.get_by_role("button", name=f"Remove {BOB}").click()
    expect(team).not_to_contain_text(BOB)
    team.get_by_role("button", name="Add a member").click()
    console.get_by_label("Person or group").select_option("alice@small.example")
    console.get_by_role("button", name="Add", exact=True).click()
    expect(team).to_contain_text("alice@small.example")
    (group,) = state(emulator)["groups"]
    assert {member["email"] for member in group["members"]} == {"alice@small.example", "charlie@small.example"}


def test_a_group_is_put_into_another_and_taken_out_with_undo(console: Page, emulator: Emulator) -> None:
    emulator.control("POST", "/groups", {"email": "all@small.example", "name": "All"})
    everyone = console.locator('[data-group="all@small.example"]')
    everyone.get_by_role("button", name="Add a member").click()
    console.get_by_label("Person or group").select_option("team@small.example")
    console.get_by_label("Role", exact=True).select_option("Manager")
    console.get_by_role("button", name="Add", exact=True).click()
    everyone.get_by_role("button", name="Remove team@small.example").click()
    console.get_by_role("button", name="Undo").click()
    expect(everyone).to_contain_text("team@small.example")
    expect(everyone).to_contain_text("manager")
    everyone.get_by_role("button", name="Delete All").click()
    console.get_by_role("button", name="Delete the group").click()
    expect(everyone).to_have_count(0)


def test_a_group_is_added(console: Page, emulator: Emulator) -> None:
    console.get_by_role("button", name="Add a group").click()
    console.get_by_label("Name", exact=True).fill("Tellers")
    console.get_by_label("Address", exact=True).fill("tellers@small.example")
    console.get_by_role("button", name="Add", exact=True).click()
    expect(console.locator('[data-group="tellers@small.example"]')).to_contain_text("Nobody is in this group")
    assert len(state(emulator)["groups"]) == 2


def test_services_and_the_key_are_switched_off(console: Page, emulator: Emulator) -> None:
    console.get_by_role("button", name="Disable: Google Calendar API").click()
    expect(console.get_by_role("button", name="Enable: Google Calendar API")).to_be_visible()
    console.get_by_role("button", name="Disable: Service account key").click()
    expect(console.get_by_role("button", name="Enable: Service account key")).to_be_visible()
    assert state(emulator)["apis"]["calendar"] is False
    assert state(emulator)["service_account"]["key_enabled"] is False


def test_the_clock_goes_ahead(console: Page, emulator: Emulator) -> None:
    assert state(emulator)["now"].startswith("2027-03-03T")
    console.get_by_role("button", name="Advance the clock by 7 days").click()
    expect(console.locator("#clock")).to_contain_text("2027-03-10")
    assert state(emulator)["now"].startswith("2027-03-10T")


def test_a_switch_changes_the_emulators_behaviour(console: Page, emulator: Emulator) -> None:
    console.get_by_text("Show every switch").click()
    console.get_by_label("short pages").check()
    expect(console.get_by_role("status")).to_contain_text("short pages: true")
    assert state(emulator)["switches"]["short_pages"] is True


def test_a_switch_that_refuses_a_value_says_what_it_takes(console: Page) -> None:
    console.get_by_text("Show every switch").click()
    console.get_by_label("quota per user").fill("1.5")
    console.get_by_label("quota per user").press("Tab")
    expect(console.get_by_role("status")).to_contain_text("takes int")


def test_a_change_made_elsewhere_appears_without_a_reload(console: Page, emulator: Emulator) -> None:
    emulator.control("PATCH", f"/users/{BOB}", {"suspended": True})
    expect(row(console, BOB)).to_contain_text("Suspended")


def test_starting_afresh_undoes_everything(console: Page, emulator: Emulator) -> None:
    emulator.control("DELETE", f"/users/{BOB}")
    expect(row(console, BOB)).to_have_count(0)
    console.get_by_role("button", name="Start afresh").click()
    console.get_by_role("dialog").get_by_role("button", name="Start afresh").click()
    expect(row(console, BOB)).to_contain_text("Bob Baker")
