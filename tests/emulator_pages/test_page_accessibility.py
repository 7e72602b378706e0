"""Nothing that axe finds, in light and dark, on a desk and on a phone; targets large enough."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from tests.emulator_pages.emulator_client import Emulator

pytestmark = pytest.mark.browser

ELISE = "/ui/calendar/elise.boudreau@harbour.example?date=2027-03-03"
DESK, PHONE = (1280, 900), (390, 844)


def open_start(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#people")).to_have_attribute("data-ready", "true")


def open_admin(page: Page, address: str) -> None:
    page.goto(f"{address}/ui/admin")
    expect(page.locator("#admin")).to_have_attribute("data-ready", "true")
    page.get_by_text("Show every switch").click()


def open_calendar(page: Page, address: str) -> None:
    page.goto(address + ELISE)
    expect(page.locator("#grid")).to_have_attribute("data-ready", "true")


def open_month(page: Page, address: str) -> None:
    page.goto(f"{address}{ELISE}&view=month")
    expect(page.locator("#month")).to_have_attribute("data-ready", "true")


def open_fault(page: Page, address: str) -> None:
    page.goto(f"{address}/ui/admin")
    page.get_by_role("button", name="Add a fault").click()


def open_editor(page: Page, address: str) -> None:
    open_calendar(page, address)
    page.get_by_role("button", name="New event").click()


def open_details(page: Page, address: str) -> None:
    page.goto(f"{address}/ui/calendar/diego.ramirez@harbour.example?date=2027-03-09")
    expect(page.locator("#grid")).to_have_attribute("data-ready", "true")
    page.locator("#agenda").get_by_role("button", name="Workshop").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def open_question(page: Page, address: str) -> None:
    page.goto(f"{address}/ui/calendar/elise.boudreau@harbour.example?date=2027-03-02")
    page.locator("#agenda").get_by_role("button", name="repeats").first.click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog", name="Delete a repeating event")).to_be_visible()


def open_bin(page: Page, address: str) -> None:
    open_calendar(page, address)
    page.get_by_role("button", name="Open the bin").click()
    expect(page.get_by_role("dialog", name="Bin")).to_be_visible()


VIEWS: dict[str, Callable[[Page, str], None]] = {
    "start": open_start,
    "admin": open_admin,
    "calendar": open_calendar,
    "month": open_month,
    "editor": open_editor,
    "details": open_details,
    "question": open_question,
    "bin": open_bin,
    "fault": open_fault,
}


def new_page(browser: Browser, size: tuple[int, int], dark: bool) -> Page:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    return context.new_page()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    ("size", "dark"), [(DESK, False), (DESK, True), (PHONE, False)], ids=["desk", "desk, dark", "phone"]
)
def test_axe_finds_nothing(browser: Browser, harbour: Emulator, view: str, size: tuple[int, int], dark: bool) -> None:
    page = new_page(browser, size, dark)
    VIEWS[view](page, harbour.address)
    found = Axe().run(page).response["violations"]
    named = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found]
    page.context.close()
    assert named == []


@pytest.mark.parametrize("view", VIEWS)
def test_a_phone_shows_every_page_without_scrolling_sideways(browser: Browser, harbour: Emulator, view: str) -> None:
    page = new_page(browser, PHONE, dark=False)
    VIEWS[view](page, harbour.address)
    width = page.evaluate("document.documentElement.scrollWidth")
    page.context.close()
    assert width <= PHONE[0]


@pytest.mark.parametrize(("view", "least"), [("start", 44), ("calendar", 24), ("editor", 44)])
def test_every_button_is_large_enough_to_be_hit(browser: Browser, harbour: Emulator, view: str, least: int) -> None:
    page = new_page(browser, PHONE, dark=False)
    VIEWS[view](page, harbour.address)
    scope = "dialog[open]" if view == "editor" else "body"
    small = page.evaluate(
        """([scope, least]) => [...document.querySelectorAll(`${scope} :is(button, .btn, input:not([type=checkbox]))`)]
            .map((one) => [one.id || one.textContent.trim(), one.getBoundingClientRect()])
            .filter(([, box]) => box.height > 0 && (box.height < least || box.width < 24))
            .map(([name]) => name)""",
        [scope, least],
    )
    page.context.close()
    assert small == []


def test_an_event_is_made_with_the_keyboard_alone(browser: Browser, harbour: Emulator) -> None:
    page = new_page(browser, DESK, dark=False)
    open_calendar(page, harbour.address)
    page.get_by_role("button", name="New event").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Typed")
    page.keyboard.press("Enter")
    expect(page.locator("#grid").get_by_role("button", name="Typed")).to_be_visible()
    page.context.close()


def test_a_phone_shows_one_day_and_steps_by_one(browser: Browser, harbour: Emulator) -> None:
    page = new_page(browser, PHONE, dark=False)
    open_calendar(page, harbour.address)
    expect(page.locator("#grid [data-date]")).to_have_count(1)
    page.get_by_role("button", name="Next day").click()
    expect(page.locator('#grid [data-date="2027-03-04"]')).to_be_visible()
    page.context.close()
