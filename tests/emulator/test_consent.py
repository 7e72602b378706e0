"""Three-legged OAuth, so that ordinary desktop clients can sign in: RFC 6749, RFC 7636, RFC 8252, and Google's guide
to installed applications.
"""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.emulator.world import ADMIN, ALICE, BOB, CALENDAR_SCOPE, USERS_SCOPE, Answer, Person, World
from workspace_emulator.http.message import Request

AUTH = "/o/oauth2/v2/auth"
LOOPBACK = "http://127.0.0.1:53682/"
VERIFIER = "v" * 50
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def client_of(world: World, **body: Any) -> Any:
    made = world.control("POST", "oauth-clients", body).json
    return made["web" if body else "installed"]


def asked(client: Any, **more: str) -> dict[str, str]:
    plain = {"client_id": client["client_id"], "redirect_uri": LOOPBACK, "response_type": "code"}
    return plain | {"scope": CALENDAR_SCOPE, "state": "a b&c"} | more


def page(world: World, query: dict[str, str]) -> Answer:
    response = world.call(Request.of("GET", f"{AUTH}?{urlencode(query)}"))
    return Answer(response.status, response.headers, response.body)


def chosen(world: World, query: dict[str, str], user: str) -> dict[str, str]:
    """What the application's address is told when a person is chosen on the page."""
    response = world.call(Request.of("POST", AUTH, body=urlencode(query | {"user": user}).encode()))
    assert response.status == 302
    assert response.headers["location"].startswith(LOOPBACK + "?")
    return {key: values[0] for key, values in parse_qs(urlsplit(response.headers["location"]).query).items()}


def token(world: World, client: Any, **form: str) -> Answer:
    full = {"client_id": client["client_id"], "client_secret": client["client_secret"]} | form
    response = world.call(Request.of("POST", "/token", body=urlencode(full).encode()))
    return Answer(response.status, response.headers, response.body)


def by_code(world: World, client: Any, code: str, **more: str) -> Answer:
    return token(world, client, grant_type="authorization_code", code=code, **{"redirect_uri": LOOPBACK} | more)


def signed_in(world: World, client: Any, user: str = ALICE, **more: str) -> Any:
    answer = by_code(world, client, chosen(world, asked(client, **more), user)["code"])
    assert answer.status == 200, answer.body
    return answer.json


def test_the_page_offers_everybody_and_says_that_it_is_not_google(world: World) -> None:
    answer = page(world, asked(client_of(world), scope=f"{CALENDAR_SCOPE} {USERS_SCOPE}"))
    text = answer.body.decode()
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert all(email in text for email in (ADMIN, ALICE, BOB, CALENDAR_SCOPE, USERS_SCOPE, "not Google"))


def test_what_an_application_sends_cannot_become_markup(world: World) -> None:
    answer = page(world, asked(client_of(world), state='"><script>'))
    assert b"<script>" not in answer.body


def test_a_choice_leads_back_with_a_code_and_the_state(world: World) -> None:
    """RFC 6749, 4.1.2"""
    answer = chosen(world, asked(client_of(world)), ALICE)
    assert set(answer) == {"code", "state", "scope"}
    assert (answer["state"], answer["scope"]) == ("a b&c", CALENDAR_SCOPE)


def test_a_refusal_leads_back_with_access_denied(world: World) -> None:
    """RFC 6749, 4.1.2.1"""
    assert chosen(world, asked(client_of(world)), "") == {"state": "a b&c", "error": "access_denied"}


def test_a_code_gives_tokens_for_the_person_who_was_chosen(world: World) -> None:
    held = signed_in(world, client_of(world), BOB)
    assert held["token_type"] == "Bearer"
    assert held["expires_in"] == 3599
    assert held["scope"] == CALENDAR_SCOPE
    assert Person(world, held["access_token"]).call("GET", "/calendar/v3/calendars/primary").json["id"] == BOB


def test_the_scopes_that_were_not_asked_for_are_refused(world: World) -> None:
    held = signed_in(world, client_of(world), ADMIN)
    assert Person(world, held["access_token"]).directory("users", customer="my_customer").status == 403


def test_no_delegation_is_needed_for_ones_own_consent(world: World) -> None:
    client_id = world.control("GET", "state").json["service_account"]["client_id"]
    world.control("DELETE", f"delegations/{client_id}")
    held = signed_in(world, client_of(world))
    assert Person(world, held["access_token"]).events().status == 200


def test_a_code_holds_once(world: World) -> None:
    """RFC 6749, 4.1.2"""
    client = client_of(world)
    code = chosen(world, asked(client), ALICE)["code"]
    assert by_code(world, client, code).status == 200
    again = by_code(world, client, code)
    assert (again.status, again.json["error"]) == (400, "invalid_grant")


def test_a_code_ends_after_ten_minutes(world: World) -> None:
    client = client_of(world)
    code = chosen(world, asked(client), ALICE)["code"]
    world.wait(minutes=10)
    assert by_code(world, client, code).json["error"] == "invalid_grant"


def test_a_code_belongs_to_its_client_and_its_address(world: World) -> None:
    client, other = client_of(world), client_of(world)
    code = chosen(world, asked(client), ALICE)["code"]
    assert by_code(world, other, code).json["error"] == "invalid_grant"
    assert by_code(world, client, code, redirect_uri="http://127.0.0.1:1/").json["error"] == "redirect_uri_mismatch"


@pytest.mark.parametrize(
    ("method", "challenge", "verifier", "status"),
    [
        ("S256", CHALLENGE, VERIFIER, 200),
        ("S256", CHALLENGE, "w" * 50, 400),
        ("S256", CHALLENGE, "", 400),
        ("plain", VERIFIER, VERIFIER, 200),
        ("plain", VERIFIER, "w" * 50, 400),
    ],
)
def test_the_proof_key_must_fit(world: World, method: str, challenge: str, verifier: str, status: int) -> None:
    """RFC 7636, 4.6"""
    client = client_of(world)
    query = asked(client, code_challenge=challenge, code_challenge_method=method)
    code = chosen(world, query, ALICE)["code"]
    assert by_code(world, client, code, code_verifier=verifier).status == status


def test_a_refresh_token_gives_new_access_tokens_and_no_new_refresh_token(world: World) -> None:
    """RFC 6749, 6"""
    client = client_of(world)
    held = signed_in(world, client)
    world.wait(hours=2)
    assert Person(world, held["access_token"]).events().status == 401
    fresh = token(world, client, grant_type="refresh_token", refresh_token=held["refresh_token"]).json
    assert "refresh_token" not in fresh
    assert Person(world, fresh["access_token"]).events().status == 200


def test_a_refresh_may_narrow_the_scopes_but_not_widen_them(world: World) -> None:
    """RFC 6749, 6"""
    client = client_of(world)
    held = signed_in(world, client, scope=f"{CALENDAR_SCOPE} {USERS_SCOPE}")
    form = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
    narrow = token(world, client, **form, scope=USERS_SCOPE).json
    assert Person(world, narrow["access_token"]).events().status == 403
    assert token(world, client, **form, scope=f"{USERS_SCOPE} email").json["error"] == "invalid_scope"


def test_a_refresh_token_belongs_to_its_client(world: World) -> None:
    held = signed_in(world, client_of(world))
    other = client_of(world)
    answer = token(world, other, grant_type="refresh_token", refresh_token=held["refresh_token"])
    assert (answer.status, answer.json["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize("change", ["suspend", "delete"])
def test_the_consent_of_a_person_who_is_gone_refreshes_nothing(world: World, change: str) -> None:
    client = client_of(world)
    held = signed_in(world, client)
    if change == "suspend":
        world.control("PATCH", f"users/{ALICE}", {"suspended": True})
    else:
        world.control("DELETE", f"users/{ALICE}")
    answer = token(world, client, grant_type="refresh_token", refresh_token=held["refresh_token"])
    assert (answer.status, answer.json["error"]) == (400, "invalid_grant")


CLIENT_REFUSALS = [
    ({"client_secret": "wrong"}, 401, "invalid_client", "Unauthorized"),
    ({"client_id": "none"}, 401, "invalid_client", "The OAuth client was not found."),
    ({"code": ""}, 400, "invalid_request", "Missing required parameter: code"),
    ({"code": "4/none"}, 400, "invalid_grant", "Bad Request"),
    ({"grant_type": "password"}, 400, "unsupported_grant_type", "Invalid grant_type: password"),
]


@pytest.mark.parametrize(("form", "status", "error", "description"), CLIENT_REFUSALS)
def test_a_refused_grant_says_why(world: World, form: Any, status: int, error: str, description: str) -> None:
    """RFC 6749, 5.2"""
    plain = {"grant_type": "authorization_code", "code": "x", "redirect_uri": LOOPBACK}
    answer = token(world, client_of(world), **plain | form)
    assert (answer.status, answer.json) == (status, {"error": error, "error_description": description})


@pytest.mark.parametrize(("state", "error"), [("disabled", "disabled_client"), ("deleted", "deleted_client")])
def test_a_client_that_is_off_is_refused_with_its_literal(world: World, state: str, error: str) -> None:
    """A.4"""
    client = client_of(world)
    code = chosen(world, asked(client), ALICE)["code"]
    world.control("PATCH", f"oauth-clients/{client['client_id']}", {"state": state})
    answer = by_code(world, client, code)
    assert (answer.status, answer.json["error"]) == (401, error)
    assert page(world, asked(client)).status == 401


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_id": "none"}, 401, "invalid_client"),
        ({"redirect_uri": "https://evil.example/"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://localhost@evil.example/"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": "urn:ietf:wg:oauth:2.0:oob"}, 400, "invalid_request"),
    ],
)
def test_a_request_that_cannot_be_trusted_is_not_sent_back(
    world: World, change: dict[str, str], status: int, error: str
) -> None:
    """RFC 6749, 4.1.2.1"""
    answer = page(world, asked(client_of(world)) | change)
    assert answer.status == status
    assert "location" not in answer.headers
    assert error in answer.body.decode()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "nonsense"}, "invalid_scope"),
        ({"code_challenge_method": "S1"}, "invalid_request"),
    ],
)
def test_a_mistake_is_sent_back_to_the_application(world: World, change: dict[str, str], error: str) -> None:
    """RFC 6749, 4.1.2.1"""
    answer = page(world, asked(client_of(world)) | change)
    assert answer.status == 302
    assert f"error={error}" in answer.headers["location"]


@pytest.mark.parametrize("address", ["http://localhost:8080/", "http://127.0.0.1:1/x", "http://[::1]:9/", LOOPBACK])
def test_an_installed_application_may_listen_on_any_loopback_port(world: World, address: str) -> None:
    """RFC 8252, 7.3"""
    assert page(world, asked(client_of(world), redirect_uri=address)).status == 200


def test_a_web_application_has_registered_addresses_and_asks_for_offline_access(world: World) -> None:
    client = client_of(world, redirect_uris=[LOOPBACK])
    assert page(world, asked(client, redirect_uri="http://localhost:1/")).status == 400
    assert "refresh_token" not in signed_in(world, client)
    assert "refresh_token" in signed_in(world, client, access_type="offline")


def test_a_client_may_prove_itself_by_basic_credentials(world: World) -> None:
    """RFC 6749, 2.3.1"""
    client = client_of(world)
    code = chosen(world, asked(client), ALICE)["code"]
    basic = urlsafe_b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": LOOPBACK}
    headers = {"authorization": f"Basic {basic}"}
    assert world.call(Request.of("POST", "/token", headers=headers, body=urlencode(form).encode())).status == 200


def test_a_hint_consents_without_the_page_when_switched(world: World) -> None:
    client = client_of(world)
    assert page(world, asked(client, login_hint=BOB)).status == 200
    world.switch(consent_without_page=True)
    assert page(world, asked(client, login_hint=BOB)).status == 302
    assert page(world, asked(client)).status == 200


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_a_revoked_consent_ends_its_tokens(world: World, which: str) -> None:
    client = client_of(world)
    held = signed_in(world, client)
    assert world.call(Request.of("POST", f"/revoke?token={held[which]}")).status == 200
    assert Person(world, held["access_token"]).events().status == 401
    refused = token(world, client, grant_type="refresh_token", refresh_token=held["refresh_token"])
    assert refused.json == {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
    again = world.call(Request.of("POST", f"/revoke?token={held[which]}"))
    assert (again.status, again.json_object()["error"]) == (400, "invalid_token")


def test_token_info_tells_whose_token_it_is_and_how_long(world: World) -> None:
    client = client_of(world)
    held = signed_in(world, client, scope=f"{CALENDAR_SCOPE} email")
    world.wait(minutes=30)
    told = world.call(Request.of("GET", f"/tokeninfo?access_token={held['access_token']}")).json_object()
    assert (told["aud"], told["expires_in"], told["email"]) == (client["client_id"], "1800", ALICE)
    assert told["scope"].split() == ["email", CALENDAR_SCOPE]
    unknown = world.call(Request.of("GET", "/tokeninfo?access_token=none"))
    assert (unknown.status, unknown.json_object()["error"]) == (400, "invalid_token")


def test_clients_codes_and_refresh_tokens_are_in_the_snapshot(world: World) -> None:
    client = client_of(world)
    held = signed_in(world, client)
    code = chosen(world, asked(client), BOB)["code"]
    other = World.of()
    assert other.control("PUT", "snapshot", world.control("GET", "snapshot").json).status == 200
    assert by_code(other, client, code).status == 200
    assert token(other, client, grant_type="refresh_token", refresh_token=held["refresh_token"]).status == 200


def test_a_reset_keeps_the_clients_and_forgets_the_consents(world: World) -> None:
    client = client_of(world)
    held = signed_in(world, client)
    world.control("POST", "reset", {"seed": "small"})
    assert page(world, asked(client)).status == 200
    assert token(world, client, grant_type="refresh_token", refresh_token=held["refresh_token"]).status == 400


def test_the_log_knows_the_steps_but_no_secret(world: World) -> None:
    client = client_of(world)
    held = signed_in(world, client)
    rows = world.control("GET", "requests").json["requests"]
    assert [row["google_method"] for row in rows] == ["oauth.consent", "oauth.token"]
    assert rows[1]["subject"] == ALICE
    assert not any(secret in json.dumps(rows) for secret in (held["refresh_token"], client["client_secret"]))
