"""The other calendars on a person's list lie over their own: chosen, live, and changed where the person may."""

import json
from typing import Any

import pytest
import urllib3
from playwright.sync_api import Page, expect
from tests.emulator_pages.calendar_page import CalendarPage
from tests.emulator_pages.emulator_client import CalendarOf, Emulator

pytestmark = pytest.mark.browser

BOB = "bob@small.example"
WEDNESDAY, FRIDAY = "2027-03-03", "2027-03-05"


def call(bobs: CalendarOf, method: str, path: str, body: object = None) -> Any:
    headers = {"Authorization": f"Bearer {bobs.token}", "Content-Type": "application/json"}
    answer = urllib3.request(
        method, f"{bobs.address}/calendar/v3{path}", body=json.dumps(body or {}), headers=headers, timeout=10
    )
    assert answer.status < 300, answer.data
    return json.loads(answer.data)


@pytest.fixture
def training(emulator: Emulator) -> str:
    """The path of the events of a second calendar of Bob's, with one course in it."""
    bobs = emulator.calendar_of(BOB)
    made = call(bobs, "POST", "/calendars", {"summary": "Training", "timeZone": "Europe/London"})
    path = f"/calendars/{made['id']}/events"
    call(bobs, "POST", path, event("Course"))
    return path


def event(title: str) -> dict[str, Any]:
    return {
        "summary": title,
        "start": {"dateTime": f"{WEDNESDAY}T09:00:00Z"},
        "end": {"dateTime": f"{WEDNESDAY}T10:00:00Z"},
    }


@pytest.mark.usefixtures("training")
def test_another_calendar_is_shown_and_left_out_as_the_person_chooses(
    calendar: CalendarPage, emulator: Emulator, page: Page
) -> None:
    calendar.open(BOB, WEDNESDAY)
    expect(calendar.event("Course, Wednesday 3 March, 09:00 to 10:00, in Training")).to_be_visible()
    page.get_by_role("checkbox", name="Training").uncheck()
    expect(calendar.event("Course")).to_have_count(0)
    entries = urllib3.request(
        "GET",
        f"{emulator.address}/calendar/v3/users/me/calendarList",
        headers={"Authorization": f"Bearer {emulator.calendar_of(BOB).token}"},
    ).json()["items"]
    assert [entry.get("selected", False) for entry in entries if entry["summary"] == "Training"] == [False]


def test_a_change_in_another_calendar_appears_without_a_reload(
    calendar: CalendarPage, emulator: Emulator, training: str
) -> None:
    calendar.open(BOB, WEDNESDAY)
    expect(calendar.event("Course")).to_be_visible()
    call(emulator.calendar_of(BOB), "POST", training, event("Second course"))
    expect(calendar.event("Second course")).to_be_visible(timeout=2000)


def test_an_event_of_another_calendar_is_moved_in_it(
    calendar: CalendarPage, emulator: Emulator, training: str, page: Page
) -> None:
    calendar.open(BOB, WEDNESDAY)
    calendar.move("Course", (WEDNESDAY, "09:00"), (FRIDAY, "13:00"))
    expect(calendar.event("Course, Friday 5 March, 13:00 to 14:00")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(calendar.event("Course, Wednesday 3 March, 09:00 to 10:00")).to_be_visible()
    calendar.move("Course", (WEDNESDAY, "09:00"), (FRIDAY, "11:00"))
    expect(calendar.event("Course, Friday 5 March, 11:00 to 12:00")).to_be_visible()
    found = urllib3.request(
        "GET",
        f"{emulator.address}/calendar/v3{training}",
        headers={"Authorization": f"Bearer {emulator.calendar_of(BOB).token}"},
    ).json()["items"]
    assert [item["start"]["dateTime"][:16] for item in found] == [f"{FRIDAY}T11:00"]


@pytest.mark.usefixtures("training")
def test_times_of_another_calendar_are_shown_in_the_persons_own_zone(
    calendar: CalendarPage, emulator: Emulator
) -> None:
    emulator.control("PATCH", f"/users/{BOB}", {"time_zone": "America/Halifax"})
    calendar.open(BOB, WEDNESDAY)
    expect(calendar.event("Course, Wednesday 3 March, 05:00 to 06:00")).to_be_visible()


@pytest.mark.usefixtures("training")
def test_a_new_event_may_go_into_another_calendar(calendar: CalendarPage, emulator: Emulator, page: Page) -> None:
    calendar.open(BOB, WEDNESDAY)
    expect(calendar.event("Course")).to_be_visible()
    page.get_by_role("button", name="New event").click()
    page.get_by_label("Title").fill("Exam")
    page.get_by_label("Calendar", exact=True).select_option("Training")
    page.get_by_role("button", name="Save").click()
    expect(calendar.event("Exam").and_(page.locator(".other"))).to_be_visible()
    assert emulator.calendar_of(BOB).times("Exam", "2027-03-01", "2027-03-08") == []
