"""The booking pages in a real browser: on a desktop and a phone, with and without scripts, by impatient people."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.booking.walking import a_tuesday
from tests.cast import Company, away

from lockstep.operations.links import manage_path
from lockstep.store.models import Appointment, Hold, Reservation

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def server(live_server: LiveServer, bank: Company) -> str:
    return f"{live_server.url}/book/{bank.organisation.slug}/"


@pytest.fixture
def page_without_scripts(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, locale="en-CA")
    yield context.new_page()
    context.close()


@pytest.fixture
def desktop(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(timezone_id="America/Toronto", locale="en-CA")
    yield context.new_page()
    context.close()


def asks(page: Page, question: str) -> None:
    """The page asks this, and a machine finds no serious fault with how it is built."""
    expect(page.get_by_role("heading", level=1)).to_have_text(question)
    serious = [
        f"{violation['id']}: {violation['nodes'][0]['html']}"
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]
    assert serious == []
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0, "the page scrolls sideways"


def to_the_times(page: Page, server: str, bank: Company) -> None:
    """Straight to the times at the branch with anyone, by a link as one would share it."""
    answers = f"service={bank.service.uuid}&location={bank.branch.uuid}&method=at_location&staff=anyone"
    page.goto(f"{server}?{answers}&day={a_tuesday()}")


def fill_in(page: Page) -> None:
    page.get_by_label("Your name").fill("Dana Diaz")
    page.get_by_label("E-mail").fill("dana@client.example")


def test_a_client_books_moves_and_cancels(page_of_each_size: Page, server: str, bank: Company) -> None:
    page = page_of_each_size
    page.goto(server)
    asks(page, "What is it about?")
    page.get_by_role("link", name=re.compile("^Advice")).click()
    asks(page, "Where shall we meet?")
    page.get_by_role("link", name="Online").click()
    asks(page, "How would you like to meet?")
    page.get_by_role("link", name="By video").click()
    asks(page, "Who would you like to see?")
    page.get_by_role("link", name="Anyone").click()
    expect(page.locator("#zone-line")).to_contain_text("your time zone: Toronto time")
    asks(page, "When suits you?")
    page.locator("a.day").last.click()
    page.locator("button.slot").first.click()
    asks(page, "How can we reach you?")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_contain_text("Please tell us your name.")
    asks(page, "How can we reach you?")
    fill_in(page)
    page.get_by_role("button", name="Confirm").click()
    asks(page, "You are booked")
    page.get_by_role("link", name="Move or cancel").click()
    asks(page, re.sub(r"\s+", " ", page.get_by_role("heading", level=1).inner_text()))
    page.get_by_role("link", name="Move to another time").click()
    asks(page, "When suits you better?")
    page.locator("button.slot:enabled").nth(1).click()
    asks(page, "Move your appointment?")
    page.get_by_role("button", name="Move appointment").click()
    expect(page.get_by_text("Your appointment has moved.")).to_be_visible()
    page.get_by_role("link", name="Cancel appointment").click()
    asks(page, "Cancel your appointment?")
    page.get_by_role("button", name="Cancel appointment").click()
    asks(page, "Your appointment is cancelled")
    assert not Reservation.objects.exists()


def test_everything_works_without_scripts(page_without_scripts: Page, server: str, bank: Company) -> None:
    page = page_without_scripts
    page.goto(server)
    for words in ("Questions about your accounts", "Online", "By video", "Bob"):
        page.get_by_role("link", name=words).click()
    expect(page.locator("#zone-line")).to_contain_text("Times are in Halifax time")
    page.get_by_role("link", name="Change the time zone").click()
    page.get_by_label("Time zone").select_option("America/Vancouver")
    page.get_by_role("button", name="Show times there").click()
    expect(page.locator("#zone-line")).to_contain_text("your time zone: Vancouver time")
    page.locator("a.day").last.click()
    page.locator("button.slot").first.click()
    fill_in(page)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked")


def test_a_double_click_on_confirm_books_once(desktop: Page, server: str, bank: Company) -> None:
    to_the_times(desktop, server, bank)
    desktop.locator("button.slot").first.click()
    fill_in(desktop)
    desktop.get_by_role("button", name="Confirm").dblclick()
    expect(desktop.get_by_role("heading", level=1)).to_have_text("You are booked")
    assert Appointment.objects.count() == 1


def test_the_enter_key_confirms_and_does_not_go_back(desktop: Page, server: str, bank: Company) -> None:
    to_the_times(desktop, server, bank)
    desktop.locator("button.slot").first.click()
    fill_in(desktop)
    desktop.get_by_label("E-mail").press("Enter")
    expect(desktop.get_by_role("heading", level=1)).to_have_text("You are booked")


def test_the_back_button_goes_back_one_question_at_a_time(desktop: Page, server: str, bank: Company) -> None:
    desktop.goto(server)
    desktop.get_by_role("link", name=re.compile("^Advice")).click()
    desktop.get_by_role("link", name="Cedar Street").click()
    desktop.get_by_role("link", name="Anyone").click()
    days = desktop.locator("a.day")
    days.last.click()
    expect(days.last).to_have_attribute("aria-current", "date")
    desktop.locator("button.slot").first.click()
    heading = desktop.get_by_role("heading", level=1)
    expect(heading).to_have_text("How can we reach you?")
    desktop.go_back()
    expect(heading).to_have_text("When suits you?")
    expect(desktop.get_by_role("link", name="Continue with this time")).to_be_visible()
    expect(days.last).to_have_attribute("aria-current", "date")
    desktop.go_back()
    expect(days.first).to_have_attribute("aria-current", "date")
    desktop.go_back()
    expect(heading).to_have_text("Who would you like to see?")
    desktop.go_back()
    expect(heading).to_have_text("Where shall we meet?")


def test_two_windows_do_not_disturb_each_other(desktop: Page, server: str, bank: Company) -> None:
    other = desktop.context.new_page()
    for page in (desktop, other):
        to_the_times(page, server, bank)
        page.locator("button.slot").first.click()
    for page in (desktop, other):
        fill_in(page)
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("You are booked")
    first, second = Appointment.objects.all()
    assert first.staff != second.staff


def test_a_time_that_was_taken_meanwhile_keeps_what_was_typed(desktop: Page, server: str, bank: Company) -> None:
    to_the_times(desktop, server, bank)
    desktop.locator("button.slot").first.click()
    fill_in(desktop)
    span = Reservation.objects.get().span
    for person in (bank.alice, bank.bob, bank.carol):
        away(person, span.lower, span.upper)
    desktop.get_by_role("button", name="Confirm").click()
    expect(desktop.locator("#notice")).to_contain_text("Somebody else has just taken this time.")
    desktop.locator("button.slot").first.click()
    expect(desktop.get_by_label("Your name")).to_have_value("Dana Diaz")
    desktop.get_by_role("button", name="Confirm").click()
    expect(desktop.get_by_role("heading", level=1)).to_have_text("You are booked")


def test_a_time_taken_by_somebody_else_leaves_the_open_page_by_itself(
    desktop: Page, server: str, bank: Company
) -> None:
    to_the_times(desktop, server, bank)
    first = desktop.locator("button.slot").first
    taken = first.get_attribute("id")
    span = (first.get_attribute("value") or "", desktop.locator("button.slot").nth(1).get_attribute("value") or "")
    for person in (bank.alice, bank.bob, bank.carol):
        away(person, *span)
    # What live.js does every thirty seconds while the page is looked at.
    desktop.evaluate("htmx.trigger('#times', 'live')")
    expect(desktop.locator(f"#{taken}")).to_have_count(0)
    assert Hold.objects.count() == 0


def test_the_calendar_file_comes_as_a_download(desktop: Page, server: str, bank: Company) -> None:
    to_the_times(desktop, server, bank)
    desktop.locator("button.slot").first.click()
    fill_in(desktop)
    desktop.get_by_role("button", name="Confirm").click()
    with desktop.expect_download() as download:
        desktop.get_by_role("link", name="Add to my calendar").click()
    assert download.value.suggested_filename == "appointment.ics"
    assert manage_path(Appointment.objects.get()) in download.value.path().read_text().replace("\n ", "")
