"""Staff book for a client: what and when, for whom, and how far each role reaches."""

from __future__ import annotations

import re

import pytest
from django.test import Client as Browser
from tests.cast import Company
from tests.web.conftest import signed_in
from tests.web.making import booked, tomorrow_at
from tests.web.test_reach import alice_as

from lockstep.store.models import Appointment, Assignment, Hold, User


def address(bank: Company, **more: str) -> str:
    said = {"location": bank.branch.uuid, "service": bank.service.uuid, **more}
    return "/desk/book/?" + "&".join(f"{name}={value}" for name, value in said.items())


def held(browser: Browser, bank: Company, **more: str) -> str:
    """Press the first time that the page offers; the address of the next page."""
    page = browser.get(address(bank, **more)).content.decode()
    slot = re.search(r'name="starts_at" value="([^"]+)"', page)
    assert slot
    return str(browser.post(address(bank, **more), {"starts_at": slot.group(1)})["Location"])


NEW = {"name": "Zoe Quinn", "email": "zoe@mail.example", "phone": "", "client_id": "Z-7", "notes": "First home"}


def test_somebody_new_is_booked_by_the_staff_member(bank: Company, admin: Browser) -> None:
    answer = admin.post(held(admin, bank), NEW)
    appointment = Appointment.objects.get()
    assert answer["Location"] == f"/desk/appointments/{appointment.uuid}/"
    assert (appointment.client.name, appointment.client.client_id, appointment.notes) == (
        "Zoe Quinn",
        "Z-7",
        "First home",
    )
    entry = appointment.history.get()
    assert (entry.action, entry.actor, entry.actor_name) == ("booked", "staff", "Ada")


def test_a_client_whom_one_knows_is_found_and_booked(bank: Company, admin: Browser) -> None:
    maria = booked(bank, bank.bob, tomorrow_at(10)).client
    path = held(admin, bank)
    found = admin.get(f"/desk/book/clients/?{path.partition('?')[2]}&search=ruiz").content.decode()
    link = re.search(r'href="([^"]*client=[^"]*)"', found)
    assert link
    chosen = link.group(1).replace("&amp;", "&")
    assert "Maria Ruiz" in admin.get(chosen).content.decode()
    admin.post(chosen, {"notes": ""})
    assert Appointment.objects.filter(client=maria).count() == 2


def test_a_mistake_is_said_beside_its_field_and_loses_nothing(bank: Company, admin: Browser) -> None:
    answer = admin.post(held(admin, bank), NEW | {"email": "zoe"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert ("valid email" in page, "First home" in page, 'value="Zoe Quinn"' in page) == (True, True, True)


def test_another_time_gives_the_first_one_back(bank: Company, admin: Browser) -> None:
    path = held(admin, bank)
    admin.post(path, {"back": "1"})
    assert not Hold.objects.exists()


def test_a_second_confirm_books_once(bank: Company, admin: Browser) -> None:
    path = held(admin, bank)
    for _ in range(2):
        admin.post(path, NEW)
    assert Appointment.objects.count() == 1


def test_a_time_that_is_gone_is_a_sentence_and_fresh_times(bank: Company, admin: Browser) -> None:
    taken = booked(bank, bank.alice, tomorrow_at(10))
    path = address(bank, staff=str(bank.alice.uuid))
    answer = admin.post(path, {"starts_at": taken.starts_at.isoformat()})
    assert answer.status_code == 409
    assert "Somebody else has just taken this time" in answer.content.decode()


def test_staff_book_with_themselves_only(bank: Company, alice: Browser) -> None:
    held(alice, bank, staff=str(bank.bob.uuid))
    assert Hold.objects.get().staff == bank.alice


@pytest.mark.parametrize(("role", "offered"), [("staff", False), ("manager", True), ("contact_centre", True)])
def test_who_may_choose_anyone(bank: Company, role: str, offered: bool) -> None:
    page = alice_as(bank, role).get(address(bank)).content.decode()
    assert ('<option value="">Anyone</option>' in page) is offered


def test_a_location_out_of_reach_is_not_offered(bank: Company) -> None:
    User.objects.filter(pk=bank.alice_user.pk).update(role="manager")
    Assignment.objects.filter(staff=bank.alice, location=bank.online).delete()
    page = signed_in(bank.alice_user).get("/desk/book/").content.decode()
    assert (bank.branch.name in page, f'value="{bank.online.uuid}"' in page) == (True, False)


def test_another_organisations_service_cannot_be_named(bank: Company, stranger: Browser) -> None:
    assert 'name="starts_at"' not in stranger.get(address(bank)).content.decode()


def test_who_takes_no_appointments_is_told_whom_to_ask(bank: Company, alice: Browser) -> None:
    Assignment.objects.filter(staff=bank.alice).delete()
    assert "Ask a manager to assign you" in alice.get("/desk/book/").content.decode()


def test_an_expired_hold_leads_back_to_the_times(bank: Company, admin: Browser) -> None:
    path = held(admin, bank)
    Hold.objects.all().delete()
    assert "not held any more" in admin.get(path, follow=True).content.decode()
