"""The Rules tab, and what the Conflicts tab shows of brakes and of events that cannot be read."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import Company
from tests.web.making import booked, connected, tomorrow_at

from lockstep.store.models import AuditEntry, Brake, CalendarLink, Conflict, MirroredEvent, Organisation

GSUITE = "/settings/integrations/gsuite/"
TYPED = {"tentative_blocks": "on", "grace_minutes": "2", "brake_number": "10", "brake_share": "50"}


def test_the_rules_are_saved_and_written_down(bank: Company, admin: Client) -> None:
    connected(bank)
    typed = {"ask_first": "on", "grace_minutes": "7.5", "brake_number": "4", "brake_share": "30"}
    page = admin.post(f"{GSUITE}rules/", typed, follow=True).content.decode()
    assert "The new rules hold from now on." in page
    saved = Organisation.objects.get()
    assert (saved.ask_first, saved.tentative_blocks, saved.grace_seconds) == (True, False, 450)
    assert (saved.brake_number, saved.brake_share) == (4, 30)
    assert AuditEntry.objects.get(action="Rules for Google changed").before["grace_seconds"] == 120


def test_saving_the_rules_as_they_are_says_so(bank: Company, admin: Client) -> None:
    connected(bank)
    assert "Nothing was different." in admin.post(f"{GSUITE}rules/", TYPED, follow=True).content.decode()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"brake_number": "0"}, {"brake_share": "101"}, {"grace_minutes": "-1"}, {"grace_minutes": "soon"}]
)
def test_rules_that_make_no_sense_are_not_saved(bank: Company, admin: Client, wrong: dict[str, str]) -> None:
    connected(bank)
    page = admin.post(f"{GSUITE}rules/", TYPED | wrong)
    assert b"errorlist" in page.content
    assert Organisation.objects.get().brake_number == 10


@pytest.fixture
def held(bank: Company) -> Brake:
    """Alice's calendar was stopped: one appointment deleted."""
    connected(bank)
    link = CalendarLink.objects.get(staff=bank.alice)
    appointment = booked(bank, bank.alice, tomorrow_at(11))
    common = {"organisation": bank.organisation, "opened_at": timezone.now()}
    Conflict.objects.create(appointment=appointment, staff=bank.alice, kind="held_deletion", **common)
    return Brake.objects.create(link=link, kind="changes", held=6, total=9, **common)


def test_a_brake_says_what_was_held_and_why(held: Brake, admin: Client) -> None:
    page = admin.get(f"{GSUITE}conflicts/").content.decode()
    assert "Held back: Alice’s calendar" in page
    assert "6 of 9 coming appointments were moved or deleted in Google at once." in page
    assert "Follow Google: move 0, cancel 1" in page
    assert "Put 1 event back in Google" in page


def test_what_waits_is_counted_and_said_first(held: Brake, admin: Client) -> None:
    page = admin.get(f"{GSUITE}journal/").content.decode()
    assert "One calendar is held back until you decide." in page
    assert "Open: </span>1</span></a>\n</nav>" in page


def test_a_brake_is_dropped_in_a_click(held: Brake, admin: Client) -> None:
    page = admin.post(f"{GSUITE}brakes/{held.pk}/drop/", follow=True).content.decode()
    assert "Dropped: Lockstep’s version stays." in page
    assert Brake.objects.get().decision == "dropped"
    assert Conflict.objects.get().outcome == "locksteps_time"
    assert "decided already" in admin.post(f"{GSUITE}brakes/{held.pk}/release/", follow=True).content.decode()


def test_a_brake_of_another_organisation_is_not_theirs_to_lift(held: Brake, stranger: Client) -> None:
    stranger.post(f"{GSUITE}brakes/{held.pk}/release/")
    assert Brake.objects.get().closed_at is None


def test_an_event_that_cannot_be_read_is_shown_with_its_cure_and_ignored_in_a_click(
    bank: Company, admin: Client
) -> None:
    connected(bank)
    link = CalendarLink.objects.get(staff=bank.alice)
    event = MirroredEvent.objects.create(
        link=link, event_id="riddle", series_id="riddle", kind="single", generation=0, set_aside="unreadable"
    )
    page = admin.get(f"{GSUITE}conflicts/").content.decode()
    assert "1 event cannot be read" in page
    assert "Until then Alice is not offered." in page
    admin.post(f"{GSUITE}unread/{event.pk}/ignore/")
    assert "cannot be read" not in admin.get(f"{GSUITE}conflicts/").content.decode()
    assert AuditEntry.objects.filter(action="Unreadable event ignored").exists()
