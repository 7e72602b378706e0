"""Series, instances and exceptions: FACTS.md, C.3 to C.5. Berlin leaves summer time on 2026-10-25."""

from typing import Any

import pytest

from tests.emulator.world import BERLIN, Person, World, days, meeting

WEEKLY = ["RRULE:FREQ=WEEKLY;COUNT=4"]


def series(start: str = "2026-10-19T10:00:00+02:00", rule: list[str] | None = None, **more: Any) -> Any:
    return meeting("Series", start, recurrence=rule or WEEKLY, **more)


def starts(answer: Any) -> list[str]:
    return [item["start"].get("dateTime") or item["start"]["date"] for item in answer.json["items"]]


def suffixes(answer: Any) -> list[str]:
    return [item["id"].split("_")[1] for item in answer.json["items"]]


def instances(person: Person, master_id: str, **query: Any) -> Any:
    return person.call("GET", f"/calendar/v3/calendars/primary/events/{master_id}/instances", **query)


def test_a_series_keeps_its_wall_clock_over_the_end_of_summer_time(alice: Person) -> None:
    """C.4"""
    master = alice.made(series())
    answer = instances(alice, master["id"])
    assert starts(answer) == [
        "2026-10-19T10:00:00+02:00",
        "2026-10-26T10:00:00+01:00",
        "2026-11-02T10:00:00+01:00",
        "2026-11-09T10:00:00+01:00",
    ]
    assert suffixes(answer) == ["20261019T080000Z", "20261026T090000Z", "20261102T090000Z", "20261109T090000Z"]


def test_an_instance_has_its_place_in_the_series_and_no_rule(alice: Person) -> None:
    """C.4"""
    master = alice.made(series())
    item = alice.event(f"{master['id']}_20261026T090000Z").json
    assert item["recurringEventId"] == master["id"]
    assert item["originalStartTime"] == {"dateTime": "2026-10-26T10:00:00+01:00", "timeZone": BERLIN}
    assert item["iCalUID"] == master["iCalUID"]
    assert "recurrence" not in item


@pytest.mark.parametrize("suffix", ["20261020T080000Z", "20261019T090000Z", "20261116T090000Z", "20261019", "x"])
def test_an_id_outside_the_series_is_not_found(alice: Person, suffix: str) -> None:
    """C.4"""
    master = alice.made(series())
    assert alice.event(f"{master['id']}_{suffix}").status == 404


def test_all_day_instances_are_named_by_their_day(alice: Person) -> None:
    """C.4"""
    master = alice.made(days("2026-10-24", "2026-10-26", recurrence=["RRULE:FREQ=DAILY;INTERVAL=7;UNTIL=20261031"]))
    answer = instances(alice, master["id"])
    assert suffixes(answer) == ["20261024", "20261031"]
    assert answer.json["items"][1]["end"] == {"date": "2026-11-02"}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param(["RRULE:FREQ=DAILY;UNTIL=20261021T080000Z"], ["19", "20", "21"], id="UNTIL in UTC counts"),
        pytest.param(["RRULE:FREQ=DAILY;UNTIL=20261021T075959Z"], ["19", "20"], id="UNTIL just before"),
        pytest.param(
            ["RRULE:FREQ=DAILY;COUNT=4", "EXDATE;TZID=Europe/Berlin:20261020T100000"], ["19", "21", "22"], id="EXDATE"
        ),
        pytest.param(["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20261020T080000Z"], ["19", "21"], id="EXDATE in UTC"),
        pytest.param(
            ["RRULE:FREQ=DAILY;COUNT=2", "RDATE;TZID=Europe/Berlin:20261023T100000"], ["19", "20", "23"], id="RDATE"
        ),
        pytest.param(["RDATE:20261023T080000Z"], ["19", "23"], id="RDATE alone"),
    ],
)
def test_rules_expand(alice: Person, rule: list[str], expected: list[str]) -> None:
    """C.4"""
    master = alice.made(series(rule=rule))
    assert [suffix[6:8] for suffix in suffixes(instances(alice, master["id"]))] == expected


def test_a_time_that_the_clock_skips_moves_forward_and_keeps_an_id_that_is_found(alice: Person) -> None:
    """C.4: Berlin skips 02:00 to 03:00 on 2027-03-28"""
    master = alice.made(series("2027-03-27T02:30:00+01:00", ["RRULE:FREQ=DAILY;COUNT=3"]))
    answer = instances(alice, master["id"])
    assert starts(answer)[1] == "2027-03-28T03:30:00+02:00"
    assert alice.event(answer.json["items"][1]["id"]).status == 200


def test_a_series_needs_a_zone(alice: Person) -> None:
    """C.4"""
    body = series()
    del body["start"]["timeZone"]
    assert alice.insert(body).message == "Missing time zone definition for start time."


def test_a_list_of_masters_holds_the_exceptions_too(alice: Person) -> None:
    """C.4"""
    master = alice.made(series())
    moved = {"start": {"dateTime": "2026-10-27T15:00:00+01:00"}, "end": {"dateTime": "2026-10-27T15:30:00+01:00"}}
    exception = alice.patch(f"{master['id']}_20261026T090000Z", moved).json
    assert exception["originalStartTime"]["dateTime"] == "2026-10-26T10:00:00+01:00"
    listed = alice.events().json["items"]
    assert [item["id"] for item in listed] == [master["id"], exception["id"]]
    assert listed[1]["start"]["dateTime"] == "2026-10-27T15:00:00+01:00"
    assert listed[0]["recurrence"] == WEEKLY


def test_a_cancelled_instance_is_listed_without_show_deleted(alice: Person) -> None:
    """C.1, C.3 class 1"""
    master = alice.made(series())
    instance = f"{master['id']}_20261026T090000Z"
    token = alice.sync_token()
    assert alice.delete(instance).status == 204
    expected = {
        "kind": "calendar#event",
        "id": instance,
        "status": "cancelled",
        "recurringEventId": master["id"],
        "originalStartTime": {"dateTime": "2026-10-26T10:00:00+01:00", "timeZone": BERLIN},
    }
    for answer in (alice.events(), alice.events(syncToken=token), alice.events(showDeleted=True)):
        item = answer.json["items"][-1]
        assert {key: item[key] for key in item if key != "etag"} == expected
    assert alice.delete(instance).reason == "deleted"
    assert len(instances(alice, master["id"]).json["items"]) == 3
    assert len(instances(alice, master["id"], showDeleted=True).json["items"]) == 4


def test_single_events_replace_the_master_by_its_instances(alice: Person) -> None:
    """C.1"""
    master = alice.made(series())
    alice.patch(f"{master['id']}_20261102T090000Z", {"summary": "Special"})
    alice.delete(f"{master['id']}_20261109T090000Z")
    items = alice.events(singleEvents=True, orderBy="startTime").json["items"]
    assert [item["summary"] for item in items] == ["Series", "Series", "Special"]
    assert all(item["recurringEventId"] == master["id"] for item in items)


def test_an_endless_series_is_expanded_to_a_finite_horizon(world: World, alice: Person) -> None:
    """C.5"""
    world.switch(expansion_days=30)
    alice.made(series("2026-11-23T10:00:00+01:00", ["RRULE:FREQ=DAILY"]))
    assert len(alice.events(singleEvents=True).json["items"]) == 30
    window = {"timeMin": "2026-11-30T00:00:00Z", "timeMax": "2026-12-02T00:00:00Z"}
    assert len(alice.events(singleEvents=True, **window).json["items"]) == 2


def test_a_master_is_in_a_window_when_an_instance_is(alice: Person) -> None:
    """C.1"""
    alice.made(series("2020-01-06T10:00:00+01:00", ["RRULE:FREQ=WEEKLY"]))
    alice.made(series("2020-01-06T10:00:00+01:00", ["RRULE:FREQ=WEEKLY;COUNT=2"]))
    assert len(alice.events(timeMin="2026-11-23T00:00:00Z").json["items"]) == 1


def test_a_changed_series_comes_back_as_one_master(alice: Person) -> None:
    """C.5"""
    master = alice.made(series())
    token = alice.sync_token()
    alice.patch(master["id"], {"summary": "Renamed"})
    assert [item["summary"] for item in alice.events(syncToken=token).json["items"]] == ["Renamed"]


def test_with_single_events_every_edit_of_a_series_comes_back_with_all_its_instances(alice: Person) -> None:
    """C.5"""
    master = alice.made(series())
    token = alice.sync_token(singleEvents=True)
    alice.patch(master["id"], {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=2"]})
    items = alice.events(singleEvents=True, syncToken=token).json["items"]
    assert [item["status"] for item in items] == ["confirmed", "confirmed", "cancelled", "cancelled"]


def test_with_single_events_a_deleted_series_comes_back_as_cancelled_instances_for_six_months(alice: Person) -> None:
    """C.5"""
    master = alice.made(series("2026-11-23T10:00:00+01:00", ["RRULE:FREQ=MONTHLY;COUNT=24"]))
    token = alice.sync_token(singleEvents=True)
    alice.delete(master["id"])
    items = alice.events(singleEvents=True, syncToken=token).json["items"]
    assert {item["status"] for item in items} == {"cancelled"}
    assert len(items) == 7


def test_a_deleted_series_takes_its_exceptions_with_it(alice: Person) -> None:
    """C.3"""
    master = alice.made(series())
    exception = alice.patch(f"{master['id']}_20261026T090000Z", {"summary": "x"}).json
    token = alice.sync_token()
    alice.delete(master["id"])
    items = {item["id"]: item for item in alice.events(syncToken=token).json["items"]}
    assert set(items) == {master["id"], exception["id"]}
    assert all(item["status"] == "cancelled" and "recurringEventId" not in item for item in items.values())
    assert alice.events().json["items"] == []


def test_exceptions_that_no_longer_belong_are_dropped_and_the_others_stay(alice: Person) -> None:
    """C.4, H: a decision where Google is silent"""
    master = alice.made(series())
    for day in ("20261026T090000Z", "20261109T090000Z"):
        alice.patch(f"{master['id']}_{day}", {"summary": "x"})
    alice.put(master["id"], series(rule=["RRULE:FREQ=WEEKLY;UNTIL=20261101T000000Z"]))
    assert [item["id"] for item in alice.events().json["items"]] == [master["id"], f"{master['id']}_20261026T090000Z"]


def test_this_and_following_is_a_shorter_series_and_a_new_one(alice: Person) -> None:
    """C.4: the documented procedure"""
    master = alice.made(series())
    token = alice.sync_token()
    alice.put(master["id"], series(rule=["RRULE:FREQ=WEEKLY;UNTIL=20261101T225959Z"]))
    alice.made(series("2026-11-02T11:00:00+01:00", ["RRULE:FREQ=WEEKLY;COUNT=2"]))
    assert len(alice.events(syncToken=token).json["items"]) == 2
    found = alice.events(singleEvents=True, orderBy="startTime")
    assert [start[11:16] for start in starts(found)] == ["10:00", "10:00", "11:00", "11:00"]


@pytest.mark.parametrize("rule", ["RRULE:FREQ=WEEKLY;COUNT=4", "RRULE:FREQ=WEEKLY;UNTIL=20261110T000000Z"])
def test_a_split_on_googles_pages_makes_a_second_series_with_r_in_its_id(
    world: World, alice: Person, rule: str
) -> None:
    """C.4"""
    master = alice.made(series(rule=[rule]))
    before = starts(instances(alice, master["id"]))
    instance = f"{master['id']}_20261102T090000Z"
    second = world.control("POST", "calendars/alice@bank.example/split", {"instance": instance}).json["id"]
    assert second == f"{master['id']}_R20261102T090000"
    assert alice.event(second).json["iCalUID"] == f"{second}@google.com"
    assert starts(instances(alice, master["id"])) + starts(instances(alice, second)) == before


def test_cancelling_by_patch_is_deleting(alice: Person) -> None:
    """C.4"""
    master = alice.made(series())
    answer = alice.patch(f"{master['id']}_20261026T090000Z", {"status": "cancelled"})
    assert (answer.status, answer.json["status"]) == (200, "cancelled")
    assert alice.event(f"{master['id']}_20261026T090000Z").json["status"] == "cancelled"


def test_a_cancelled_instance_can_be_brought_back(alice: Person) -> None:
    """C.6"""
    master = alice.made(series())
    instance = f"{master['id']}_20261026T090000Z"
    alice.delete(instance)
    assert alice.patch(instance, {"status": "confirmed"}).json["summary"] == "Series"
    assert len(instances(alice, master["id"]).json["items"]) == 4


def test_a_more_restrictive_visibility_of_one_instance_holds_for_the_series(alice: Person) -> None:
    """C.11"""
    master = alice.made(series())
    instance = f"{master['id']}_20261026T090000Z"
    alice.patch(instance, {"visibility": "private"})
    assert alice.event(master["id"]).json["visibility"] == "private"
    alice.patch(instance, {"visibility": "public"})
    assert alice.event(instance).json["visibility"] == "private"


def test_instances_are_paged_and_found_by_original_start(alice: Person) -> None:
    """C.4"""
    master = alice.made(series())
    first = instances(alice, master["id"], maxResults=3)
    second = instances(alice, master["id"], maxResults=3, pageToken=first.json["nextPageToken"])
    assert suffixes(first) + suffixes(second) == suffixes(instances(alice, master["id"]))
    found = instances(alice, master["id"], originalStart="2026-10-26T10:00:00+01:00")
    assert suffixes(found) == ["20261026T090000Z"]


def test_the_lower_bound_of_instances_is_inclusive(alice: Person) -> None:
    """C.1"""
    master = alice.made(series())
    assert len(instances(alice, master["id"], timeMin="2026-10-26T09:30:00Z").json["items"]) == 3


def test_a_free_busy_reader_gets_instances_even_without_asking(alice: Person, bob: Person) -> None:
    """C.4, C.11"""
    alice.made(series())
    items = bob.events("alice@bank.example").json["items"]
    assert len(items) == 4
    assert all("summary" not in item for item in items)


def test_an_instance_of_a_day_that_a_zone_left_out_is_found_by_its_id(alice: Person) -> None:
    """C.4: Samoa went from 29 to 31 December 2011"""
    times = {
        side: {"dateTime": f"2011-12-28T{clock}", "timeZone": "Pacific/Apia"}
        for side, clock in (("start", "10:00:00"), ("end", "11:00:00"))
    }
    master = alice.made({"summary": "Swim", "recurrence": ["RRULE:FREQ=DAILY;INTERVAL=2;COUNT=3"], **times})
    path = f"/calendar/v3/calendars/primary/events/{master['id']}/instances"
    ids = [item["id"] for item in alice.call("GET", path).json["items"]]
    assert [alice.event(instance_id).status for instance_id in ids] == [200, 200, 200]
    assert alice.delete(ids[1]).status == 204
    assert len(alice.call("GET", path).json["items"]) == 2
