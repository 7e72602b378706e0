"""What the control API tells the admin console: CONTROL.md, "Looking"."""

from typing import Any

import pytest

from tests.emulator.world import ALICE, Person, World
from workspace_emulator.state.switches import Switches

WATCH = "/calendar/v3/calendars/primary/events/watch"
CHANNEL = {"id": "channel-1", "type": "web_hook", "address": "http://127.0.0.1:1/x", "token": "secret"}


def switch(world: World, name: str) -> Any:
    return next(row for row in world.control("GET", "switches").json["switches"] if row["name"] == name)


def test_a_switch_of_a_few_words_names_them_and_its_default(world: World) -> None:
    world.switch(internal_sharing="reader")
    row = switch(world, "internal_sharing")
    assert (row["value"], row["default"]) == ("reader", "freeBusyReader")
    assert row["allowed"] == ["none", "freeBusyReader", "reader", "writer"]


def test_a_switch_brings_the_sentence_that_explains_it(world: World) -> None:
    assert switch(world, "push_silent")["meaning"] == "Whether no notification is sent at all."


@pytest.mark.parametrize("name", [name for name, value in Switches().to_json().items() if isinstance(value, str)])
def test_every_switch_of_words_says_which_it_takes(world: World, name: str) -> None:
    assert switch(world, name)["allowed"]


def test_a_living_channel_is_listed_without_its_token(world: World, alice: Person) -> None:
    alice.call("POST", WATCH, CHANNEL)
    (row,) = world.control("GET", "channels").json["channels"]
    assert (row["id"], row["user"], row["address"]) == ("channel-1", ALICE, CHANNEL["address"])
    assert "secret" not in str(row)


def test_a_channel_that_is_over_is_listed_no_longer(world: World, alice: Person) -> None:
    alice.call("POST", WATCH, CHANNEL)
    world.wait(days=8)
    assert world.control("GET", "channels").json["channels"] == []


def test_a_channel_can_be_ended_behind_its_clients_back(world: World, alice: Person) -> None:
    made = alice.call("POST", WATCH, CHANNEL).json
    world.control("DELETE", "channels/channel-1")
    stopped = alice.call("POST", "/calendar/v3/channels/stop", {"id": made["id"], "resourceId": made["resourceId"]})
    assert stopped.status == 404


def test_the_log_gives_the_newest_few(world: World, alice: Person) -> None:
    for _ in range(3):
        alice.events()
    every = world.control("GET", "requests").json["requests"]
    assert len(every) >= 3
    newest = world.control("GET", "requests?last=2").json["requests"]
    assert newest == every[-2:]


def test_the_log_tells_the_calls_of_the_pages_from_a_programs(world: World, alice: Person) -> None:
    alice.call("GET", "/calendar/v3/calendars/primary/events", headers={"x-goog-quota-user": "emulator-pages"})
    alice.events()
    assert [row["from_pages"] for row in world.control("GET", "requests").json["requests"]][-2:] == [True, False]
