"""The set-up in a real browser: well made at both sizes and in both themes, and a story with the keyboard's keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.cast import Company
from tests.web.conftest import signed_in
from tests.web.test_pages_in_a_browser import SIZES, Visit, assert_well_made, cedar, visiting

from lockstep.operations.demo_company import SLUG, found_company
from lockstep.store.models import Location, Service, StaffMember, User, WorkingHours

__all__ = ["cedar", "visiting"]
pytestmark = pytest.mark.browser


@pytest.fixture
def harbour(transactional_db: None) -> User:
    """The demo's company, with something on every page; its admin."""
    found_company(now=timezone.now())
    return User.objects.get(organisation__slug=SLUG, role="admin")


def pages() -> list[str]:
    place, service = Location.objects.filter(virtual=False)[0], Service.objects.get(name="Mortgage advice")
    person = StaffMember.objects.get(name="Sofia Rossi")
    why = f"service={service.uuid}&location={place.uuid}&staff={StaffMember.objects.order_by('name')[0].uuid}&at=10:00"
    return [
        "/setup/", "/setup/locations/", "/setup/services/", "/setup/staff/", "/setup/closures/", "/setup/categories/",
        f"/setup/locations/{place.uuid}/", f"/setup/locations/{place.uuid}/hours/", "/setup/closures/new/",
        f"/setup/services/{service.uuid}/", f"/setup/services/{service.uuid}/staff/",
        f"/setup/services/{service.uuid}/questions/new/", f"/setup/staff/{person.uuid}/",
        f"/setup/staff/{person.uuid}/hours/", "/setup/files/", "/setup/why/", f"/setup/why/?{why}",
        "/setup/locations/?search=nothing-like-this",
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_the_pages_of_the_set_up(harbour: User, visiting: Callable[..., Visit], size: str) -> None:
    visit = visiting(signed_in(harbour), size)
    for path in pages():
        visit.go(path)
        assert_well_made(visit)


def test_hours_are_typed_mended_and_saved(cedar: Company, visiting: Callable[..., Visit]) -> None:
    page = visiting(signed_in(cedar.admin)).go(f"/setup/staff/{cedar.alice.uuid}/hours/?location={cedar.branch.uuid}")
    page.get_by_label("Monday").fill("17-9")
    page.get_by_role("button", name="Save hours").click()
    expect(page.get_by_text("ends before it starts")).to_be_visible()
    page.get_by_label("Monday").fill("9-12, 13-17")
    page.get_by_role("button", name="Save hours").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    rows = WorkingHours.objects.filter(staff=cedar.alice, location=cedar.branch, weekday=0)
    assert list(rows.values_list("start", "end")) == [(time(9), time(12)), (time(13), time(17))]


def test_all_rows_of_a_page_are_ticked_by_one_box(cedar: Company, visiting: Callable[..., Visit]) -> None:
    page = visiting(signed_in(cedar.admin)).go("/setup/staff/")
    page.get_by_label("Tick all on this page").check()
    page.get_by_role("button", name="Take none").click()
    expect(page.get_by_text("They take no appointments any more. 3 were changed.")).to_be_visible()
