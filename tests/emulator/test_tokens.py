"""The token endpoint and scopes: FACTS.md, section A and G.2."""

import base64
import json
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.emulator.world import (
    ADMIN,
    ALICE,
    CALENDAR_SCOPE,
    GROUPS_SCOPE,
    NOW,
    USERS_SCOPE,
    Answer,
    Person,
    World,
    account,
)
from workspace_emulator.http.message import Request

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def encoded(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@cache
def first_key() -> rsa.RSAPrivateKey:
    """Read once: checking a private key takes a tenth of a second."""
    key = load_pem_private_key(account().private_key_pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def assertion(key: rsa.RSAPrivateKey | None = None, kid: str | None = None, **claims: Any) -> str:
    held = account()
    key = key or first_key()
    issued = int(NOW.timestamp())
    full = {
        "iss": held.email,
        "sub": ALICE,
        "scope": CALENDAR_SCOPE,
        "aud": "https://oauth2.googleapis.com/token",
        "iat": issued,
        "exp": issued + 3600,
    } | claims
    head = encoded({"alg": "RS256", "typ": "JWT", "kid": kid or held.private_key_id})
    signed = f"{head}.{encoded({name: value for name, value in full.items() if value is not None})}"
    return f"{signed}.{encoded(key.sign(signed.encode(), padding.PKCS1v15(), SHA256()))}"


def exchange(world: World, jwt: str, grant_type: str = GRANT) -> Answer:
    body = urlencode({"assertion": jwt, "grant_type": grant_type}).encode()
    response = world.call(Request.of("POST", "/token", body=body))
    return Answer(response.status, response.headers, response.body)


def test_a_signed_assertion_gives_a_bearer_token_for_an_hour(world: World) -> None:
    """A.2"""
    answer = exchange(world, assertion())
    assert answer.status == 200
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 3599
    assert Person(world, answer.json["access_token"]).events().status == 200


REFUSED = [
    pytest.param({"sub": "nobody@bank.example"}, 400, "invalid_grant", "Invalid email or User ID", id="unknown user"),
    pytest.param({"sub": "nobody"}, 400, "invalid_request", "Invalid impersonation prn email address.", id="bad sub"),
    pytest.param(
        {"iss": "other@x.iam.gserviceaccount.com"},
        400,
        "invalid_grant",
        "Invalid JWT: No valid verifier found for issuer",
        id="unknown account",
    ),
    pytest.param({"kid": "deadbeef"}, 400, "invalid_grant", "Invalid JWT Signature.", id="unknown key"),
    pytest.param(
        {"scope": ""}, 400, "invalid_scope", "Invalid OAuth scope or ID token audience provided.", id="no scope"
    ),
    pytest.param(
        {"scope": f"{CALENDAR_SCOPE},{USERS_SCOPE}"},
        400,
        "invalid_scope",
        "Invalid OAuth scope or ID token audience provided.",
        id="commas instead of spaces",
    ),
    pytest.param(
        {"scope": f"{CALENDAR_SCOPE} {GROUPS_SCOPE}"},
        401,
        "unauthorized_client",
        "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the "
        "scopes requested.",
        id="one scope of two not delegated",
    ),
]


@pytest.mark.parametrize(("claims", "status", "error", "description"), REFUSED)
def test_a_refused_exchange_answers_with_googles_literal(
    world: World, claims: dict[str, Any], status: int, error: str, description: str
) -> None:
    """A.4"""
    answer = exchange(world, assertion(**claims))
    assert (answer.status, answer.json) == (status, {"error": error, "error_description": description})


@pytest.mark.parametrize(
    ("issued", "expires"),
    [
        pytest.param(-7200, -3600, id="long over"),
        pytest.param(3600, 7200, id="in the future"),
        pytest.param(0, 3960, id="over 65 minutes"),
        pytest.param(0, -1, id="ends before it begins"),
    ],
)
def test_an_assertion_outside_its_window_is_refused(world: World, issued: int, expires: int) -> None:
    """A.4"""
    start = int(NOW.timestamp())
    answer = exchange(world, assertion(iat=start + issued, exp=start + expires))
    assert answer.status == 400
    assert answer.json["error_description"].startswith("Invalid JWT: Token must be a short-lived token (60 minutes)")


def test_a_signature_of_another_key_is_refused(world: World) -> None:
    """A.4"""
    answer = exchange(world, assertion(generate_private_key(65537, 2048)))
    assert answer.json["error_description"] == "Invalid JWT Signature."


def test_a_disabled_key_is_refused_like_a_wrong_signature(world: World) -> None:
    """A.4"""
    world.control("PATCH", "service-account", {"key_enabled": False})
    assert exchange(world, assertion()).json["error_description"] == "Invalid JWT Signature."


@pytest.mark.parametrize(
    ("variant", "status", "error"),
    [("unauthorized_client", 401, "unauthorized_client"), ("access_denied", 403, "access_denied")],
)
def test_the_answer_to_a_missing_delegation_is_switchable(world: World, variant: str, status: int, error: str) -> None:
    """A.4, least certain fact 1"""
    world.switch(token_refusal=variant)
    world.control("DELETE", f"delegations/{account().client_id}")
    answer = exchange(world, assertion())
    assert (answer.status, answer.json["error"]) == (status, error)


def test_a_delegation_holds_after_its_propagation(world: World) -> None:
    """A.5"""
    world.control("DELETE", f"delegations/{account().client_id}")
    path = f"delegations/{account().client_id}"
    world.control("PUT", path, {"scopes": [CALENDAR_SCOPE], "propagation_seconds": 60})
    assert exchange(world, assertion()).status == 401
    world.wait(seconds=61)
    issued = int((NOW + timedelta(seconds=61)).timestamp())
    assert exchange(world, assertion(iat=issued, exp=issued + 3600)).status == 200


@pytest.mark.parametrize(("variant", "status"), [("token", 200), ("invalid_grant", 400), ("access_denied", 403)])
def test_a_suspended_subject_is_answered_as_switched(world: World, variant: str, status: int) -> None:
    """A.4, least certain fact 2"""
    world.switch(suspended_subject=variant)
    world.control("PATCH", f"users/{ALICE}", {"suspended": True})
    assert exchange(world, assertion()).status == status


def test_moving_the_emulators_clock_ends_tokens_but_not_the_trust_in_the_clients_clock(world: World) -> None:
    old = exchange(world, assertion()).json["access_token"]
    world.control("POST", "clock", {"advance_seconds": 3601})
    assert Person(world, old).events().status == 401
    assert exchange(world, assertion()).status == 200


def test_a_call_without_credentials_is_refused_by_the_front_end(world: World) -> None:
    """G.2"""
    response = world.call(Request.of("GET", "/calendar/v3/calendars/primary/events"))
    error = json.loads(response.body)["error"]
    assert (response.status, error["status"]) == (401, "UNAUTHENTICATED")
    assert error["errors"][0]["message"] == "Login Required."
    assert error["details"][0]["reason"] == "CREDENTIALS_MISSING"


def test_an_unknown_token_is_refused_with_the_literal_body(world: World) -> None:
    """G.2"""
    answer = Person(world, "nonsense").events()
    assert answer.status == 401
    assert answer.json == {
        "error": {
            "errors": [
                {
                    "domain": "global",
                    "reason": "authError",
                    "message": "Invalid Credentials",
                    "locationType": "header",
                    "location": "Authorization",
                }
            ],
            "code": 401,
            "message": "Invalid Credentials",
        }
    }


def test_a_token_without_the_methods_scope_is_refused_with_the_literal_body(world: World) -> None:
    """G.2"""
    token = exchange(world, assertion(scope=USERS_SCOPE)).json["access_token"]
    answer = Person(world, token).events()
    assert answer.status == 403
    assert answer.message == "Request had insufficient authentication scopes."
    assert answer.reason == "insufficientPermissions"
    assert answer.json["error"]["details"] == [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            "domain": "googleapis.com",
            "metadata": {"service": "calendar-json.googleapis.com", "method": "calendar.v3.Events.List"},
        }
    ]


def test_the_events_scope_does_not_open_free_busy(world: World) -> None:
    """D"""
    world.control("PUT", f"delegations/{account().client_id}", {"scopes": [CALENDAR_SCOPE + ".events"]})
    token = exchange(world, assertion(scope=CALENDAR_SCOPE + ".events")).json["access_token"]
    assert Person(world, token).events().status == 200
    assert Person(world, token).call("POST", "/calendar/v3/freeBusy", {}).status == 403


def test_a_switched_off_api_says_how_to_enable_it(world: World) -> None:
    """G.2"""
    world.control("PATCH", "apis/calendar", {"enabled": False})
    answer = world.person(ALICE).events()
    assert (answer.status, answer.reason) == (403, "accessNotConfigured")
    assert answer.message.startswith("Google Calendar API has not been used in project ")
    assert answer.json["error"]["details"][0]["reason"] == "SERVICE_DISABLED"
    assert world.person(ADMIN).directory("users", customer="my_customer").status == 200
