"""Who is trusted, and how trust is refused: FACTS.md, section A."""

import json
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.emulator.test_tokens import assertion, exchange
from tests.emulator.world import (
    ADMIN,
    ALICE,
    BOB,
    CALENDAR_SCOPE,
    CHARLIE,
    GROUPS_SCOPE,
    NOW,
    USERS_SCOPE,
    Answer,
    Person,
    World,
    account,
)
from workspace_emulator.http.message import Request

CLOUD = "https://www.googleapis.com/auth/cloud-platform"
PEOPLE = (ADMIN, ALICE, BOB, CHARLIE)


def delegate(world: World, scopes: list[str], client_id: str | None = None, **more: Any) -> None:
    body = {"scopes": scopes, **more}
    assert world.control("PUT", f"delegations/{client_id or account().client_id}", body).status == 200


def works(world: World, email: str) -> bool:
    """Whether a token for the person is given at the world's moment."""
    issued = int(world.moment[0].timestamp())
    return exchange(world, assertion(sub=email, iat=issued, exp=issued + 3600)).status == 200


def key_of(file: Any) -> rsa.RSAPrivateKey:
    key = load_pem_private_key(file["private_key"].encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def by_file(world: World, file: Any, **claims: Any) -> Answer:
    """An exchange with another account's key file."""
    return exchange(world, assertion(key_of(file), file["private_key_id"], iss=file["client_email"], **claims))


def test_a_delegation_reaches_each_person_at_a_moment_of_their_own(world: World) -> None:
    """A.5"""
    world.control("DELETE", f"delegations/{account().client_id}")
    delegate(world, [CALENDAR_SCOPE], propagation_by_user={ALICE: 60, BOB: 86_400})
    assert [works(world, email) for email in (ALICE, BOB, CHARLIE)] == [False, False, True]
    world.wait(seconds=60)
    assert [works(world, email) for email in (ALICE, BOB)] == [True, False]
    world.wait(hours=24)
    assert works(world, BOB)


def test_a_spreading_delegation_reaches_people_one_after_the_other(world: World) -> None:
    """A.5: up to 24 hours for all users"""
    world.control("DELETE", f"delegations/{account().client_id}")
    delegate(world, [CALENDAR_SCOPE], propagation_seconds=86_400, spread=True)
    reached = []
    for _ in range(25):
        reached.append(sum(works(world, email) for email in PEOPLE))
        world.wait(hours=1)
    assert (reached[0], reached[-1]) == (0, 4)
    assert reached == sorted(reached)
    assert len(set(reached)) > 2


def test_answers_flip_until_a_delegation_has_arrived(world: World) -> None:
    """A, what an emulator must: answers flip between failure and success during the propagation"""
    world.control("DELETE", f"delegations/{account().client_id}")
    delegate(world, [CALENDAR_SCOPE], propagation_seconds=600, flips=True)
    answers = []
    for _ in range(60):
        answers.append(works(world, ALICE))
        world.wait(seconds=10)
    changes = sum(one != other for one, other in pairwise(answers))
    assert changes > 3
    assert sum(answers[:30]) < sum(answers[30:])
    assert all(works(world, ALICE) for _ in range(5))


def test_a_taken_scope_lives_on_until_the_change_has_arrived(world: World) -> None:
    """A.5"""
    delegate(world, [USERS_SCOPE], propagation_seconds=60)
    assert works(world, ALICE)
    world.wait(seconds=60)
    assert not works(world, ALICE)


def test_a_scope_is_matched_as_a_text(world: World) -> None:
    """A.5: `calendar` does not imply `calendar.events`"""
    delegate(world, [CALENDAR_SCOPE])
    assert exchange(world, assertion(scope=CALENDAR_SCOPE + ".events")).status == 401


def test_a_delegation_registered_for_an_address_is_worth_nothing(world: World) -> None:
    """A.4, A.5: it is the numeric client id that counts"""
    world.control("DELETE", f"delegations/{account().client_id}")
    delegate(world, [CALENDAR_SCOPE], quote(account().email))
    assert exchange(world, assertion()).json["error"] == "unauthorized_client"


def test_each_service_account_has_its_own_delegation(world: World) -> None:
    """A: the table of clients is apart from the accounts' keys"""
    file = world.control("POST", "service-accounts", {"email": "second@project-one.iam.gserviceaccount.com"}).json
    assert by_file(world, file).status == 401
    delegate(world, [CALENDAR_SCOPE], file["client_id"])
    answer = by_file(world, file)
    assert Person(world, answer.json["access_token"]).events().status == 200
    assert exchange(world, assertion()).status == 200


def test_a_key_of_another_account_does_not_sign_for_this_one(world: World) -> None:
    file = world.control("POST", "service-accounts", {"email": "second@project-one.iam.gserviceaccount.com"}).json
    answer = exchange(world, assertion(key_of(file), file["private_key_id"]))
    assert answer.json["error_description"] == "Invalid JWT Signature."


@pytest.mark.parametrize("end", ["disabled", "deleted"])
def test_keys_of_one_account_end_one_by_one(world: World, end: str) -> None:
    """A.4: a deleted or disabled key"""
    path = f"service-accounts/{account().email}/keys"
    file = world.control("POST", path).json
    assert by_file(world, file).status == 200
    if end == "disabled":
        world.control("PATCH", f"{path}/{file['private_key_id']}", {"enabled": False})
    else:
        world.control("DELETE", f"{path}/{file['private_key_id']}")
    answer = by_file(world, file)
    assert answer.json == {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
    assert exchange(world, assertion()).status == 200


def test_the_first_key_can_be_deleted_while_a_second_one_works(world: World) -> None:
    path = f"service-accounts/{account().email}/keys"
    file = world.control("POST", path).json
    world.control("DELETE", f"{path}/{account().private_key_id}")
    assert exchange(world, assertion()).json["error_description"] == "Invalid JWT Signature."
    assert by_file(world, file).status == 200


def test_a_disabled_account_is_a_disabled_client(world: World) -> None:
    """A.4"""
    world.control("PATCH", f"service-accounts/{account().email}", {"enabled": False})
    answer = exchange(world, assertion())
    expected = {"error": "disabled_client", "error_description": "The OAuth client was disabled."}
    assert (answer.status, answer.json) == (401, expected)


def test_a_deleted_account_is_unknown(world: World) -> None:
    """A.4"""
    file = world.control("POST", "service-accounts", {"email": "second@project-one.iam.gserviceaccount.com"}).json
    world.control("DELETE", f"service-accounts/{file['client_email']}")
    assert by_file(world, file).json["error_description"] == "Invalid JWT: No valid verifier found for issuer"


SUBJECTS: list[Any] = [
    ("suspended", "suspended_subject", "invalid_grant", 400, "invalid_grant", "Invalid email or User ID"),
    ("suspended", "suspended_subject", "access_denied", 403, "access_denied", "Account restricted"),
    ("suspended", "suspended_subject", "invalid_account", 400, "invalid_account", "Forbidden"),
    ("archived", "archived_subject", "invalid_grant", 400, "invalid_grant", "Invalid email or User ID"),
    ("archived", "archived_subject", "access_denied", 403, "access_denied", "Account restricted"),
    ("archived", "archived_subject", "invalid_account", 400, "invalid_account", "Forbidden"),
    ("deleted", "deleted_subject", "invalid_grant", 400, "invalid_grant", "Invalid email or User ID"),
    ("deleted", "deleted_subject", "deleted", 400, "invalid_grant", "The account has been deleted"),
    ("deleted", "deleted_subject", "bad_request", 400, "invalid_grant", "Bad Request"),
    ("deleted", "unknown_subject", "user_id_full_stop", 400, "invalid_grant", "Invalid email or User ID."),
    ("deleted", "unknown_subject", "not_a_valid_email", 400, "invalid_grant", "Not a valid email"),
]


@pytest.mark.parametrize(("state", "switch", "variant", "status", "error", "description"), SUBJECTS)
def test_a_person_out_of_service_is_refused_as_switched(
    world: World, state: str, switch: str, variant: str, status: int, error: str, description: str
) -> None:
    """A.4"""
    world.switch(**{switch: variant})
    if state == "deleted":
        world.control("DELETE", f"users/{ALICE}")
    else:
        world.control("PATCH", f"users/{ALICE}", {state: True})
    answer = exchange(world, assertion())
    assert (answer.status, answer.json) == (status, {"error": error, "error_description": description})


@pytest.mark.parametrize(("allowed", "status"), [(True, 200), (False, 400)])
def test_an_alias_may_be_a_subject_as_switched(world: World, allowed: bool, status: int) -> None:
    """A.4, least certain fact 2"""
    world.switch(alias_subject=allowed)
    assert exchange(world, assertion(sub="al@bank.example")).status == status


@pytest.mark.parametrize(
    ("variant", "status", "error", "start"),
    [
        ("unauthorized_client", 401, "unauthorized_client", "Client is unauthorized to retrieve access tokens"),
        ("unauthorized_scope", 401, "unauthorized_client", "Unauthorized client or scope in request."),
        ("access_denied", 403, "access_denied", "Requested client not authorized."),
        ("admin_policy_enforced", 400, "admin_policy_enforced", ""),
    ],
)
def test_one_scope_too_many_refuses_all_as_switched(
    world: World, variant: str, status: int, error: str, start: str
) -> None:
    """A.4: the whole exchange fails"""
    world.switch(token_refusal=variant)
    answer = exchange(world, assertion(scope=f"{CALENDAR_SCOPE} {GROUPS_SCOPE}"))
    assert (answer.status, answer.json["error"]) == (status, error)
    assert answer.json["error_description"].startswith(start)


@pytest.mark.parametrize(
    ("reason", "status", "description"),
    [
        ("admin_policy_enforced", 400, "Access is blocked by your administrator."),
        ("org_internal", 403, "This client is restricted to users within its organization."),
        ("invalid_account", 400, "Forbidden"),
        ("deleted_client", 401, "The OAuth client was deleted."),
        ("internal_failure", 500, "Backend Error"),
    ],
)
def test_a_scripted_refusal_of_a_token_has_its_literal(
    world: World, reason: str, status: int, description: str
) -> None:
    """A.4"""
    world.control("POST", "faults", {"method": "oauth.token", "reason": reason, "count": 1})
    answer = exchange(world, assertion())
    assert (answer.status, answer.json) == (status, {"error": reason, "error_description": description})
    assert exchange(world, assertion()).status == 200


def test_a_scripted_refusal_may_be_for_one_persons_tokens(world: World) -> None:
    world.control("POST", "faults", {"method": "oauth.token", "user": BOB, "reason": "internal_failure"})
    assert exchange(world, assertion(sub=BOB)).status == 500
    assert exchange(world, assertion()).status == 200


@pytest.mark.parametrize(
    ("audience", "legacy", "status"),
    [
        ("https://oauth2.googleapis.com/token", False, 200),
        ("https://www.googleapis.com/oauth2/v4/token", True, 200),
        ("https://accounts.google.com/o/oauth2/token", True, 200),
        ("https://accounts.google.com/o/oauth2/token", False, 400),
        ("https://elsewhere.example/token", True, 400),
    ],
)
def test_the_audience_is_googles_whatever_our_own_host_is(
    world: World, audience: str, legacy: bool, status: int
) -> None:
    """A.1"""
    world.switch(legacy_audiences=legacy)
    assert exchange(world, assertion(aud=audience)).status == status


def test_the_answer_names_scopes_only_when_switched(world: World) -> None:
    """A.2"""
    assert "scope" not in exchange(world, assertion()).json
    world.switch(token_names_scopes=True)
    assert exchange(world, assertion()).json["scope"] == CALENDAR_SCOPE


def test_no_refresh_token_comes_with_an_assertion(world: World) -> None:
    """A.2"""
    assert set(exchange(world, assertion()).json) == {"access_token", "expires_in", "token_type"}


def test_the_skew_of_the_servers_clock_is_settable(world: World) -> None:
    """A.4"""
    world.switch(jwt_skew_seconds=7200)
    assert exchange(world, assertion()).json["error_description"].startswith("Invalid JWT: Token must be a short-lived")


def test_a_good_token_may_get_lost(world: World) -> None:
    """A.4: 401 after impersonation; a fresh token works"""
    token = exchange(world, assertion()).json["access_token"]
    world.switch(token_loss_probability=1.0)
    assert Person(world, token).events().reason == "authError"
    world.switch(token_loss_probability=0.0)
    assert Person(world, token).events().status == 401
    assert Person(world, exchange(world, assertion()).json["access_token"]).events().status == 200


def test_a_service_account_may_hold_an_admin_role_itself(world: World) -> None:
    """A.6"""
    token = exchange(world, assertion(sub=None, scope=f"{USERS_SCOPE} {GROUPS_SCOPE}")).json["access_token"]
    robot = Person(world, token)
    assert robot.directory("groups", customer="my_customer").status == 403
    world.control("PATCH", f"service-accounts/{account().email}", {"privileges": ["GROUPS_RETRIEVE"]})
    assert robot.directory("groups", customer="my_customer").status == 200
    assert robot.directory("users", customer="my_customer").status == 403


def sign(world: World, token: str, payload: object) -> Answer:
    path = f"/v1/projects/-/serviceAccounts/{quote(account().email)}:signJwt"
    headers = {"authorization": f"Bearer {token}"}
    body = {"delegates": [], "payload": payload}
    response = world.call(Request.of("POST", path, headers=headers, json_body=body))
    return Answer(response.status, response.headers, response.body)


def claims() -> str:
    issued = int(NOW.timestamp())
    times = {"iat": issued, "exp": issued + 3600, "aud": "https://oauth2.googleapis.com/token"}
    return json.dumps({"iss": account().email, "sub": ALICE, "scope": CALENDAR_SCOPE, **times})


def test_a_token_creator_needs_no_key_file(world: World) -> None:
    """A.7"""
    file = world.control("POST", "service-accounts", {"email": "signer@project-one.iam.gserviceaccount.com"}).json
    token = by_file(world, file, sub=None, scope=CLOUD).json["access_token"]
    refused = sign(world, token, claims())
    assert (refused.status, refused.json["error"]["status"]) == (403, "PERMISSION_DENIED")
    world.control("PATCH", f"service-accounts/{account().email}", {"token_creators": [file["client_email"]]})
    signed = sign(world, token, claims())
    assert set(signed.json) == {"keyId", "signedJwt"}
    answer = exchange(world, signed.json["signedJwt"])
    assert Person(world, answer.json["access_token"]).events().status == 200


def test_signing_needs_its_scope_and_claims_as_a_text(world: World) -> None:
    """A.7"""
    world.control("PATCH", f"service-accounts/{account().email}", {"token_creators": [account().email]})
    narrow = exchange(world, assertion(sub=None)).json["access_token"]
    assert sign(world, narrow, claims()).status == 403
    wide = exchange(world, assertion(sub=None, scope=CLOUD)).json["access_token"]
    assert sign(world, wide, {"iss": "x"}).status == 400
    assert sign(world, "none", claims()).status == 401


def test_accounts_keys_and_half_arrived_delegations_are_in_the_snapshot(world: World) -> None:
    file = world.control("POST", "service-accounts", {"email": "second@project-one.iam.gserviceaccount.com"}).json
    delegate(world, [CALENDAR_SCOPE], file["client_id"], propagation_by_user={ALICE: 60})
    other = World.of()
    assert other.control("PUT", "snapshot", world.control("GET", "snapshot").json).status == 200
    assert by_file(other, file, sub=BOB).status == 200
    assert by_file(other, file).status == 401
    other.wait(seconds=60)
    assert by_file(other, file).status == 200
