"""Quotas, errors and their envelopes: FACTS.md, sections B.5 and G."""

import json
from typing import Any

import pytest

from tests.emulator.world import ADMIN, ALICE, BOB, Person, World, meeting
from workspace_emulator.http.message import Request

EVENTS = "/calendar/v3/calendars/primary/events"


def statuses(person: Person, count: int, **query: Any) -> list[int]:
    return [person.events(**query).status for _ in range(count)]


def test_the_defaults_are_googles(world: World) -> None:
    """G.4, B.5"""
    switches = world.control("GET", "state").json["switches"]
    names = ("quota_per_user", "quota_per_project", "quota_directory_per_user")
    assert [switches[name] for name in names] == [600, 10_000, 2_400]


def test_the_window_slides(world: World, alice: Person) -> None:
    """G.4: what was spent a minute ago comes back bit by bit, not at the full minute"""
    world.switch(quotas=True, quota_per_user=2)
    assert alice.events().status == 200
    world.wait(seconds=30)
    assert statuses(alice, 2) == [200, 403]
    world.wait(seconds=31)
    assert statuses(alice, 2) == [200, 403]


def test_the_project_has_a_window_of_its_own(world: World, alice: Person) -> None:
    """G.4"""
    world.switch(quotas=True, quota_per_project=3)
    assert [alice.events(quotaUser=f"user{number}").status for number in range(4)] == [200, 200, 200, 403]
    details = alice.events(quotaUser="another").json["error"]["details"]
    assert details[0]["metadata"]["quota_limit"] == "defaultPerMinutePerProject"


def test_a_refused_call_costs_nothing(world: World, alice: Person) -> None:
    """G.4"""
    world.switch(quotas=True, quota_per_user=1)
    assert statuses(alice, 3) == [200, 403, 403]
    world.wait(seconds=60)
    assert alice.events().status == 200


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("PATCH", "/calendar/v3/calendars/primary", {"description": "x"}),
        ("PATCH", "/calendar/v3/users/me/calendarList/primary", {"hidden": False}),
    ],
)
def test_every_patch_costs_three_units(world: World, alice: Person, verb: str, path: str, body: Any) -> None:
    """G.4"""
    world.switch(quotas=True, quota_per_user=5)
    assert [alice.call(verb, path, body).status for _ in range(2)] == [200, 403]
    assert statuses(alice, 3) == [200, 200, 403]


def test_each_call_of_a_batch_counts(world: World, alice: Person) -> None:
    """G.5"""
    world.switch(quotas=True, quota_per_user=2)
    part = f"--b\r\nContent-Type: application/http\r\n\r\nGET {EVENTS} HTTP/1.1\r\n\r\n"
    headers = {"authorization": f"Bearer {alice.token}", "content-type": "multipart/mixed; boundary=b"}
    body = (part * 3 + "--b--\r\n").encode()
    answer = world.call(Request.of("POST", "/batch/calendar/v3", headers=headers, body=body))
    assert answer.status == 200
    assert sorted(line.split()[1] for line in answer.body.decode().splitlines() if line.startswith("HTTP/1.1")) == [
        "200",
        "200",
        "403",
    ]


def test_the_directory_refuses_a_user_with_a_reason_of_its_own(world: World, admin: Person) -> None:
    """B.5"""
    world.switch(quotas=True, quota_directory_per_user=1)
    admin.directory("users", customer="my_customer")
    answer = admin.directory("users", customer="my_customer")
    assert (answer.status, answer.reason) == (403, "userRateLimitExceeded")
    assert world.person(ADMIN).events().status == 200


def test_a_reset_forgets_what_was_spent(world: World, alice: Person) -> None:
    alice.events()
    world.switch(quotas=True, quota_per_project=1)
    assert statuses(alice, 2) == [200, 403]
    world.control("POST", "reset", {"seed": "small"})
    world.switch(quotas=True, quota_per_project=1)
    assert statuses(world.person("alice@small.example"), 2) == [200, 403]


LITERALS = [
    ("timeRangeEmpty", 400, "calendar", "The specified time range is empty.", ("parameter", "timeMax")),
    ("authError", 401, "global", "Invalid Credentials", ("header", "Authorization")),
    ("userRateLimitExceeded", 403, "usageLimits", "User Rate Limit Exceeded", None),
    ("rateLimitExceeded", 403, "usageLimits", "Rate Limit Exceeded", None),
    ("quotaExceeded", 403, "usageLimits", "Calendar usage limits exceeded.", None),
    (
        "forbiddenForNonOrganizer",
        403,
        "calendar",
        "Shared properties can only be changed by the organizer of the event.",
        None,
    ),
    ("notFound", 404, "global", "Not Found", None),
    ("duplicate", 409, "global", "The requested identifier already exists.", None),
    ("conflict", 409, "global", "Conflict", None),
    (
        "fullSyncRequired",
        410,
        "calendar",
        "Sync token is no longer valid, a full sync is required.",
        ("parameter", "syncToken"),
    ),
    (
        "updatedMinTooLongAgo",
        410,
        "calendar",
        "The requested minimum modification time lies too far in the past.",
        ("parameter", "updatedMin"),
    ),
    ("deleted", 410, "global", "Resource has been deleted", None),
    ("backendError", 500, "global", "Backend Error", None),
    ("notACalendarUser", 403, "calendar", "The user must be signed up for Google Calendar.", None),
]


@pytest.mark.parametrize(("reason", "status", "domain", "message", "place"), LITERALS)
def test_a_scripted_error_is_the_literal_body(
    world: World, alice: Person, reason: str, status: int, domain: str, message: str, place: tuple[str, str] | None
) -> None:
    """G.2"""
    world.control("POST", "faults", {"reason": reason})
    inner = {"domain": domain, "reason": reason, "message": message}
    if place is not None:
        inner |= {"locationType": place[0], "location": place[1]}
    answer = alice.events()
    assert answer.status == status
    assert answer.json == {"error": {"errors": [inner], "code": status, "message": message}}


def test_a_rate_limit_may_come_as_429_with_the_same_body(world: World, alice: Person) -> None:
    """G.2"""
    world.control("POST", "faults", {"reason": "rateLimitExceeded", "status": 429})
    answer = alice.events()
    assert (answer.status, answer.json["error"]["code"], answer.reason) == (429, 429, "rateLimitExceeded")


@pytest.mark.parametrize(
    ("envelope", "indent", "first", "status"),
    [("backend", 1, "errors", False), ("front end", 2, "code", True), ("directory", 2, "code", False)],
)
def test_an_error_comes_in_the_envelope_of_each_layer(
    world: World, alice: Person, envelope: str, indent: int, first: str, status: bool
) -> None:
    """G.1"""
    world.control("POST", "faults", {"reason": "rateLimitExceeded", "envelope": envelope})
    answer = alice.events()
    assert answer.body.decode().splitlines()[1] == " " * indent + '"error": {'
    assert next(iter(answer.json["error"])) == first
    assert ("status" in answer.json["error"]) is status


@pytest.mark.parametrize(
    ("reason", "status", "message"),
    [
        ("userRateLimitExceeded", 403, "User Rate Limit Exceeded"),
        ("quotaExceeded", 403, "Quota exceeded."),
        ("rateLimitExceeded", 429, "Rate Limit Exceeded"),
        ("backendError", 503, "Service unavailable. Please try again"),
        ("forbidden", 403, "Not Authorized to access this resource/api"),
    ],
)
def test_a_scripted_error_of_the_directory_has_the_directorys_shape(
    world: World, admin: Person, reason: str, status: int, message: str
) -> None:
    """B.4, B.5"""
    world.control("POST", "faults", {"method": "directory.*", "reason": reason})
    answer = admin.directory("users", customer="my_customer")
    assert (answer.status, answer.reason, answer.message) == (status, reason, message)
    assert list(answer.json["error"]) == ["code", "message", "errors"]


@pytest.mark.parametrize("status", [502, 503])
@pytest.mark.parametrize(("kind", "type_"), [("html", "text/html"), ("text", "text/plain")])
def test_an_infrastructure_error_is_a_page_or_plain_text(
    world: World, alice: Person, status: int, kind: str, type_: str
) -> None:
    """G.1"""
    world.control("POST", "faults", {"status": status, kind: True})
    answer = alice.events()
    assert (answer.status, answer.headers["content-type"].split(";")[0]) == (status, type_)
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.body)


@pytest.mark.parametrize(("user", "alices", "bobs"), [(ALICE, 500, 200), (BOB, 200, 500), (None, 500, 500)])
def test_a_fault_is_for_one_person_or_for_all(
    world: World, alice: Person, bob: Person, user: str | None, alices: int, bobs: int
) -> None:
    world.control("POST", "faults", {"status": 500} | ({"user": user} if user else {}))
    assert (alice.events().status, bob.events().status) == (alices, bobs)


@pytest.mark.parametrize(
    ("pattern", "lists", "inserts"),
    [("calendar.events.list", 500, 200), ("calendar.events.*", 500, 500), ("directory.*", 200, 200)],
)
def test_a_fault_is_for_the_methods_of_a_pattern(
    world: World, alice: Person, pattern: str, lists: int, inserts: int
) -> None:
    world.control("POST", "faults", {"method": pattern, "status": 500})
    assert (alice.events().status, alice.insert(meeting()).status) == (lists, inserts)


def test_an_unknown_envelope_is_explained(world: World) -> None:
    answer = world.control("POST", "faults", {"envelope": "paper"})
    assert (answer.status, answer.json["error"]) == (400, "'envelope' is one of backend, front end, directory.")
