"""Every page in a real browser: nothing serious for axe, nothing wider than the screen, nothing against the policy.

The desktop is light and the phone is dark, so that both themes and both layouts are seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.fixtures import Settings
from tests.cast import Company, found
from tests.web.conftest import signed_in
from tests.web.making import booked, busy, connected, in_conflict, journalled, measured, tomorrow_at

from lockstep.operations.booking import cancel_appointment
from lockstep.operations.history import By
from lockstep.store.models import Appointment, AppointmentHistory, CalendarLink, Connection

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
SIZES: dict[str, tuple[int, int, Scheme]] = {"desktop": (1280, 900, "light"), "phone": (390, 844, "dark")}
GSUITE = "/settings/integrations/gsuite/"


@dataclass(frozen=True)
class Visit:
    """Somebody's browser, in front of the running site."""

    page: Page
    url: str
    complaints: list[str]

    def go(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page


@pytest.fixture
def cedar(transactional_db: None) -> Company:
    """Cedar Bank for a browser, which sees only what is committed."""
    return found(now=timezone.now())


@pytest.fixture
def cedar_appointment(cedar: Company) -> Appointment:
    """Cedar Bank, connected, with something of every kind in Alice's calendar."""
    connected(cedar)
    appointment = booked(cedar, cedar.alice, tomorrow_at(10))
    busy(cedar.alice, tomorrow_at(10), minutes=20)
    busy(cedar.bob, tomorrow_at(13))
    in_conflict(appointment)
    journalled(appointment)
    return appointment


@pytest.fixture
def visiting(browser: Browser, live_server: Any) -> Iterator[Callable[..., Visit]]:
    """Open a browser at a size, signed in as somebody or as nobody."""
    contexts = []

    def open_browser(client: Client | None = None, size: str = "desktop", **options: Any) -> Visit:
        width, height, scheme = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-GB", **options
        )
        contexts.append(context)
        if client is not None:
            name = django_settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page, complaints = context.new_page(), []
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return Visit(page, live_server.url, complaints)

    yield open_browser
    for context in contexts:
        context.close()


def assert_well_made(visit: Visit) -> None:
    page = visit.page
    found_by_axe = [
        f"{each['id']} ({each['impact']}): {node['html'][:120]}"
        for each in Axe().run(page).response["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]
    assert found_by_axe == []
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0
    # A page for an unknown address is itself an error to the console.
    assert [each for each in visit.complaints if "404" not in each] == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/accounts/signup/", "/nothing"])
def test_pages_for_everybody(cedar: Company, visiting: Callable[..., Visit], path: str, size: str) -> None:
    visit = visiting(None, size)
    visit.go(path)
    assert_well_made(visit)


@pytest.mark.parametrize("size", SIZES)
def test_every_component_of_the_style_guide(
    transactional_db: None, visiting: Callable[..., Visit], settings: Settings, size: str
) -> None:
    settings.ROOT_URLCONF = "tests.web.debugging_urls"
    visit = visiting(None, size)
    for path in ("/styleguide/", "/styleguide/?errors"):
        visit.go(path)
        assert_well_made(visit)
    visit.page.click("[data-dialog=sample-dialog]")
    expect(visit.page.locator("#sample-dialog")).to_be_visible()
    visit.page.click("#sample-dialog [data-close]")
    expect(visit.page.locator("#sample-dialog")).to_be_hidden()


@pytest.mark.parametrize("size", SIZES)
def test_pages_of_the_desk(
    cedar: Company, cedar_appointment: Appointment, visiting: Callable[..., Visit], size: str
) -> None:
    visit = visiting(signed_in(cedar.admin), size)
    tomorrow = tomorrow_at(9).date().isoformat()
    appointment = f"/desk/appointments/{cedar_appointment.uuid}/"
    for path in (
        f"/desk/?date={tomorrow}",
        f"/desk/?date={tomorrow}&view=week&show=grid",
        "/desk/conflicts/",
        appointment,
        f"{appointment}cancel/",
    ):
        visit.go(path)
        assert_well_made(visit)


@pytest.mark.parametrize("size", SIZES)
def test_pages_of_the_settings(
    cedar: Company, cedar_appointment: Appointment, visiting: Callable[..., Visit], size: str
) -> None:
    visit = visiting(signed_in(cedar.admin), size)
    tabs = ("", "users/", "users/?search=zebra", "content/", "rules/", "journal/", "journal/?search=zebra")
    for path in ("/settings/", "/settings/audit/", *(GSUITE + tab for tab in (*tabs, "conflicts/", "disconnect/"))):
        visit.go(path)
        assert_well_made(visit)


@pytest.mark.parametrize("size", SIZES)
def test_a_connection_that_waits_for_save(cedar: Company, visiting: Callable[..., Visit], size: str) -> None:
    connected(cedar, Connection.State.PENDING)
    CalendarLink.objects.exclude(staff=cedar.alice).update(verified_at=None)
    visit = visiting(signed_in(cedar.admin), size)
    visit.go(GSUITE)
    assert_well_made(visit)


@pytest.mark.parametrize("size", SIZES)
def test_connecting_without_google_shows_the_step_and_keeps_what_was_typed(
    cedar: Company, visiting: Callable[..., Visit], no_google: None, size: str
) -> None:
    visit = visiting(signed_in(cedar.admin), size)
    page = visit.go(GSUITE)
    page.fill("#id_directory_user", "lockstep@cedar.example")
    page.click("#connect")
    expect(page.locator("#check")).to_contain_text("Google does not answer at the moment")
    expect(page.locator("#id_directory_user")).to_have_value("lockstep@cedar.example")
    assert_well_made(visit)


def test_connect_works_without_scripts(cedar: Company, visiting: Callable[..., Visit], no_google: None) -> None:
    page = visiting(signed_in(cedar.admin), java_script_enabled=False).go(GSUITE)
    page.fill("#id_directory_user", "lockstep@cedar.example")
    page.click("#connect")
    expect(page.locator("#check")).to_contain_text("Google does not answer at the moment")


def test_a_double_click_connects_once(cedar: Company, visiting: Callable[..., Visit], no_google: None) -> None:
    page = visiting(signed_in(cedar.admin)).go(GSUITE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.fill("#id_directory_user", "lockstep@cedar.example")
    page.dblclick("#connect")
    expect(page.locator("#check")).to_be_visible()
    assert len(asked) == 1
    expect(page.locator("#connect")).to_be_enabled()


def test_progress_arrives_by_itself(cedar: Company, visiting: Callable[..., Visit]) -> None:
    connected(cedar, Connection.State.PENDING)
    CalendarLink.objects.update(verified_at=None)
    page = visiting(signed_in(cedar.admin)).go(GSUITE)
    expect(page.locator("#progress-calendars")).to_have_text("0 of 3 calendars read")
    page.check("#id_include_client_id")
    CalendarLink.objects.update(verified_at=timezone.now())
    expect(page.locator("#progress-calendars")).to_have_text("3 of 3 calendars read")
    # What is being chosen beside it stays.
    expect(page.locator("#id_include_client_id")).to_be_checked()


def test_the_search_filters_while_typing(cedar: Company, visiting: Callable[..., Visit]) -> None:
    connected(cedar)
    page = visiting(signed_in(cedar.admin)).go(f"{GSUITE}users/")
    page.fill("#search", "bob")
    expect(page.locator("#people tbody tr")).to_have_count(1)
    expect(page.locator("#people")).to_contain_text("Bob")


def test_an_appointment_appears_and_leaves_without_a_reload(cedar: Company, visiting: Callable[..., Visit]) -> None:
    page = visiting(signed_in(cedar.alice_user)).go(f"/desk/?date={tomorrow_at(9).date().isoformat()}")
    expect(page.locator("#appointment-count")).to_have_text("0 appointments.")
    appointment = booked(cedar, cedar.alice, tomorrow_at(10))
    shown = page.locator(f"#appointment-{appointment.uuid}")
    expect(shown).to_be_visible(timeout=3000)
    shown.focus()
    cancel_appointment(appointment, by=By(AppointmentHistory.Actor.CLIENT), now=timezone.now())
    expect(shown).to_have_count(0, timeout=3000)


def test_the_focus_stays_on_an_appointment_that_moves(cedar: Company, visiting: Callable[..., Visit]) -> None:
    appointment = booked(cedar, cedar.alice, tomorrow_at(10))
    page = visiting(signed_in(cedar.alice_user)).go(f"/desk/?date={tomorrow_at(9).date().isoformat()}")
    page.locator(f"#appointment-{appointment.uuid}").focus()
    appointment.starts_at, appointment.ends_at = tomorrow_at(12), tomorrow_at(12, 30)
    appointment.changed_at = timezone.now() + timedelta(seconds=1)
    appointment.save()
    expect(page.locator(f"#appointment-{appointment.uuid}")).to_contain_text("12:00", timeout=3000)
    assert page.evaluate("document.activeElement.id") == f"appointment-{appointment.uuid}"


def test_a_hidden_page_asks_nothing(cedar: Company, visiting: Callable[..., Visit]) -> None:
    page = visiting(signed_in(cedar.alice_user)).go("/desk/")
    asked: list[str] = []
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    page.wait_for_timeout(300)
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1800)
    assert asked == []


def test_a_value_is_copied(cedar: Company, visiting: Callable[..., Visit], no_google: None) -> None:
    visit = visiting(signed_in(cedar.admin), permissions=["clipboard-read", "clipboard-write"])
    page = visit.go(GSUITE)
    page.click("[data-copy=scopes]")
    expect(page.locator("[data-copy=scopes]")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#scopes").text_content()
    assert " " not in copied


def test_the_account_menu_closes_with_escape(cedar: Company, visiting: Callable[..., Visit]) -> None:
    page = visiting(signed_in(cedar.admin)).go("/settings/")
    page.click("summary:has-text('Your account')")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()


@pytest.mark.parametrize("size", SIZES)
def test_the_overview_draws_what_was_measured_and_keeps_up(
    cedar: Company, visiting: Callable[..., Visit], size: str
) -> None:
    connected(cedar)
    CalendarLink.objects.update(next_due=timezone.now() - timedelta(hours=1))
    measured(cedar.organisation.pk)
    visit = visiting(signed_in(cedar.admin), size)
    page = visit.go(GSUITE)
    expect(page.locator(".delay-chart")).to_have_count(2)
    page.locator("#google_to_slot-title ~ details summary").click()
    assert_well_made(visit)
    expect(page.locator("#advice")).to_contain_text("Background work stands still")
    CalendarLink.objects.update(next_due=None)
    expect(page.locator("#advice")).not_to_contain_text("Background work stands still", timeout=8000)
