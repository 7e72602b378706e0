"""What checks every request and answer of the tests can fail."""

import json
from typing import Any

import pytest

from tests.emulator.exchanges import Exchange, breaches
from tests.emulator.world import BOB, Person, days, meeting

EVENTS = "/calendar/v3/calendars/primary/events"
TIMES = {"start": {"date": "2026-11-24"}, "end": {"date": "2026-11-25"}}


def exchange(status: int, value: Any, target: str = EVENTS, sent: Any = None, verb: str = "GET") -> Exchange:
    body = b"" if value is None else json.dumps(value).encode()
    return Exchange(verb, target, {}, json.dumps(sent).encode() if sent else b"", status, {}, body)


@pytest.fixture
def event(alice: Person) -> Any:
    return alice.made(meeting(attendees=[{"email": BOB}]))


def of_event(event: Any) -> list[str]:
    return breaches(exchange(200, event, f"{EVENTS}/{event['id']}"))


def test_a_good_answer_has_nothing_to_say_against(event: Any) -> None:
    assert of_event(event) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"colour": "red"}, ".colour: unknown"),
        ({"sequence": "1"}, "str instead of integer"),
        ({"sequence": 2**40}, "out of bounds"),
        ({"updated": "yesterday"}, "no date-time"),
        ({"start": {"date": "2026-13-01"}}, "no date"),
        ({"start": {"date": "2026-11-24", "dateTime": "2026-11-24T10:00:00Z"}}, "neither a day nor a time"),
        ({"attendees": [{"email": BOB, "busy": True}]}, ".attendees[].busy: unknown"),
        ({"attendees": None}, "NoneType instead of array"),
    ],
)
def test_a_wrong_field_is_found(event: Any, change: Any, said: str) -> None:
    """C.7"""
    assert said in " ".join(of_event(event | change))


@pytest.mark.parametrize("name", ["kind", "etag", "status", "start", "iCalUID", "updated"])
def test_a_field_that_is_always_there_is_missed(event: Any, name: str) -> None:
    """C.7"""
    del event[name]
    assert of_event(event) == [f"GET {EVENTS}/{event['id']} 200: Event.{name}: missing"]


def test_a_selected_part_may_lack_fields(event: Any) -> None:
    """G.6"""
    assert breaches(exchange(200, {"id": "x"}, f"{EVENTS}/x?fields=id")) == []


def test_a_tombstone_may_be_bare() -> None:
    """C.3"""
    tombstone = {"kind": "calendar#event", "etag": '"1"', "id": "x", "status": "cancelled"}
    assert of_event(tombstone) == []


@pytest.mark.parametrize(
    ("status", "value"),
    [
        (404, {"error": "not found"}),
        (404, {"error": {"code": 404, "message": "Not Found"}}),
        (404, {"error": {"code": 400, "message": "x", "errors": [{"domain": "d", "reason": "r", "message": "m"}]}}),
        (404, {"error": {"code": 404, "message": "x", "errors": [{"domain": "d", "message": "m"}]}}),
        (404, {"error": {"code": 404, "message": "x", "errors": [], "hint": "y"}}),
    ],
)
def test_an_error_of_another_shape_is_found(status: int, value: Any) -> None:
    """G.1"""
    assert breaches(exchange(status, value)) != []


@pytest.mark.parametrize(
    "target",
    [f"{EVENTS}?maxResult=5", f"{EVENTS}?maxResults=many", f"{EVENTS}?timeMin=1&timeMin=2", f"{EVENTS}?orderBy=x"],
)
def test_a_parameter_that_google_does_not_have_is_found(alice: Person, target: str) -> None:
    """C.1"""
    assert breaches(exchange(200, alice.events().json, target)) != []


def test_a_field_that_google_would_not_read_is_found(event: Any) -> None:
    sent = days("2026-11-24", "2026-11-25", titel="typing error")
    assert "unknown" in breaches(exchange(200, event, EVENTS, sent, "POST"))[0]


def test_a_path_that_google_does_not_have_is_found() -> None:
    assert "no such method" in breaches(exchange(200, {}, "/calendar/v3/entries"))[0]


def test_the_answers_inside_a_batch_are_looked_at(alice: Person) -> None:
    """G.5"""
    part = "--b\r\nContent-Type: application/http\r\n\r\n{}\r\n--b--\r\n"
    head = {"content-type": "multipart/mixed; boundary=b"}
    sent = part.format(f"GET {EVENTS}/x HTTP/1.1\r\n\r\n").encode()
    answer = part.format('HTTP/1.1 200 OK\r\n\r\n{"id": 5}').encode()
    assert breaches(Exchange("POST", "/batch/calendar/v3", head, sent, 200, head, answer)) == [
        f"GET {EVENTS}/x 200: Event.id: int instead of string"
    ]
