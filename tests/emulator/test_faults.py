"""Scripted faults and the control API."""

from typing import Any

import pytest

from tests.emulator.world import ALICE, BOB, NOW, Person, World, meeting
from workspace_emulator.http.message import Request


@pytest.mark.parametrize(
    ("reason", "status", "message"),
    [
        ("rateLimitExceeded", 403, "Rate Limit Exceeded"),
        ("userRateLimitExceeded", 403, "User Rate Limit Exceeded"),
        ("quotaExceeded", 403, "Calendar usage limits exceeded."),
        ("backendError", 500, "Backend Error"),
        ("fullSyncRequired", 410, "Sync token is no longer valid, a full sync is required."),
        ("conditionNotMet", 412, "Precondition check failed."),
    ],
)
def test_a_fault_answers_with_the_literal_of_its_reason(
    world: World, alice: Person, reason: str, status: int, message: str
) -> None:
    world.control("POST", "faults", {"method": "calendar.events.*", "reason": reason, "count": 1})
    answer = alice.events()
    assert (answer.status, answer.reason, answer.message) == (status, reason, message)
    assert alice.events().status == 200


def test_a_fault_before_leaves_nothing_behind_and_one_after_the_commit_does(world: World, alice: Person) -> None:
    for when, kept in (("before", 0), ("after", 1)):
        world.control("POST", "faults", {"method": "calendar.events.insert", "status": 503, "when": when, "count": 1})
        assert alice.insert(meeting()).status == 503
        assert len(alice.events().json["items"]) == kept


def test_a_fault_may_hit_one_person_one_kind_of_request_and_carry_retry_after(
    world: World, alice: Person, bob: Person
) -> None:
    body = {"method": "calendar.events.list", "user": ALICE, "status": 429, "retry_after_seconds": 7}
    world.control("POST", "faults", body | {"with_sync_token": True})
    token = alice.sync_token()
    answer = alice.events(syncToken=token)
    assert (answer.status, answer.headers["retry-after"]) == (429, "7")
    assert bob.events(syncToken=bob.sync_token()).status == 200


def test_chance_is_repeatable_by_its_seed(world: World, alice: Person) -> None:
    def run() -> list[int]:
        world.control("DELETE", "faults")
        world.control("POST", "faults", {"status": 500, "probability": 0.5, "seed": 3})
        return [alice.events().status for _ in range(20)]

    first = run()
    assert set(first) == {200, 500}
    assert run() == first


def test_a_proxy_answers_with_a_page(world: World, alice: Person) -> None:
    """G.1"""
    world.control("POST", "faults", {"status": 502, "html": True})
    answer = alice.events()
    assert (answer.status, answer.headers["content-type"]) == (502, "text/html; charset=UTF-8")


def test_a_fault_can_be_taken_away_and_a_wrong_one_is_explained(world: World, alice: Person) -> None:
    number = world.control("POST", "faults", {"status": 500}).json["id"]
    assert [fault["id"] for fault in world.control("GET", "faults").json["faults"]] == [number]
    assert world.control("DELETE", f"faults/{number}").status == 200
    assert alice.events().status == 200
    refused = world.control("POST", "faults", {"stauts": 500})
    assert (refused.status, refused.json["error"][:23]) == (400, "Unknown field 'stauts'.")


def test_the_log_tells_methods_people_and_answers_but_no_titles(world: World, alice: Person) -> None:
    alice.made(meeting("Secret title"))
    alice.events(q="Secret")
    rows = world.control("GET", "requests?after=0").json["requests"]
    assert [(row["google_method"], row["subject"], row["status"]) for row in rows] == [
        ("calendar.events.insert", ALICE, 200),
        ("calendar.events.list", ALICE, 200),
    ]
    assert "Secret" not in str(rows)
    assert [row["n"] for row in world.control("GET", "requests?after=1").json["requests"]] == [2]
    world.control("POST", "requests/clear")
    assert world.control("GET", "requests").json["requests"] == []


def test_the_clock_is_moved_set_and_reset(world: World) -> None:
    assert world.control("POST", "clock", {"advance_seconds": 60}).json["now"] == "2026-11-23T08:01:00+00:00"
    assert (
        world.control("POST", "clock", {"now": "2027-01-01T00:00:00+01:00"}).json["now"][:19] == "2026-12-31T23:00:00"
    )
    assert world.control("POST", "clock", {"reset": True}).json["now"] == NOW.isoformat()
    assert world.control("POST", "clock", {"now": "noon"}).status == 400


def test_the_state_names_people_groups_delegations_and_switches(world: World) -> None:
    state = world.control("GET", "state").json
    assert [user["email"] for user in state["users"]][:2] == ["admin@bank.example", ALICE]
    assert {"id", "aliases", "suspended", "has_calendar", "is_admin", "privileges"} <= set(state["users"][0])
    assert {group["email"] for group in state["groups"]} == {
        "tellers@bank.example",
        "staff@bank.example",
        "all@bank.example",
    }
    assert len(state["delegations"]) == 1
    assert state["apis"] == {"calendar": True, "directory": True}
    assert state["switches"]["allow_http_push"] is True


def test_people_and_groups_are_made_changed_and_removed(world: World, admin: Person) -> None:
    assert world.control("POST", "users", {"email": "dora@bank.example", "time_zone": "Europe/Berlin"}).status == 200
    world.control("POST", "groups", {"email": "new@bank.example"})
    world.control("PUT", "groups/new@bank.example/members/dora@bank.example", {"role": "OWNER"})
    rows = admin.directory("groups/new@bank.example/members").json["members"]
    assert [(row["email"], row["role"]) for row in rows] == [("dora@bank.example", "OWNER")]
    world.control("DELETE", "groups/new@bank.example/members/dora@bank.example")
    assert "members" not in admin.directory("groups/new@bank.example/members").json
    world.control("DELETE", "users/dora@bank.example")
    assert admin.directory("users/dora@bank.example").status == 404
    assert world.control("POST", "users", {"email": BOB}).json["error"] == "Entity already exists."


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "switches", {"no_such": 1}),
        ("PATCH", "switches", {"short_pages": "yes"}),
        ("PATCH", "users/alice@bank.example", {"suspended": "yes"}),
        ("PATCH", "users/alice@bank.example", {"shoe_size": 40}),
        ("POST", "users", {"email": "nonsense"}),
        ("POST", "reset", {"seed": "no-such"}),
        ("PUT", "snapshot", {"format": 99}),
    ],
)
def test_a_wrong_control_request_is_explained_in_a_sentence(world: World, method: str, path: str, body: Any) -> None:
    answer = world.control(method, path, body)
    assert answer.status == 400
    assert answer.json["error"].endswith(".")


def test_pages_of_other_sites_may_not_control_the_emulator(world: World) -> None:
    def asked(origin: str) -> int:
        headers = {"origin": origin, "host": "127.0.0.1:8090"}
        return world.call(Request.of("POST", "/emulator/v1/clock", headers=headers, json_body={"reset": True})).status

    assert asked("https://evil.example") == 403
    assert asked("http://127.0.0.1:8090") == 200


def test_a_snapshot_brings_everything_back(world: World, alice: Person, bob: Person) -> None:
    series = alice.made(meeting(recurrence=["RRULE:FREQ=DAILY;COUNT=5"], attendees=[{"email": BOB}]))
    alice.delete(f"{series['id']}_20261125T090000Z")
    alice.delete(alice.made(meeting())["id"])
    alice.call(
        "POST", "/calendar/v3/calendars/primary/events/watch", {"id": "c", "type": "web_hook", "address": "https://x"}
    )
    token = alice.sync_token(showDeleted=True)
    before = alice.events(showDeleted=True).json
    snapshot = world.control("GET", "snapshot").json
    other = World.of()
    assert other.control("PUT", "snapshot", snapshot).status == 200
    again = Person(other, alice.token)
    assert again.events(showDeleted=True).json == before
    assert again.events(syncToken=token).json["items"] == []
    Person(other, bob.token).delete(series["id"])
    assert [message.headers["X-Goog-Channel-ID"] for message in other.sent] == ["c"]
    assert again.insert(meeting(id=series["id"])).status == 409


def test_a_reset_starts_a_seed_under_the_same_service_account(world: World) -> None:
    before = world.control("GET", "state").json["service_account"]
    assert world.control("POST", "reset", {"seed": "small"}).json == {"seed": "small"}
    state = world.control("GET", "state").json
    assert (state["seed"], state["service_account"]) == ("small", before)
    assert list(state["delegations"]) == [before["client_id"]]


def test_lost_sync_tokens_are_repeatable_by_the_chances_seed(world: World, alice: Person) -> None:
    def losses() -> list[int]:
        world.switch(chance_seed=3, sync_token_loss_probability=0.5)
        seen = []
        for _ in range(12):
            world.switch(sync_token_loss_probability=0.0)
            alice.made(meeting())
            token = alice.sync_token()
            world.switch(sync_token_loss_probability=0.5)
            seen.append(alice.events(syncToken=token).status)
        return seen

    assert losses() == losses()
