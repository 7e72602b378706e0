"""The Users tab, a hand-over, and connections that wait or are being left, in a real browser at both sizes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.cast import Company
from tests.web.conftest import signed_in
from tests.web.making import booked, busy, connected
from tests.web.test_hand_over import a_weekday_at
from tests.web.test_pages_in_a_browser import GSUITE, SIZES, Visit, assert_well_made, cedar, visiting

from lockstep.store.models import CalendarLink, Connection, StaffMember, WrittenEvent

pytestmark = pytest.mark.browser
__all__ = ["cedar", "visiting"]


@pytest.mark.parametrize("size", SIZES)
def test_the_story_of_the_users_tab(cedar: Company, visiting: Callable[..., Visit], size: str) -> None:
    """A mismatch is mended in a click, somebody is switched off after the numbers, and the failed are read anew."""
    connection = connected(cedar)
    StaffMember.objects.filter(pk=cedar.alice.pk).update(email="al@home.example")
    busy(cedar.bob, a_weekday_at(10))
    connection.manual_users, connection.leavers_held, connection.unlinked = True, 12, ["zoe@cedar.example"]
    connection.save()
    visit = visiting(signed_in(cedar.admin), size)
    page = visit.go(f"{GSUITE}users/")
    assert_well_made(visit)
    page.click("#tile-errors")
    expect(page.locator("#tile-errors")).to_have_attribute("aria-current", "true")
    expect(page.locator("#people tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Use alice@cedar.example").click()
    expect(page.locator("main")).to_contain_text("e-mail is alice@cedar.example now")
    expect(page.locator("#rereading")).to_contain_text("0 of 1 calendars read")
    CalendarLink.objects.filter(state="full_sync").update(state="current", verified_at=timezone.now())
    expect(page.locator("#rereading")).to_contain_text("1 calendar is read", timeout=4000)
    page.get_by_role("switch", name="Bob takes appointments").click()
    expect(page.locator("h1")).to_have_text("Take no more appointments?")
    expect(page.locator("#count-busy")).to_contain_text("1")
    assert_well_made(visit)
    page.click("#confirm")
    expect(page.locator("#tile-off")).to_contain_text("1")
    expect(page.get_by_role("switch", name="Bob takes appointments")).to_have_attribute("aria-checked", "false")
    page.click("#resync-failed")
    expect(page.locator("main")).to_contain_text("1 calendar is being read anew")


@pytest.mark.parametrize("size", SIZES)
def test_a_leavers_appointments_are_handed_over_and_taken_back(
    cedar: Company, visiting: Callable[..., Visit], size: str
) -> None:
    connected(cedar)
    for hour in (10, 14):
        booked(cedar, cedar.alice, a_weekday_at(hour))
    CalendarLink.objects.all().delete()
    StaffMember.objects.exclude(pk=cedar.alice.pk).update(google_email="")
    StaffMember.objects.filter(pk=cedar.alice.pk).update(left_at=timezone.now(), missing_because="suspended")
    visit = visiting(signed_in(cedar.admin), size)
    page = visit.go(f"{GSUITE}users/?level=warnings")
    page.get_by_role("link", name="Hand over 2 appointments").click()
    assert_well_made(visit)
    page.locator("#to-hand-over").get_by_role("button", name="Hand over").first.click()
    expect(page.locator("#handed-over tbody tr")).to_have_count(1)
    assert_well_made(visit)
    page.locator("#handed-over").get_by_role("button", name="Undo").click()
    expect(page.locator("#to-hand-over tbody tr")).to_have_count(2)


@pytest.mark.parametrize("size", SIZES)
def test_a_connection_that_waits_goes_on_without_a_reload(
    cedar: Company, visiting: Callable[..., Visit], no_google: None, size: str
) -> None:
    Connection.objects.create(
        organisation=cedar.organisation,
        state=Connection.State.WAITING,
        directory_user="lockstep@cedar.example",
        directory_group="appointments@cedar.example",
        connected_at=timezone.now(),
        next_due=timezone.now(),
        problem="The Client ID is not authorised for this scope.",
        attempts=3,
    )
    visit = visiting(signed_in(cedar.admin), size)
    page = visit.go(GSUITE)
    expect(page.locator("#state")).to_have_text("Waiting for Google to let us in")
    assert_well_made(visit)
    Connection.objects.update(state=Connection.State.PENDING)
    expect(page.locator("#state")).to_have_text("Connected. Check what was found, then save to go live.", timeout=6000)


@pytest.mark.parametrize("size", SIZES)
def test_a_disconnect_tells_its_progress_until_it_has_ended(
    cedar: Company, visiting: Callable[..., Visit], size: str
) -> None:
    connection = connected(cedar)
    WrittenEvent.objects.create(
        link=CalendarLink.objects.get(staff=cedar.alice),
        appointment=booked(cedar, cedar.alice, a_weekday_at(10)),
        event_id="event10",
        in_google=True,
        wanted_at=timezone.now(),
    )
    connection.state, connection.total_to_remove, connection.attempts = Connection.State.DISCONNECTING, 5, 1
    connection.problem = "alice@cedar.example cannot use Google Calendar: suspended, or without the Calendar service."
    connection.save()
    visit = visiting(signed_in(cedar.admin), size)
    page = visit.go(GSUITE)
    expect(page.locator("#unfinished")).to_contain_text("4 of 5 events removed from Google")
    assert_well_made(visit)
    connection.delete()
    expect(page.locator("#state")).to_have_text("Not connected to Google Workspace", timeout=6000)
    expect(page.locator("main")).to_contain_text("Disconnected. Lockstep no longer reads")
