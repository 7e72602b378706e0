"""Push messages under way, over real HTTP: FACTS.md, section F.3."""

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from time import monotonic, sleep

import pytest

from tests.emulator.running import Message, Running, receiver, running
from tests.emulator.world import World, meeting
from workspace_emulator.push import fates
from workspace_emulator.state.channels import Notification

ALICE = "alice@small.example"
EVENTS = "/calendar/v3/calendars/primary/events"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("push")) as started:
        yield started


@pytest.fixture
def emulator(program: Running) -> Running:
    program.control("POST", "reset")
    return program


def watched(emulator: Running, address: str, messages: "Queue[Message]") -> str:
    """A token of somebody whose channel has said `sync`."""
    token = emulator.token(ALICE)
    body = {"id": "channel", "type": "web_hook", "address": address}
    assert emulator.call("POST", f"{EVENTS}/watch", token, body).status == 200
    assert messages.get(timeout=5).headers["x-goog-resource-state"] == "sync"
    return token


def write(emulator: Running, token: str, times: int = 1) -> None:
    for _ in range(times):
        assert emulator.call("POST", EVENTS, token, meeting()).status == 200


def numbers(messages: "Queue[Message]", count: int) -> list[int]:
    return [int(messages.get(timeout=5).headers["x-goog-message-number"]) for _ in range(count)]


def test_message_numbers_grow_with_gaps(emulator: Running) -> None:
    with receiver([]) as (address, messages):
        token = watched(emulator, address, messages)
        write(emulator, token, 12)
        seen = sorted(numbers(messages, 12))
    assert len(set(seen)) == 12
    assert seen[-1] > 13


def test_a_message_may_come_twice(emulator: Running) -> None:
    with receiver([]) as (address, messages):
        token = watched(emulator, address, messages)
        emulator.control("PATCH", "switches", {"push_duplicate_probability": 1.0})
        write(emulator, token)
        first, second = numbers(messages, 2)
    assert first == second


def test_a_message_may_be_lost(emulator: Running) -> None:
    with receiver([]) as (address, messages):
        token = watched(emulator, address, messages)
        emulator.control("PATCH", "switches", {"push_drop_probability": 1.0})
        write(emulator, token, 3)
        sleep(0.3)
        assert messages.empty()


def test_a_part_of_the_messages_may_be_lost(emulator: Running) -> None:
    with receiver([]) as (address, messages):
        token = watched(emulator, address, messages)
        emulator.control("PATCH", "switches", {"push_drop_probability": 0.5})
        write(emulator, token, 40)
        sleep(0.5)
        assert 5 < messages.qsize() < 35


def test_what_happens_to_messages_is_the_same_with_the_same_seed() -> None:
    world, messages = World.of(), [Notification("https://x.example", {"N": str(number)}) for number in range(40)]

    def fate(seed: int) -> list[tuple[str, float]]:
        world.switch(
            chance_seed=seed, push_drop_probability=0.5, push_duplicate_probability=0.3, push_reorder_seconds=9.0
        )
        return [(message.headers["N"], seconds) for message, seconds in fates(world.core.workspace, messages)]

    first = fate(7)
    assert fate(7) == first
    assert fate(8) != first
    assert fate(0) != fate(0)


def test_messages_may_overtake_each_other(emulator: Running) -> None:
    with receiver([]) as (address, messages):
        token = watched(emulator, address, messages)
        emulator.control("PATCH", "switches", {"push_reorder_seconds": 0.5})
        write(emulator, token, 12)
        seen = numbers(messages, 12)
    assert seen != sorted(seen)


def test_messages_may_be_late(emulator: Running) -> None:
    with receiver([]) as (address, messages):
        token = watched(emulator, address, messages)
        emulator.control("PATCH", "switches", {"push_delay_seconds": 0.6})
        asked = monotonic()
        write(emulator, token)
        assert messages.get(timeout=5).at - asked >= 0.6


def test_a_channel_may_fall_silent_before_its_end(emulator: Running) -> None:
    with receiver([]) as (address, messages):
        token = watched(emulator, address, messages)
        emulator.control("PATCH", "switches", {"push_silent_after_seconds": 60.0})
        write(emulator, token)
        messages.get(timeout=5)
        emulator.control("POST", "clock", {"advance_seconds": 60})
        write(emulator, token)
        sleep(0.3)
        assert messages.empty()


def test_the_sync_message_may_come_before_the_answer(emulator: Running) -> None:
    emulator.control("PATCH", "switches", {"push_sync_first": True})
    token = emulator.token(ALICE)
    with receiver([]) as (address, messages):
        body = {"id": "early", "type": "web_hook", "address": address}
        assert emulator.call("POST", f"{EVENTS}/watch", token, body).status == 200
        answered = monotonic()
        assert messages.get(timeout=5).at < answered


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failing_receiver_is_tried_again_with_the_same_message(emulator: Running, status: int) -> None:
    with receiver([200, status]) as (address, messages):
        token = watched(emulator, address, messages)
        write(emulator, token)
        first, second = (messages.get(timeout=5) for _ in range(2))
    assert first.headers["x-goog-message-number"] == second.headers["x-goog-message-number"]
    assert second.at - first.at > 0.3


@pytest.mark.slow
def test_pauses_between_tries_grow_and_tries_end(emulator: Running) -> None:
    emulator.control("PATCH", "switches", {"push_attempts": 3})
    with receiver([200, 503, 503, 503, 503]) as (address, messages):
        token = watched(emulator, address, messages)
        write(emulator, token)
        moments = [messages.get(timeout=5).at for _ in range(3)]
        sleep(2.5)
        assert messages.empty()
    assert moments[2] - moments[1] > moments[1] - moments[0]


@pytest.mark.slow
@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 408, 410, 429, 501])
def test_any_other_refusal_is_final(emulator: Running, status: int) -> None:
    with receiver([200, status]) as (address, messages):
        token = watched(emulator, address, messages)
        write(emulator, token)
        messages.get(timeout=5)
        sleep(1.0)
        assert messages.empty()


@pytest.mark.slow
@pytest.mark.parametrize("retried", [False, True])
def test_whether_a_lost_connection_is_tried_again_is_a_switch(emulator: Running, retried: bool) -> None:
    emulator.control("PATCH", "switches", {"push_retries_failures": retried})
    with receiver([]) as (address, messages):
        token = watched(emulator, address, messages)
    write(emulator, token)
    # The first try must have failed before there is a receiver again.
    sleep(0.7)
    with receiver_at(address) as messages:
        if retried:
            assert messages.get(timeout=5).headers["x-goog-resource-state"] == "exists"
        else:
            sleep(0.9)
            assert messages.empty()


def test_a_message_about_events_has_no_body_and_googles_headers(emulator: Running) -> None:
    with receiver([]) as (address, messages):
        token = watched(emulator, address, messages)
        write(emulator, token)
        message = messages.get(timeout=5)
    assert (message.body, message.headers["content-length"]) == (b"", "0")
    agent = "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)"
    assert message.headers["user-agent"] == agent
    assert message.headers["x-goog-channel-expiration"].endswith(" GMT")


@contextmanager
def receiver_at(address: str) -> Iterator["Queue[Message]"]:
    """A receiver where there was one before."""
    with receiver([], port=int(address.split(":")[2].split("/")[0])) as (_, messages):
        yield messages
