"""Push channels: who is listened to, when they are renewed, and that nobody needs them.

Rules: product specification, section 6.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test.utils import override_settings
from tests.operations.meddling import Meddling
from tests.operations.world import World, at

from lockstep.operations.channels import close_channel, open_channel, receive
from lockstep.operations.connection import disconnect
from lockstep.store.models import Channel
from lockstep.sync import pace
from lockstep.sync.errors import OurMistake


@pytest.fixture(autouse=True)
def _push(_no_push: None) -> Iterator[None]:
    with override_settings(PUSH_URL="https://lockstep.example/google/push"):
        yield


def opened(world: World) -> Channel:
    return Channel.objects.get(link=world.link(world.company.alice), closed_at=None)


def post(world: World, channel: Channel, **changes: Any) -> None:
    """What Google would post for the channel, as far as it is known to the emulator."""
    token = world.google.control("GET", "snapshot")["channels"]
    known = next(each for each in _channels(token) if each["id"] == str(channel.channel_id))
    message = {
        "channel_id": str(channel.channel_id),
        "token": known["token"],
        "resource_id": channel.resource_id,
        "state": "exists",
    }
    receive(**(message | changes), now=world.now)


def _channels(value: Any) -> list[dict[str, Any]]:
    rows = value.get("by_id", value) if isinstance(value, dict) else value
    return list(rows.values()) if isinstance(rows, dict) else list(rows)


def test_every_calendar_that_is_read_gets_one_channel(live: World) -> None:
    assert Channel.objects.filter(closed_at=None).count() == 3
    channel = opened(live)
    assert channel.resource_id
    assert channel.expires_at is not None
    assert timedelta(days=6) < channel.expires_at - live.now <= timedelta(days=7, minutes=1)


def test_a_notification_leads_to_a_look(live: World) -> None:
    live.person(live.company.alice).add(at(10), at(11))
    post(live, opened(live))
    assert live.waiting("look_at_calendar") == 1
    live.work()
    assert at(10) not in live.offered(live.company.alice)
    assert opened(live).heard_at is not None


def test_a_burst_of_notifications_leads_to_one_look(live: World) -> None:
    for _ in range(10):
        post(live, opened(live))
    assert live.waiting("look_at_calendar") == 1


def test_the_first_message_proves_the_channel_and_asks_for_nothing(live: World) -> None:
    post(live, opened(live), state="sync")
    assert live.waiting("look_at_calendar") == 0
    assert opened(live).heard_at is not None


WRONG: list[tuple[str, dict[str, str]]] = [
    ("token", {"token": "guessed"}),
    ("no token", {"token": ""}),
    ("unknown channel", {"channel_id": str(uuid.uuid4())}),
    ("no channel", {"channel_id": "rubbish"}),
    ("resource", {"resource_id": "another"}),
    ("no resource", {"resource_id": ""}),
]


@pytest.mark.parametrize("changes", [row[1] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_notification_that_is_not_for_our_channel_is_ignored(live: World, changes: dict[str, str]) -> None:
    post(live, opened(live), **changes)
    assert live.waiting("look_at_calendar") == 0
    assert opened(live).heard_at is None


def test_a_notification_for_a_closed_channel_is_ignored(live: World) -> None:
    channel = opened(live)
    Channel.objects.filter(pk=channel.pk).update(closed_at=live.now)
    post(live, channel)
    assert live.waiting("look_at_calendar") == 0


def test_the_first_message_may_come_before_the_answer_that_opens_the_channel(live: World) -> None:
    Channel.objects.all().delete()
    seen: list[bool] = []

    def early(name: str, _: str) -> None:
        if name == "watch":
            channel = opened(live)
            post(live, channel, state="sync", resource_id="whatever")
            channel.refresh_from_db()
            seen.append(channel.heard_at is not None)

    open_channel(live.link(live.company.alice).pk, workspace=Meddling(live.workspace, after=early), clock=live.clock)
    assert seen == [True]


def test_the_secret_of_a_channel_is_not_kept(live: World) -> None:
    token = _channels(live.google.control("GET", "snapshot")["channels"])[0]["token"]
    assert len(token) >= 32
    assert all(token not in str(row) for row in Channel.objects.values_list())


def test_a_calendar_is_polled_less_often_once_its_channel_was_heard(live: World) -> None:
    live.look(live.company.alice)
    due = live.link(live.company.alice).next_due
    assert due is not None
    assert due - live.now <= timedelta(minutes=10)
    post(live, opened(live))
    live.work()
    link = live.link(live.company.alice)
    assert link.next_due is not None
    assert link.fresh_until is not None
    assert timedelta(minutes=30) <= link.next_due - live.now <= timedelta(minutes=60)
    assert link.fresh_until > link.next_due


def test_a_channel_is_renewed_in_its_last_third_and_the_old_one_closed_after(live: World) -> None:
    old = opened(live)
    live.clock.advance(timedelta(days=4, hours=15))
    live.sweep()
    live.work()
    assert opened(live) == old
    live.clock.advance(timedelta(hours=2))
    live.sweep()
    live.work()
    new = opened(live)
    assert new.channel_id != old.channel_id
    old.refresh_from_db()
    assert old.closed_at is not None
    assert new.opened_at <= old.closed_at
    at_google = {each["id"] for each in _channels(live.google.control("GET", "snapshot")["channels"])}
    assert str(new.channel_id) in at_google
    assert str(old.channel_id) not in at_google


def test_a_young_channel_is_left_alone(live: World) -> None:
    before = opened(live)
    open_channel(live.link(live.company.alice).pk, workspace=live.workspace, clock=live.clock)
    live.sweep()
    live.work()
    assert opened(live) == before


def test_what_changed_before_the_channel_was_open_is_not_missed(live: World) -> None:
    Channel.objects.all().delete()
    live.person(live.company.alice).add(at(10), at(11))
    open_channel(live.link(live.company.alice).pk, workspace=live.workspace, clock=live.clock)
    live.work()
    assert at(10) not in live.offered(live.company.alice)


def test_a_channel_that_is_refused_is_not_asked_for_in_a_hurry(live: World) -> None:
    """Some calendars never get one; they are polled."""
    Channel.objects.all().delete()

    def refuse(name: str, _: str) -> None:
        if name == "watch":
            raise OurMistake("Google refuses the address for push notifications.")

    live.workspace = Meddling(live.workspace, before=refuse)
    for _ in range(12):
        live.clock.advance(timedelta(seconds=5))
        live.sweep()
        live.work()
    assert live.workspace.calls.count("watch") == 3
    live.clock.advance(pace.BLOCKED_RETRY)
    live.sweep()
    live.work()
    assert live.workspace.calls.count("watch") == 6
    assert not Channel.objects.filter(closed_at=None).exists()
    live.person(live.company.alice).add(at(10), at(11))
    live.clock.advance(timedelta(minutes=10))
    live.sweep()
    live.work()
    assert at(10) not in live.offered(live.company.alice)


def test_of_two_channels_opened_at_once_the_newer_stays(live: World) -> None:
    Channel.objects.all().delete()
    link = live.link(live.company.alice)

    def second(name: str, _: str) -> None:
        if name == "watch" and meddling.calls.count("watch") == 1:
            Channel.objects.filter(link=link).update(opened_at=live.now - 2 * pace.BLOCKED_RETRY)
            open_channel(link.pk, workspace=live.workspace, clock=live.clock)

    meddling = Meddling(live.workspace, before=second)
    open_channel(link.pk, workspace=meddling, clock=live.clock)
    assert Channel.objects.filter(link=link, closed_at=None).count() == 1


def test_closing_a_channel_that_google_does_not_know_is_no_trouble(live: World) -> None:
    channel = opened(live)
    live.google.begin("small", live.now)
    close_channel(channel, workspace=live.workspace, clock=live.clock)
    channel.refresh_from_db()
    assert channel.closed_at is not None


def test_channels_are_closed_with_their_connection(live: World) -> None:
    assert live.google.control("GET", "state")["channels"] == 3
    disconnect(live.connection, keep_events=True, workspace=live.workspace, by=live.company.admin, clock=live.clock)
    assert live.google.control("GET", "state")["channels"] == 0


def test_closed_channels_are_forgotten_after_a_while(live: World) -> None:
    Channel.objects.update(closed_at=live.now)
    live.clock.advance(timedelta(days=2))
    live.sweep()
    assert not Channel.objects.filter(closed_at__lt=live.now - timedelta(days=1)).exists()


def test_without_an_address_for_push_there_are_no_channels_and_everything_is_polled(world: World) -> None:
    with override_settings(PUSH_URL=""):
        world.go_live()
        world.sweep()
        world.work()
        assert not Channel.objects.exists()
        world.person(world.company.alice).add(at(10), at(11))
        world.clock.advance(timedelta(minutes=10))
        world.sweep()
        world.work()
        assert at(10) not in world.offered(world.company.alice)
