"""OpenID Connect: signing in with an account of the Workspace. Source: Google's guide to OpenID Connect."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from hashlib import sha256
from typing import Any

import jwt
import pytest

from tests.emulator.test_consent import asked as asked_for
from tests.emulator.test_consent import by_code, chosen, client_of
from tests.emulator.world import ALICE, Answer, World
from workspace_emulator.http.message import Request
from workspace_emulator.state.id_tokens import ISSUER

# The emulator of these tests has a clock of its own; its times are looked at, not compared with this machine's.
OUR_TIME = {"verify_iat": False, "verify_exp": False}


def asked(client: Any, **more: str) -> dict[str, str]:
    return asked_for(client, **{"scope": "openid email profile"} | more)


def get(world: World, path: str, **headers: str) -> Answer:
    response = world.call(Request.of("GET", path, headers=headers))
    return Answer(response.status, response.headers, response.body)


def signed_in(world: World, client: Any, **more: str) -> Any:
    return by_code(world, client, chosen(world, asked(client, **more), ALICE)["code"]).json


def claims_in(world: World, token: str, client: Any) -> dict[str, Any]:
    """The token's claims, checked as an application would: by the published keys, for this client, from Google."""
    keys = jwt.PyJWKSet.from_dict(get(world, "/oauth2/v3/certs").json)
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims: dict[str, Any] = jwt.decode(
        token, key, algorithms=["RS256"], audience=client["client_id"], issuer=ISSUER, options=OUR_TIME
    )
    return claims


def test_the_configuration_leads_to_the_emulators_own_addresses(world: World) -> None:
    found = get(world, "/.well-known/openid-configuration", host="127.0.0.1:8090").json
    assert found["issuer"] == "https://accounts.google.com"
    assert found["authorization_endpoint"] == "http://127.0.0.1:8090/o/oauth2/v2/auth"
    assert found["userinfo_endpoint"] == "http://127.0.0.1:8090/v1/userinfo"


def test_at_googles_host_names_the_configuration_is_googles(world: World) -> None:
    found = get(world, "/.well-known/openid-configuration", host="accounts.google.com").json
    assert found["token_endpoint"] == "https://oauth2.googleapis.com/token"
    assert found["jwks_uri"] == "https://www.googleapis.com/oauth2/v3/certs"


def test_who_signs_in_is_told_in_a_token_that_anybody_can_check(world: World) -> None:
    client = client_of(world)
    answer = signed_in(world, client, nonce="n-0S6")
    claims = claims_in(world, answer["id_token"], client)
    assert (claims["email"], claims["email_verified"], claims["nonce"]) == (ALICE, True, "n-0S6")
    assert claims["hd"] == ALICE.partition("@")[2]
    assert claims["exp"] - claims["iat"] == 3600


def test_the_identity_token_belongs_to_its_access_token(world: World) -> None:
    client = client_of(world)
    answer = signed_in(world, client)
    half = urlsafe_b64decode(claims_in(world, answer["id_token"], client)["at_hash"] + "==")
    assert half == sha256(answer["access_token"].encode()).digest()[:16]


@pytest.mark.parametrize(
    ("scope", "told"),
    [("openid", set()), ("openid email", {"email"}), ("openid profile", {"name"})],
    ids=["openid", "email", "profile"],
)
def test_a_person_tells_no_more_than_the_scopes_say(world: World, scope: str, told: set[str]) -> None:
    client = client_of(world)
    claims = claims_in(world, signed_in(world, client, scope=scope)["id_token"], client)
    assert {"email", "name"} & claims.keys() == told


def test_without_openid_there_is_no_identity_token(world: World) -> None:
    assert "id_token" not in signed_in(world, client_of(world), scope="email")


def test_userinfo_says_the_same_as_the_token(world: World) -> None:
    client = client_of(world)
    answer = signed_in(world, client)
    info = get(world, "/v1/userinfo", authorization=f"Bearer {answer['access_token']}").json
    claims = claims_in(world, answer["id_token"], client)
    assert info == {name: claims[name] for name in info}
    assert info["sub"] == claims["sub"]


@pytest.mark.parametrize("header", [{}, {"authorization": "Bearer wrong"}], ids=["none", "unknown"])
def test_userinfo_needs_a_token(world: World, header: dict[str, str]) -> None:
    assert get(world, "/v1/userinfo", **header).status == 401
