"""What makes the calendar quick to demonstrate with: people, keys, undo, and Google's own kinds of events."""

import pytest
from playwright.sync_api import Page, expect
from tests.emulator_pages.calendar_page import CalendarPage
from tests.emulator_pages.emulator_client import CalendarOf, Emulator

pytestmark = pytest.mark.browser

BOB = "bob@small.example"
WEDNESDAY, THURSDAY = "2027-03-03", "2027-03-04"
WEEK = ("2027-03-01", "2027-03-08")


@pytest.fixture
def bobs(emulator: Emulator) -> CalendarOf:
    return emulator.calendar_of(BOB)


def new_event(page: Page, title: str, kind: str) -> None:
    page.keyboard.press("n")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Event type").select_option(kind)


def fill_times(page: Page, start: str, end: str) -> None:
    page.get_by_label("Start", exact=True).fill(start)
    page.get_by_label("End", exact=True).fill(end)


def test_another_persons_calendar_opens_on_the_same_days(calendar: CalendarPage, page: Page) -> None:
    calendar.open(BOB, "2027-06-16")
    page.get_by_label("Whose calendar?").select_option("Alice Archer")
    expect(page.get_by_role("heading", name="Alice Archer")).to_be_visible()
    expect(calendar.column("2027-06-16")).to_be_visible()


def test_keys_change_the_view_and_the_days(calendar: CalendarPage, page: Page) -> None:
    calendar.open(BOB, "2027-03-10")
    page.keyboard.press("j")
    expect(calendar.column("2027-03-17")).to_be_visible()
    page.keyboard.press("k")
    expect(calendar.column("2027-03-10")).to_be_visible()
    page.keyboard.press("m")
    expect(page.locator('[data-month-date="2027-03-31"]')).to_be_visible()
    page.keyboard.press("w")
    page.keyboard.press("t")
    expect(calendar.column(WEDNESDAY)).to_be_visible()


def test_the_keys_are_listed_and_can_be_switched_off(calendar: CalendarPage, page: Page) -> None:
    calendar.open(BOB, WEDNESDAY)
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_contain_text("Undo the last change")
    sheet.get_by_label("Use single keys").uncheck()
    sheet.get_by_role("button", name="Close").click()
    page.keyboard.press("n")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_letter_typed_into_a_field_is_no_command(calendar: CalendarPage, page: Page) -> None:
    calendar.open(BOB, WEDNESDAY)
    page.keyboard.press("n")
    page.keyboard.type("mtj")
    expect(page.get_by_label("Title")).to_have_value("mtj")
    expect(page.locator("#month")).to_be_hidden()


def test_undo_takes_back_the_last_changes_one_after_the_other(
    calendar: CalendarPage, bobs: CalendarOf, page: Page
) -> None:
    bobs.insert("Call", f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T10:00")
    calendar.open(BOB, WEDNESDAY)
    calendar.stretch("Call", WEDNESDAY, "11:30")
    expect(calendar.event("Call, Wednesday 3 March, 09:00 to 11:30")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Changed")
    calendar.move("Call", (WEDNESDAY, "09:00"), (THURSDAY, "13:00"))
    expect(calendar.event("Call, Thursday 4 March, 13:00 to 15:30")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Moved")
    page.keyboard.press("z")
    expect(calendar.event("Call, Wednesday 3 March, 09:00 to 11:30")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Undone: Moved")
    page.keyboard.press("Control+z")
    expect(calendar.event("Call, Wednesday 3 March, 09:00 to 10:00")).to_be_visible()
    assert bobs.times("Call", *WEEK) == [(f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T10:00")]


@pytest.mark.parametrize("scope", ["This event", "This and following events", "All events"])
@pytest.mark.parametrize("change", ["stretch", "delete"])
def test_a_change_of_a_series_is_undone_as_far_as_it_went(
    calendar: CalendarPage, bobs: CalendarOf, page: Page, change: str, scope: str
) -> None:
    bobs.insert("Daily", "2027-03-02T09:00", "2027-03-02T09:45", recurrence=["RRULE:FREQ=DAILY;COUNT=4"])
    before = bobs.times("Daily", *WEEK)
    calendar.open(BOB, WEDNESDAY)
    if change == "stretch":
        calendar.stretch("Daily, Thursday 4 March", THURSDAY, "11:00")
    else:
        calendar.event("Daily, Thursday 4 March").click()
        page.get_by_role("button", name="Delete").click()
    calendar.choose(scope)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    touched = {"This event": 1, "This and following events": 2, "All events": 4}[scope]
    assert len(set(before) - set(bobs.times("Daily", *WEEK))) == touched
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("Undone")
    assert bobs.times("Daily", *WEEK) == before


@pytest.mark.parametrize(
    ("all_day", "start", "end"),
    [(True, THURSDAY, THURSDAY), (False, f"{THURSDAY}T09:00", f"{THURSDAY}T12:00")],
    ids=["all day", "timed"],
)
def test_a_working_location_never_blocks_time_and_is_always_public(
    calendar: CalendarPage, bobs: CalendarOf, page: Page, all_day: bool, start: str, end: str
) -> None:
    calendar.open(BOB, WEDNESDAY)
    new_event(page, "", "workingLocation")
    page.get_by_label("Works at").select_option("officeLocation")
    page.get_by_label("Name of the place").fill("Bedford")
    page.get_by_label("All day").set_checked(all_day)
    fill_times(page, start, end)
    page.get_by_role("button", name="Save").click()
    expect(calendar.event("Bedford, Thursday 4 March").and_(page.locator(".all-day .ev"))).to_be_visible()
    (event,) = bobs.between(*WEEK, eventTypes="workingLocation")
    assert (event["transparency"], event["visibility"]) == ("transparent", "public")
    assert event["workingLocationProperties"]["officeLocation"] == {"label": "Bedford"}


def test_a_working_location_is_changed_to_home(calendar: CalendarPage, bobs: CalendarOf, page: Page) -> None:
    calendar.open(BOB, WEDNESDAY)
    new_event(page, "Here", "workingLocation")
    page.get_by_label("Works at").select_option("customLocation")
    page.get_by_role("button", name="Save").click()
    calendar.event("Here").click()
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Works at").select_option("homeOffice")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved: Here")
    (event,) = bobs.between(*WEEK, eventTypes="workingLocation")
    assert event["workingLocationProperties"]["type"] == "homeOffice"


def test_focus_time_is_busy_and_has_a_look_of_its_own(calendar: CalendarPage, bobs: CalendarOf, page: Page) -> None:
    calendar.open(BOB, WEDNESDAY)
    new_event(page, "Think", "focusTime")
    fill_times(page, f"{THURSDAY}T09:00", f"{THURSDAY}T11:00")
    page.get_by_role("button", name="Save").click()
    expect(calendar.event("Think, Thursday 4 March, 09:00 to 11:00, focus time")).to_have_attribute(
        "data-look", "focus"
    )
    (event,) = bobs.between(*WEEK, eventTypes="focusTime")
    assert "transparency" not in event


def test_every_weekday_is_a_choice_for_a_series(calendar: CalendarPage, bobs: CalendarOf, page: Page) -> None:
    calendar.open(BOB, WEDNESDAY)
    new_event(page, "Stand-up", "default")
    fill_times(page, f"{THURSDAY}T09:00", f"{THURSDAY}T09:15")
    page.get_by_label("Repeat", exact=True).select_option("Every weekday")
    page.get_by_role("button", name="Save").click()
    expect(calendar.event("Stand-up")).to_have_count(2)
    assert [start for start, _ in bobs.times("Stand-up", "2027-03-04", "2027-03-09")] == [
        "2027-03-04T09:00",
        "2027-03-05T09:00",
        "2027-03-08T09:00",
    ]
