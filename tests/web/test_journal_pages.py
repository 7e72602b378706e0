"""The Journal tab: filtered, searched, exported, and undone with the numbers first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from tests.cast import Company
from tests.web.making import booked, connected, journalled, tomorrow_at

from lockstep.store.models import Appointment, CalendarLink, JournalEntry, StaffMember

JOURNAL = "/settings/integrations/gsuite/journal/"


@pytest.fixture
def moved(bank: Company) -> JournalEntry:
    """Google moved Alice's appointment from ten to eleven; she does not sync any more, so that nobody is looked at."""
    connected(bank)
    entry = journalled(booked(bank, bank.alice, tomorrow_at(11)))
    entry.before = {
        "starts_at": tomorrow_at(10).isoformat(),
        "ends_at": (tomorrow_at(10) + timedelta(minutes=30)).isoformat(),
    }
    entry.after = {
        "starts_at": tomorrow_at(11).isoformat(),
        "ends_at": (tomorrow_at(11) + timedelta(minutes=30)).isoformat(),
    }
    entry.run = "calendar-1-1"
    entry.save()
    CalendarLink.objects.filter(staff=bank.alice).delete()
    return entry


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 1),
        ("direction=from_google", 1),
        ("direction=to_google", 0),
        ("kind=moved", 1),
        ("kind=cancelled", 0),
        ("search=maria+alice", 1),
        ("search=%00zebra", 0),
        ("run=calendar-1-1", 1),
        ("from=2001-01-01&to=2001-01-02", 0),
        ("from=nonsense&staff=nobody&entry=x&page=z", 1),
    ],
)
def test_the_journal_is_narrowed_by_what_is_typed(moved: JournalEntry, admin: Client, query: str, count: int) -> None:
    page = admin.get(f"{JOURNAL}?{query}").content.decode()
    assert f"{count} change{'' if count == 1 else 's'}" in page
    assert ("Nothing matches" in page) is (count == 0)


def test_htmx_takes_the_table_alone(moved: JournalEntry, admin: Client) -> None:
    page = admin.get(JOURNAL, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert 'id="journal-panel"' in page


def test_undoing_says_the_numbers_first_and_then_does_it(bank: Company, moved: JournalEntry, admin: Client) -> None:
    path = f"{JOURNAL}undo/"
    assert "Put 1 appointment back as it was?" in admin.get(f"{path}?entry={moved.pk}").content.decode()
    assert Appointment.objects.get().starts_at == tomorrow_at(11)
    answer = admin.post(path, {"entry": str(moved.pk)}, follow=True).content.decode()
    assert "Undone. The client is told by e-mail." in answer
    assert Appointment.objects.get().starts_at == tomorrow_at(10)
    undone = JournalEntry.objects.get(action="undone")
    assert (undone.undoes, undone.actor) == (moved, bank.admin.name)


def test_what_cannot_be_undone_says_why(bank: Company, moved: JournalEntry, admin: Client) -> None:
    booked(bank, bank.alice, tomorrow_at(10), client="Karim Shah")
    page = admin.get(f"{JOURNAL}undo/?entry={moved.pk}").content.decode()
    assert "Nothing here can be undone" in page
    assert "The time from before is taken." in page


def test_the_whole_journal_is_never_undone_at_once(moved: JournalEntry, admin: Client) -> None:
    page = admin.post(f"{JOURNAL}undo/", follow=True).content.decode()
    assert "At most 200 changes are undone at once." in page
    assert Appointment.objects.get().starts_at == tomorrow_at(11)


def test_the_export_holds_what_matches_and_no_formula(bank: Company, moved: JournalEntry, admin: Client) -> None:
    StaffMember.objects.filter(pk=bank.alice.pk).update(name="=HYPERLINK(1)")
    answer = admin.get(f"{JOURNAL}export/?kind=moved")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/csv")
    assert len(text.strip().splitlines()) == 2
    assert ",'=HYPERLINK(1)," in text
    assert len(admin.get(f"{JOURNAL}export/?kind=cancelled").content.decode().strip().splitlines()) == 1


def test_the_journal_of_another_organisation_is_not_theirs(moved: JournalEntry, stranger: Client) -> None:
    assert stranger.get(f"{JOURNAL}export/").status_code in (302, 404)
    stranger.post(f"{JOURNAL}undo/", {"entry": str(moved.pk)})
    assert Appointment.objects.get().starts_at == tomorrow_at(11)
