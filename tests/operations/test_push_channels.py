"""Push channels: who is listened to, when they are renewed, and that nobody needs them.

Rules: product specification, section 6.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test.utils import override_settings
from tests.operations.meddling import Meddling
from tests.operations.world import World, at

from lockstep.operations.channels import Notification, close_channel, open_channel, receive
from lockstep.store.models import Channel, LostPush, MeasuredDelay
from lockstep.sync import pace
from lockstep.sync.errors import OurMistake, PushRefused, Unreachable


@pytest.fixture(autouse=True)
def _push(_no_push: None) -> Iterator[None]:
    with override_settings(PUSH_URL="https://lockstep.example/google/push"):
        yield


def opened(world: World) -> Channel:
    return Channel.objects.get(link=world.link(world.company.alice), closed_at=None)


def post(world: World, channel: Channel, **changes: Any) -> None:
    """What Google would post for the channel, as far as it is known to the emulator."""
    channels = _channels(world.google.control("GET", "snapshot")["channels"])
    known = next(each for each in channels if each["id"] == str(channel.channel_id))
    message = Notification(str(channel.channel_id), known["token"], channel.resource_id, "exists")
    receive(replace(message, **changes), now=world.now)


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


def at_google(world: World) -> set[str]:
    return {each["id"] for each in _channels(world.google.control("GET", "snapshot")["channels"])}


def renewed(world: World) -> tuple[Channel, Channel]:
    """Alice's old channel and the one that is to replace it, both open."""
    world.clock.advance(timedelta(days=4, hours=17))
    world.sweep()
    world.work()
    old, new = Channel.objects.filter(link=world.link(world.company.alice), closed_at=None).order_by("pk")
    return old, new


def test_a_channel_is_not_renewed_in_the_first_half_of_its_life(live: World) -> None:
    old = opened(live)
    live.clock.advance(timedelta(days=3, hours=11))
    live.sweep()
    live.work()
    assert opened(live) == old


def test_the_old_channel_is_stopped_only_when_the_new_one_has_spoken(live: World) -> None:
    old, new = renewed(live)
    post(live, old)
    assert live.waiting("look_at_calendar") == 1
    assert {str(old.channel_id), str(new.channel_id)} <= at_google(live)
    post(live, new, state="sync")
    live.work()
    assert opened(live) == new
    assert str(old.channel_id) not in at_google(live)
    assert str(new.channel_id) in at_google(live)


def test_a_new_channel_that_never_speaks_leaves_the_old_one_open(live: World) -> None:
    old, _ = renewed(live)
    live.clock.advance(timedelta(days=1))
    live.sweep()
    live.work()
    old.refresh_from_db()
    assert old.closed_at is None


def test_a_closed_channel_that_could_not_be_stopped_is_stopped_later(live: World) -> None:
    channel = opened(live)

    def unreachable(name: str, _: str) -> None:
        if name == "stop_channel":
            raise Unreachable("Google did not answer in time.")

    close_channel(channel, workspace=Meddling(live.workspace, before=unreachable), clock=live.clock)
    assert str(channel.channel_id) in at_google(live)
    live.clock.advance(pace.BLOCKED_RETRY)
    live.sweep()
    live.work()
    assert str(channel.channel_id) not in at_google(live)


def test_a_message_for_a_channel_that_was_closed_has_it_stopped(live: World) -> None:
    channel = opened(live)
    Channel.objects.filter(pk=channel.pk).update(closed_at=live.now, stopped_at=live.now)
    for _ in range(3):
        post(live, channel)
    assert live.waiting("stop_channel") == 1
    live.work()
    assert str(channel.channel_id) not in at_google(live)


def test_a_channel_of_ours_that_the_database_has_forgotten_is_stopped(live: World) -> None:
    channel = opened(live)
    address = live.link(live.company.alice).staff.email.replace("@", "%40")
    Channel.objects.filter(pk=channel.pk).delete()
    uri = f"https://www.googleapis.com/calendar/v3/calendars/{address}/events?alt=json"
    post(live, channel, resource_uri=uri)
    assert live.waiting("look_at_calendar") == 0
    live.work()
    assert str(channel.channel_id) not in at_google(live)


def test_a_stranger_cannot_have_a_channel_stopped(live: World) -> None:
    uri = "https://www.googleapis.com/calendar/v3/calendars/alice%40cedar.example/events"
    post(live, opened(live), channel_id=str(uuid.uuid4()), resource_uri=uri)
    assert live.waiting("stop_channel") == 0


def test_a_channel_that_google_opened_and_we_gave_up_is_stopped_when_it_speaks(live: World) -> None:
    Channel.objects.all().delete()

    def lose_the_answer(name: str, _: str) -> None:
        if name == "watch":
            raise Unreachable("The connection to Google broke.")

    link = live.link(live.company.alice)
    open_channel(link.pk, workspace=Meddling(live.workspace, after=lose_the_answer), clock=live.clock)
    channel = Channel.objects.get(link=link)
    assert channel.closed_at is not None
    post(live, channel, state="sync", resource_id="whatever")
    assert live.waiting("stop_channel") == 1


def test_a_calendar_that_gets_no_push_is_polled_and_not_asked_again(live: World) -> None:
    Channel.objects.all().delete()

    def refuse(name: str, _: str) -> None:
        if name == "watch":
            raise PushRefused("Google sends no notifications for this calendar.", for_good=True)

    live.workspace = Meddling(live.workspace, before=refuse)
    for _ in range(4):
        live.sweep()
        live.work()
        live.clock.advance(timedelta(hours=1))
    assert live.workspace.calls.count("watch") == 3
    link = live.link(live.company.alice)
    assert link.next_due is not None
    assert link.verified_at is not None
    assert link.next_due - link.verified_at <= pace.POLL_WITHOUT_PUSH


def test_a_change_that_a_poll_finds_first_is_a_lost_push_and_the_channel_is_not_trusted(live: World) -> None:
    post(live, opened(live))
    live.work()
    live.person(live.company.alice).add(at(10), at(11))
    live.clock.advance(timedelta(minutes=61))
    live.sweep()
    live.work()
    link = live.link(live.company.alice)
    assert LostPush.objects.count() == 1
    assert opened(live).heard_at is None
    assert link.next_due is not None
    assert link.next_due - live.now <= pace.POLL_WITHOUT_PUSH


def test_a_change_that_was_pushed_is_no_lost_push(live: World) -> None:
    post(live, opened(live))
    live.work()
    live.person(live.company.alice).add(at(10), at(11))
    live.clock.advance(timedelta(minutes=5))
    post(live, opened(live))
    live.work()
    assert not LostPush.objects.exists()


def test_without_a_proven_channel_no_push_can_be_lost(live: World) -> None:
    live.person(live.company.alice).add(at(10), at(11))
    live.clock.advance(timedelta(minutes=11))
    live.sweep()
    live.work()
    assert at(10) not in live.offered(live.company.alice)
    assert not LostPush.objects.exists()


@pytest.mark.parametrize(("ahead", "measured"), [(0, 90), (20, 110), (-200, 0)], ids=["agree", "ahead", "behind"])
def test_the_delay_of_a_real_change_is_kept_by_googles_clock(live: World, ahead: int, measured: int) -> None:
    live.workspace = Meddling(live.workspace, skew=timedelta(seconds=ahead))
    live.person(live.company.alice).add(at(10), at(11))
    live.clock.advance(timedelta(seconds=90))
    live.look(live.company.alice)
    (kept,) = MeasuredDelay.objects.filter(direction="google_to_slot")
    assert measured <= kept.milliseconds / 1000 < measured + 10


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
    newest = Channel.objects.filter(link=link, closed_at=None).latest("pk")
    post(live, newest, state="sync")
    assert opened(live) == newest


def test_closing_a_channel_that_google_does_not_know_is_no_trouble(live: World) -> None:
    channel = opened(live)
    live.google.begin("small", live.now)
    close_channel(channel, workspace=live.workspace, clock=live.clock)
    channel.refresh_from_db()
    assert channel.closed_at is not None


def test_channels_are_closed_with_their_connection(live: World) -> None:
    assert live.google.control("GET", "state")["channels"] == 3
    live.disconnect(keep=True)
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
