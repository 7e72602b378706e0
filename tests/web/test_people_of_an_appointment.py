"""Handing an appointment to a colleague, and having others take part, at the desk."""

from __future__ import annotations

from django.test import Client
from tests.cast import Company, away
from tests.web.making import booked, workday_at

from lockstep.store.models import Appointment, Reservation


def page_of(client: Client, appointment: Appointment) -> str:
    answer = client.get(f"/desk/appointments/{appointment.uuid}/people/")
    assert answer.status_code == 200
    return answer.content.decode()


def deed(client: Client, appointment: Appointment, what: str, who: str) -> str:
    address = f"/desk/appointments/{appointment.uuid}/people/"
    return client.post(address, {"deed": what, "who": who}, follow=True).content.decode()


def test_only_colleagues_who_are_free_are_listed(bank: Company, admin: Client) -> None:
    appointment = booked(bank, bank.alice, workday_at(10))
    away(bank.bob, workday_at(9), workday_at(11))
    page = page_of(admin, appointment)
    assert "Carol" in page
    assert "Bob" not in page


def test_handing_over_gives_it_to_the_colleague(bank: Company, admin: Client) -> None:
    appointment = booked(bank, bank.alice, workday_at(10))
    assert "Bob has the appointment now" in deed(admin, appointment, "hand_over", str(bank.bob.uuid))
    appointment.refresh_from_db()
    assert appointment.staff == bank.bob
    assert Reservation.objects.get(appointment=appointment).staff == bank.bob


def test_somebody_is_added_and_removed(bank: Company, admin: Client) -> None:
    appointment = booked(bank, bank.alice, workday_at(10))
    assert "Bob takes part as well" in deed(admin, appointment, "add", str(bank.bob.uuid))
    assert Reservation.objects.filter(appointment=appointment).count() == 2
    assert "Bob takes part no longer" in deed(admin, appointment, "remove", str(bank.bob.uuid))
    assert Reservation.objects.filter(appointment=appointment).count() == 1


def test_somebody_who_is_no_longer_free_is_refused_in_words(bank: Company, admin: Client) -> None:
    appointment = booked(bank, bank.alice, workday_at(10))
    away(bank.bob, workday_at(9), workday_at(11))
    assert "not free at that time any more" in deed(admin, appointment, "hand_over", str(bank.bob.uuid))
    appointment.refresh_from_db()
    assert appointment.staff == bank.alice


def test_without_anybody_free_the_page_says_what_to_do(bank: Company, admin: Client) -> None:
    appointment = booked(bank, bank.alice, workday_at(10))
    for person in (bank.bob, bank.carol):
        away(person, workday_at(9), workday_at(11))
    assert "Move the appointment to another time first" in page_of(admin, appointment)


def test_whoever_takes_part_sees_the_appointment(bank: Company, admin: Client, alice: Client) -> None:
    appointment = booked(bank, bank.bob, workday_at(10))
    assert alice.get(f"/desk/appointments/{appointment.uuid}/").status_code == 404
    deed(admin, appointment, "add", str(bank.alice.uuid))
    assert alice.get(f"/desk/appointments/{appointment.uuid}/").status_code == 200


def test_whoever_gives_their_own_away_lands_on_their_calendar(bank: Company, alice: Client) -> None:
    appointment = booked(bank, bank.alice, workday_at(10))
    assert "Bob has the appointment now" in deed(alice, appointment, "hand_over", str(bank.bob.uuid))
