"""Every name that we send to Google or read from it stands in Google's own description of its APIs.

The oracle is the discovery document inside google-api-python-client, which is a dependency of the tests alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from tests.google.key_files import key_file
from tests.google.scripted_server import Received, Reply, ScriptedServer, scripted_server

from lockstep.calendar.event import (
    EventId,
    EventType,
    ResponseStatus,
    Status,
    Timed,
    Transparency,
    Visibility,
    ZoneName,
)
from lockstep.google.workspace import GoogleWorkspace
from lockstep.sync.gateway import EventChange, EventDraft

ID = EventId("aaaaa11111")
WHEN = Timed(datetime(2026, 11, 23, 14, tzinfo=UTC), datetime(2026, 11, 23, 15, tzinfo=UTC), ZoneName("UTC"))
RULE = ("RRULE:FREQ=DAILY",)
DRAFT = EventDraft(
    WHEN, "x", "x", "x", Visibility.PUBLIC, private_properties={"k": "v"}, recurrence=RULE, with_meet=True
)
CHANGE = EventChange(WHEN, "x", "x", "x", Visibility.PUBLIC, Transparency.OPAQUE, True, RULE, True)
ANSWER = {
    "id": ID,
    "primaryEmail": "alice@small.example",
    "timeZone": "UTC",
    "nextSyncToken": "x",
    "resourceId": "x",
    "start": {"date": "2026-11-23"},
    "end": {"date": "2026-11-24"},
}


def document(name: str) -> dict[str, Any]:
    path = files("googleapiclient") / "discovery_cache" / "documents" / f"{name}.json"
    content: dict[str, Any] = json.loads(path.read_text())
    return content


CALENDAR = document("calendar.v3")
DIRECTORY = document("admin.directory_v1")


def methods(described: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for resource in described.get("resources", {}).values():
        yield from resource.get("methods", {}).values()
        yield from methods(resource)


def method_of(request: Received) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The API and the method that describe the request."""
    for api in (CALENDAR, DIRECTORY):
        for method in methods(api):
            path = "/" + api["servicePath"] + method.get("flatPath", method["path"])
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
            if method["httpMethod"] == request.method and re.fullmatch(pattern, request.path):
                return api, method
    pytest.fail(f"no API has {request.method} {request.path}")


@pytest.fixture
def requests(tmp_path: Path) -> Iterator[list[Received]]:
    """Every kind of request that this package makes, with everything in it."""
    with scripted_server() as server:
        server.for_api = lambda _: Reply.json(ANSWER)
        _ask_everything(server, key_file(tmp_path / "key.json", f"{server.address}/token"))
        yield server.api_requests


def _ask_everything(server: ScriptedServer, key: Path) -> None:
    workspace = GoogleWorkspace(key, server.address, server.address)
    calendar, directory = workspace.calendar("alice@small.example"), workspace.directory("alice@small.example")
    calendar.facts()
    calendar.events_page(time_min=WHEN.start)
    calendar.events_page(sync_token="x", page_token="y")
    calendar.get(ID)
    calendar.insert(ID, DRAFT)
    calendar.patch(ID, CHANGE, etag="x")
    calendar.delete(ID, etag="x")
    calendar.watch("c", "https://lockstep.example/", "t", 60)
    calendar.stop_channel("c", "r")
    directory.user("alice@small.example")
    list(directory.users())
    directory.group_exists("team@small.example")
    directory.group_members("team@small.example")


def test_every_query_parameter_is_one_of_the_methods(requests: list[Received]) -> None:
    for request in requests:
        api, method = method_of(request)
        known = {**api["parameters"], **method.get("parameters", {})}
        assert set(request.query) <= set(known), request.path
        for name, values in request.query.items():
            allowed = known[name].get("enum")
            assert allowed is None or set(values) <= set(allowed), name


def test_every_method_takes_the_one_scope_we_ask_for(requests: list[Received]) -> None:
    ours = {
        "https://www.googleapis.com/auth/calendar",
        "https://www.googleapis.com/auth/admin.directory.user.readonly",
        "https://www.googleapis.com/auth/admin.directory.group.readonly",
    }
    for request in requests:
        _, method = method_of(request)
        assert "scopes" not in method or ours & set(method["scopes"]), request.path


def test_every_field_asked_for_exists(requests: list[Received]) -> None:
    for request in requests:
        api, method = method_of(request)
        for fields in request.query.get("fields", []):
            _check_fields(api, method["response"]["$ref"], fields)


def test_every_field_written_exists(requests: list[Received]) -> None:
    written = [request for request in requests if request.body]
    assert len(written) == 4
    for request in written:
        api, method = method_of(request)
        _check_body(api, api["schemas"][method["request"]["$ref"]], json.loads(request.body))


def test_our_words_are_googles() -> None:
    properties = CALENDAR["schemas"]["Event"]["properties"]
    attendee = CALENDAR["schemas"]["EventAttendee"]["properties"]
    for words, described in (
        (Status, properties["status"]),
        (Transparency, properties["transparency"]),
        (Visibility, properties["visibility"]),
        (EventType, properties["eventType"]),
        (ResponseStatus, attendee["responseStatus"]),
    ):
        named = set(re.findall(r'"(\w+)" ?- ', described["description"]))
        assert {str(word) for word in words} - {EventType.OTHER} == named


def _properties(api: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The properties of an object, through references and arrays."""
    if "$ref" in schema:
        return _properties(api, api["schemas"][schema["$ref"]])
    if "items" in schema:
        return _properties(api, schema["items"])
    properties: Mapping[str, Any] = schema.get("properties", {})
    return properties


def _check_fields(api: Mapping[str, Any], schema_name: str, fields: str) -> None:
    """Walk a `fields` selection: `a,b(c,d),e/f`."""
    stack = [_properties(api, api["schemas"][schema_name])]
    current = stack[-1]
    for token in re.findall(r"\w+|[(),/]", fields):
        if token == "(":
            stack.append(current)
        elif token == ")":
            stack.pop()
        elif token == ",":
            current = stack[-1]
        elif token != "/":
            below = stack[-1] if current is stack[-1] else current
            assert token in below, f"{schema_name} has no {token}"
            current = _properties(api, below[token])


def _check_body(api: Mapping[str, Any], schema: Mapping[str, Any], content: Any) -> None:
    if isinstance(content, list):
        for entry in content:
            _check_body(api, schema["items"], entry)
    if not isinstance(content, Mapping):
        return
    resolved = api["schemas"][schema["$ref"]] if "$ref" in schema else schema
    for name, value in content.items():
        described = resolved.get("properties", {}).get(name) or resolved.get("additionalProperties")
        assert described is not None, f"no field {name}"
        _check_body(api, described, value)
