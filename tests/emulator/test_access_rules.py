"""Access rules and what they really restrict: FACTS.md, sections C.2, C.11 and E."""

from typing import Any

import pytest

from tests.emulator.world import ALICE, BOB, CHARLIE, Answer, Person, World, meeting

ACL = "/calendar/v3/calendars/primary/acl"
ALICES = f"/calendar/v3/calendars/{ALICE}"
ROLES = ("freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")


def grant(person: Person, role: str, value: str = BOB, scope_type: str = "user") -> Answer:
    scope = {"type": scope_type} | ({"value": value} if scope_type != "default" else {})
    return person.call("POST", ACL, {"role": role, "scope": scope})


def listed(person: Person, **query: Any) -> dict[str, str]:
    return {row["id"]: row["role"] for row in person.call("GET", ACL, **query).json["items"]}


@pytest.fixture
def alone(world: World) -> World:
    """A customer whose people share nothing by default."""
    world.switch(internal_sharing="none")
    return world


def test_the_owners_rule_and_the_customers_default_are_listed(alice: Person) -> None:
    """C.11"""
    assert listed(alice) == {f"user:{ALICE}": "owner", "domain:bank.example": "freeBusyReader"}


@pytest.mark.parametrize(
    ("scope_type", "value"),
    [
        ("default", ""),
        ("user", BOB),
        ("user", BOB.upper()),
        ("group", "tellers@bank.example"),
        ("group", "staff@bank.example"),
        ("group", "all@bank.example"),
        ("domain", "bank.example"),
    ],
)
def test_every_kind_of_scope_gives_access(
    alone: World, alice: Person, bob: Person, scope_type: str, value: str
) -> None:
    """E: nested groups and the group of everyone too"""
    assert bob.events(ALICE).status == 404
    assert grant(alice, "reader", value, scope_type).status == 200
    assert bob.events(ALICE).json["accessRole"] == "reader"


def test_a_rule_for_others_gives_nothing(alone: World, alice: Person) -> None:
    grant(alice, "reader", "tellers@bank.example", "group")
    assert alone.person(CHARLIE).events(ALICE).status == 404


def test_the_highest_of_all_rules_holds(alone: World, alice: Person, bob: Person) -> None:
    grant(alice, "writer", "tellers@bank.example", "group")
    grant(alice, "reader")
    assert bob.events(ALICE).json["accessRole"] == "writer"


def test_a_change_of_access_ends_the_calendars_sync_tokens(alice: Person) -> None:
    """C.2"""
    token = alice.sync_token()
    grant(alice, "reader")
    assert alice.events(syncToken=token).reason == "fullSyncRequired"


def test_a_deleted_rule_takes_access_and_comes_as_role_none(alone: World, alice: Person, bob: Person) -> None:
    """E"""
    grant(alice, "reader")
    token = alice.call("GET", ACL).json["nextSyncToken"]
    assert alice.call("DELETE", f"{ACL}/user:{BOB}").status == 204
    assert bob.events(ALICE).status == 404
    assert listed(alice, syncToken=token) == {f"user:{BOB}": "none"}
    assert f"user:{BOB}" not in listed(alice)
    assert listed(alice, showDeleted=True)[f"user:{BOB}"] == "none"
    assert alice.call("GET", f"{ACL}/user:{BOB}").status == 404


def test_the_customers_default_can_be_taken_away(alice: Person, bob: Person) -> None:
    alice.call("DELETE", f"{ACL}/domain:bank.example")
    assert bob.events(ALICE).status == 404


def test_rules_are_paged_and_changes_meanwhile_come_with_the_sync_token(alone: World, alice: Person) -> None:
    """C.2"""
    for number in range(5):
        grant(alice, "reader", f"u{number}@else.example")
    first = alice.call("GET", ACL, maxResults=2).json
    assert "nextSyncToken" not in first
    grant(alice, "writer", "a@else.example")
    seen, page = [row["id"] for row in first["items"]], first
    while "nextPageToken" in page:
        page = alice.call("GET", ACL, maxResults=2, pageToken=page["nextPageToken"]).json
        seen += [row["id"] for row in page["items"]]
    assert len(seen) == len(set(seen))
    assert listed(alice, syncToken=page["nextSyncToken"]) == {"user:a@else.example": "writer"}


@pytest.mark.parametrize(
    ("query", "status", "reason"),
    [
        ({"syncToken": "rubbish"}, 400, "invalid"),
        ({"pageToken": "rubbish"}, 400, "invalid"),
    ],
)
def test_garbage_tokens_are_refused(alice: Person, query: Any, status: int, reason: str) -> None:
    """C.2"""
    answer = alice.call("GET", ACL, **query)
    assert (answer.status, answer.reason) == (status, reason)


def test_a_sync_token_stands_against_show_deleted_false_and_ages(world: World, alice: Person) -> None:
    token = alice.call("GET", ACL).json["nextSyncToken"]
    assert alice.call("GET", ACL, syncToken=token, showDeleted=False).reason == "syncTokenWithRequestRestrictions"
    world.wait(days=40)
    assert world.person(ALICE).call("GET", ACL, syncToken=token).reason == "fullSyncRequired"


def test_a_rule_is_changed_by_patch_and_put_under_its_etag(alice: Person) -> None:
    rule = grant(alice, "reader").json
    path = f"{ACL}/{rule['id']}"
    stale = alice.call("PATCH", path, {"role": "writer"}, {"if-match": '"other"'})
    assert stale.status == 412
    assert alice.call("PATCH", path, {"role": "writer"}, {"if-match": rule["etag"]}).json["role"] == "writer"
    assert alice.call("PUT", path, {"role": "freeBusyReader", "scope": rule["scope"]}).json["role"] == "freeBusyReader"
    assert alice.call("GET", path).json["role"] == "freeBusyReader"


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ({"role": "reader", "scope": {"type": "planet", "value": "x"}}, 400, "invalidScopeType"),
        ({"role": "king", "scope": {"type": "user", "value": BOB}}, 400, "invalid"),
        ({"scope": {"type": "user", "value": BOB}}, 400, "required"),
        ({"role": "reader", "scope": {"type": "user", "value": "bob"}}, 400, "invalidScopeValue"),
        ({"role": "writer", "scope": {"type": "default"}}, 400, "illegalAccessRoleForDefault"),
        ({"role": "reader", "scope": {"type": "user", "value": ALICE}}, 403, "cannotChangeOwnAcl"),
    ],
)
def test_what_is_no_rule_is_refused(alice: Person, body: Any, status: int, reason: str) -> None:
    answer = alice.call("POST", ACL, body)
    assert (answer.status, answer.reason) == (status, reason)


def test_nobody_takes_a_calendar_from_its_owner(alice: Person, bob: Person) -> None:
    grant(alice, "owner")
    answer = bob.call("DELETE", f"{ALICES}/acl/user:{ALICE}")
    assert (answer.status, answer.reason) == (403, "cannotChangeOwnerAcl")


def test_only_owners_see_and_change_access(alice: Person, bob: Person) -> None:
    """C.11"""
    grant(alice, "writer")
    assert bob.call("GET", f"{ALICES}/acl").reason == "requiredAccessLevel"
    grant(alice, "owner")
    assert bob.call("GET", f"{ALICES}/acl").status == 200


def test_access_rules_are_watched(world: World, alice: Person) -> None:
    channel = {"id": "x", "type": "web_hook", "address": "https://x.example"}
    answer = alice.call("POST", f"{ACL}/watch", channel).json
    assert answer["resourceUri"].endswith(f"/calendars/{ALICE}/acl?alt=json")
    world.sent.clear()
    alice.made(meeting())
    assert world.sent == []
    grant(alice, "reader")
    assert [row.headers["X-Goog-Resource-State"] for row in world.sent] == ["exists"]


SEES = {role: ("Private" if role in {"writer", "owner"} else None) for role in ROLES}


@pytest.mark.parametrize("role", ROLES)
def test_private_details_are_for_writers_alone(alice: Person, bob: Person, role: str) -> None:
    """C.11: on list, get and instances alike"""
    series = alice.made(meeting("Private", visibility="private", recurrence=["RRULE:FREQ=DAILY;COUNT=2"]))
    grant(alice, role)
    rows = [
        *bob.events(ALICE).json["items"],
        bob.event(series["id"], ALICE).json,
        *bob.call("GET", f"{ALICES}/events/{series['id']}/instances").json["items"],
    ]
    assert {row.get("summary") for row in rows} == {SEES[role]}


@pytest.mark.parametrize("role", ROLES)
def test_ordinary_details_are_for_readers(alice: Person, bob: Person, role: str) -> None:
    """C.11"""
    event = alice.made(meeting("Open"))
    grant(alice, role)
    assert bob.event(event["id"], ALICE).json.get("summary") == (None if role == "freeBusyReader" else "Open")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("method", ["insert", "import", "quickAdd", "patch", "update", "delete", "move"])
def test_only_writers_write(alice: Person, bob: Person, role: str, method: str) -> None:
    """C.11"""
    event = alice.made(meeting())
    grant(alice, role)
    one = f"{ALICES}/events/{event['id']}"
    calls = {
        "insert": lambda: bob.insert(meeting(), ALICE),
        "import": lambda: bob.call("POST", f"{ALICES}/events/import", meeting(iCalUID="x@y.example")),
        "quickAdd": lambda: bob.call("POST", f"{ALICES}/events/quickAdd", text="Lunch"),
        "patch": lambda: bob.call("PATCH", one, {"summary": "x"}),
        "update": lambda: bob.call("PUT", one, meeting("x")),
        "delete": lambda: bob.call("DELETE", one),
        "move": lambda: bob.call("POST", f"{one}/move", destination=BOB),
    }
    answer = calls[method]()
    if role in {"freeBusyReader", "reader"}:
        assert (answer.status, answer.reason) == (403, "requiredAccessLevel")
    else:
        assert answer.status in {200, 204}, answer.body


@pytest.mark.parametrize("verb", ["PATCH", "PUT", "DELETE"])
def test_a_writer_without_private_access_leaves_private_events_alone(alice: Person, bob: Person, verb: str) -> None:
    """C.11"""
    event = alice.made(meeting(visibility="private"))
    grant(alice, "writerWithoutPrivateAccess")
    answer = bob.call(verb, f"{ALICES}/events/{event['id']}", None if verb == "DELETE" else meeting("x"))
    assert (answer.status, answer.reason) == (403, "requiredAccessLevel")


def test_a_search_finds_nothing_in_hidden_details(alice: Person, bob: Person) -> None:
    """C.11"""
    alice.made(meeting("Merger", visibility="private", extendedProperties={"private": {"deal": "x"}}))
    grant(alice, "reader")
    assert bob.events(ALICE, q="merger").json["items"] == []
    assert bob.events(ALICE, privateExtendedProperty="deal=x").json["items"] == []
    assert len(alice.events(q="merger").json["items"]) == 1


def test_who_loses_access_loses_the_list_entry(alone: World, alice: Person, bob: Person) -> None:
    grant(alice, "reader")
    bob.call("POST", "/calendar/v3/users/me/calendarList", {"id": ALICE})
    token = bob.call("GET", "/calendar/v3/users/me/calendarList").json["nextSyncToken"]
    alice.call("DELETE", f"{ACL}/user:{BOB}")
    (entry,) = bob.call("GET", "/calendar/v3/users/me/calendarList", syncToken=token).json["items"]
    assert (entry["id"], entry["deleted"]) == (ALICE, True)
