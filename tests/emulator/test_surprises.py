"""What surprises a client: FACTS.md, section H."""

from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from tests.emulator.running import Running, running
from tests.emulator.test_consent import signed_in
from tests.emulator.world import ALICE, BOB, Person, World, meeting

WATCH = "/calendar/v3/calendars/primary/events/watch"
HOOK = {"id": "channel", "type": "web_hook", "address": "https://hook.example/x"}


def changed(person: Person, token: str) -> list[tuple[str, str]]:
    items = person.events(syncToken=token).json["items"]
    return [(item["id"], item["status"]) for item in items]


def test_own_writes_come_back_by_default(world: World, alice: Person) -> None:
    """H: echo"""
    alice.call("POST", WATCH, HOOK)
    token = alice.sync_token()
    event = alice.made(meeting())
    assert changed(alice, token) == [(event["id"], "confirmed")]
    assert len(world.sent) == 2


def test_without_the_echo_only_others_writes_come_back(world: World, alice: Person, bob: Person) -> None:
    """H: echo"""
    world.switch(echo=False)
    alice.call("POST", WATCH, HOOK)
    token = alice.sync_token()
    own = alice.made(meeting())
    assert changed(alice, token) == []
    assert len(world.sent) == 1
    invitation = bob.made(meeting("By Bob", attendees=[{"email": ALICE}]))
    assert changed(alice, token) == [(invitation["id"], "confirmed")]
    assert len(world.sent) == 2
    assert own["id"] in [item["id"] for item in alice.events().json["items"]]


def test_the_muted_echo_is_in_the_snapshot(world: World, alice: Person) -> None:
    world.switch(echo=False)
    token = alice.sync_token()
    alice.made(meeting())
    other = World.of()
    other.control("PUT", "snapshot", world.control("GET", "snapshot").json)
    assert changed(Person(other, alice.token), token) == []


def test_a_good_sync_token_may_get_lost_for_good(world: World, alice: Person) -> None:
    """H: spontaneous token loss"""
    token = alice.sync_token()
    world.switch(sync_token_loss_probability=1.0)
    assert alice.events(syncToken=token).reason == "fullSyncRequired"
    world.switch(sync_token_loss_probability=0.0)
    assert alice.events(syncToken=token).status == 410
    alice.made(meeting())
    assert changed(alice, alice.sync_token()) == []


def test_a_lost_sync_token_stays_lost_in_the_snapshot(world: World, alice: Person) -> None:
    token = alice.sync_token()
    world.switch(sync_token_loss_probability=1.0)
    alice.events(syncToken=token)
    world.switch(sync_token_loss_probability=0.0)
    other = World.of()
    other.control("PUT", "snapshot", world.control("GET", "snapshot").json)
    assert Person(other, alice.token).events(syncToken=token).status == 410


@pytest.mark.parametrize("switch", [True, False])
def test_a_person_restores_from_the_trash_whatever_the_api_allows(world: World, alice: Person, switch: bool) -> None:
    """H: the same id comes back as confirmed"""
    event = alice.made(meeting())
    alice.delete(event["id"])
    token = alice.sync_token()
    world.switch(restore_deleted=switch)
    assert world.control("POST", f"calendars/{ALICE}/restore", {"event": event["id"]}).status == 200
    assert changed(alice, token) == [(event["id"], "confirmed")]


def test_a_lagging_list_shows_a_write_later(world: World, alice: Person) -> None:
    """H: no read-after-write"""
    world.switch(read_after_write_lag_seconds=5.0)
    event = alice.made(meeting())
    assert alice.events().json["items"] == []
    assert alice.event(event["id"]).status == 200
    world.wait(seconds=5)
    assert [item["id"] for item in alice.events().json["items"]] == [event["id"]]


def test_copies_reach_attendees_late(world: World, alice: Person, bob: Person) -> None:
    """H: attendee copies appear with delay"""
    world.switch(attendee_copy_delay_seconds=30.0)
    event = alice.made(meeting(attendees=[{"email": BOB}]))
    assert bob.event(event["id"]).status == 404
    world.wait(seconds=30)
    assert bob.event(event["id"]).status == 200


def test_an_etag_changes_without_a_visible_change(world: World, alice: Person) -> None:
    """H: etag churn"""
    world.switch(etag_churn=True)
    event = alice.made(meeting())
    world.wait(seconds=1)
    later = alice.event(event["id"]).json
    assert later["etag"] != event["etag"]
    fixed = {"etag", "updated"}
    assert {name: later[name] for name in later if name not in fixed} == {
        name: event[name] for name in event if name not in fixed
    }


def test_a_tombstone_expires(world: World, alice: Person) -> None:
    """H: tombstone expiry"""
    alice.delete(alice.made(meeting())["id"])
    world.switch(tombstone_days=1.0)
    assert len(alice.events(showDeleted=True).json["items"]) == 1
    world.wait(days=1, seconds=1)
    assert world.person(ALICE).events(showDeleted=True).json["items"] == []


@pytest.mark.parametrize(
    "change", [{"suspended": True}, {"has_calendar": False}], ids=["suspended", "without a licence"]
)
def test_a_person_without_calendar_is_no_calendar_user_and_may_recover(
    world: World, alice: Person, change: dict[str, bool]
) -> None:
    """H"""
    world.control("PATCH", f"users/{ALICE}", change)
    assert (alice.events().status, alice.events().reason) == (403, "notACalendarUser")
    world.control("PATCH", f"users/{ALICE}", {name: not value for name, value in change.items()})
    assert alice.events().status == 200


@pytest.mark.parametrize(("allowed", "status"), [(True, 200), (False, 404)])
def test_whether_an_old_address_names_the_calendar_is_a_switch(
    world: World, alice: Person, allowed: bool, status: int
) -> None:
    """H, least certain fact 12"""
    world.control("PATCH", f"users/{ALICE}", {"primaryEmail": "alicia@bank.example"})
    world.switch(alias_calendar_ids=allowed)
    assert alice.events(calendar=ALICE).status == status
    assert alice.events(calendar="alicia@bank.example").status == 200


@pytest.mark.parametrize(("version", "link"), [(0, True), (1, False)])
def test_a_meet_link_may_come_by_itself(world: World, alice: Person, version: int, link: bool) -> None:
    """H: autoAddHangouts, ignored when conferenceDataVersion is above 0"""
    world.switch(auto_add_meet=True)
    made = alice.made(meeting(), conferenceDataVersion=version)
    assert ("hangoutLink" in alice.event(made["id"]).json) is link


def test_a_channel_of_a_persons_own_consent_is_stopped_by_that_person_only(
    world: World, alice: Person, bob: Person
) -> None:
    """F.4"""
    client = world.control("POST", "oauth-clients", {}).json["installed"]
    people = [own(world, client, email) for email in (ALICE, BOB)]
    channel = people[0].call("POST", WATCH, HOOK).json
    body = {"id": channel["id"], "resourceId": channel["resourceId"]}
    stop = "/calendar/v3/channels/stop"
    assert alice.call("POST", stop, body).status == 404
    assert people[1].call("POST", stop, body).status == 404
    assert people[0].call("POST", stop, body).status == 204


def own(world: World, client: Any, email: str) -> Person:
    """Somebody who signed in with the client."""
    return Person(world, signed_in(world, client, email)["access_token"])


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("surprises")) as started:
        yield started


@pytest.mark.parametrize("when", ["before", "after"])
def test_half_an_answer_breaks_off_after_the_work_was_done(emulator: Running, when: str) -> None:
    """F and H: an answer that a client cannot use does not mean that nothing happened"""
    email = "alice@small.example"
    token = emulator.token(email)
    event_id = "half0000" + ("a" if when == "after" else "b")
    emulator.control("POST", "faults", {"method": "calendar.events.insert", "half": True, "when": when, "count": 1})
    with pytest.raises(urllib3.exceptions.ProtocolError):
        emulator.call("POST", "/calendar/v3/calendars/primary/events", token, meeting(id=event_id))
    assert emulator.call("GET", f"/calendar/v3/calendars/primary/events/{event_id}", token).status == 200
