"""Every method, scope and field that the emulator shows is one of Google's discovery documents."""

import re
from typing import Any

import pytest

from tests.emulator.schemas import discovery, violations
from tests.emulator.world import BOB, Person, World, days, meeting
from workspace_emulator.http.method import Method
from workspace_emulator.http.router import METHODS

CALENDAR, DIRECTORY = discovery("calendar.v3.json"), discovery("admin.directory_v1.json")


def googles_methods(document: Any, prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}

    def walk(node: Any) -> None:
        for method in node.get("methods", {}).values():
            found[method["id"]] = method
        for inner in node.get("resources", {}).values():
            walk(inner)

    walk(document)
    # The flat path names each part of a path that `{+parent}` takes together.
    paths = {name: method.get("flatPath", method["path"]).replace("{+", "{") for name, method in found.items()}
    return {name: {**method, "path": f"/{prefix}{paths[name]}"} for name, method in found.items()}


GOOGLES = googles_methods(CALENDAR, "calendar/v3/") | googles_methods(DIRECTORY)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_a_method_has_googles_verb_path_and_scopes(method: Method) -> None:
    name = method.name.replace("directory.channels", "admin.channels")
    expected = GOOGLES[name]
    assert (method.verb, method.path) == (expected["httpMethod"], expected["path"])
    assert method.handle is None or method.scopes == set(expected["scopes"])


def test_every_method_of_both_documents_is_known_at_least_as_a_501() -> None:
    known = {method.name.replace("directory.channels", "admin.channels") for method in METHODS}
    assert known == set(GOOGLES)


@pytest.mark.parametrize(
    "method", [method for method in METHODS if method.handle is None], ids=lambda method: method.name
)
def test_what_is_listed_as_none_answers_501(admin: Person, method: Method) -> None:
    path = re.sub(r"\{[^}]+\}", "1", method.path)
    answer = admin.call(method.verb, path)
    assert (answer.status, answer.reason) == (501, "notImplemented")
    assert method.name in answer.message


def full_event() -> Any:
    return meeting(
        description="d",
        location="l",
        colorId="3",
        transparency="transparent",
        visibility="private",
        attendees=[{"email": BOB, "optional": True, "comment": "c", "additionalGuests": 1}],
        recurrence=["RRULE:FREQ=DAILY;COUNT=3"],
        extendedProperties={"private": {"a": "b"}, "shared": {"c": "d"}},
        reminders={"overrides": [{"method": "popup", "minutes": 5}]},
        source={"url": "https://x.example", "title": "x"},
        guestsCanModify=True,
        conferenceData={"createRequest": {"requestId": "r"}},
    )


def test_answers_have_googles_shapes(alice: Person, bob: Person, admin: Person) -> None:
    event = alice.made(full_event(), conferenceDataVersion=1)
    alice.patch(f"{event['id']}_20261125T090000Z", {"summary": "x"})
    alice.delete(f"{event['id']}_20261126T090000Z")
    alice.made(days("2026-11-24", "2026-11-25"))
    calendar = "/calendar/v3/calendars/primary"
    channel = {"id": "x", "type": "web_hook", "address": "https://x.example", "token": "t"}
    asked = {"timeMin": "2026-11-24T00:00:00Z", "timeMax": "2026-11-25T00:00:00Z", "items": [{"id": "primary"}]}
    answers = [
        (CALENDAR, "Event", alice.event(event["id"])),
        (CALENDAR, "Event", bob.event(event["id"])),
        (CALENDAR, "Events", alice.events()),
        (CALENDAR, "Events", alice.events(singleEvents=True)),
        (CALENDAR, "Events", bob.events("alice@bank.example")),
        (CALENDAR, "Events", alice.call("GET", f"{calendar}/events/{event['id']}/instances")),
        (CALENDAR, "Channel", alice.call("POST", f"{calendar}/events/watch", channel)),
        (CALENDAR, "Calendar", alice.call("GET", calendar)),
        (CALENDAR, "CalendarListEntry", alice.call("GET", "/calendar/v3/users/me/calendarList/primary")),
        (CALENDAR, "CalendarList", alice.call("GET", "/calendar/v3/users/me/calendarList")),
        (CALENDAR, "Settings", alice.call("GET", "/calendar/v3/users/me/settings")),
        (CALENDAR, "Setting", alice.call("GET", "/calendar/v3/users/me/settings/timezone")),
        (CALENDAR, "FreeBusyResponse", alice.call("POST", "/calendar/v3/freeBusy", asked)),
        (DIRECTORY, "Users", admin.directory("users", customer="my_customer")),
        (DIRECTORY, "User", admin.directory(f"users/{BOB}")),
        (DIRECTORY, "Groups", admin.directory("groups", customer="my_customer")),
        (DIRECTORY, "Group", admin.directory("groups/staff@bank.example")),
        (DIRECTORY, "Members", admin.directory("groups/staff@bank.example/members", includeDerivedMembership="true")),
        (DIRECTORY, "Member", admin.directory(f"groups/tellers@bank.example/members/{BOB}")),
        (DIRECTORY, "MembersHasMember", admin.directory(f"groups/staff@bank.example/hasMember/{BOB}")),
    ]
    for document, schema, answer in answers:
        assert answer.status == 200, (schema, answer.body)
        assert violations(document, {"$ref": schema}, answer.json) == [], schema


def test_a_suspended_user_has_googles_shape(world: World, admin: Person) -> None:
    world.control("PATCH", f"users/{BOB}", {"suspended": True, "primaryEmail": "robert@bank.example"})
    user = admin.directory(f"users/{BOB}").json
    assert violations(DIRECTORY, {"$ref": "User"}, user) == []
    assert user["suspensionReason"] == "ADMIN"
