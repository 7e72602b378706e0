"""What staff say of an appointment on its day, and their notes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import Company
from tests.web.making import booked, tomorrow_at

from lockstep.store.models import Appointment


@pytest.fixture
def under_way(bank: Company) -> Appointment:
    """Alice's appointment that began ten minutes ago."""
    return booked(bank, bank.alice, timezone.now() - timedelta(minutes=10))


def page_of(client: Client, appointment: Appointment) -> str:
    return client.get(f"/desk/appointments/{appointment.uuid}/").content.decode()


def say(client: Client, appointment: Appointment, deed: str) -> str:
    path = f"/desk/appointments/{appointment.uuid}/progress/"
    return client.post(path, {"deed": deed}, follow=True).content.decode()


def test_start_and_finish_are_in_the_history(alice: Client, under_way: Appointment) -> None:
    say(alice, under_way, "start")
    say(alice, under_way, "finish")
    told = under_way.history.values_list("action", "actor_name", "after__progress")
    assert list(told)[-2:] == [("started", "Alice", "started"), ("finished", "Alice", "finished")]


def test_somebody_who_did_not_come_is_marked_and_can_be_taken_back(alice: Client, under_way: Appointment) -> None:
    assert "Nobody came" in say(alice, under_way, "no_show")
    say(alice, under_way, "take_back")
    under_way.refresh_from_db()
    assert (under_way.progress, under_way.status) == ("", "booked")


def test_a_double_click_says_it_once(alice: Client, under_way: Appointment) -> None:
    for _ in range(2):
        say(alice, under_way, "start")
    assert under_way.history.filter(action="started").count() == 1


def test_what_contradicts_is_a_sentence(alice: Client, under_way: Appointment) -> None:
    say(alice, under_way, "no_show")
    assert "Take that back first" in say(alice, under_way, "start")


def test_tomorrows_appointment_offers_no_button_yet(bank: Company, alice: Client) -> None:
    assert 'name="deed"' not in page_of(alice, booked(bank, bank.alice, tomorrow_at(10)))


def test_a_cancelled_appointment_offers_none_and_takes_none(alice: Client, under_way: Appointment) -> None:
    Appointment.objects.filter(pk=under_way.pk).update(status="cancelled")
    assert 'name="deed"' not in page_of(alice, under_way)
    assert "already been cancelled" in say(alice, under_way, "start")


def test_notes_are_kept_and_not_written_into_the_history(alice: Client, under_way: Appointment) -> None:
    alice.post(f"/desk/appointments/{under_way.uuid}/notes/", {"notes": "Wants a fixed rate."})
    under_way.refresh_from_db()
    entry = under_way.history.get(action="noted")
    assert under_way.staff_notes == "Wants a fixed rate."
    assert "fixed rate" not in str((entry.before, entry.after))


def test_notes_are_not_for_the_client(bank: Company, alice: Client, under_way: Appointment) -> None:
    from lockstep.operations.links import manage_path

    alice.post(f"/desk/appointments/{under_way.uuid}/notes/", {"notes": "Wants a fixed rate."})
    assert "fixed rate" not in alice.get(manage_path(under_way)).content.decode()


@pytest.mark.parametrize("deed", ["progress", "notes"])
def test_nobody_speaks_of_what_they_cannot_see(bank: Company, stranger: Client, alice: Client, deed: str) -> None:
    of_bob = booked(bank, bank.bob, timezone.now())
    answers = [who.post(f"/desk/appointments/{of_bob.uuid}/{deed}/", {"deed": "start"}) for who in (stranger, alice)]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_an_unknown_word_is_not_found(alice: Client, under_way: Appointment) -> None:
    answer = alice.post(f"/desk/appointments/{under_way.uuid}/progress/", {"deed": "explode"})
    assert answer.status_code == 404
