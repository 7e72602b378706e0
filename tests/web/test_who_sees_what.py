"""Every address of the desk and the settings, for everybody who might try it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Company
from tests.web.making import booked, connected, in_conflict, tomorrow_at

DESK = ["desk:calendar", "desk:conflicts"]
SETTINGS = ["settings:index", "settings:audit"]
GSUITE_PAGES = [
    "settings:gsuite",
    "settings:gsuite_users",
    "settings:gsuite_content",
    "settings:gsuite_rules",
    "settings:gsuite_journal",
    "settings:gsuite_conflicts",
    "settings:gsuite_disconnect",
]
GSUITE_DEEDS = [
    "settings:gsuite_connect",
    "settings:gsuite_check",
    "settings:gsuite_save",
    "settings:gsuite_update",
    "settings:gsuite_pause",
    "settings:gsuite_resume",
]


@pytest.mark.django_db
@pytest.mark.parametrize("name", [*DESK, *SETTINGS, *GSUITE_PAGES])
def test_an_anonymous_visitor_is_asked_to_sign_in(client: Client, name: str) -> None:
    path = reverse(name)
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")


@pytest.mark.django_db
@pytest.mark.parametrize("name", GSUITE_DEEDS)
def test_an_anonymous_visitor_changes_nothing(client: Client, name: str) -> None:
    answer = client.post(reverse(name))
    assert (answer.status_code, answer["Location"].startswith("/accounts/login/")) == (302, True)


@pytest.mark.parametrize("name", DESK)
def test_staff_open_their_desk(alice: Client, name: str) -> None:
    assert alice.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", SETTINGS)
def test_staff_are_told_that_settings_are_not_for_them(alice: Client, name: str) -> None:
    answer = alice.get(reverse(name))
    assert answer.status_code == 403
    assert "not for your account" in answer.content.decode()


@pytest.mark.parametrize("name", GSUITE_PAGES)
def test_for_staff_gsuite_does_not_exist(alice: Client, name: str) -> None:
    assert alice.get(reverse(name)).status_code == 404


@pytest.mark.parametrize("name", GSUITE_DEEDS)
def test_staff_cannot_change_gsuite(alice: Client, name: str) -> None:
    assert alice.post(reverse(name)).status_code == 404


@pytest.mark.parametrize("name", [*DESK, *SETTINGS, *GSUITE_PAGES])
def test_an_admin_opens_everything(admin: Client, bank: Company, name: str) -> None:
    connected(bank)
    assert admin.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", [*GSUITE_PAGES, "settings:gsuite_progress"])
def test_where_the_operator_has_it_off_gsuite_does_not_exist(admin: Client, bank: Company, name: str) -> None:
    bank.organisation.gsuite_enabled = False
    bank.organisation.save()
    assert admin.get(reverse(name)).status_code == 404


def test_where_the_operator_has_it_off_settings_do_not_show_gsuite(admin: Client, bank: Company) -> None:
    shown = "GSuite" in admin.get("/settings/").content.decode()
    bank.organisation.gsuite_enabled = False
    bank.organisation.save()
    assert (shown, "GSuite" in admin.get("/settings/").content.decode()) == (True, False)


@pytest.mark.parametrize("name", [*GSUITE_DEEDS])
def test_looking_changes_nothing(admin: Client, bank: Company, name: str) -> None:
    connected(bank)
    assert admin.get(reverse(name)).status_code == 405


def test_an_appointment_is_seen_by_its_staff_member_and_the_admin_and_by_nobody_else(
    bank: Company, alice: Client, admin: Client, stranger: Client, client: Client
) -> None:
    own, other = (booked(bank, person, tomorrow_at(10)) for person in (bank.alice, bank.bob))
    pages = [(who, reverse("desk:appointment", args=[each.uuid])) for each in (own, other) for who in (alice, admin)]
    assert [who.get(path).status_code for who, path in pages] == [200, 200, 404, 200]
    path = reverse("desk:appointment", args=[own.uuid])
    assert (stranger.get(path).status_code, client.get(path).status_code) == (404, 302)


def test_nobody_cancels_what_they_cannot_see(bank: Company, alice: Client, stranger: Client) -> None:
    appointment = booked(bank, bank.bob, tomorrow_at(10))
    path = reverse("desk:cancel", args=[appointment.uuid])
    assert [who.post(path).status_code for who in (alice, stranger)] == [404, 404]
    appointment.refresh_from_db()
    assert appointment.status == "booked"


def test_naming_somebody_elses_calendar_in_the_address_shows_ones_own(bank: Company, alice: Client) -> None:
    booked(bank, bank.bob, tomorrow_at(10), client="Karim Shah")
    page = alice.get("/desk/", {"who": str(bank.bob.uuid), "view": "week"}).content.decode()
    assert "Karim Shah" not in page


def test_the_calendar_of_another_organisation_cannot_be_named(bank: Company, stranger: Client) -> None:
    booked(bank, bank.alice, tomorrow_at(10), client="Karim Shah")
    date = tomorrow_at(10).date().isoformat()
    page = stranger.get("/desk/", {"who": str(bank.alice.uuid), "date": date}).content.decode()
    assert "Karim Shah" not in page


def test_conflicts_are_shown_to_those_whom_they_concern(
    bank: Company, alice: Client, admin: Client, stranger: Client
) -> None:
    in_conflict(booked(bank, bank.bob, tomorrow_at(10), client="Karim Shah"))
    shown = ["Karim Shah" in who.get("/desk/conflicts/").content.decode() for who in (alice, admin, stranger)]
    assert shown == [False, True, False]


def test_the_operator_is_led_to_the_organisations(operator: Client) -> None:
    answer = operator.get("/desk/", follow=True)
    assert answer.redirect_chain[-1][0] == "/operator/"
    assert operator.get("/operator/store/organisation/").status_code == 200


def test_nobody_else_opens_the_operators_pages(admin: Client, client: Client) -> None:
    answers = [who.get("/operator/store/organisation/").status_code for who in (admin, client)]
    assert 200 not in answers


def test_a_form_without_its_token_is_refused_with_an_instruction(bank: Company) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bank.admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = strict.post("/settings/integrations/gsuite/connect/")
    assert answer.status_code == 403
    assert "send the form again" in answer.content.decode()
