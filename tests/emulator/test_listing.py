"""Lists, sync tokens, pages and tombstones: FACTS.md, C.1 to C.3."""

from typing import Any

import pytest

from tests.emulator.world import ALICE, BOB, Person, World, days, meeting


def ids(answer: Any) -> list[str]:
    return [item["id"] for item in answer.json["items"]]


def test_a_full_list_ends_with_a_sync_token_and_nothing_new_gives_nothing(alice: Person) -> None:
    """C.2"""
    alice.made(meeting())
    token = alice.sync_token()
    answer = alice.events(syncToken=token)
    assert (answer.json["items"], answer.json["nextSyncToken"]) == ([], token)


def test_an_incremental_list_holds_the_latest_state_of_each_changed_event_once(alice: Person) -> None:
    """C.2, H: own writes come back, coalesced"""
    first, second = alice.made(meeting()), alice.made(meeting())
    token = alice.sync_token()
    alice.patch(first["id"], {"summary": "1"})
    alice.patch(second["id"], {"summary": "2"})
    alice.patch(first["id"], {"summary": "3"})
    items = alice.events(syncToken=token).json["items"]
    assert [(item["id"], item["summary"]) for item in items] == [(second["id"], "2"), (first["id"], "3")]


def test_an_old_token_still_works(alice: Person) -> None:
    """C.2"""
    token = alice.sync_token()
    alice.made(meeting())
    alice.sync_token()
    assert len(alice.events(syncToken=token).json["items"]) == 1


def test_a_deletion_arrives_as_a_bare_tombstone(alice: Person) -> None:
    """C.3 class 2 and 3"""
    event = alice.made(meeting())
    token = alice.sync_token()
    alice.delete(event["id"])
    (bare,) = alice.events(syncToken=token).json["items"]
    assert set(bare) == {"kind", "etag", "id", "status"}
    assert bare["status"] == "cancelled"
    (full,) = alice.events(syncToken=token, showDeleted=True).json["items"]
    assert (full["status"], full["summary"]) == ("cancelled", "Talk")


@pytest.mark.parametrize(
    "restriction",
    [
        {"iCalUID": "x"},
        {"orderBy": "updated"},
        {"privateExtendedProperty": "a=b"},
        {"sharedExtendedProperty": "a=b"},
        {"q": "x"},
        {"timeMin": "2026-11-24T00:00:00Z"},
        {"timeMax": "2026-11-24T00:00:00Z"},
        {"updatedMin": "2026-11-24T00:00:00Z"},
        {"showDeleted": False},
    ],
    ids=lambda value: next(iter(value)),
)
def test_a_sync_token_stands_beside_no_restriction(alice: Person, restriction: dict[str, Any]) -> None:
    """C.2"""
    answer = alice.events(syncToken=alice.sync_token(), **restriction)
    assert (answer.status, answer.reason) == (400, "syncTokenWithRequestRestrictions")
    assert answer.message == "Sync token cannot be used with other request restrictions."


@pytest.mark.parametrize("garbage", ["nonsense", "CPDAlvWDx70CEPDAlvWDx70CGAU=", "ü"])
def test_a_malformed_token_is_a_400(alice: Person, garbage: str) -> None:
    """C.2"""
    answer = alice.events(syncToken=garbage)
    assert (answer.status, answer.message) == (400, "Invalid sync token value.")


def test_a_token_of_another_calendar_or_of_other_parameters_is_malformed(alice: Person, bob: Person) -> None:
    """C.2"""
    token = alice.sync_token()
    assert bob.events(syncToken=token).status == 400
    assert alice.events(syncToken=token, singleEvents=True).status == 400
    assert alice.events(syncToken=token, showDeleted=True).status == 200


def test_a_lost_token_answers_the_literal_410(world: World, alice: Person) -> None:
    """C.2, G.2"""
    token = alice.sync_token()
    world.control("POST", f"calendars/{ALICE}/end-sync-tokens")
    answer = alice.events(syncToken=token)
    message = "Sync token is no longer valid, a full sync is required."
    assert answer.status == 410
    assert answer.json["error"]["errors"] == [
        {
            "domain": "calendar",
            "reason": "fullSyncRequired",
            "message": message,
            "locationType": "parameter",
            "location": "syncToken",
        }
    ]


def test_a_change_of_roles_ends_sync_tokens(world: World, alice: Person) -> None:
    """C.2, E"""
    token = alice.sync_token()
    world.control("PUT", f"calendars/{ALICE}/roles/{BOB}", {"role": "reader"})
    assert alice.events(syncToken=token).status == 410


def test_a_token_ages(world: World, alice: Person) -> None:
    """C.2: expiry, switchable"""
    token = alice.sync_token()
    world.wait(days=29)
    assert world.person(ALICE).events(syncToken=token).status == 200
    world.wait(days=3)
    assert world.person(ALICE).events(syncToken=token).status == 410
    world.switch(sync_token_days=0)
    assert world.person(ALICE).events(syncToken=token).status == 200


def test_what_changes_while_pages_are_turned_is_not_lost(alice: Person) -> None:
    """C.2"""
    events = [alice.made(meeting(str(number))) for number in range(5)]
    first = alice.events(maxResults=2)
    assert "nextSyncToken" not in first.json
    alice.patch(events[0]["id"], {"summary": "seen before"})
    alice.patch(events[4]["id"], {"summary": "not yet seen"})
    new = alice.made(meeting("new"))
    second = alice.events(maxResults=2, pageToken=first.json["nextPageToken"])
    third = alice.events(maxResults=2, pageToken=second.json["nextPageToken"])
    assert ids(first) + ids(second) + ids(third) == [event["id"] for event in events]
    later = alice.events(syncToken=third.json["nextSyncToken"])
    assert set(ids(later)) == {events[0]["id"], events[4]["id"], new["id"]}


def test_an_incremental_list_is_paged_with_both_tokens(alice: Person) -> None:
    """C.2"""
    token = alice.sync_token()
    events = [alice.made(meeting(str(number))) for number in range(3)]
    first = alice.events(syncToken=token, maxResults=2)
    alice.patch(events[2]["id"], {"summary": "moved on"})
    second = alice.events(syncToken=token, maxResults=2, pageToken=first.json["nextPageToken"])
    later = alice.events(syncToken=second.json["nextSyncToken"])
    assert ids(first) == [events[0]["id"], events[1]["id"]]
    assert ids(second) + ids(later) == [events[2]["id"]]


def test_a_page_token_belongs_to_its_query(alice: Person) -> None:
    """C.1"""
    for _ in range(2):
        alice.made(meeting())
    token = alice.events(maxResults=1).json["nextPageToken"]
    assert alice.events(pageToken=token, showDeleted=True).status == 400
    assert alice.events(pageToken="garbage").message == "Invalid page token value."


def test_short_and_empty_pages_carry_a_token(world: World, alice: Person) -> None:
    """C.1"""
    event = alice.made(meeting())
    world.switch(short_pages=True)
    first = alice.events()
    assert first.json["items"] == []
    assert ids(alice.events(pageToken=first.json["nextPageToken"])) == [event["id"]]


@pytest.mark.parametrize(
    ("window", "found"),
    [
        pytest.param({"timeMin": "2026-11-24T09:30:00Z"}, False, id="timeMin excludes an end at it"),
        pytest.param({"timeMin": "2026-11-24T09:29:59Z"}, True, id="timeMin"),
        pytest.param({"timeMax": "2026-11-24T09:00:00Z"}, False, id="timeMax excludes a start at it"),
        pytest.param({"timeMax": "2026-11-24T10:00:01+01:00"}, True, id="timeMax"),
    ],
)
def test_the_window_excludes_its_bounds(alice: Person, window: dict[str, str], found: bool) -> None:
    """C.1"""
    alice.made(meeting())
    assert bool(alice.events(**window).json["items"]) is found


def test_an_all_day_event_lies_in_the_calendars_zone(alice: Person) -> None:
    """C.7, H"""
    alice.made(days("2026-11-24", "2026-11-25"))
    assert alice.events(timeMin="2026-11-24T22:59:59Z").json["items"]
    assert not alice.events(timeMin="2026-11-24T23:00:00Z").json["items"]


def test_an_empty_range_is_refused_with_its_place(alice: Person) -> None:
    """C.1, G.2"""
    answer = alice.events(timeMin="2026-11-24T10:00:00Z", timeMax="2026-11-24T10:00:00Z")
    assert (answer.status, answer.reason) == (400, "timeRangeEmpty")
    assert answer.json["error"]["errors"][0]["location"] == "timeMax"


def test_an_instant_needs_its_offset(alice: Person) -> None:
    """C.1"""
    assert alice.events(timeMin="2026-11-24T10:00:00").status == 400


def test_a_window_does_not_bind_the_sync_token_unless_switched(world: World, alice: Person) -> None:
    """C.2, least certain fact 3"""
    window = {"timeMin": "2026-11-23T00:00:00Z", "timeMax": "2026-11-25T00:00:00Z"}
    for keeps, expected in ((False, 1), (True, 0)):
        world.switch(sync_token_keeps_window=keeps)
        token = alice.sync_token(**window)
        alice.made(meeting(start="2027-05-05T10:00:00+02:00"))
        assert len(alice.events(syncToken=token).json["items"]) == expected


@pytest.mark.parametrize("query", [{"q": "talk"}, {"orderBy": "updated"}, {"iCalUID": "x"}])
def test_a_filtered_or_ordered_list_gives_no_sync_token(alice: Person, query: dict[str, str]) -> None:
    """C.2, a decision where Google is silent"""
    assert "nextSyncToken" not in alice.events(**query).json


def test_start_order_needs_single_events(alice: Person) -> None:
    """C.1"""
    answer = alice.events(orderBy="startTime")
    assert (answer.status, answer.message) == (
        400,
        "The requested ordering is not available for the particular query.",
    )


def test_orders_are_kept_across_pages(world: World, alice: Person) -> None:
    """C.1"""
    late = alice.made(meeting(start="2026-11-25T10:00:00+01:00"))
    world.wait(seconds=1)
    early = alice.made(meeting(start="2026-11-24T10:00:00+01:00"))
    first = alice.events(orderBy="startTime", singleEvents=True, maxResults=1)
    second = alice.events(orderBy="startTime", singleEvents=True, maxResults=1, pageToken=first.json["nextPageToken"])
    assert ids(first) + ids(second) == [early["id"], late["id"]]
    assert ids(alice.events(orderBy="updated")) == [late["id"], early["id"]]


def test_deleted_events_are_listed_only_on_demand_and_for_a_time(world: World, alice: Person) -> None:
    """C.1, C.3"""
    event = alice.made(meeting())
    alice.delete(event["id"])
    assert ids(alice.events()) == []
    assert ids(alice.events(showDeleted=True)) == [event["id"]]
    world.wait(days=31)
    assert ids(world.person(ALICE).events(showDeleted=True)) == []


def test_updated_min_brings_deletions_and_has_a_horizon(world: World, alice: Person) -> None:
    """C.1"""
    event, _ = alice.made(meeting()), alice.made(meeting())
    world.wait(minutes=1)
    alice.delete(event["id"])
    assert ids(alice.events(updatedMin="2026-11-23T08:00:30Z")) == [event["id"]]
    answer = alice.events(updatedMin="2026-01-01T00:00:00Z")
    assert (answer.status, answer.reason) == (410, "updatedMinTooLongAgo")


def test_filters_select(world: World, alice: Person) -> None:
    """C.1, C.9"""
    one = alice.made(meeting("Blue whale", extendedProperties={"private": {"a": "1"}}))
    two = alice.made(meeting("Red fox", extendedProperties={"private": {"b": "2"}}))
    assert ids(alice.events(q="whale BLUE")) == [one["id"]]
    assert ids(alice.events(iCalUID=two["iCalUID"])) == [two["id"]]
    assert ids(alice.events(privateExtendedProperty="b=2")) == [two["id"]]
    both: Any = {"privateExtendedProperty": ["a=1", "b=2"]}
    assert ids(alice.events(**both)) == []
    world.switch(property_filter="or")
    assert ids(alice.events(**both)) == [one["id"], two["id"]]


def test_event_types_select(alice: Person) -> None:
    """C.1"""
    away = alice.made(meeting(eventType="outOfOffice"))
    alice.made(meeting())
    assert ids(alice.events(eventTypes=["outOfOffice", "focusTime"])) == [away["id"]]
    assert alice.events(eventTypes="party").status == 400


def test_the_zone_parameter_only_renders(alice: Person) -> None:
    """C.1"""
    alice.made(meeting())
    answer = alice.events(timeZone="Asia/Tokyo").json
    assert answer["items"][0]["start"] == {"dateTime": "2026-11-24T18:00:00+09:00", "timeZone": "Europe/Berlin"}


def test_a_lagging_list_shows_a_change_later(world: World, alice: Person) -> None:
    """H: eventual consistency"""
    token = alice.sync_token()
    world.wait(seconds=10)
    world.switch(read_after_write_lag_seconds=5)
    event = alice.made(meeting())
    answer = alice.events(syncToken=token)
    assert ids(answer) == []
    assert ids(alice.events()) == []
    world.wait(seconds=6)
    assert ids(alice.events(syncToken=answer.json["nextSyncToken"])) == [event["id"]]


def test_etag_churn_changes_an_event_once_more(world: World, alice: Person) -> None:
    """H"""
    world.switch(etag_churn=True)
    event = alice.made(meeting())
    again = alice.event(event["id"]).json
    assert again["etag"] != event["etag"]
    assert {key: value for key, value in again.items() if key not in {"etag", "updated"}} == {
        key: value for key, value in event.items() if key not in {"etag", "updated"}
    }


@pytest.mark.parametrize(
    ("role", "title", "private_title"),
    [("freeBusyReader", None, None), ("reader", "Open", None), ("writer", "Open", "Secret")],
)
def test_details_show_by_role_and_visibility(
    world: World, alice: Person, bob: Person, role: str, title: str | None, private_title: str | None
) -> None:
    """C.11"""
    alice.made(meeting("Open"))
    alice.made(meeting("Secret", visibility="private"))
    alice.made(meeting("For all", visibility="public"))
    world.control("PUT", f"calendars/{ALICE}/roles/{BOB}", {"role": role})
    answer = bob.events(ALICE).json
    assert answer["accessRole"] == role
    assert [item.get("summary") for item in answer["items"]] == [title, private_title, "For all"]


def test_a_calendar_that_is_not_shared_is_not_found(world: World, bob: Person) -> None:
    """G.2"""
    world.switch(internal_sharing="none")
    assert bob.events(ALICE).status == 404


def test_incremental_lists_of_a_large_calendar_do_not_scan_it(world: World, alice: Person) -> None:
    for number in range(2000):
        alice.made(meeting(str(number)))
    token = alice.sync_token(maxResults=2500)
    alice.made(meeting("last"))
    calendar = next(iter(c for c in world.core.workspace.calendars.values() if len(c.events) > 1000))
    looked_at = list(calendar.log.since(2000, calendar.log.head))
    assert len(looked_at) == 1
    assert len(alice.events(syncToken=token).json["items"]) == 1
