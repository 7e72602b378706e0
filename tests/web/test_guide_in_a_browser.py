"""The admin's way in a browser, wide and narrow: a fault in Google's console, its tick, the dry run, and live."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from tests.cast import Company
from tests.web.conftest import EmulatedGoogle, signed_in
from tests.web.test_pages_in_a_browser import GSUITE, SIZES, Visit, assert_well_made, cedar, visiting

from lockstep import wiring
from lockstep.operations import dry_run, people, sync_calendar
from lockstep.store.models import CalendarLink, Connection, DryRun, Organisation
from lockstep.sync.gateway import CALENDAR_SCOPE, GROUPS_SCOPE, USERS_SCOPE, Workspace

__all__ = ["cedar", "visiting"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def workspace() -> Workspace:
    found = wiring.workspace()
    assert found is not None
    return found


def delegate(google: EmulatedGoogle, *scopes: str) -> None:
    request = urllib.request.Request(
        f"{google.url}/emulator/v1/delegations/{workspace().client_id}",
        data=json.dumps({"scopes": scopes}).encode(),
        headers={"Content-Type": "application/json"},
        method="PUT",
    )
    urllib.request.urlopen(request, timeout=10).close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("size", list(SIZES))
def test_from_a_missing_scope_to_live_in_one_visit(
    cedar: Company, visiting: Callable[..., Visit], google: EmulatedGoogle, settings: Settings, size: str
) -> None:
    settings.PUSH_URL = ""
    Organisation.objects.update(google_customer_id="")
    delegate(google, USERS_SCOPE)
    visit = visiting(signed_in(cedar.admin), size)
    page = visit.go(f"{GSUITE}?group=no")
    assert_well_made(visit)
    page.get_by_label("Directory User Email").fill("alice@small.example")
    press(page, "Check")
    expect(page.locator("#connect-panel [data-step=calendar_scope]")).to_have_attribute("data-outcome", "failed")
    expect(page.locator("#guide-delegation")).to_have_attribute("data-state", "missing")
    expect(page.locator("#guide-role")).to_have_attribute("data-state", "done")
    assert_well_made(visit)

    delegate(google, CALENDAR_SCOPE, USERS_SCOPE, GROUPS_SCOPE)
    press(page, "Check")
    expect(page.locator("#guide-delegation")).to_have_attribute("data-state", "done")
    press(page, "Connect")
    expect(page.locator("#state")).to_contain_text("Connected.", timeout=15_000)
    connection = Connection.objects.get()
    people.import_people(connection.pk, workspace=workspace(), clock=timezone.now)
    connection.organisation.staffmember_set.exclude(google_email="").update(appointment_taking=True)
    people.import_people(connection.pk, workspace=workspace(), clock=timezone.now)
    for link in CalendarLink.objects.filter(connection=connection):
        sync_calendar.sync_calendar(link.pk, workspace=workspace(), clock=timezone.now)

    page.goto(f"{visit.url}{GSUITE}dry-run/")
    assert_well_made(visit)
    press(page, "Start the dry run")
    expect(page.locator("#dry-run")).to_have_attribute("data-state", "running")
    dry_run.go_on(DryRun.objects.get().pk, workspace=workspace(), clock=timezone.now)
    expect(page.locator("#dry-run")).to_have_attribute("data-state", "over", timeout=10_000)
    assert_well_made(visit)
    press(page, "Go live")
    expect(page.get_by_text("From now on, appointments are written to Google Calendar")).to_be_visible()


@pytest.mark.parametrize("size", list(SIZES))
def test_the_printable_page_the_transition_and_the_proof(
    cedar: Company, visiting: Callable[..., Visit], google: EmulatedGoogle, size: str
) -> None:
    visit = visiting(signed_in(cedar.admin), size)
    page = visit.go(GSUITE)
    path = page.locator("#printed-url").inner_text().replace("\n", "").partition("/google/")[2]
    for address in (f"/google/{path}", f"{GSUITE}transition/", "/settings/proof/"):
        visit.go(address)
        assert_well_made(visit)
