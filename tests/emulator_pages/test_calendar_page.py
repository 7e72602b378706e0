"""A person changes their calendar in the page, and the Calendar API has the change; and the other way round."""

import time

import pytest
from playwright.sync_api import Page, expect
from tests.emulator_pages.calendar_page import CalendarPage
from tests.emulator_pages.emulator_client import Emulator

pytestmark = pytest.mark.browser

BOB = "bob@small.example"
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = "2027-03-02", "2027-03-03", "2027-03-04", "2027-03-05"
WEEK = ("2027-03-01", "2027-03-08")
ZONE = "Europe/London"


def fill_times(page: Page, start: str, end: str) -> None:
    page.get_by_label("Start", exact=True).fill(start)
    page.get_by_label("End", exact=True).fill(end)


def all_day_point(page: Page, date: str) -> tuple[float, float]:
    """Free space of the day's all-day row, whose last line is always empty."""
    cell = page.locator(f'[data-all-day-date="{date}"]')
    expect(cell).to_be_visible()
    # The week may be drawn anew in between.
    box = cell.bounding_box() or cell.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] - 6


def test_an_event_made_in_the_dialog_is_in_the_api(calendar: CalendarPage, emulator: Emulator, page: Page) -> None:
    calendar.open(BOB, WEDNESDAY)
    page.get_by_role("button", name="New event").click()
    page.get_by_label("Title").fill("Visit the branch")
    fill_times(page, f"{THURSDAY}T10:15", f"{THURSDAY}T11:45")
    page.get_by_label("Visibility").select_option("private")
    page.get_by_label("Location").fill("High Street")
    page.get_by_role("button", name="Save").click()
    expect(calendar.event("Visit the branch")).to_be_visible()
    (event,) = emulator.calendar_of(BOB).between(*WEEK, q="Visit the branch")
    assert event["start"]["dateTime"] == f"{THURSDAY}T10:15:00Z"
    assert event["end"]["dateTime"] == f"{THURSDAY}T11:45:00Z"
    assert (event["visibility"], event["location"]) == ("private", "High Street")


def test_an_end_before_the_start_is_refused_in_words(calendar: CalendarPage, page: Page) -> None:
    calendar.open(BOB, WEDNESDAY)
    page.get_by_role("button", name="New event").click()
    fill_times(page, f"{THURSDAY}T10:00", f"{THURSDAY}T09:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text="The end must be after the start.")).to_be_visible()


def test_an_all_day_event_lasts_to_the_day_that_was_given_as_its_end(
    calendar: CalendarPage, emulator: Emulator, page: Page
) -> None:
    calendar.open(BOB, WEDNESDAY)
    page.get_by_role("button", name="New event").click()
    page.get_by_label("Title").fill("Off")
    page.get_by_label("All day").check()
    fill_times(page, THURSDAY, FRIDAY)
    page.get_by_role("button", name="Save").click()
    expect(calendar.event("Off")).to_be_visible()
    assert emulator.calendar_of(BOB).times("Off", *WEEK) == [(THURSDAY, "2027-03-06")]


def test_time_out_of_office_is_of_googles_own_type_and_busy(
    calendar: CalendarPage, emulator: Emulator, page: Page
) -> None:
    calendar.open(BOB, WEDNESDAY)
    page.get_by_role("button", name="New event").click()
    page.get_by_label("Title").fill("Away")
    page.get_by_label("Event type").select_option("outOfOffice")
    page.get_by_label("All day").check()
    fill_times(page, THURSDAY, THURSDAY)
    page.get_by_role("button", name="Save").click()
    expect(calendar.event("Away")).to_be_visible()
    (event,) = emulator.calendar_of(BOB).between(*WEEK, q="Away")
    assert event["eventType"] == "outOfOffice"
    assert event["start"]["dateTime"] == f"{THURSDAY}T00:00:00Z"


def test_a_click_on_free_space_offers_the_hour_that_was_clicked(calendar: CalendarPage, page: Page) -> None:
    calendar.open(BOB, WEDNESDAY)
    x, y = calendar.point(THURSDAY, "10:40")
    page.mouse.click(x, y)
    expect(page.get_by_label("Start", exact=True)).to_have_value(f"{THURSDAY}T10:30")
    expect(page.get_by_label("End", exact=True)).to_have_value(f"{THURSDAY}T11:30")


def test_dragging_over_free_space_offers_what_was_dragged(calendar: CalendarPage, page: Page) -> None:
    calendar.open(BOB, WEDNESDAY)
    calendar.drag(calendar.point(FRIDAY, "09:15"), calendar.point(FRIDAY, "10:45"))
    expect(page.get_by_label("Start", exact=True)).to_have_value(f"{FRIDAY}T09:15")
    expect(page.get_by_label("End", exact=True)).to_have_value(f"{FRIDAY}T10:45")


def test_dragging_an_event_moves_it_across_days_in_quarters_of_an_hour(
    calendar: CalendarPage, emulator: Emulator
) -> None:
    bobs = emulator.calendar_of(BOB)
    bobs.insert("Call", f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T10:00")
    calendar.open(BOB, WEDNESDAY)
    calendar.move("Call", (WEDNESDAY, "09:00"), (FRIDAY, "13:20"))
    expect(calendar.event("Call, Friday 5 March, 13:15 to 14:15")).to_be_visible()
    assert bobs.times("Call", *WEEK) == [(f"{FRIDAY}T13:15", f"{FRIDAY}T14:15")]


def test_a_moved_event_can_be_put_back(calendar: CalendarPage, emulator: Emulator, page: Page) -> None:
    bobs = emulator.calendar_of(BOB)
    bobs.insert("Call", f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T10:00")
    calendar.open(BOB, WEDNESDAY)
    calendar.move("Call", (WEDNESDAY, "09:00"), (FRIDAY, "13:00"))
    page.get_by_role("button", name="Undo").click()
    expect(calendar.event("Call, Wednesday 3 March, 09:00 to 10:00")).to_be_visible()
    assert bobs.times("Call", *WEEK) == [(f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T10:00")]


def test_the_lower_edge_stretches_an_event(calendar: CalendarPage, emulator: Emulator) -> None:
    bobs = emulator.calendar_of(BOB)
    bobs.insert("Call", f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T10:00")
    calendar.open(BOB, WEDNESDAY)
    calendar.stretch("Call", WEDNESDAY, "11:30")
    expect(calendar.event("Call, Wednesday 3 March, 09:00 to 11:30")).to_be_visible()
    assert bobs.times("Call", *WEEK) == [(f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T11:30")]


def test_the_upper_edge_makes_an_event_begin_earlier(calendar: CalendarPage, emulator: Emulator) -> None:
    bobs = emulator.calendar_of(BOB)
    bobs.insert("Call", f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T10:00")
    calendar.open(BOB, WEDNESDAY)
    x, y = calendar.point(WEDNESDAY, "09:00")
    calendar.drag((x, y + 2), calendar.point(WEDNESDAY, "08:15"))
    expect(calendar.event("Call, Wednesday 3 March, 08:15 to 10:00")).to_be_visible()
    assert bobs.times("Call", *WEEK) == [(f"{WEDNESDAY}T08:15", f"{WEDNESDAY}T10:00")]


def test_dragging_over_all_day_space_makes_days_that_either_end_stretches(
    calendar: CalendarPage, emulator: Emulator, page: Page
) -> None:
    calendar.open(BOB, WEDNESDAY)
    calendar.drag(all_day_point(page, WEDNESDAY), all_day_point(page, THURSDAY))
    page.get_by_label("Title").fill("Fair")
    page.get_by_role("button", name="Save").click()
    bar = calendar.event("Fair")
    expect(bar).to_be_visible()
    assert emulator.calendar_of(BOB).times("Fair", *WEEK) == [(WEDNESDAY, FRIDAY)]
    box = bar.bounding_box()
    assert box is not None
    calendar.drag((box["x"] + box["width"] - 4, box["y"] + 12), all_day_point(page, FRIDAY))
    expect(calendar.event("Fair, Wednesday 3 March to Friday 5 March, all day")).to_be_visible()
    calendar.drag((box["x"] + 4, box["y"] + 12), all_day_point(page, TUESDAY))
    expect(calendar.event("Fair, Tuesday 2 March to Friday 5 March, all day")).to_be_visible()
    assert emulator.calendar_of(BOB).times("Fair", *WEEK) == [(TUESDAY, "2027-03-06")]


def test_escape_gives_up_a_drag(calendar: CalendarPage, emulator: Emulator, page: Page) -> None:
    bobs = emulator.calendar_of(BOB)
    bobs.insert("Call", f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T10:00")
    calendar.open(BOB, WEDNESDAY)
    x, y = calendar.point(WEDNESDAY, "09:30")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 150, steps=4)
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".ghost")).to_have_count(0)
    assert bobs.times("Call", *WEEK) == [(f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T10:00")]


def test_an_event_is_deleted_from_its_details_and_undo_restores_it(
    calendar: CalendarPage, emulator: Emulator, page: Page
) -> None:
    bobs = emulator.calendar_of(BOB)
    event = bobs.insert("Call", f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T10:00")
    calendar.open(BOB, WEDNESDAY)
    calendar.event("Call").click()
    page.get_by_role("button", name="Delete").click()
    expect(calendar.event("Call")).to_have_count(0)
    assert bobs.get(event["id"])["status"] == "cancelled"
    page.get_by_role("button", name="Undo").click()
    expect(calendar.event("Call")).to_be_visible()
    assert bobs.get(event["id"])["status"] == "confirmed"


def test_editing_writes_only_what_was_changed(calendar: CalendarPage, emulator: Emulator, page: Page) -> None:
    bobs = emulator.calendar_of(BOB)
    event = bobs.insert("Call", f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T10:00", location="Desk", colorId="5")
    calendar.open(BOB, WEDNESDAY)
    calendar.event("Call").click()
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Show as").select_option("transparent")
    page.get_by_role("button", name="Save").click()
    expect(calendar.event("Call, Wednesday 3 March, 09:00 to 10:00, free")).to_be_visible()
    now = bobs.get(event["id"])
    assert now["transparency"] == "transparent"
    assert {key: now[key] for key in ("summary", "location", "colorId", "start", "end")} == {
        key: event[key] for key in ("summary", "location", "colorId", "start", "end")
    }


def test_a_timed_event_becomes_an_all_day_one(calendar: CalendarPage, emulator: Emulator, page: Page) -> None:
    bobs = emulator.calendar_of(BOB)
    bobs.insert("Call", f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T10:00")
    calendar.open(BOB, WEDNESDAY)
    calendar.event("Call").click()
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("All day").check()
    page.get_by_role("button", name="Save").click()
    expect(calendar.event("Call, Wednesday 3 March, all day")).to_be_visible()
    assert bobs.times("Call", *WEEK) == [(WEDNESDAY, THURSDAY)]


def test_an_all_day_event_is_dragged_to_another_day(calendar: CalendarPage, emulator: Emulator, page: Page) -> None:
    bobs = emulator.calendar_of(BOB)
    bobs.insert("Off", TUESDAY, WEDNESDAY)
    calendar.open(BOB, WEDNESDAY)
    box = calendar.event("Off").bounding_box()
    target = page.locator(f'[data-all-day-date="{FRIDAY}"]').bounding_box()
    assert box is not None
    assert target is not None
    height = box["y"] + box["height"] / 2
    calendar.drag((box["x"] + box["width"] / 2, height), (target["x"] + target["width"] / 2, height))
    expect(calendar.event("Off, Friday 5 March, all day")).to_be_visible()
    assert bobs.times("Off", *WEEK) == [(FRIDAY, "2027-03-06")]


def test_an_event_over_midnight_shows_on_both_days_and_moves_as_one(
    calendar: CalendarPage, emulator: Emulator, page: Page
) -> None:
    bobs = emulator.calendar_of(BOB)
    event = bobs.insert("Night", f"{WEDNESDAY}T20:00", f"{THURSDAY}T02:00")
    calendar.open(BOB, WEDNESDAY)
    expect(page.locator(f'[data-event-id="{event["id"]}"]')).to_have_count(2)
    page.locator("#scroller").evaluate("(one) => one.scrollTo(0, 700)")
    calendar.move(
        "Night, Wednesday 3 March, 20:00 to Thursday 4 March, 02:00", (WEDNESDAY, "20:00"), (TUESDAY, "21:00")
    )
    expect(page.locator(f'#grid [data-date="{TUESDAY}"] [data-event-id]')).to_be_visible()
    assert bobs.times("Night", *WEEK) == [(f"{TUESDAY}T21:00", f"{WEDNESDAY}T03:00")]


def test_a_change_that_somebody_else_was_faster_with_is_not_overwritten(
    calendar: CalendarPage, emulator: Emulator, page: Page
) -> None:
    bobs = emulator.calendar_of(BOB)
    event = bobs.insert("Call", f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T10:00")
    calendar.open(BOB, WEDNESDAY)
    calendar.event("Call").click()
    page.get_by_role("button", name="Edit").click()
    bobs.patch(event["id"], summary="Call with the auditor")
    page.get_by_label("Title").fill("Mine")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#editor-error")).to_be_visible()
    assert bobs.get(event["id"])["summary"] == "Call with the auditor"


@pytest.mark.parametrize("change", ["insert", "move", "delete"])
def test_a_change_made_elsewhere_appears_within_two_seconds_without_a_reload(
    calendar: CalendarPage, emulator: Emulator, page: Page, change: str
) -> None:
    bobs = emulator.calendar_of(BOB)
    event = bobs.insert("Call", f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T10:00")
    calendar.open(BOB, WEDNESDAY)
    expect(calendar.event("Call")).to_be_visible()
    page.evaluate("window.untouched = true")
    began = time.monotonic()
    if change == "insert":
        bobs.insert("Another", f"{THURSDAY}T09:00", f"{THURSDAY}T10:00")
        expect(calendar.event("Another")).to_be_visible(timeout=2000)
    elif change == "move":
        moved = {"dateTime": f"{THURSDAY}T15:00:00Z"}, {"dateTime": f"{THURSDAY}T16:00:00Z"}
        bobs.patch(event["id"], start=moved[0], end=moved[1])
        expect(calendar.event("Call, Thursday 4 March, 15:00 to 16:00")).to_be_visible(timeout=2000)
    else:
        bobs.delete(event["id"])
        expect(calendar.event("Call")).to_have_count(0, timeout=2000)
    assert time.monotonic() - began < 2
    assert page.evaluate("window.untouched") is True


def test_a_spent_sync_token_only_makes_the_page_read_everything_again(
    calendar: CalendarPage, emulator: Emulator
) -> None:
    calendar.open(BOB, WEDNESDAY)
    emulator.control("POST", f"/calendars/{BOB}/end-sync-tokens", {})
    emulator.calendar_of(BOB).insert("After", f"{THURSDAY}T09:00", f"{THURSDAY}T10:00")
    expect(calendar.event("After")).to_be_visible()


def test_a_failing_api_is_told_and_survived(calendar: CalendarPage, emulator: Emulator, page: Page) -> None:
    calendar.open(BOB, WEDNESDAY)
    emulator.control("PATCH", "/apis/calendar", {"enabled": False})
    expect(page.get_by_role("alert").filter(has_text="Trying again")).to_be_visible()
    emulator.control("PATCH", "/apis/calendar", {"enabled": True})
    expect(page.locator("#live")).to_have_attribute("data-state", "live", timeout=10000)
    expect(page.locator("#problem")).to_be_hidden()


def test_a_listing_that_failed_is_made_again_by_itself(calendar: CalendarPage, emulator: Emulator, page: Page) -> None:
    emulator.calendar_of(BOB).insert("Later", "2027-03-10T09:00", "2027-03-10T10:00")
    calendar.open(BOB, WEDNESDAY)
    emulator.control("PATCH", "/apis/calendar", {"enabled": False})
    page.get_by_role("button", name="Next week").click()
    expect(page.get_by_role("status")).to_contain_text("disabled")
    emulator.control("PATCH", "/apis/calendar", {"enabled": True})
    expect(calendar.event("Later")).to_be_visible(timeout=15000)


def test_a_user_without_a_calendar_is_told_so(calendar: CalendarPage, emulator: Emulator, page: Page) -> None:
    emulator.control("PATCH", f"/users/{BOB}", {"has_calendar": False})
    page.goto(f"{emulator.address}/ui/calendar/{BOB}")
    expect(page.get_by_role("alert").filter(has_text="signed up for Google Calendar")).to_be_visible()


def test_the_week_is_chosen_by_the_address_and_by_the_buttons(
    calendar: CalendarPage, emulator: Emulator, page: Page
) -> None:
    calendar.open(BOB, "2027-06-16")
    expect(calendar.column("2027-06-14")).to_be_visible()
    page.get_by_role("button", name="Next week").click()
    expect(calendar.column("2027-06-21")).to_be_visible()
    assert "date=2027-06-21" in page.url
    page.get_by_role("button", name="Today").click()
    expect(calendar.column(WEDNESDAY)).to_be_visible()


def test_a_guest_answers_an_invitation(calendar: CalendarPage, emulator: Emulator, page: Page) -> None:
    alices = emulator.calendar_of("alice@small.example")
    event = alices.insert("Review", f"{THURSDAY}T14:00", f"{THURSDAY}T15:00", attendees=[{"email": BOB}])
    calendar.open(BOB, WEDNESDAY)
    calendar.event("Review, Thursday 4 March, 14:00 to 15:00, not answered").click()
    page.get_by_role("button", name="Decline").click()
    expect(calendar.event("Review, Thursday 4 March, 14:00 to 15:00, declined")).to_be_visible()
    (guest,) = alices.get(event["id"])["attendees"]
    assert guest["responseStatus"] == "declined"


def test_the_list_shows_the_same_events_and_opens_them(calendar: CalendarPage, emulator: Emulator, page: Page) -> None:
    emulator.calendar_of(BOB).insert("Call", f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T10:00", visibility="private")
    calendar.open(BOB, WEDNESDAY)
    row = page.locator(f'[data-agenda-date="{WEDNESDAY}"]').get_by_role("button", name="Call")
    expect(row).to_contain_text("private")
    row.press("Enter")
    expect(page.get_by_role("dialog", name="Call")).to_be_visible()
