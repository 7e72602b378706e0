"""Push channels: FACTS.md, section F."""

from typing import Any

import pytest

from tests.emulator.world import ALICE, BOB, Person, World, meeting

WATCH = "/calendar/v3/calendars/primary/events/watch"
STOP = "/calendar/v3/channels/stop"


def channel(**more: Any) -> Any:
    return {"id": "channel-1", "type": "web_hook", "address": "https://hook.example/x", "token": "secret", **more}


def test_a_channel_lives_seven_days_and_says_so_as_text(alice: Person) -> None:
    """F.1"""
    answer = alice.call("POST", WATCH, channel()).json
    assert answer["kind"] == "api#channel"
    assert answer["expiration"] == str((1_795_420_800 + 7 * 86_400) * 1000)
    assert answer["token"] == "secret"
    assert answer["resourceUri"] == f"https://www.googleapis.com/calendar/v3/calendars/{ALICE}/events?alt=json"


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ({"params": {"ttl": "3600"}}, 3600),
        ({"params": {"ttl": "99999999"}}, 604_800),
        ({"expiration": 1795420860000}, 60),
    ],
)
def test_the_shorter_life_holds(alice: Person, asked: Any, seconds: int) -> None:
    """F.1"""
    answer = alice.call("POST", WATCH, channel(**asked)).json
    assert int(answer["expiration"]) == (1_795_420_800 + seconds) * 1000


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (channel(type="email"), "push.channelTypeNotSupported"),
        (channel(address="ftp://x"), "push.webhookUrlNotHttps"),
        (channel(id=""), "required"),
        (channel(id="x" * 65), "invalid"),
        (channel(token="t" * 257), "invalid"),
    ],
)
def test_a_bad_channel_is_refused(alice: Person, body: Any, reason: str) -> None:
    """F.2"""
    answer = alice.call("POST", WATCH, body)
    assert (answer.status, answer.reason) == (400, reason)


def test_plain_http_is_refused_as_google_does_when_switched(world: World, alice: Person) -> None:
    """F.1"""
    body = channel(address="http://127.0.0.1:1/x")
    world.switch(allow_http_push=False)
    assert alice.call("POST", WATCH, body).reason == "push.webhookUrlNotHttps"
    world.switch(allow_http_push=True)
    assert alice.call("POST", WATCH, body).status == 200


def test_an_id_is_unique_in_the_project(alice: Person, bob: Person) -> None:
    """F.1"""
    alice.call("POST", WATCH, channel())
    assert bob.call("POST", WATCH, channel()).reason == "channelIdNotUnique"


def test_the_first_message_is_sync_with_number_one(world: World, alice: Person) -> None:
    """F.3"""
    answer = alice.call("POST", WATCH, channel()).json
    (message,) = world.sent
    assert message.address == "https://hook.example/x"
    assert message.headers == {
        "X-Goog-Channel-ID": "channel-1",
        "X-Goog-Channel-Token": "secret",
        "X-Goog-Channel-Expiration": "Mon, 30 Nov 2026 08:00:00 GMT",
        "X-Goog-Resource-ID": answer["resourceId"],
        "X-Goog-Resource-URI": answer["resourceUri"],
        "X-Goog-Resource-State": "sync",
        "X-Goog-Message-Number": "1",
    }


def test_own_writes_and_answers_of_guests_are_told_with_growing_numbers(
    world: World, alice: Person, bob: Person
) -> None:
    """F.3"""
    alice.call("POST", WATCH, channel())
    event = alice.made(meeting(attendees=[{"email": BOB}]))
    bob.patch(event["id"], {"attendees": [{"email": BOB, "responseStatus": "accepted"}]})
    numbers = [int(message.headers["X-Goog-Message-Number"]) for message in world.sent]
    assert [message.headers["X-Goog-Resource-State"] for message in world.sent] == ["sync", "exists", "exists"]
    assert numbers == sorted(set(numbers))


def test_a_read_and_another_calendar_tell_nothing(world: World, alice: Person, bob: Person) -> None:
    alice.call("POST", WATCH, channel())
    alice.events()
    bob.made(meeting())
    assert len(world.sent) == 1


def test_a_channel_ends_silently(world: World, alice: Person) -> None:
    """F.1"""
    alice.call("POST", WATCH, channel(params={"ttl": "60"}))
    world.wait(seconds=61)
    alice.made(meeting())
    assert len(world.sent) == 1


def test_a_channel_may_ask_for_event_types(world: World, alice: Person) -> None:
    """F.1"""
    alice.call("POST", WATCH, channel(), eventTypes="outOfOffice")
    alice.made(meeting())
    alice.made(meeting(eventType="outOfOffice"))
    assert len(world.sent) == 2


def test_a_stopped_channel_is_silent_and_stopping_again_is_not_found(world: World, alice: Person, bob: Person) -> None:
    """F.4: any user of the same client may stop it"""
    answer = alice.call("POST", WATCH, channel()).json
    body = {"id": answer["id"], "resourceId": answer["resourceId"]}
    assert bob.call("POST", STOP, body).status == 204
    alice.made(meeting())
    assert len(world.sent) == 1
    assert alice.call("POST", STOP, body).status == 404


def test_the_channels_of_a_suspended_person_are_silent(world: World, alice: Person, bob: Person) -> None:
    """F.4, a decision where Google is silent"""
    alice.call("POST", WATCH, channel())
    world.control("PATCH", f"users/{ALICE}", {"suspended": True})
    bob.made(meeting(attendees=[{"email": ALICE}]))
    assert len(world.sent) == 1
