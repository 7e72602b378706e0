"""A finger on the calendar: a tap opens, resting and dragging moves, a quick stroke scrolls."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, expect
from tests.emulator_pages.calendar_page import CalendarPage
from tests.emulator_pages.emulator_client import Emulator

pytestmark = pytest.mark.browser

BOB = "bob@small.example"
WEDNESDAY = "2027-03-03"
LONGER_THAN_A_TAP = 500


@pytest.fixture
def phone(browser: Browser, emulator: Emulator) -> Iterator[CalendarPage]:
    emulator.calendar_of(BOB).insert("Call", f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T10:00")
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    calendar = CalendarPage(context.new_page(), emulator.address)
    calendar.open(BOB, WEDNESDAY)
    yield calendar
    context.close()


def stroke(calendar: CalendarPage, start: tuple[float, float], end: tuple[float, float], rest: int) -> None:
    """Puts a finger down, leaves it for `rest` milliseconds, and draws it to the end."""
    finger: CDPSession = calendar.page.context.new_cdp_session(calendar.page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    send("touchStart", start)
    calendar.page.wait_for_timeout(rest)
    for step in range(1, 9):
        part = step / 8
        send("touchMove", (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part))
    send("touchEnd")


def test_a_finger_that_rests_and_then_draws_moves_the_event(phone: CalendarPage, emulator: Emulator) -> None:
    start, end = phone.point(WEDNESDAY, "09:00"), phone.point(WEDNESDAY, "12:00")
    stroke(phone, (start[0], start[1] + 10), (end[0], end[1] + 10), LONGER_THAN_A_TAP)
    expect(phone.event("Call, Wednesday 3 March, 12:00 to 13:00")).to_be_visible()
    times = emulator.calendar_of(BOB).times("Call", WEDNESDAY, "2027-03-04")
    assert times == [(f"{WEDNESDAY}T12:00", f"{WEDNESDAY}T13:00")]


def test_a_quick_stroke_over_an_event_scrolls_and_moves_nothing(phone: CalendarPage, emulator: Emulator) -> None:
    start = phone.point(WEDNESDAY, "09:00")
    before = phone.page.locator("#scroller").evaluate("(one) => one.scrollTop")
    stroke(phone, (start[0], start[1] + 10), (start[0], start[1] - 60), rest=0)
    phone.page.wait_for_function("(top) => document.getElementById('scroller').scrollTop > top", arg=before)
    times = emulator.calendar_of(BOB).times("Call", WEDNESDAY, "2027-03-04")
    assert times == [(f"{WEDNESDAY}T09:00", f"{WEDNESDAY}T10:00")]


def test_a_tap_on_an_event_opens_it(phone: CalendarPage) -> None:
    phone.event("Call").tap()
    expect(phone.page.get_by_role("dialog", name="Call")).to_be_visible()
