"""Signing in with an account of the Google Workspace, against the emulated one."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings
from tests.cast import Company
from tests.web.conftest import EmulatedGoogle

from lockstep.store.models import User
from lockstep.web.single_sign_on import _is_vouched_for

pytestmark = pytest.mark.slow


class NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@pytest.fixture
def sso(emulator: EmulatedGoogle, settings: Settings, bank: Company) -> EmulatedGoogle:
    """Lockstep as an OAuth client of the emulated Workspace, and Alice with her address there."""
    body = json.dumps({"redirect_uris": ["http://testserver/accounts/sign-in/sso/login/callback/"]}).encode()
    request = Request(f"{emulator.url}/emulator/v1/oauth-clients", body, {"content-type": "application/json"})
    with urlopen(request) as answer:
        client = json.load(answer)["web"]
    settings.SIGN_IN_CLIENT = {"client_id": client["client_id"], "secret": client["client_secret"]}
    settings.SIGN_IN_ISSUER = emulator.url
    app = {"provider_id": "sso", "name": "Google", **settings.SIGN_IN_CLIENT, "settings": {"server_url": emulator.url}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    User.objects.filter(pk=bank.alice_user.pk).update(email="alice@small.example")
    return emulator


def sign_in_as(client: Client, email: str) -> HttpResponse:
    """Press the button, choose the account on Google's page, and come back."""
    leading = client.post("/accounts/sign-in/sso/login/")
    parts = urlsplit(leading["Location"])
    form = f"{parts.query}&{urlencode({'user': email})}".encode()
    try:
        build_opener(NoRedirects).open(Request(f"{parts.scheme}://{parts.netloc}{parts.path}", form))
    except HTTPError as redirected:
        back = urlsplit(redirected.headers["Location"])
        return client.get(f"{back.path}?{back.query}", follow=True)  # type: ignore[return-value]  # a test response
    raise AssertionError("Google's page leads back.")


def test_somebody_with_a_log_in_is_signed_in(sso: EmulatedGoogle, client: Client) -> None:
    sign_in_as(client, "alice@small.example")
    assert client.get("/desk/").status_code == 200


def test_somebody_without_one_is_told_whom_to_ask(sso: EmulatedGoogle, client: Client) -> None:
    answer = sign_in_as(client, "bob@small.example")
    assert "Ask an administrator of your organisation" in answer.content.decode()
    assert not User.objects.filter(email="bob@small.example").exists()


def test_once_signed_in_a_person_is_known_by_more_than_the_address(sso: EmulatedGoogle, client: Client) -> None:
    sign_in_as(client, "alice@small.example")
    User.objects.filter(email="alice@small.example").update(email="a.archer@small.example")
    other = Client()
    sign_in_as(other, "alice@small.example")
    assert other.get("/desk/").status_code == 200


def test_a_closed_log_in_stays_closed(sso: EmulatedGoogle, client: Client) -> None:
    User.objects.filter(email="alice@small.example").update(is_active=False)
    sign_in_as(client, "alice@small.example")
    assert client.get("/desk/").status_code == 302


def test_an_admin_from_the_identity_provider_is_guarded_there(
    sso: EmulatedGoogle, client: Client, settings: Settings
) -> None:
    settings.SECOND_FACTOR = "required"
    User.objects.filter(email="alice@small.example").update(role="admin")
    sign_in_as(client, "alice@small.example")
    assert client.get("/settings/").status_code == 200


def test_the_button_is_there_only_where_a_provider_is(sso: EmulatedGoogle, client: Client, settings: Settings) -> None:
    shown = "Sign in with Google" in client.get("/accounts/login/").content.decode()
    settings.SIGN_IN_CLIENT = None
    assert (shown, "Sign in with" in client.get("/accounts/login/").content.decode()) == (True, False)


def test_a_provider_out_of_reach_is_a_sentence(sso: EmulatedGoogle, client: Client, settings: Settings) -> None:
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"] = {"server_url": "http://127.0.0.1:9"}
    answer = client.post("/accounts/sign-in/sso/login/", follow=True)
    assert "Google did not sign you in" in answer.content.decode()


GOOGLE = "https://accounts.google.com"


@pytest.mark.parametrize(
    ("claims", "vouched"),
    [
        ({"email_verified": True, "iss": GOOGLE, "email": "a@bank.example", "hd": "bank.example"}, True),
        ({"email_verified": True, "iss": GOOGLE, "email": "a@bank.example"}, False),
        ({"email_verified": True, "iss": GOOGLE, "email": "a@gmail.com"}, True),
        ({"email_verified": False, "iss": GOOGLE, "email": "a@bank.example", "hd": "bank.example"}, False),
        ({"email_verified": True, "iss": "https://id.example", "email": "a@bank.example"}, True),
        ({"iss": "https://id.example", "email": "a@bank.example"}, False),
    ],
    ids=["workspace", "private account", "gmail", "unverified", "another provider", "another, unverified"],
)
def test_whose_word_on_an_address_counts(claims: dict[str, Any], vouched: bool) -> None:
    assert _is_vouched_for({"id_token": claims}) is vouched
