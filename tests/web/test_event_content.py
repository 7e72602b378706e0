"""The Event content tab with its preview, and another installation's leftovers."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import Company
from tests.web.making import connected

from lockstep.store.models import AuditEntry, CalendarLink, ForeignEvent

GSUITE = "/settings/integrations/gsuite/"
CHOSEN = {
    "include_notes": "on",
    "include_client_id": "on",
    "absence_titles": "real",
    "video_link": "meet",
    "visibility": "public",
}


@pytest.fixture(autouse=True)
def _connected(bank: Company) -> None:
    connected(bank)


def preview(admin: Client, **changes: str) -> str:
    chosen = {name: value for name, value in (CHOSEN | changes).items() if value}
    return admin.post(f"{GSUITE}content/preview/", chosen, headers={"HX-Request": "true"}).content.decode()


def test_the_tab_shows_both_events_and_how_many_a_change_rewrites(bank: Company, admin: Client) -> None:
    page = admin.get(f"{GSUITE}content/").content.decode()
    assert "1 Cedar Street, Halifax" in page
    assert "Medical appointment" in page
    assert "0 events would be rewritten" in page


@pytest.mark.parametrize(
    ("changes", "gone"),
    [
        ({"include_client_id": ""}, "C-1042"),
        ({"include_notes": ""}, "payslips"),
        ({"absence_titles": "busy"}, "Medical appointment"),
    ],
    ids=["client ID", "notes", "title of the absence"],
)
def test_the_preview_follows_each_choice(admin: Client, changes: dict[str, str], gone: str) -> None:
    assert gone in preview(admin)
    assert gone not in preview(admin, **changes)


def test_looking_at_a_preview_saves_nothing(bank: Company, admin: Client) -> None:
    preview(admin, visibility="private")
    assert bank.organisation.connection.visibility == "public"
    assert not AuditEntry.objects.exists()


def left(bank: Company, *, derived: bool = True) -> ForeignEvent:
    link = CalendarLink.objects.get(staff=bank.alice)
    return ForeignEvent.objects.create(
        link=link,
        event_id=uuid4().hex,
        installation=uuid4(),
        environment="demo",
        derived=derived,
        seen_at=timezone.now(),
    )


def test_another_installation_is_named_on_the_overview(bank: Company, admin: Client) -> None:
    left(bank)
    page = admin.get(GSUITE).content.decode()
    assert "Another Lockstep writes into these calendars" in page
    assert "demo: 1 event" in page


def test_removing_says_the_numbers_first_and_then_waits_for_the_worker(bank: Company, admin: Client) -> None:
    row = left(bank)
    of = f"{row.installation}.demo"
    assert "Remove 1 event from Google?" in admin.get(f"{GSUITE}leftovers/?of={of}").content.decode()
    page = admin.post(f"{GSUITE}leftovers/", {"of": of}, follow=True).content.decode()
    assert "1 event is being removed from Google" in page
    row.refresh_from_db()
    assert row.remove_due_at is not None


def test_copies_offer_no_removal(bank: Company, admin: Client) -> None:
    left(bank, derived=False)
    assert "Remove its events" not in admin.get(f"{GSUITE}leftovers/").content.decode()


def test_without_any_the_page_says_so(admin: Client) -> None:
    assert "No other installation writes here" in admin.get(f"{GSUITE}leftovers/").content.decode()
