"""The conflict inbox: both sides, who is affected, the ways out in a click, and the way back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import Company
from tests.web.making import booked, busy, connected, in_conflict, tomorrow_at

from lockstep.calendar.interval import Interval
from lockstep.store.models import Appointment, CalendarLink, Conflict, Connection, JournalEntry
from lockstep.store.values import range_of

INBOX = "/desk/conflicts/"


@pytest.fixture
def overlap(bank: Company) -> Conflict:
    """A Google event beside Alice's appointment. Nobody syncs any more, so that nobody has to be looked at."""
    connected(bank)
    appointment = booked(bank, bank.alice, tomorrow_at(10))
    busy(bank.alice, tomorrow_at(10), minutes=20)
    return in_conflict(appointment)


@pytest.fixture
def unsynced(overlap: Conflict) -> Conflict:
    """As `overlap`, after Bob and Carol ceased to sync: they can be decided for without Google."""
    CalendarLink.objects.exclude(staff=overlap.staff).delete()
    return overlap


def path(conflict: Conflict, way: str) -> str:
    return f"{INBOX}{conflict.pk}/{way}/"


def test_the_inbox_shows_both_sides_and_who_is_affected(unsynced: Conflict, admin: Client) -> None:
    page = admin.get(INBOX).content.decode()
    assert "Maria Ruiz expects Alice" in page
    assert "In Lockstep" in page
    assert "In Google" in page
    assert "What it is about stays in Google." in page
    assert "Bob</option>" in page
    assert "Keep both" in page


def test_one_click_hands_over_and_another_takes_it_back(bank: Company, unsynced: Conflict, admin: Client) -> None:
    answer = admin.post(path(unsynced, "hand_over"), {"to": str(bank.bob.uuid)}, follow=True)
    assert "Handed over." in answer.content.decode()
    appointment = Appointment.objects.get()
    assert appointment.staff == bank.bob
    assert Conflict.objects.get().outcome == "handed_over"
    entry = JournalEntry.objects.get(direction="decided")
    CalendarLink.objects.all().delete()
    bank.alice.busy.all().delete()
    answer = admin.post(f"/desk/decisions/{entry.pk}/undo/", follow=True)
    assert "Undone." in answer.content.decode()
    assert Appointment.objects.get().staff == bank.alice


def test_a_colleague_who_is_not_free_any_more_is_refused_in_words(
    bank: Company, unsynced: Conflict, admin: Client
) -> None:
    booked(bank, bank.bob, tomorrow_at(10), client="Karim Shah")
    page = admin.post(path(unsynced, "hand_over"), {"to": str(bank.bob.uuid)}, follow=True).content.decode()
    assert "This colleague is not free at that time any more." in page
    assert Conflict.objects.get().closed_at is None


def test_both_can_be_kept(unsynced: Conflict, admin: Client) -> None:
    assert "Both are kept." in admin.post(path(unsynced, "keep_both"), follow=True).content.decode()
    assert Conflict.objects.get().outcome == "kept_both"


def test_calling_off_asks_once(unsynced: Conflict, admin: Client) -> None:
    assert "Cancel this appointment?" in admin.get(path(unsynced, "cancel")).content.decode()
    assert Appointment.objects.get().status == "booked"
    admin.post(path(unsynced, "cancel"))
    assert Appointment.objects.get().status == "cancelled"


def test_the_staff_member_can_be_asked(unsynced: Conflict, admin: Client) -> None:
    admin.post(path(unsynced, "ask_staff"), {"question": "Can you move the dentist?"})
    conflict = Conflict.objects.get()
    assert (conflict.question, conflict.closed_at) == ("Can you move the dentist?", None)
    assert conflict.mail_due_at is not None


@pytest.mark.parametrize("way", ["hand_over", "keep_both", "googles_time", "alternatives"])
def test_no_get_decides_anything(unsynced: Conflict, admin: Client, way: str) -> None:
    assert admin.get(path(unsynced, way)).status_code == 405
    assert Conflict.objects.get().closed_at is None


def test_a_way_that_does_not_exist_is_not_found(unsynced: Conflict, admin: Client) -> None:
    assert admin.post(path(unsynced, "flip_a_coin")).status_code == 404


def test_somebody_elses_conflict_is_not_theirs_to_decide(unsynced: Conflict, stranger: Client) -> None:
    assert stranger.post(path(unsynced, "keep_both")).status_code == 404
    assert Conflict.objects.get().closed_at is None


def test_staff_decide_their_own(unsynced: Conflict, alice: Client) -> None:
    alice.post(path(unsynced, "keep_both"))
    assert Conflict.objects.get().outcome == "kept_both"


def test_a_conflict_that_was_decided_meanwhile_says_so(unsynced: Conflict, admin: Client) -> None:
    Conflict.objects.update(closed_at=timezone.now())
    assert "decided already" in admin.post(path(unsynced, "keep_both"), follow=True).content.decode()


def test_what_was_deleted_in_google_offers_to_write_it_again(unsynced: Conflict, admin: Client) -> None:
    Conflict.objects.update(kind="asked_deletion")
    page = admin.get(INBOX).content.decode()
    assert "No event" in page
    assert "Write the event again" in page
    assert "Keep both" not in page


def test_a_move_in_google_shows_its_time_and_offers_it(unsynced: Conflict, admin: Client) -> None:
    start = tomorrow_at(15)
    Conflict.objects.update(kind="asked_move", span=range_of(Interval(start, start + timedelta(minutes=30))))
    page = admin.get(INBOX).content.decode()
    assert "Take Google’s time" in page
    assert "Put Google’s event back" in page


def test_the_settings_tab_leads_back_to_itself(unsynced: Conflict, admin: Client) -> None:
    answer = admin.post(path(unsynced, "keep_both"), {"back": "settings"})
    assert answer["Location"].endswith("/gsuite/conflicts/")
    assert Connection.objects.exists()
