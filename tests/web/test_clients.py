"""Clients at the desk: who finds whom, the card, and correcting it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone
from tests.cast import Company
from tests.web.making import booked, tomorrow_at

from lockstep.store.models import AuditEntry, Client


@pytest.fixture
def maria(bank: Company) -> Client:
    client = booked(bank, bank.bob, tomorrow_at(10)).client
    Client.objects.filter(pk=client.pk).update(phone="+1 (902) 555-0134", client_id="M-1001")
    return client


@pytest.mark.parametrize(
    "search",
    ["maria", "RUIZ", "maria@mail", "m-1001", "555 0134", "5550134"],
    ids=["first name", "last name", "e-mail", "client ID", "phone with a gap", "phone"],
)
def test_a_client_is_found_by_whatever_is_known(admin: Browser, maria: Client, search: str) -> None:
    assert "Maria Ruiz" in admin.get("/desk/clients/", {"search": search}).content.decode()


@pytest.mark.parametrize("search", ["zoe", "134", "M-10"], ids=["nobody", "too few digits", "half a client ID"])
def test_what_fits_nobody_says_what_to_try(admin: Browser, maria: Client, search: str) -> None:
    assert "No client matches" in admin.get("/desk/clients/", {"search": search}).content.decode()


def test_staff_know_their_own_clients_only(alice: Browser, maria: Client) -> None:
    assert "Maria Ruiz" not in alice.get("/desk/clients/").content.decode()
    assert alice.get(f"/desk/clients/{maria.uuid}/").status_code == 404


def test_another_organisation_knows_none_of_them(stranger: Browser, maria: Client) -> None:
    path = f"/desk/clients/{maria.uuid}/"
    assert [stranger.get(path).status_code, stranger.post(f"{path}change/").status_code] == [404, 404]
    assert "Maria" not in stranger.get("/desk/clients/").content.decode()


def test_the_card_tells_what_is_ahead_and_what_was(bank: Company, admin: Browser, maria: Client) -> None:
    past = booked(bank, bank.alice, timezone.now() - timedelta(days=9))
    type(past).objects.filter(pk=past.pk).update(client=maria)
    page = admin.get(f"/desk/clients/{maria.uuid}/").content.decode()
    ahead, before = page.split('id="past-title"')
    assert ("Bob" in ahead, "Alice" in before, "M-1001" in ahead) == (True, True, True)


def test_a_card_shows_only_the_appointments_that_one_may_see(bank: Company, alice: Browser, maria: Client) -> None:
    own = booked(bank, bank.alice, tomorrow_at(11))
    type(own).objects.filter(pk=own.pk).update(client=maria)
    page = alice.get(f"/desk/clients/{maria.uuid}/").content.decode()
    assert (f"/desk/appointments/{own.uuid}/" in page, "· Bob ·" in page) == (True, False)


def test_a_correction_is_saved_and_audited_without_what_it_says(admin: Browser, maria: Client) -> None:
    said = {"name": "Maria Ruiz", "email": "maria@new.example", "phone": "", "client_id": "M-1002"}
    admin.post(f"/desk/clients/{maria.uuid}/change/", said)
    maria.refresh_from_db()
    entry = AuditEntry.objects.get(action="Client changed")
    assert (maria.email, maria.client_id) == ("maria@new.example", "M-1002")
    assert entry.after["fields"] == ["email", "phone", "client_id"]
    assert "new.example" not in str(entry.after)


def test_a_client_id_belongs_to_one_client(bank: Company, admin: Browser, maria: Client) -> None:
    other = Client.objects.create(organisation=bank.organisation, name="Zoe", email="zoe@mail.example")
    said = {"name": "Zoe", "email": "zoe@mail.example", "client_id": "M-1001"}
    page = admin.post(f"/desk/clients/{other.uuid}/change/", said).content.decode()
    assert "Another client has this client ID already" in page
    other.refresh_from_db()
    assert other.client_id == ""


def test_an_empty_list_says_what_will_be_there(bank: Company, admin: Browser) -> None:
    assert "No clients yet" in admin.get("/desk/clients/").content.decode()
