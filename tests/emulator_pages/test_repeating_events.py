"""Changes of a series in the page: this event, this and following events, all events."""

import pytest
from playwright.sync_api import Page, expect
from tests.emulator_pages.calendar_page import CalendarPage
from tests.emulator_pages.emulator_client import CalendarOf, Emulator

pytestmark = pytest.mark.browser

BOB = "bob@small.example"
WEDNESDAY, THURSDAY, FRIDAY = "2027-03-03", "2027-03-04", "2027-03-05"
FOUR_DAYS = ("2027-03-02", "2027-03-06")


@pytest.fixture
def bobs(emulator: Emulator) -> CalendarOf:
    """Bob's calendar with a daily series from Tuesday on, at nine."""
    bobs = emulator.calendar_of(BOB)
    bobs.insert("Daily", "2027-03-02T09:00", "2027-03-02T09:45", recurrence=["RRULE:FREQ=DAILY"])
    return bobs


def nine(date: str) -> tuple[str, str]:
    return f"{date}T09:00", f"{date}T09:45"


def thirteen(date: str) -> tuple[str, str]:
    return f"{date}T13:00", f"{date}T13:45"


def drag_thursday_to_thirteen(calendar: CalendarPage, scope: str) -> None:
    calendar.open(BOB, WEDNESDAY)
    calendar.move("Daily, Thursday 4 March", (THURSDAY, "09:00"), (THURSDAY, "13:00"))
    calendar.choose(scope)
    expect(calendar.event("Daily, Thursday 4 March, 13:00 to 13:45")).to_be_visible()


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("This event", [nine("2027-03-02"), nine(WEDNESDAY), thirteen(THURSDAY), nine(FRIDAY)]),
        ("This and following events", [nine("2027-03-02"), nine(WEDNESDAY), thirteen(THURSDAY), thirteen(FRIDAY)]),
        ("All events", [thirteen("2027-03-02"), thirteen(WEDNESDAY), thirteen(THURSDAY), thirteen(FRIDAY)]),
    ],
    ids=["this", "this and following", "all"],
)
def test_a_dragged_instance_moves_exactly_the_events_that_were_chosen(
    calendar: CalendarPage, bobs: CalendarOf, scope: str, expected: list[tuple[str, str]]
) -> None:
    drag_thursday_to_thirteen(calendar, scope)
    assert bobs.times("Daily", *FOUR_DAYS) == expected


def test_this_and_following_splits_the_series_as_googles_own_page_does(
    calendar: CalendarPage, emulator: Emulator, page: Page
) -> None:
    bobs, alices = emulator.calendar_of(BOB), emulator.calendar_of("alice@small.example")
    rule, guests = ["RRULE:FREQ=DAILY;COUNT=5"], [{"email": "alice@small.example"}]
    first = bobs.insert("Daily", "2027-03-02T09:00", "2027-03-02T09:45", recurrence=rule, attendees=guests)
    drag_thursday_to_thirteen(calendar, "This and following events")
    series = bobs.call("GET", "?singleEvents=false&q=Daily")["items"]
    assert {item["id"]: item["recurrence"] for item in series} == {
        first["id"]: ["RRULE:FREQ=DAILY;UNTIL=20270304T085959Z"],
        f"{first['id']}_R20270304T090000": ["RRULE:FREQ=DAILY;COUNT=3"],
    }
    assert alices.times("Daily", *FOUR_DAYS) == bobs.times("Daily", *FOUR_DAYS)
    page.get_by_role("button", name="Undo").click()
    expect(calendar.event("Daily, Thursday 4 March, 09:00 to 09:45")).to_be_visible()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_split_whose_change_fails_becomes_one_series_again(
    calendar: CalendarPage, emulator: Emulator, bobs: CalendarOf, page: Page, when: str
) -> None:
    fault = {"method": "calendar.events.patch", "reason": "backendError", "when": when, "count": 1}
    calendar.open(BOB, WEDNESDAY)
    emulator.control("POST", "/faults", fault)
    calendar.move("Daily, Thursday 4 March", (THURSDAY, "09:00"), (THURSDAY, "13:00"))
    calendar.choose("This and following events")
    expect(page.get_by_role("status")).to_contain_text("Backend Error")
    (series,) = bobs.call("GET", "?singleEvents=false&q=Daily")["items"]
    assert series["recurrence"] == ["RRULE:FREQ=DAILY"]


def test_a_moved_instance_stays_and_takes_the_new_title_when_all_events_are_renamed(
    calendar: CalendarPage, bobs: CalendarOf, page: Page
) -> None:
    drag_thursday_to_thirteen(calendar, "This event")
    calendar.event("Daily, Friday 5 March").click()
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Title").fill("Morning call")
    page.get_by_role("button", name="Save").click()
    calendar.choose("All events")
    expect(calendar.event("Morning call, Thursday 4 March, 13:00 to 13:45")).to_be_visible()
    assert bobs.times("Morning call", *FOUR_DAYS) == [
        nine("2027-03-02"),
        nine(WEDNESDAY),
        thirteen(THURSDAY),
        nine(FRIDAY),
    ]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("This event", [nine("2027-03-02"), nine(WEDNESDAY), nine(FRIDAY)]),
        ("This and following events", [nine("2027-03-02"), nine(WEDNESDAY)]),
        ("All events", []),
    ],
    ids=["this", "this and following", "all"],
)
def test_deleting_an_instance_removes_exactly_the_events_that_were_chosen(
    calendar: CalendarPage, bobs: CalendarOf, page: Page, scope: str, expected: list[tuple[str, str]]
) -> None:
    calendar.open(BOB, WEDNESDAY)
    calendar.event("Daily, Thursday 4 March").click()
    page.get_by_role("button", name="Delete").click()
    calendar.choose(scope)
    expect(calendar.event("Daily, Thursday 4 March")).to_have_count(0)
    assert bobs.times("Daily", *FOUR_DAYS) == expected


def test_cancelling_the_question_changes_nothing(calendar: CalendarPage, bobs: CalendarOf, page: Page) -> None:
    calendar.open(BOB, WEDNESDAY)
    calendar.move("Daily, Thursday 4 March", (THURSDAY, "09:00"), (THURSDAY, "13:00"))
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(calendar.event("Daily, Thursday 4 March, 09:00 to 09:45")).to_be_visible()
    assert bobs.times("Daily", *FOUR_DAYS)[2] == nine(THURSDAY)


def test_a_weekly_series_made_in_the_dialog_keeps_its_hour_across_a_clock_change(
    calendar: CalendarPage, emulator: Emulator, page: Page
) -> None:
    calendar.open(BOB, "2027-03-24")
    page.get_by_role("button", name="New event").click()
    page.get_by_label("Title").fill("Weekly")
    page.get_by_label("Start", exact=True).fill("2027-03-24T09:00")
    page.get_by_label("End", exact=True).fill("2027-03-24T10:00")
    page.get_by_label("Repeat", exact=True).select_option("WEEKLY")
    page.get_by_role("button", name="Save").click()
    expect(calendar.event("Weekly, Wednesday 24 March")).to_be_visible()
    page.get_by_role("button", name="Next week").click()
    expect(calendar.event("Weekly, Wednesday 31 March, 09:00 to 10:00")).to_be_visible()
    items = emulator.calendar_of(BOB).between("2027-03-24", "2027-04-01", q="Weekly")
    assert [item["start"]["dateTime"] for item in items] == ["2027-03-24T09:00:00Z", "2027-03-31T09:00:00+01:00"]


def test_moving_all_of_a_weekly_series_to_another_day_takes_its_rule_along(
    calendar: CalendarPage, emulator: Emulator
) -> None:
    bobs = emulator.calendar_of(BOB)
    bobs.insert("Weekly", "2027-02-24T09:00", "2027-02-24T10:00", recurrence=["RRULE:FREQ=WEEKLY;BYDAY=WE"])
    calendar.open(BOB, WEDNESDAY)
    calendar.move("Weekly", (WEDNESDAY, "09:00"), (FRIDAY, "09:00"))
    calendar.choose("All events")
    expect(calendar.event("Weekly, Friday 5 March, 09:00 to 10:00")).to_be_visible()
    assert [start for start, _ in bobs.times("Weekly", "2027-02-22", "2027-03-14")] == [
        "2027-02-26T09:00",
        "2027-03-05T09:00",
        "2027-03-12T09:00",
    ]
