"""Partial answers, packing, batches, overrides, quotas: FACTS.md, section G."""

import gzip
import json
from typing import Any

import pytest

from tests.emulator.world import ALICE, BOB, Person, World, meeting
from workspace_emulator.http.message import Request
from workspace_emulator.http.projection import project
from workspace_emulator.state.errors import ApiError

EVENTS = "/calendar/v3/calendars/primary/events"


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("a", {"a": 1}),
        ("a,b(c)", {"a": 1, "b": [{"c": 2}, {"c": 4}]}),
        ("b/c", {"b": [{"c": 2}, {"c": 4}]}),
        ("b/c,b/d", {"b": [{"c": 2, "d": {"e": 3}}, {"c": 4}]}),
        ("b(d/e)", {"b": [{"d": {"e": 3}}, {}]}),
        ("b,b/c", {"b": [{"c": 2, "d": {"e": 3}}, {"c": 4}]}),
        ("*", {"a": 1, "b": [{"c": 2, "d": {"e": 3}}, {"c": 4}]}),
        ("*/c", {"a": 1, "b": [{"c": 2}, {"c": 4}]}),
        ("unknown", {}),
    ],
)
def test_fields_select(selector: str, expected: Any) -> None:
    """G.6"""
    assert project({"a": 1, "b": [{"c": 2, "d": {"e": 3}}, {"c": 4}]}, selector) == expected


@pytest.mark.parametrize("selector", ["a(", "a)", ",", "a(b", "a//b", "()"])
def test_a_selector_that_cannot_be_read_is_refused(selector: str) -> None:
    """G.6"""
    with pytest.raises(ApiError, match="invalidParameter"):
        project({}, selector)


def test_a_selector_without_the_tokens_loses_them(alice: Person) -> None:
    """G.6"""
    alice.made(meeting())
    assert set(alice.events(fields="items(id)").json) == {"items"}
    assert set(alice.events(fields="nextSyncToken,items/id").json) == {"items", "nextSyncToken"}


def test_a_write_answers_with_the_selected_fields(alice: Person) -> None:
    assert set(alice.insert(meeting(), fields="id,etag").json) == {"id", "etag"}


def test_answers_are_packed_when_asked(world: World, alice: Person) -> None:
    """G.6"""
    for _ in range(3):
        alice.made(meeting())
    answer = alice.call("GET", EVENTS, headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.body)) == alice.events().json


def test_a_long_get_may_come_as_a_post(world: World, alice: Person) -> None:
    """G.6: as Google's Python client sends it"""
    alice.made(meeting("Whale"))
    headers = {
        "authorization": f"Bearer {alice.token}",
        "x-http-method-override": "GET",
        "content-type": "application/x-www-form-urlencoded",
    }
    response = world.call(Request.of("POST", EVENTS, headers=headers, body=b"q=whale&fields=items(summary)"))
    assert response.json_object() == {"items": [{"summary": "Whale"}]}


def test_pretty_printing_is_the_default_with_one_space(alice: Person) -> None:
    """G.1"""
    assert alice.events().body.startswith(b'{\n "kind"')
    assert alice.events(prettyPrint="false").body.startswith(b'{"kind"')


def part(content_id: str, text: str, headers: str = "") -> str:
    return f"--b\r\nContent-Type: application/http\r\nContent-ID: <{content_id}>\r\n\r\n{text}\r\n{headers}\r\n"


def test_a_batch_answers_in_order_and_mixes_people(world: World, alice: Person, bob: Person) -> None:
    """G.5"""
    alice.made(meeting("of Alice", id="aaaaa11111"))
    bob.made(meeting("of Bob", id="bbbbb11111"))
    body = json.dumps(meeting("Batched", id="ccccc11111"))
    text = (
        part("one", f"GET {EVENTS}/aaaaa11111 HTTP/1.1")
        + part("two", f"GET {EVENTS}/bbbbb11111", f"Authorization: Bearer {bob.token}\r\n")
        + part("three", f"GET {EVENTS}/bbbbb11111 HTTP/1.1")
        + part("four", f"POST {EVENTS} HTTP/1.1", f"Content-Type: application/json\r\n\r\n{body}")
        + "--b--\r\n"
    )
    headers = {"authorization": f"Bearer {alice.token}", "content-type": "multipart/mixed; boundary=b"}
    response = world.call(Request.of("POST", "/batch/calendar/v3", headers=headers, body=text.encode()))
    answers = response.body.decode()
    assert response.status == 200
    assert [answers.index(f"Content-ID: <response-{name}>") for name in ("one", "two", "three", "four")] == sorted(
        answers.index(f"Content-ID: <response-{name}>") for name in ("one", "two", "three", "four")
    )
    assert [line.split()[1] for line in answers.splitlines() if line.startswith("HTTP/1.1")] == [
        "200",
        "200",
        "404",
        "200",
    ]
    assert alice.event("ccccc11111").json["summary"] == "Batched"


def test_a_batch_writes_no_working_location(world: World, alice: Person) -> None:
    """C.12, G.5"""
    location: Any = {"workingLocationProperties": {"type": "homeOffice", "homeOffice": {}}}
    body = json.dumps(meeting(eventType="workingLocation", visibility="public", transparency="transparent", **location))
    text = part("one", f"POST {EVENTS} HTTP/1.1", f"Content-Type: application/json\r\n\r\n{body}") + "--b--\r\n"
    headers = {"authorization": f"Bearer {alice.token}", "content-type": "multipart/mixed; boundary=b"}
    response = world.call(Request.of("POST", "/batch/calendar/v3", headers=headers, body=text.encode()))
    assert b"HTTP/1.1 400" in response.body
    assert b"eventTypeRestriction" in response.body


def test_the_service_account_is_the_charged_user_unless_another_is_named(
    world: World, alice: Person, bob: Person
) -> None:
    """G.4"""
    world.switch(quotas=True, quota_per_user=3)
    assert [alice.events().status for _ in range(3)] == [200, 200, 200]
    refused = bob.events()
    assert (refused.status, refused.reason) == (403, "rateLimitExceeded")
    assert refused.json["error"]["details"][0]["metadata"]["quota_limit"] == "defaultPerMinutePerUser"
    assert bob.events(quotaUser=BOB).status == 200
    assert bob.call("GET", EVENTS, headers={"x-goog-quota-user": ALICE}).status == 200
    world.wait(seconds=61)
    assert world.person(BOB).events().status == 200


def test_a_patch_costs_three_units(world: World, alice: Person) -> None:
    """G.4"""
    event = alice.made(meeting())
    world.switch(quotas=True, quota_per_user=5)
    assert alice.patch(event["id"], {"summary": "x"}).status == 200
    assert alice.patch(event["id"], {"summary": "x"}).status == 403
    assert alice.events().status == 200


def test_an_unknown_path_is_not_found(alice: Person) -> None:
    assert alice.call("GET", "/calendar/v3/nothing").status == 404
