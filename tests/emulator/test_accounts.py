"""Accounts over their life, and who is told of it: FACTS.md, sections B.2, B.3, B.6 and H."""

import json
from typing import Any

import pytest

from tests.emulator.world import ADMIN, ALICE, BOB, CHARLIE, Person, World, meeting

WATCH = "/admin/directory/v1/users/watch"
STOP = "/admin/directory_v1/channels/stop"
STAFF, TELLERS = "staff@bank.example", "tellers@bank.example"
ROBERT = "robert@bank.example"


def emails(answer: Any) -> list[str]:
    return [user["primaryEmail"] for user in answer.json.get("users", [])]


def derived(person: Person, group: str = STAFF) -> list[str]:
    answer = person.directory(f"groups/{group}/members", includeDerivedMembership="true")
    return [row["email"] for row in answer.json.get("members", []) if row["type"] == "USER"]


def watch(person: Person, event: str, **more: Any) -> Any:
    body = {"id": f"on-{event}", "type": "web_hook", "address": "https://hook.example/u", "token": "t"}
    answer = person.call("POST", WATCH, body | more, customer="my_customer", event=event)
    assert answer.status == 200, answer.body
    return answer.json


def told(world: World) -> list[tuple[str, str]]:
    """Channel and state of each message after the first ones."""
    rows = [(row.headers["X-Goog-Channel-ID"], row.headers["X-Goog-Resource-State"]) for row in world.sent]
    return [row for row in rows if row[1] != "sync"]


def test_a_rename_becomes_visible_after_its_lag(world: World, admin: Person) -> None:
    """B.3: up to ten minutes"""
    world.switch(rename_lag_seconds=600.0)
    world.control("PATCH", f"users/{BOB}", {"primaryEmail": ROBERT})
    assert admin.directory(f"users/{ROBERT}").status == 404
    assert admin.directory(f"users/{BOB}").json["primaryEmail"] == BOB
    world.wait(minutes=10)
    assert admin.directory(f"users/{BOB}").json["primaryEmail"] == ROBERT


def test_an_address_that_is_about_to_be_somebodys_is_taken(world: World) -> None:
    """B.3"""
    world.switch(rename_lag_seconds=600.0)
    world.control("PATCH", f"users/{BOB}", {"primaryEmail": ROBERT})
    assert world.control("PATCH", f"users/{ALICE}", {"primaryEmail": ROBERT}).status == 400


def test_an_old_address_is_not_free_for_others(world: World) -> None:
    """B.3: it stays as an alias"""
    world.control("PATCH", f"users/{BOB}", {"primaryEmail": ROBERT})
    assert world.control("POST", "users", {"email": BOB}).status == 400


def test_an_alias_outside_the_primary_domain_cannot_be_edited(world: World, admin: Person) -> None:
    """B.2"""
    world.control("PATCH", f"users/{BOB}", {"primaryEmail": "bob@other.example"})
    world.control("PATCH", f"users/{BOB}", {"primaryEmail": ROBERT})
    user = admin.directory(f"users/{BOB}").json
    assert (user["aliases"], user["nonEditableAliases"]) == ([BOB], ["bob@other.example"])


def test_a_suspension_shows_its_reason_and_moment_while_it_lasts(world: World, admin: Person) -> None:
    """B.2"""
    world.control("PATCH", f"users/{BOB}", {"suspended": True, "archived": True})
    user = admin.directory(f"users/{BOB}").json
    moments = (user["suspensionReason"], user["suspensionTime"], user["archivalTime"])
    assert moments == ("ADMIN", "2026-11-23T08:00:00.000Z", "2026-11-23T08:00:00.000Z")
    world.control("PATCH", f"users/{BOB}", {"suspended": False, "archived": False})
    assert not {"suspensionReason", "suspensionTime", "archivalTime"} & set(admin.directory(f"users/{BOB}").json)


def test_guests_are_in_lists_unless_asked_otherwise(world: World, admin: Person) -> None:
    """B.2"""
    world.control("PATCH", f"users/{BOB}", {"is_guest": True})
    assert BOB in emails(admin.directory("users", customer="my_customer"))
    assert emails(admin.directory("users", customer="my_customer", query="isGuest=true")) == [BOB]
    assert BOB not in emails(admin.directory("users", customer="my_customer", query="isGuest=false"))


def test_a_deleted_user_is_shown_for_twenty_days(world: World, admin: Person) -> None:
    """B.2"""
    world.control("DELETE", f"users/{BOB}")
    world.wait(days=19, hours=23)
    again = world.person(ADMIN)
    assert emails(again.directory("users", customer="my_customer", showDeleted="true")) == [BOB]
    world.wait(hours=1)
    again = world.person(ADMIN)
    assert emails(again.directory("users", customer="my_customer", showDeleted="true")) == []


def test_a_deleted_user_comes_back_with_the_same_id_and_calendar(world: World, admin: Person, bob: Person) -> None:
    """B.2"""
    event = bob.made(meeting())
    before = admin.directory(f"users/{BOB}").json["id"]
    world.control("DELETE", f"users/{BOB}")
    assert bob.events().status == 401
    assert world.control("POST", f"users/{before}/undelete").status == 200
    assert admin.directory(f"users/{BOB}").json["id"] == before
    assert world.person(BOB).event(event["id"]).status == 200
    assert BOB not in derived(admin)


def test_a_return_is_refused_after_twenty_days_and_when_the_address_is_taken(world: World, admin: Person) -> None:
    """B.2"""
    world.control("DELETE", f"users/{BOB}")
    world.control("POST", "users", {"email": BOB})
    assert world.control("POST", f"users/{BOB}/undelete").status == 400
    world.control("DELETE", f"users/{CHARLIE}")
    world.wait(days=20)
    assert world.control("POST", f"users/{CHARLIE}/undelete").status == 400


def test_an_id_is_never_given_twice(world: World, admin: Person) -> None:
    """B.2, B.3: an address may come to mean another person, an id never"""
    before = admin.directory(f"users/{BOB}").json["id"]
    world.control("DELETE", f"users/{BOB}")
    world.control("POST", "users", {"email": BOB})
    assert admin.directory(f"users/{BOB}").json["id"] != before


def test_a_nested_group_adds_its_members_after_the_lag(world: World, admin: Person) -> None:
    """B.2: up to ten minutes"""
    world.switch(nested_membership_lag_seconds=600.0)
    world.control("POST", "groups", {"email": "new@bank.example"})
    world.control("PUT", f"groups/new@bank.example/members/{CHARLIE}")
    world.control("PUT", f"groups/{STAFF}/members/new@bank.example", {"type": "GROUP"})
    assert derived(admin, "new@bank.example") == [CHARLIE]
    assert CHARLIE not in derived(admin)
    assert admin.directory(f"groups/{STAFF}/hasMember/{CHARLIE}").json == {"isMember": False}
    assert "new@bank.example" in str(admin.directory(f"groups/{STAFF}/members").json)
    world.wait(minutes=10)
    assert CHARLIE in derived(admin)
    assert admin.directory(f"groups/{STAFF}/hasMember/{CHARLIE}").json == {"isMember": True}


def test_group_rows_are_there_with_and_without_derived_members(admin: Person) -> None:
    """B.2"""
    for flag in ("true", "false"):
        rows = admin.directory(f"groups/{STAFF}/members", includeDerivedMembership=flag).json["members"]
        assert (TELLERS, "GROUP") in [(row["email"], row["type"]) for row in rows]


def test_a_nested_member_of_another_domain_is_an_invalid_input(world: World, admin: Person) -> None:
    """B.1: both must be in the same domain"""
    world.control("PATCH", f"users/{BOB}", {"primaryEmail": "bob@other.example"})
    answer = admin.directory(f"groups/{STAFF}/hasMember/bob@other.example")
    assert (answer.status, answer.reason, answer.message) == (400, "invalid", "Invalid Input: memberKey")
    assert admin.directory(f"groups/{TELLERS}/hasMember/bob@other.example").json == {"isMember": True}


def test_a_group_is_found_by_address_alias_and_id_whatever_the_case(world: World, admin: Person) -> None:
    """B.1"""
    world.control("POST", "groups", {"email": "new@bank.example", "aliases": ["old@bank.example"]})
    found = admin.directory("groups/OLD@bank.example").json
    assert (found["email"], found["aliases"]) == ("new@bank.example", ["old@bank.example"])
    assert admin.directory(f"groups/{found['id']}").json == found


def test_the_pages_of_one_groups_members_may_take_an_hour(world: World, admin: Person) -> None:
    """B.4"""
    token = admin.directory(f"groups/{STAFF}/members", maxResults=1).json["nextPageToken"]
    world.wait(minutes=60, seconds=1)
    answer = world.person(ADMIN).directory(f"groups/{STAFF}/members", maxResults=1, pageToken=token)
    assert (answer.status, answer.reason) == (503, "backendError")
    assert answer.message == "Service unavailable. Please try again"


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("viewType", "everything"),
        ("orderBy", "age"),
        ("sortOrder", "UP"),
        ("projection", "some"),
        ("projection", "custom"),
        ("query", "shoeSize=40"),
        ("query", "nonsense"),
    ],
)
def test_a_word_that_a_parameter_does_not_know_is_refused(admin: Person, parameter: str, value: str) -> None:
    """B.1, B.4"""
    answer = admin.directory("users", customer="my_customer", **{parameter: value})
    assert (answer.status, answer.reason) == (400, "invalid")


def test_users_are_ordered_as_asked(admin: Person) -> None:
    """B.1"""
    answer = admin.directory("users", customer="my_customer", orderBy="familyName", sortOrder="DESCENDING")
    assert [user["name"]["familyName"] for user in answer.json["users"]] == ["Cooper", "Baker", "Archer", "Admin"]


def test_organisational_units_are_for_administrators(admin: Person, bob: Person) -> None:
    """B.2: admin_view only"""
    asked = {"customer": "my_customer", "query": "orgUnitPath='/'"}
    assert len(emails(admin.directory("users", **asked))) == 4
    assert bob.directory("users", viewType="domain_public", **asked).status == 400


def test_a_page_may_be_empty_and_have_a_token(world: World, admin: Person) -> None:
    """B, what an emulator must"""
    world.switch(short_pages=True)
    seen: list[str] = []
    answer = admin.directory("users", customer="my_customer", maxResults=2)
    assert emails(answer) == []
    while "nextPageToken" in answer.json:
        token = answer.json["nextPageToken"]
        answer = admin.directory("users", customer="my_customer", maxResults=2, pageToken=token)
        seen += emails(answer)
    assert seen == [ADMIN, ALICE, BOB, CHARLIE]


def test_a_channel_on_users_lives_two_hours_and_at_most_two_days(admin: Person) -> None:
    """B.6"""
    assert int(watch(admin, "add")["expiration"]) == (1_795_420_800 + 7200) * 1000
    long = watch(admin, "update", params={"ttl": "999999"})
    assert int(long["expiration"]) == (1_795_420_800 + 172_800) * 1000


def test_each_event_has_its_own_channel(world: World, admin: Person) -> None:
    """B.6"""
    for event in ("add", "delete", "makeAdmin", "undelete", "update"):
        watch(admin, event)
    assert [row.headers["X-Goog-Resource-State"] for row in world.sent] == ["sync"] * 5
    world.control("POST", "users", {"email": "dora@bank.example"})
    world.control("PATCH", f"users/{BOB}", {"family_name": "Butcher"})
    world.control("PATCH", f"users/{BOB}", {"is_admin": True})
    world.control("DELETE", f"users/{CHARLIE}")
    world.control("POST", f"users/{CHARLIE}/undelete")
    events = ["add", "update", "makeAdmin", "delete", "undelete"]
    assert told(world) == [(f"on-{event}", event) for event in events]


def test_a_message_about_a_user_has_a_body_with_an_etag_of_its_own(world: World, admin: Person) -> None:
    """B.6"""
    watch(admin, "update")
    world.control("PATCH", f"users/{BOB}", {"suspended": True})
    user = admin.directory(f"users/{BOB}").json
    message = world.sent[-1]
    body = json.loads(message.body)
    assert {**body, "etag": ""} == {
        "kind": "admin#directory#user",
        "id": user["id"],
        "etag": "",
        "primaryEmail": BOB,
    }
    assert body["etag"] != user["etag"]
    assert message.headers["X-Goog-Channel-Token"] == "t"
    assert world.sent[0].body == b""


def test_whether_a_suspension_is_told_is_a_switch(world: World, admin: Person) -> None:
    """B.6, unverified"""
    world.switch(suspension_is_told=False)
    watch(admin, "update")
    world.control("PATCH", f"users/{BOB}", {"suspended": True})
    assert told(world) == []


def test_a_channel_on_a_domain_hears_of_that_domain_only(world: World, admin: Person) -> None:
    """B.6"""
    world.control("PATCH", f"users/{CHARLIE}", {"primaryEmail": "charlie@other.example"})
    body = {"id": "d", "type": "web_hook", "address": "https://hook.example/u"}
    assert admin.call("POST", WATCH, body, domain="other.example", event="update").status == 200
    world.control("PATCH", f"users/{BOB}", {"family_name": "Butcher"})
    world.control("PATCH", f"users/{CHARLIE}", {"family_name": "Carter"})
    assert told(world) == [("d", "update")]


@pytest.mark.parametrize("event", ["", "suspend"])
def test_a_channel_needs_an_event_that_exists(admin: Person, event: str) -> None:
    """B.6"""
    body = {"id": "x", "type": "web_hook", "address": "https://hook.example/u"}
    assert admin.call("POST", WATCH, body, customer="my_customer", event=event).status == 400


def test_only_administrators_watch_users(bob: Person) -> None:
    """B.4"""
    body = {"id": "x", "type": "web_hook", "address": "https://hook.example/u"}
    answer = bob.call("POST", WATCH, body, customer="my_customer", event="update")
    assert (answer.status, answer.message) == (403, "Not Authorized to access this resource/api")


def test_a_channel_on_users_is_stopped_at_the_directorys_own_path(world: World, admin: Person) -> None:
    """B.1: with an underscore"""
    channel = watch(admin, "update")
    assert admin.call("POST", STOP, {"id": channel["id"], "resourceId": channel["resourceId"]}).status == 204
    world.control("PATCH", f"users/{BOB}", {"suspended": True})
    assert told(world) == []


def test_one_id_is_unique_among_all_channels_of_the_project(admin: Person) -> None:
    """F.1"""
    watch(admin, "update")
    body = {"id": "on-update", "type": "web_hook", "address": "https://hook.example/c"}
    answer = admin.call("POST", "/calendar/v3/calendars/primary/events/watch", body)
    assert answer.reason == "channelIdNotUnique"


def test_renames_on_their_way_and_deleted_calendars_are_in_the_snapshot(world: World, bob: Person) -> None:
    event = bob.made(meeting())
    world.switch(rename_lag_seconds=60.0)
    world.control("PATCH", f"users/{ALICE}", {"primaryEmail": "alicia@bank.example"})
    world.control("DELETE", f"users/{BOB}")
    other = World.of()
    assert other.control("PUT", "snapshot", world.control("GET", "snapshot").json).status == 200
    assert other.control("POST", f"users/{BOB}/undelete").status == 200
    assert other.person(BOB).event(event["id"]).status == 200
    other.wait(seconds=60)
    assert other.person(ADMIN).directory(f"users/{ALICE}").json["primaryEmail"] == "alicia@bank.example"
