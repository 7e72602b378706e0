"""The second factor: who needs one, and that it cannot be got round."""

from __future__ import annotations

import hmac
import re
import struct
import time
from base64 import b32decode

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.cast import Company
from tests.web.conftest import signed_in

PASSWORD = "correct horse battery"


@pytest.fixture
def required(settings: Settings) -> None:
    settings.SECOND_FACTOR = "required"


def code(secret: str, *, steps: int = 0) -> str:
    """What an authenticator app shows. Source: RFC 6238, RFC 4226."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.digest(b32decode(secret), counter, "sha1")
    number = int.from_bytes(digest[digest[-1] & 15 :][:4], "big") & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


def sign_in(client: Client, email: str) -> str:
    """Sign in with the password; the address that it led to."""
    answer = client.post("/accounts/login/", {"login": email, "password": PASSWORD}, follow=True)
    return str(answer.redirect_chain[-1][0])


def set_up(client: Client) -> str:
    """Switch the second factor on; its key."""
    page = client.get("/accounts/second-factor/totp/activate/").content.decode()
    found = re.search(r'<code id="second-factor-key">(.*?)</code>', page, re.DOTALL)
    assert found
    secret = re.sub(r"<[^>]*>|\s", "", found.group(1))
    client.post("/accounts/second-factor/totp/activate/", {"code": code(secret)})
    return secret


@pytest.mark.parametrize(
    ("who", "led_to"),
    [("ada", "/accounts/second-factor/totp/activate/"), ("alice", "/desk/")],
    ids=["an admin sets one up first", "staff go on"],
)
def test_who_needs_one(required: None, bank: Company, client: Client, who: str, led_to: str) -> None:
    assert sign_in(client, f"{who}@cedar.example") == led_to


@pytest.mark.parametrize("path", ["/desk/", "/settings/", "/settings/log-ins/invite/"])
def test_without_it_an_admin_opens_and_changes_nothing(
    required: None, bank: Company, client: Client, path: str
) -> None:
    sign_in(client, "ada@cedar.example")
    answers = [client.get(path), client.post(path, {"name": "Eve", "email": "eve@cedar.example", "role": "admin"})]
    assert [answer["Location"] for answer in answers] == ["/accounts/second-factor/totp/activate/"] * 2


def test_the_operator_needs_one(required: None, operator: Client) -> None:
    assert operator.get("/operator/")["Location"] == "/accounts/second-factor/totp/activate/"


def test_clients_and_google_are_not_asked(required: None, bank: Company, admin: Client) -> None:
    assert admin.get("/book/cedar/").status_code == 200
    assert admin.post("/google/push").status_code in {200, 204}


def test_set_up_it_opens_the_settings_and_gives_recovery_codes(required: None, bank: Company, client: Client) -> None:
    sign_in(client, "ada@cedar.example")
    set_up(client)
    codes = client.get("/accounts/second-factor/recovery-codes/").content.decode()
    assert client.get("/settings/").status_code == 200
    assert len(re.findall(r"<li><code>\d+</code>", codes)) == 10


def test_the_next_sign_in_asks_for_a_code(required: None, bank: Company, client: Client) -> None:
    sign_in(client, "ada@cedar.example")
    secret = set_up(client)
    other = Client()
    assert sign_in(other, "ada@cedar.example") == "/accounts/second-factor/authenticate/"
    assert other.get("/settings/")["Location"].startswith("/accounts/login/")
    # A code works once, so this is the next one: clocks may be half a minute apart.
    other.post("/accounts/second-factor/authenticate/", {"code": code(secret, steps=1)})
    assert other.get("/settings/").status_code == 200


def test_a_wrong_code_is_refused(required: None, bank: Company, client: Client) -> None:
    sign_in(client, "ada@cedar.example")
    set_up(client)
    other = Client()
    sign_in(other, "ada@cedar.example")
    answer = other.post("/accounts/second-factor/authenticate/", {"code": "000000"})
    assert "Incorrect code" in answer.content.decode()
    assert other.get("/settings/").status_code == 302


def test_an_admin_cannot_switch_it_off_again(required: None, bank: Company, client: Client) -> None:
    sign_in(client, "ada@cedar.example")
    set_up(client)
    client.post("/accounts/second-factor/totp/deactivate/")
    assert sign_in(Client(), "ada@cedar.example") == "/accounts/second-factor/authenticate/"


def test_staff_may_have_one_and_switch_it_off(required: None, bank: Company, client: Client) -> None:
    sign_in(client, "alice@cedar.example")
    set_up(client)
    client.post("/accounts/second-factor/totp/deactivate/")
    assert sign_in(Client(), "alice@cedar.example") == "/desk/"


def test_where_it_is_offered_an_admin_may_go_without(bank: Company) -> None:
    assert signed_in(bank.admin).get("/settings/").status_code == 200
