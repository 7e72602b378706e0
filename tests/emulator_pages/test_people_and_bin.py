"""What a demonstration needs beside the grid: guests by name, answers, a Meet link, colleagues laid over, the bin."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.emulator_pages.calendar_page import CalendarPage
from tests.emulator_pages.emulator_client import CalendarOf, Emulator

pytestmark = pytest.mark.browser

ALICE, BOB = "alice@small.example", "bob@small.example"
WEDNESDAY, THURSDAY, FRIDAY = "2027-03-03", "2027-03-04", "2027-03-05"
WEEK = ("2027-03-01", "2027-03-08")


@pytest.fixture
def alices(emulator: Emulator) -> CalendarOf:
    return emulator.calendar_of(ALICE)


@pytest.fixture
def bobs(emulator: Emulator) -> CalendarOf:
    return emulator.calendar_of(BOB)


def test_a_colleague_is_invited_by_name_to_a_meeting_with_a_link(
    calendar: CalendarPage, alices: CalendarOf, page: Page
) -> None:
    calendar.open(BOB, WEDNESDAY)
    page.get_by_role("button", name="New event").click()
    page.get_by_label("Title").fill("Review")
    page.get_by_label("Add a colleague").select_option(ALICE)
    expect(page.get_by_label("Guests", exact=True)).to_have_value(ALICE)
    page.get_by_label("Google Meet link").check()
    page.get_by_role("button", name="Save").click()
    calendar.event("Review").click()
    expect(page.get_by_role("dialog")).to_contain_text("https://meet.google.com/")
    (event,) = alices.between(*WEEK, q="Review")
    assert event["hangoutLink"].startswith("https://meet.google.com/")
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Google Meet link").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved: Review")
    assert "hangoutLink" not in alices.get(event["id"])


@pytest.mark.parametrize(
    ("scope", "answers"),
    [("This event", ["needsAction", "tentative"]), ("All events", ["tentative", "tentative"])],
    ids=["one instance", "the series"],
)
def test_a_guest_answers_one_instance_or_the_series(
    calendar: CalendarPage, alices: CalendarOf, page: Page, scope: str, answers: list[str]
) -> None:
    rule, guests = ["RRULE:FREQ=DAILY;COUNT=2"], [{"email": BOB}]
    alices.insert("Daily", f"{WEDNESDAY}T14:00", f"{WEDNESDAY}T15:00", recurrence=rule, attendees=guests)
    calendar.open(BOB, WEDNESDAY)
    calendar.event("Daily, Thursday 4 March").click()
    page.get_by_role("button", name="Maybe").click()
    calendar.choose(scope)
    expect(calendar.event("Daily, Thursday 4 March, 14:00 to 15:00, maybe")).to_be_visible()
    items = alices.between(*WEEK, q="Daily")
    assert [item["attendees"][0]["responseStatus"] for item in items] == answers


def test_a_guest_is_not_offered_to_split_the_organisers_series(
    calendar: CalendarPage, alices: CalendarOf, page: Page
) -> None:
    rule, guests = ["RRULE:FREQ=DAILY;COUNT=2"], [{"email": BOB}]
    alices.insert("Daily", f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T10:00", recurrence=rule, attendees=guests)
    calendar.open(BOB, WEDNESDAY)
    calendar.move("Daily, Thursday 4 March", (THURSDAY, "09:00"), (THURSDAY, "11:00"))
    question = page.get_by_role("dialog", name="Move a repeating event")
    expect(question.get_by_role("button", name="This event")).to_be_visible()
    expect(question.get_by_role("button", name="This and following events")).to_be_hidden()


def test_a_colleagues_busy_time_is_laid_over_without_its_titles_and_taken_off_again(
    calendar: CalendarPage, alices: CalendarOf, page: Page
) -> None:
    alices.insert("Dentist", f"{WEDNESDAY}T14:00", f"{WEDNESDAY}T15:00")
    calendar.open(BOB, WEDNESDAY)
    page.get_by_label("Lay a colleague's calendar over").select_option(ALICE)
    expect(calendar.event("Busy, Wednesday 3 March, 14:00 to 15:00, private, in Alice")).to_be_visible()
    expect(page.locator("#main")).not_to_contain_text("Dentist")
    alices.insert("Doctor", f"{FRIDAY}T14:00", f"{FRIDAY}T15:00")
    expect(calendar.event("Busy, Friday 5 March, 14:00 to 15:00")).to_be_visible()
    page.get_by_role("button", name=re.compile("Take Alice .* off the list")).click()
    expect(calendar.event("Busy")).to_have_count(0)


def test_the_bin_gives_back_events_series_and_instances(calendar: CalendarPage, bobs: CalendarOf, page: Page) -> None:
    call = bobs.insert("Call", f"{WEDNESDAY}T11:00", f"{WEDNESDAY}T12:00")
    rule = ["RRULE:FREQ=DAILY;COUNT=2"]
    bobs.insert("Daily", f"{THURSDAY}T14:00", f"{THURSDAY}T15:00", recurrence=rule)
    bobs.delete(call["id"])
    bobs.delete(bobs.between(FRIDAY, "2027-03-06", q="Daily")[0]["id"])
    calendar.open(BOB, WEDNESDAY)
    for title, when in (("Call", "Wed 3 Mar, 11:00"), ("Daily", "Fri 5 Mar, 14:00")):
        page.get_by_role("button", name="Open the bin").click()
        page.get_by_role("button", name=f"Restore {title}, {when}").click()
        expect(page.get_by_role("status")).to_contain_text(f"Restored: {title}")
    expect(calendar.event("Daily, Friday 5 March")).to_be_visible()
    assert bobs.get(call["id"])["status"] == "confirmed"


def test_a_date_is_jumped_to(calendar: CalendarPage, page: Page) -> None:
    calendar.open(BOB, WEDNESDAY)
    page.get_by_label("Go to a date").fill("2027-10-27")
    expect(calendar.column("2027-10-27")).to_be_visible()
    assert "date=2027-10-27" in page.url
