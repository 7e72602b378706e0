"""The brake: too much at once, by push, by a full synchronisation or one by one, stops and asks.

Rules: product specification, section 5; architecture, invariant 3.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.operations.meddling import Meddling
from tests.operations.world import STAFF, World, at

from lockstep.calendar.interval import Interval
from lockstep.operations import brakes, held_back
from lockstep.operations.conflicts import Deciding
from lockstep.store.models import Appointment, AuditEntry, Brake, Conflict, Organisation


@pytest.fixture
def careful(live: World) -> World:
    """Cedar Bank stops at more than two appointments of one calendar."""
    Organisation.objects.filter(pk=live.company.organisation.pk).update(brake_number=2)
    return live


def three_booked(world: World) -> list[tuple[Appointment, str]]:
    booked = [world.book(world.company.alice, at(hour)) for hour in (9, 10, 11)]
    world.work()
    world.post.sent.clear()
    return [(each, world.written(each).event_id) for each in booked]


def pulled(world: World) -> list[tuple[str, int]]:
    return [(each.kind, each.held) for each in Brake.objects.filter(closed_at=None)]


def booked_times(world: World) -> list[int]:
    """Hours in Halifax of everything that still stands."""
    standing = Appointment.objects.filter(status="booked").order_by("starts_at")
    return [(each.starts_at - at(0)).seconds // 3600 for each in standing]


def move_all(world: World, booked: list[tuple[Appointment, str]], *, by: timedelta) -> None:
    alice = world.person(world.company.alice)
    for appointment, event_id in booked:
        alice.move(event_id, appointment.starts_at + by, appointment.ends_at + by)


def test_many_moves_at_once_are_held_and_both_times_stay_blocked(careful: World) -> None:
    move_all(careful, three_booked(careful), by=timedelta(hours=4))
    careful.look(careful.company.alice)
    assert pulled(careful) == [("changes", 3)]
    assert careful.conflicts() == ["held_move"] * 3
    assert booked_times(careful) == [9, 10, 11]
    taken = {at(hour) for hour in (9, 10, 11, 13, 14, 15)}
    assert not taken & careful.offered(careful.company.alice)
    assert careful.post.news == []


def test_what_is_held_is_not_written_back_either(careful: World) -> None:
    booked = three_booked(careful)
    move_all(careful, booked, by=timedelta(hours=4))
    careful.look(careful.company.alice)
    before = careful.google.last_request()
    careful.clock.advance(timedelta(minutes=5))
    careful.sweep()
    careful.work()
    assert careful.google.writes(before) == []


def test_many_deletions_at_once_are_held(careful: World) -> None:
    for _, event_id in three_booked(careful):
        careful.person(careful.company.alice).delete(event_id)
    careful.look(careful.company.alice)
    assert careful.conflicts() == ["held_deletion"] * 3
    assert booked_times(careful) == [9, 10, 11]


def test_deletions_that_come_one_by_one_are_held_from_where_they_are_too_many(careful: World) -> None:
    for _, event_id in three_booked(careful):
        careful.person(careful.company.alice).delete(event_id)
        careful.look(careful.company.alice)
    assert booked_times(careful) == [11]
    assert careful.conflicts() == ["held_deletion"]


def test_changes_spread_over_the_day_are_followed(careful: World) -> None:
    for _, event_id in three_booked(careful):
        careful.person(careful.company.alice).delete(event_id)
        careful.look(careful.company.alice)
        careful.clock.advance(timedelta(minutes=11))
    assert booked_times(careful) == []
    assert pulled(careful) == []


def test_events_that_a_full_synchronisation_does_not_show_are_held_when_they_are_many(careful: World) -> None:
    booked = three_booked(careful)
    for _, event_id in booked:
        careful.person(careful.company.alice).delete(event_id)
    careful.resync(careful.company.alice)
    hidden = frozenset(event_id for _, event_id in booked)
    careful.run(careful.company.alice, Meddling(careful.workspace, hidden=hidden))
    assert pulled(careful) == [("changes", 3)]
    for appointment, _ in booked:
        careful.write(appointment)
    assert careful.conflicts() == ["held_deletion"] * 3
    assert booked_times(careful) == [9, 10, 11]


def test_a_brake_that_was_pulled_for_nothing_is_over_by_itself(careful: World) -> None:
    """They were only left out of the list; asked for by id, all are there."""
    booked = three_booked(careful)
    careful.resync(careful.company.alice)
    hidden = frozenset(event_id for _, event_id in booked)
    careful.run(careful.company.alice, Meddling(careful.workspace, hidden=hidden))
    assert pulled(careful) == [("changes", 3)]
    for appointment, _ in booked:
        careful.write(appointment)
    assert pulled(careful) == []
    assert careful.conflicts() == []


def test_everything_put_back_in_google_ends_the_brake(careful: World) -> None:
    booked = three_booked(careful)
    move_all(careful, booked, by=timedelta(hours=4))
    careful.look(careful.company.alice)
    move_all(careful, booked, by=timedelta())
    careful.look(careful.company.alice)
    assert pulled(careful) == []
    assert careful.conflicts() == []
    assert booked_times(careful) == [9, 10, 11]


# The sweep


def six_busy(world: World) -> list[str]:
    person = world.person(world.company.alice)
    events = [person.add(at(hour), at(hour, 30)) for hour in range(9, 15)]
    world.look(world.company.alice)
    return events


def read_again_without(world: World, events: list[str]) -> None:
    world.resync(world.company.alice)
    world.run(world.company.alice, Meddling(world.workspace, hidden=frozenset(events)))


def test_a_sweep_that_would_free_most_of_the_coming_time_stops_and_asks(live: World) -> None:
    """Invariant 3."""
    events = six_busy(live)
    live.person(live.company.alice).add(at(16), at(17))
    read_again_without(live, events[:5])
    assert pulled(live) == [("sweep", 5)]
    assert [busy.start for busy in live.busy(live.company.alice)] == [at(hour) for hour in (*range(9, 15), 16)]


def test_a_sweep_of_a_few_goes_on(live: World) -> None:
    events = six_busy(live)
    read_again_without(live, events[:2])
    assert pulled(live) == []
    assert len(live.busy(live.company.alice)) == 4


def test_what_a_stopped_sweep_kept_is_over_when_google_shows_it_again(live: World) -> None:
    events = six_busy(live)
    read_again_without(live, events)
    assert pulled(live) == [("sweep", 6)]
    read_again_without(live, [])
    assert pulled(live) == []
    assert len(live.busy(live.company.alice)) == 6


def test_google_goes_on_being_followed_while_a_sweep_waits(live: World) -> None:
    events = six_busy(live)
    read_again_without(live, events)
    live.person(live.company.alice).delete(events[0])
    live.person(live.company.alice).add(at(16), at(17))
    live.look(live.company.alice)
    assert live.busy(live.company.alice)[-1] == Interval(at(16), at(17))
    assert len(live.busy(live.company.alice)) == 6


# Releasing and dropping


def the_brake(world: World) -> Brake:
    (brake,) = brakes.open_brakes(world.company.organisation)
    return brake


def deciding(world: World) -> Deciding:
    return Deciding(STAFF, world.workspace, world.clock)


def test_what_was_held_is_followed_when_it_is_released(careful: World) -> None:
    booked = three_booked(careful)
    move_all(careful, booked[:2], by=timedelta(hours=4))
    careful.person(careful.company.alice).delete(booked[2][1])
    careful.look(careful.company.alice)
    decided = held_back.release(the_brake(careful), deciding(careful), by=careful.company.admin)
    careful.work()
    assert (decided.done, decided.left) == (3, 0)
    assert booked_times(careful) == [13, 14]
    assert (pulled(careful), careful.conflicts()) == ([], [])
    assert sorted(careful.post.news) == ["cancelled", "moved", "moved"]


def test_what_can_no_longer_be_followed_stays_in_the_inbox(careful: World) -> None:
    move_all(careful, three_booked(careful), by=timedelta(hours=4))
    careful.look(careful.company.alice)
    careful.person(careful.company.alice).add(at(13), at(13, 30))
    decided = held_back.release(the_brake(careful), deciding(careful), by=careful.company.admin)
    assert (decided.done, decided.left) == (2, 1)
    assert pulled(careful) == []
    assert careful.conflicts() == ["time_taken"]


def test_what_was_held_is_put_back_in_google_when_it_is_dropped(careful: World) -> None:
    booked = three_booked(careful)
    move_all(careful, booked[:2], by=timedelta(hours=4))
    careful.person(careful.company.alice).delete(booked[2][1])
    careful.look(careful.company.alice)
    held_back.drop(the_brake(careful), deciding(careful), by=careful.company.admin)
    careful.work()
    careful.look(careful.company.alice)
    assert booked_times(careful) == [9, 10, 11]
    shown = sorted(each["start"]["dateTime"][11:16] for each in careful.ours(careful.company.alice))
    assert shown == ["09:00", "10:00", "11:00"]
    assert (pulled(careful), careful.conflicts(), careful.post.news) == ([], [], [])


def test_one_more_change_after_a_release_is_followed(careful: World) -> None:
    """What the admin has just allowed does not count against what comes next."""
    booked = three_booked(careful)
    move_all(careful, booked, by=timedelta(hours=4))
    careful.look(careful.company.alice)
    held_back.release(the_brake(careful), deciding(careful), by=careful.company.admin)
    careful.work()
    careful.person(careful.company.alice).move(booked[0][1], at(12), at(12, 30))
    careful.look(careful.company.alice)
    assert pulled(careful) == []
    assert booked_times(careful) == [12, 14, 15]


def test_a_released_sweep_frees_what_google_no_longer_shows(live: World) -> None:
    events = six_busy(live)
    read_again_without(live, events)
    live.person(live.company.alice).add(at(16), at(17))
    live.look(live.company.alice)
    held_back.release(the_brake(live), deciding(live), by=live.company.admin)
    assert live.busy(live.company.alice) == [Interval(at(16), at(17))]
    assert pulled(live) == []


def test_a_sweep_released_while_another_reading_is_under_way_removes_only_what_was_asked_about(live: World) -> None:
    """A new generation has begun and has shown nothing yet: that is no reason to free everything."""
    events = six_busy(live)
    read_again_without(live, events[:5])
    live.resync(live.company.alice)
    held_back.release(the_brake(live), deciding(live), by=live.company.admin)
    assert live.busy(live.company.alice) == [Interval(at(14), at(14, 30))]


def test_a_dropped_sweep_keeps_the_time_blocked(live: World) -> None:
    events = six_busy(live)
    read_again_without(live, events)
    held_back.drop(the_brake(live), deciding(live), by=live.company.admin)
    live.look(live.company.alice)
    assert len(live.busy(live.company.alice)) == 6
    assert pulled(live) == []


def test_every_decision_is_in_the_audit_log(live: World) -> None:
    read_again_without(live, six_busy(live))
    held_back.drop(the_brake(live), deciding(live), by=live.company.admin)
    entry = AuditEntry.objects.order_by("-pk")[0]
    assert (entry.action, entry.actor) == ("Brake dropped", live.company.admin.name)
    assert (entry.after["held"], entry.after["of"]) == (6, 6)


# Asking first


def test_a_move_waits_for_a_decision_where_the_admin_wants_to_be_asked(live: World) -> None:
    Organisation.objects.filter(pk=live.company.organisation.pk).update(ask_first=True)
    _, event_id = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).move(event_id, at(14), at(14, 30))
    live.look(live.company.alice)
    assert live.conflicts() == ["asked_move"]
    assert booked_times(live) == [10]
    assert not {at(10), at(14)} & live.offered(live.company.alice)


def test_a_deletion_waits_for_a_decision_where_the_admin_wants_to_be_asked(live: World) -> None:
    Organisation.objects.filter(pk=live.company.organisation.pk).update(ask_first=True)
    _, event_id = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).delete(event_id)
    live.look(live.company.alice)
    assert live.conflicts() == ["asked_deletion"]
    assert booked_times(live) == [10]
    assert live.ours(live.company.alice) == []


def test_an_event_restored_before_the_decision_ends_the_question(live: World) -> None:
    Organisation.objects.filter(pk=live.company.organisation.pk).update(ask_first=True)
    _, event_id = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).delete(event_id)
    live.look(live.company.alice)
    live.person(live.company.alice).restore(event_id)
    live.look(live.company.alice)
    assert Conflict.objects.filter(closed_at=None).count() == 0
    assert len(live.ours(live.company.alice)) == 1
