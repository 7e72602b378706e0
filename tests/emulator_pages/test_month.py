"""The month beside the week: what it shows, how a person changes events in it, and how they get there and away."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.emulator_pages.emulator_client import CalendarOf, Emulator

pytestmark = pytest.mark.browser

BOB = "bob@small.example"
WEDNESDAY, THURSDAY = "2027-03-03", "2027-03-04"
MARCH = ("2027-03-01", "2027-04-01")


@pytest.fixture
def bobs(emulator: Emulator) -> CalendarOf:
    return emulator.calendar_of(BOB)


def open_month(page: Page, emulator: Emulator, date: str = WEDNESDAY) -> None:
    page.goto(f"{emulator.address}/ui/calendar/{BOB}?view=month&date={date}")
    expect(page.locator("#month")).to_have_attribute("data-ready", "true")


def event(page: Page, title: str) -> Locator:
    return page.locator("#month").get_by_role("button", name=title)


def drag_to(page: Page, dragged: Locator, date: str) -> None:
    box, cell = dragged.bounding_box(), page.locator(f'[data-month-date="{date}"]').bounding_box()
    assert box is not None
    assert cell is not None
    page.mouse.move(box["x"] + 12, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] + 18)
    page.mouse.move(cell["x"] + 20, cell["y"] + 40, steps=5)
    page.mouse.up()


def test_the_month_is_reached_from_the_week_and_keeps_its_place_in_the_address(
    emulator: Emulator, bobs: CalendarOf, page: Page
) -> None:
    bobs.insert("Fair", "2027-03-17", "2027-03-20")
    page.goto(f"{emulator.address}/ui/calendar/{BOB}?date={WEDNESDAY}")
    page.get_by_role("button", name="Month", exact=True).click()
    expect(event(page, "Fair, Wednesday 17 March to Friday 19 March, all day")).to_be_visible()
    assert "view=month" in page.url
    page.get_by_role("button", name="Next month").click()
    expect(page.get_by_role("heading", name="April 2027")).to_be_visible()
    page.get_by_role("button", name="Week", exact=True).click()
    expect(page.locator('#grid [data-date="2027-04-01"]')).to_be_visible()


def test_an_event_dragged_to_another_day_keeps_its_hour(emulator: Emulator, bobs: CalendarOf, page: Page) -> None:
    bobs.insert("Call", f"{WEDNESDAY}T09:20", f"{WEDNESDAY}T10:00")
    open_month(page, emulator)
    drag_to(page, event(page, "Call"), "2027-03-18")
    expect(event(page, "Call, Thursday 18 March, 09:20 to 10:00")).to_be_visible()
    assert bobs.times("Call", *MARCH) == [("2027-03-18T09:20", "2027-03-18T10:00")]


def test_one_of_a_series_dragged_in_the_month_asks_which_are_meant(
    emulator: Emulator, bobs: CalendarOf, page: Page
) -> None:
    bobs.insert("Weekly", f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T10:00", recurrence=["RRULE:FREQ=WEEKLY;COUNT=3"])
    open_month(page, emulator)
    drag_to(page, event(page, "Weekly, Wednesday 10 March"), "2027-03-11")
    page.get_by_role("button", name="This and following events").click()
    expect(event(page, "Weekly, Thursday 18 March, 09:00 to 10:00")).to_be_visible()
    assert [start for start, _ in bobs.times("Weekly", *MARCH)] == [
        "2027-03-03T09:00",
        "2027-03-11T09:00",
        "2027-03-18T09:00",
    ]


def test_a_click_on_a_day_begins_an_event_on_it(emulator: Emulator, page: Page) -> None:
    open_month(page, emulator)
    cell = page.locator('[data-month-date="2027-03-16"]')
    cell.click(position={"x": 20, "y": 80})
    expect(page.get_by_label("Start", exact=True)).to_have_value("2027-03-16T09:00")


def test_more_than_fits_into_a_day_is_counted_and_listed(emulator: Emulator, bobs: CalendarOf, page: Page) -> None:
    for number in range(9):
        bobs.insert(f"Visit {number}", f"{THURSDAY}T{9 + number:02}:00", f"{THURSDAY}T{9 + number:02}:30")
    open_month(page, emulator)
    page.get_by_role("button", name="more on Thursday 4 March").click()
    sheet = page.get_by_role("dialog", name="Thursday 4 March")
    sheet.get_by_role("button", name="Visit 8").click()
    expect(page.get_by_role("dialog", name="Visit 8")).to_be_visible()


def test_a_change_made_elsewhere_appears_in_the_month_without_a_reload(
    emulator: Emulator, bobs: CalendarOf, page: Page
) -> None:
    open_month(page, emulator)
    bobs.insert("Elsewhere", "2027-03-25T09:00", "2027-03-25T10:00")
    expect(event(page, "Elsewhere, Thursday 25 March")).to_be_visible(timeout=2000)


def test_a_tap_on_a_day_of_a_phones_month_opens_that_day(browser: Browser, emulator: Emulator) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    open_month(page, emulator)
    page.locator('[data-month-date="2027-03-16"]').tap(position={"x": 20, "y": 70})
    expect(page.locator('#grid [data-date="2027-03-16"]')).to_be_visible()
    context.close()
