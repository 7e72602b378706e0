"""One story for each tab on which somebody decides: the rules, what was held back and the inbox, the journal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.cast import Company
from tests.web.conftest import signed_in
from tests.web.making import booked, journalled, tomorrow_at
from tests.web.test_pages_in_a_browser import GSUITE, SIZES, Visit, assert_well_made, cedar, cedar_appointment, visiting

from lockstep.calendar.interval import Interval
from lockstep.store.models import Appointment, Brake, CalendarLink, Conflict, MirroredEvent
from lockstep.store.values import range_of

__all__ = ["cedar", "cedar_appointment", "visiting"]

pytestmark = pytest.mark.browser


def nobody_is_looked_at(company: Company) -> None:
    """Only Alice syncs, so that the others can be decided for without Google."""
    CalendarLink.objects.exclude(staff=company.alice).delete()


def held_back(company: Company) -> None:
    """Six of Alice's appointments were moved at once, and one event of hers cannot be read."""
    link = CalendarLink.objects.get(staff=company.alice)
    now = timezone.now()
    for number in range(3):
        start = tomorrow_at(13 + number)
        appointment = booked(company, company.alice, start, client=f"Client {number}")
        Conflict.objects.create(
            organisation=company.organisation,
            appointment=appointment,
            staff=company.alice,
            kind="held_move",
            span=range_of(Interval(start + timedelta(days=1), start + timedelta(days=1, minutes=30))),
            opened_at=now,
        )
    Brake.objects.create(organisation=company.organisation, link=link, kind="changes", held=3, total=5, opened_at=now)
    MirroredEvent.objects.create(
        link=link, event_id="riddle", series_id="riddle", kind="master", generation=0, set_aside="recurrence"
    )


@pytest.mark.parametrize("size", SIZES)
def test_the_rules_are_changed(
    cedar: Company, cedar_appointment: Appointment, visiting: Callable[..., Visit], size: str
) -> None:
    visit = visiting(signed_in(cedar.admin), size)
    page = visit.go(f"{GSUITE}rules/")
    page.get_by_label("Ask before following").check()
    page.get_by_label("Stop and ask at more than").fill("5")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("The new rules hold")
    expect(page.get_by_label("Ask before following")).to_be_checked()
    assert_well_made(visit)


@pytest.mark.parametrize("size", SIZES)
def test_what_waits_is_decided_and_taken_back(
    cedar: Company, cedar_appointment: Appointment, visiting: Callable[..., Visit], size: str
) -> None:
    nobody_is_looked_at(cedar)
    held_back(cedar)
    visit = visiting(signed_in(cedar.admin), size)
    page = visit.go(f"{GSUITE}conflicts/")
    assert_well_made(visit)
    page.get_by_role("button", name="Ignore it").click()
    expect(page.locator("#unread")).to_have_count(0)
    page.get_by_role("button", name="Put 3 events back in Google").click()
    expect(page.get_by_role("status")).to_contain_text("Lockstep’s version stays")
    page.get_by_text("Ask first").click()
    expect(page.get_by_role("button", name="Send the question")).to_be_visible()
    assert_well_made(visit)
    page.get_by_role("button", name="Keep both").click()
    expect(page.get_by_role("status")).to_contain_text("Both are kept")
    expect(page.locator("#decisions")).to_contain_text("Both kept")
    page.get_by_role("button", name="Undo Both kept").click()
    expect(page.locator("#conflicts")).to_contain_text("A Google event now overlaps")
    assert_well_made(visit)


@pytest.mark.parametrize("size", SIZES)
def test_a_change_is_found_in_the_journal_and_undone(
    cedar: Company, cedar_appointment: Appointment, visiting: Callable[..., Visit], size: str
) -> None:
    CalendarLink.objects.filter(staff=cedar.bob).delete()
    entry = journalled(booked(cedar, cedar.bob, tomorrow_at(15), client="Karim Shah"))
    visit = visiting(signed_in(cedar.admin), size)
    page = visit.go(f"{GSUITE}journal/")
    page.get_by_label("Search").fill("karim")
    expect(page.locator("#journal-panel h2")).to_have_text("1 change")
    assert_well_made(visit)
    page.get_by_role("link", name="Undo Appointment moved").click()
    expect(page.get_by_role("heading", name="Put 1 appointment back as it was?")).to_be_visible()
    assert_well_made(visit)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("Undone.")
    entry.refresh_from_db()
    assert entry.undone_by.count() == 1
