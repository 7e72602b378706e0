"""Whatever is sent to a method, the accounts, in a batch or to the control API: an answer, and no mistake of ours."""

import json
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.emulator import nonsense
from tests.emulator.world import ADMIN, ALICE, BOB, World, meeting
from workspace_emulator.http import control_console, control_machine, control_people, control_trust
from workspace_emulator.http.message import Request
from workspace_emulator.http.router import METHODS

SEEDS = range(30)
EACH = 40
SERVED = [method for method in METHODS if method.handle is not None]
PATHS = [
    "/token",
    "/o/oauth2/token",
    "/revoke",
    "/o/oauth2/v2/auth",
    "/tokeninfo",
    "/v1/userinfo",
    "/oauth2/v3/certs",
    "/v1/projects/-/serviceAccounts/robot@project-one.iam.gserviceaccount.com:signJwt",
]
NAMES = ["grant_type", "assertion", "client_id", "client_secret", "code", "code_verifier", "redirect_uri", "scope"]
NAMES += ["refresh_token", "token", "access_token", "state", "response_type", "login_hint", "code_challenge", "prompt"]
GRANTS = [
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "authorization_code",
    "refresh_token",
    "code",
    "S256",
    "openid",
]
GRANTS += [
    "a.b.c",
    "eyJhbGciOiJSUzI1NiJ9.e30.AAAA",
    "eyJhbGciOiJSUzI1NiJ9.W10.AAAA",
    "http://[::1",
    "http://localhost:99999",
]
LINES = [
    "GET /calendar/v3/calendars/primary HTTP/1.1",
    "POST /calendar/v3/freeBusy",
    "GET",
    "",
    "GET //[x HTTP/1.1",
    "\x00",
]
CONTROLS = (*control_console.ROUTES, *control_machine.ROUTES, *control_people.ROUTES, *control_trust.ROUTES)
FIELDS = [
    "email",
    "user",
    "now",
    "advance_seconds",
    "method",
    "count",
    "status",
    "probability",
    "delay_seconds",
    "seed",
]
FIELDS += ["scopes", "privileges", "primaryEmail", "time_zone", "aliases", "role", "type", "event", "instance", "name"]
FIELDS += ["enabled", "propagation_seconds", "propagation_by_user", "spread", "flips", "when", "reason", "short_pages"]


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311  (nonsense, nothing secret)


def broken(world: World, request: Request) -> list[Any]:
    """The request and its answer, if the answer is a mistake of the emulator's own."""
    answer = world.call(request)
    return [request.method, request.path, request.query, request.body, answer.body] if answer.status == 500 else []


@pytest.mark.parametrize("seed", SEEDS)
def test_no_request_to_a_method_breaks_the_emulator(seed: int) -> None:
    """G.1: every refusal has one of Google's shapes."""
    random, world = chance(seed), World.of()
    world.hears_nonsense = True
    admin = world.person(ADMIN)
    series = admin.made(meeting(recurrence=["RRULE:FREQ=DAILY"]))["id"]
    likely = ["primary", "me", quote(ADMIN), quote(ALICE), "staff@bank.example", "my_customer", series, "timezone"]
    likely += [admin.made(meeting())["id"], f"{series}_20261125T090000Z", f"user:{BOB}"]
    for _ in range(EACH):
        method = random.choice(SERVED)
        target = f"{nonsense.path(random, method, likely)}?{urlencode(nonsense.query(random, method))}"
        sent = json.dumps(nonsense.body(random, method)).encode() if random.random() < 0.95 else random.randbytes(40)
        headers = {"authorization": f"Bearer {admin.token}", "if-match": random.choice(nonsense.TEXTS)}
        assert not broken(world, Request.of(method.verb, target, headers=headers, body=sent))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_request_to_the_accounts_breaks_the_emulator(seed: int) -> None:
    random, world = chance(seed), World.of()
    kinds = ["application/x-www-form-urlencoded", "application/json", ""]
    for _ in range(EACH):
        form = urlencode({name: random.choice([*nonsense.TEXTS, *GRANTS]) for name in NAMES if random.random() < 0.4})
        sent = random.choice([form.encode(), json.dumps(nonsense.value(random)).encode(), random.randbytes(30)])
        headers = {"content-type": random.choice(kinds), "authorization": random.choice(["Basic /w==", "Bearer", "x"])}
        target = f"{random.choice(PATHS)}?{random.choice(['', form])}"
        assert not broken(world, Request.of(random.choice(["GET", "POST", "PUT"]), target, headers=headers, body=sent))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_batch_breaks_the_emulator(seed: int) -> None:
    random, world = chance(seed), World.of()
    headers = {"authorization": f"Bearer {world.person(ALICE).token}"}
    for _ in range(EACH):
        headers["content-type"] = random.choice(["multipart/mixed; boundary=b"] * 3 + ["multipart/mixed", "text/plain"])
        bodies = [
            f"{random.choice(LINES)}\r\n\r\n{random.choice(['', '{', 'null'])}" for _ in range(random.randrange(4))
        ]
        sent = "".join(f"--b\r\nContent-Type: application/http\r\n\r\n{body}\r\n" for body in bodies) + "--b--"
        request = Request.of("POST", "/batch/calendar/v3", headers=headers, body=sent.encode())
        assert world.call(request).status in (200, 400), sent


@pytest.mark.parametrize("seed", SEEDS)
def test_no_order_breaks_the_emulator_and_no_later_request_suffers_from_it(seed: int) -> None:
    random, world = chance(seed), World.of()
    keys = [ADMIN, ALICE, "x", "staff@bank.example", "*", "1", "calendar", "timezone"]
    for _ in range(EACH):
        verb, parts, _ = random.choice([route for route in CONTROLS if route[1] not in {("reset",), ("snapshot",)}])
        path = "/".join(quote(random.choice(keys)) if part == "*" else part for part in parts)
        body = {name: nonsense.value(random, 2) for name in FIELDS if random.random() < 0.2}
        assert not broken(world, Request.of(verb, f"/emulator/v1/{path}", json_body=body))
    world.control("DELETE", "faults")
    world.control("POST", "clock", {"reset": True})
    assert world.call(Request.of("POST", "/token", body=b"grant_type=x")).status == 400


@pytest.mark.parametrize(
    "rule", [{"count": "x"}, {"delay_seconds": "1"}, {"status": 4.5}, {"cut": 1}, {"method": None}]
)
def test_a_fault_of_wrong_types_is_explained(world: World, rule: Any) -> None:
    answer = world.control("POST", "faults", rule)
    assert (answer.status, next(iter(rule)) in answer.json["error"]) == (400, True)
