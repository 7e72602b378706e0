"""The front page, the log-in, health, and what stands there when something is wrong."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connections
from django.template.loader import render_to_string
from django.test import Client
from pytest_django.fixtures import Settings
from tests.cast import Company

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


def test_a_process_with_a_database_is_healthy(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.django_db(transaction=True)
def test_a_process_without_its_database_says_so(client: Client, settings: Settings) -> None:
    given = connections["default"].settings_dict
    port = given["PORT"]
    connections["default"].close()
    given["PORT"] = "9"
    try:
        answer = client.get("/healthz")
    finally:
        given["PORT"] = port
        connections["default"].close()
    assert answer.status_code == 503


def test_the_front_page_leads_to_the_log_in(client: Client) -> None:
    assert 'href="/accounts/login/"' in client.get("/").content.decode()


def test_a_demo_leads_to_the_clients_side(client: Client, bank: Company, settings: Settings) -> None:
    settings.ENVIRONMENT = "demo"
    assert 'href="/book/cedar/"' in client.get("/").content.decode()


def test_production_does_not_list_its_organisations(client: Client, bank: Company, settings: Settings) -> None:
    settings.ENVIRONMENT = "production"
    assert "Cedar Bank" not in client.get("/").content.decode()


def test_after_signing_in_one_stands_at_the_desk(client: Client, bank: Company) -> None:
    typed = {"login": bank.alice_user.email, "password": "correct horse battery"}
    assert client.post("/accounts/login/", typed)["Location"] == "/desk/"


def test_after_signing_in_one_stands_where_one_wanted_to_go(client: Client, bank: Company) -> None:
    typed = {"login": bank.admin.email, "password": "correct horse battery", "next": "/settings/"}
    assert client.post("/accounts/login/", typed)["Location"] == "/settings/"


def test_a_wrong_password_is_a_sentence(client: Client, bank: Company) -> None:
    page = client.post("/accounts/login/", {"login": bank.admin.email, "password": "wrong"}).content.decode()
    assert 'role="alert"' in page


def test_a_switched_off_account_cannot_sign_in(client: Client, bank: Company) -> None:
    bank.alice_user.is_active = False
    bank.alice_user.save()
    answer = client.post("/accounts/login/", {"login": bank.alice_user.email, "password": "correct horse battery"})
    assert answer.status_code == 200 or "inactive" in answer["Location"]
    assert client.get("/desk/").status_code == 302


def test_too_many_tries_are_stopped_with_an_instruction(client: Client, bank: Company) -> None:
    answers = [client.post("/accounts/login/", {"login": bank.admin.email, "password": "wrong"}) for _try in range(7)]
    assert any("many" in answer.content.decode().lower() for answer in answers)
    right = client.post("/accounts/login/", {"login": bank.admin.email, "password": "correct horse battery"})
    assert right.status_code != 302


def test_nobody_signs_up(client: Client) -> None:
    page = client.get("/accounts/signup/").content.decode()
    assert "by invitation" in page


def test_leaving_is_a_deed_not_a_link(client: Client, bank: Company) -> None:
    client.force_login(bank.admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get("/accounts/logout/")
    still = client.get("/desk/").status_code
    client.post("/accounts/logout/")
    assert (still, client.get("/desk/").status_code) == (200, 302)


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"])
def test_an_error_page_asks_nothing_of_what_may_have_failed(name: str) -> None:
    page = render_to_string(name)
    assert "<h1>" in page
    assert 'class="button"' in page


def test_an_unknown_address_gets_an_instruction(client: Client) -> None:
    answer = client.get("/nothing/here")
    assert (answer.status_code, "nothing at this address" in answer.content.decode()) == (404, True)


def test_the_style_guide_is_for_debugging_only(client: Client) -> None:
    assert client.get("/styleguide/").status_code == 404


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/nothing", "/healthz"])
def test_every_answer_forbids_foreign_and_inline_code(client: Client, path: str) -> None:
    policy = client.get(path)["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_push_of_a_stranger_is_answered_like_any_other(client: Client) -> None:
    answer = client.post("/google/push", headers={"X-Goog-Channel-ID": "not a channel", "X-Goog-Channel-Token": "x"})
    assert answer.status_code == 204
