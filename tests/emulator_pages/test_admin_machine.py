"""What only an emulator's administrator can do: faults, switches, the clock, moments, channels, the request log."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.emulator_pages.emulator_client import Emulator

pytestmark = pytest.mark.browser

BOB = "bob@small.example"
CHANNEL = {"id": "channel-1", "type": "web_hook", "address": "https://hook.example/x", "token": "secret"}


@pytest.fixture
def console(page: Page, emulator: Emulator) -> Page:
    page.goto(f"{emulator.address}/ui/admin")
    expect(page.locator("#admin")).to_have_attribute("data-ready", "true")
    return page


def add_fault(console: Page) -> None:
    console.get_by_role("button", name="Add a fault").click()
    console.get_by_role("combobox", name="Method").fill("calendar.events.insert")
    console.get_by_label("User", exact=True).select_option("Bob Baker")
    console.get_by_label("What happens").select_option("503 backendError")
    console.get_by_label("When").select_option("After the change was made: the answer is lost")
    console.get_by_label("How often").fill("2")
    console.get_by_role("button", name="Add the fault").click()


def faults(emulator: Emulator) -> Any:
    return emulator.control("GET", "/faults")["faults"]


def test_a_fault_is_added_counted_and_removed(console: Page, emulator: Emulator) -> None:
    add_fault(console)
    row = console.locator("#fault-list li")
    expect(row).to_contain_text("answers 503 backendError, after the change was made")
    (fault,) = faults(emulator)
    asked = ("calendar.events.insert", BOB, 503, "backendError", "after", 2)
    assert tuple(fault[key] for key in ("method", "user", "status", "reason", "when", "count")) == asked
    with pytest.raises(AssertionError, match="503"):
        emulator.calendar_of(BOB).insert("Lost answer", "2027-03-04T09:00", "2027-03-04T10:00")
    expect(row).to_contain_text("struck 1 of 2 times")
    console.get_by_role("button", name="Remove fault").click()
    expect(console.locator("#fault-list")).to_contain_text("Everything works")
    assert faults(emulator) == []


def test_a_fault_of_ones_own_needs_a_status_or_a_reason(console: Page) -> None:
    console.get_by_role("button", name="Add a fault").click()
    console.get_by_label("What happens").select_option("A status and reason of your own")
    console.get_by_role("button", name="Add the fault").click()
    expect(console.locator("#form-error")).to_contain_text("a status or a reason")


def test_a_switch_offers_the_words_it_takes_and_goes_back_to_its_default(console: Page, emulator: Emulator) -> None:
    console.get_by_text("Show every switch").click()
    row = console.locator('[data-switch="internal_sharing"]')
    expect(row).to_contain_text("What colleagues may see of a primary calendar")
    row.get_by_label("internal sharing").select_option("reader")
    expect(console.locator("#switch-summary")).to_contain_text("internal sharing")
    assert emulator.control("GET", "/state")["switches"]["internal_sharing"] == "reader"
    console.get_by_role("button", name="Back to the default: internal sharing").click()
    expect(console.locator("#switch-summary")).to_contain_text("at their defaults")
    assert emulator.control("GET", "/state")["switches"]["internal_sharing"] == "freeBusyReader"


def test_the_clock_is_set_to_a_moment(console: Page, emulator: Emulator) -> None:
    console.get_by_role("button", name="Set the clock").click()
    console.get_by_label("Date and time in UTC").fill("2027-10-30T23:55")
    console.get_by_role("button", name="Set", exact=True).click()
    expect(console.locator("#clock")).to_contain_text("2027-10-30 23:5")
    assert emulator.control("GET", "/state")["now"].startswith("2027-10-30T23:5")


def test_a_moment_is_remembered_and_everything_goes_back_to_it(console: Page, emulator: Emulator) -> None:
    console.get_by_role("button", name="Remember this moment").click()
    expect(console.get_by_role("button", name="Go back to")).to_be_visible()
    emulator.control("DELETE", f"/users/{BOB}")
    expect(console.locator(f'[data-user="{BOB}"]')).to_have_count(0)
    console.get_by_role("button", name="Go back to").click()
    expect(console.locator(f'[data-user="{BOB}"]')).to_be_visible()


def test_a_moment_is_saved_as_a_file_and_restored_from_it(console: Page, emulator: Emulator, tmp_path: Path) -> None:
    with console.expect_download() as download:
        console.get_by_role("link", name="Save as a file").click()
    kept = tmp_path / "moment.json"
    download.value.save_as(kept)
    emulator.control("DELETE", f"/users/{BOB}")
    expect(console.locator(f'[data-user="{BOB}"]')).to_have_count(0)
    console.locator("#snapshot-file").set_input_files(kept)
    expect(console.locator(f'[data-user="{BOB}"]')).to_be_visible()


def test_a_push_channel_is_shown_without_its_token_and_ended(console: Page, emulator: Emulator) -> None:
    emulator.calendar_of(BOB).call("POST", "/watch", CHANNEL)
    row = console.locator('[data-channel="channel-1"]')
    expect(row).to_contain_text("https://hook.example/x")
    expect(row).to_contain_text(BOB)
    expect(row).not_to_contain_text("secret")
    console.get_by_role("button", name="End channel channel-1").click()
    expect(console.locator("#channel-list")).to_contain_text("No program watches anything")
    assert emulator.control("GET", "/channels")["channels"] == []


def test_calls_of_programs_appear_in_the_log_as_they_are_answered(console: Page, emulator: Emulator) -> None:
    bobs = emulator.calendar_of(BOB)
    bobs.between("2027-03-01", "2027-03-08")
    newest = console.locator("#log-rows tr").first
    expect(newest).to_contain_text(re.compile(r"calendar\.events\.list.*200.*bob@small\.example"))
    with pytest.raises(AssertionError, match="404"):
        bobs.get("nothere")
    expect(newest).to_contain_text("404")
    console.get_by_label("Only refusals").check()
    expect(console.locator("#log-rows tr")).to_have_count(1)


def test_the_pages_own_calls_are_shown_only_when_asked_for(console: Page, emulator: Emulator) -> None:
    with console.context.new_page() as calendar:
        calendar.goto(f"{emulator.address}/ui/calendar/{BOB}")
        expect(calendar.locator("#live")).to_have_attribute("data-state", "live")
    console.bring_to_front()
    expect(console.locator("#log-rows")).to_contain_text("Nothing yet")
    console.get_by_label("Also those of these pages").check()
    expect(console.locator("#log-rows")).to_contain_text("by these pages")
