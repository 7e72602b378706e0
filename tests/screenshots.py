"""`make screenshots`: the pictures of the documentation, taken from the real demo in a real browser.

Everything on them happened: Google is connected, a client books, a meeting lands on the appointment. The names of the
files are fixed, so that the documents never change with them.
"""

from __future__ import annotations

import re
import shutil
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.running_demo import Demo, running_demo

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
MOST_BYTES = 200_000
SIZE = (1200, 800)
SMALLER = (960, 640)
"""For a picture that would be too heavy otherwise."""
HALIFAX = ZoneInfo("America/Halifax")
PASSWORD = "harbour-demo"
AMARA = "amara.okafor@harbour.example"
SERVICE = "Open an account"
GSUITE = "/settings/integrations/gsuite/"


def main() -> int:
    """Take them all; 0 when each is there and light enough."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with running_demo() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            take_all(demo, browser)
        finally:
            browser.close()
    heavy = [each.name for each in PICTURES.glob("*.png") if each.stat().st_size > MOST_BYTES]
    if heavy:
        print(f"heavier than {MOST_BYTES} bytes: {', '.join(heavy)}", file=sys.stderr)
    return 1 if heavy else 0


def take_all(demo: Demo, browser: Browser) -> None:
    admin, client, staff = (new_page(browser) for _ in range(3))
    sign_in(demo, admin, "it@harbour.example")
    connect(demo, admin)
    day = a_tuesday()
    book(demo, client, day)
    sign_in(demo, staff, AMARA)
    land_on_it(demo, admin, day)
    staff.goto(f"{demo.url}/desk/?date={day}")
    take(staff, "desk")
    for name, path in (
        ("users", f"{GSUITE}users/"),
        ("content", f"{GSUITE}content/"),
        ("journal", f"{GSUITE}journal/"),
        ("conflicts", "/desk/conflicts/"),
        ("reports", "/reports/"),
        ("gsuite", GSUITE),
    ):
        admin.goto(demo.url + path)
        take(admin, name)
    google = new_page(browser)
    google.goto(f"{demo.emulator_url}/ui/calendar/{AMARA}?date={day}")
    take(google, "emulator-calendar")
    google.goto(f"{demo.emulator_url}/ui/admin")
    take(google, "emulator-console")


def connect(demo: Demo, page: Page) -> None:
    page.goto(demo.url + GSUITE)
    page.get_by_label("Directory User Email").fill("lockstep@harbour.example")
    page.get_by_label("Directory Group").fill("appointments@harbour.example")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#guide-delegation")).to_have_attribute("data-state", "done", timeout=30_000)
    take(page, "set-up")
    page.locator("#check-title").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('check-title').scrollIntoView()")
    take(page, "check", keep_place=True)
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_text("10 of 10 calendars read")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("From now on, appointments are written to Google Calendar")).to_be_visible()


def book(demo: Demo, page: Page, day: date) -> None:
    page.goto(f"{demo.url}/book/harbour/")
    for words in (SERVICE, "Harbour Street", "Amara"):
        page.get_by_role("link", name=re.compile(words)).click()
    page.goto(f"{page.url}&day={day}")
    take(page, "booking")
    page.locator("button[name=starts_at]").first.click()
    page.get_by_label("Name").fill("Maria Ruiz")
    page.get_by_label(re.compile("mail", re.IGNORECASE)).first.fill("maria.ruiz@example.com")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("booked", ignore_case=True)


def land_on_it(demo: Demo, admin: Page, day: date) -> None:
    """Somebody enters a meeting in Google on top of the appointment, and it becomes a conflict here."""
    google = demo.as_user(AMARA)
    window = {"timeMin": f"{day}T00:00:00Z", "timeMax": f"{day + timedelta(days=1)}T00:00:00Z"}

    def ours() -> list[dict[str, object]]:
        return [each for each in google.events(**window) if each.get("summary") == SERVICE]

    eventually(lambda: bool(ours()), "The appointment is not in Google.")
    (event,) = ours()
    google.insert({"summary": "Team meeting", "start": event["start"], "end": event["end"]})

    def is_conflict() -> bool:
        admin.goto(f"{demo.url}/desk/conflicts/")
        return admin.get_by_text("Maria Ruiz").count() > 0

    eventually(is_conflict, "The meeting is no conflict.")


def take(page: Page, name: str, *, keep_place: bool = False) -> None:
    page.wait_for_load_state("networkidle")
    path = PICTURES / f"{name}.png"
    for width, height in (SIZE, SMALLER):
        page.set_viewport_size({"width": width, "height": height})
        if not keep_place:
            page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=path)
        if path.stat().st_size <= MOST_BYTES:
            break
    page.set_viewport_size({"width": SIZE[0], "height": SIZE[1]})
    print(f"{path.relative_to(PICTURES.parents[1])}  {path.stat().st_size // 1000} kB")


def new_page(browser: Browser) -> Page:
    context = browser.new_context(
        viewport={"width": SIZE[0], "height": SIZE[1]},
        locale="en-CA",
        timezone_id="America/Halifax",
        color_scheme="light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page


def sign_in(demo: Demo, page: Page, email: str) -> None:
    page.goto(f"{demo.url}/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/desk/**")


def a_tuesday() -> date:
    """More than a week away, so that nothing of it has passed."""
    soon = datetime.now(HALIFAX).date() + timedelta(days=8)
    return soon + timedelta(days=(1 - soon.weekday()) % 7)


def eventually(is_so: Callable[[], bool], otherwise: str, *, seconds: float = 40.0) -> None:
    give_up = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > give_up:
            raise RuntimeError(otherwise)
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
