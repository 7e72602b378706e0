"""Handing over what a leaver has ahead: to whom, one or all, undone; and the event moves with it.

Rules: product specification, section 3.
"""

from __future__ import annotations

import pytest
from tests.operations.test_people_of_the_directory import update, update_twice
from tests.operations.world import DOMAIN, GROUP, STAFF, World, at

from lockstep.operations.handing_over import Outcome, hand_over, hand_over_all, handed_over, take_back, to_hand_over
from lockstep.scheduling.refusals import ChangedSince, SlotTaken
from lockstep.store.models import Appointment, Assignment, StaffMember, WrittenEvent


@pytest.fixture
def left(live: World) -> World:
    """Alice has two appointments ahead, at 10 and at 14, and is out of the group."""
    for hour in (10, 14):
        live.booked(live.company.alice, at(hour))
    live.google.control("DELETE", f"groups/{GROUP}/members/alice@{DOMAIN}")
    update_twice(live)
    live.work()
    return live


def alice(world: World) -> StaffMember:
    return StaffMember.objects.get(pk=world.company.alice.pk)


def names(world: World) -> list[list[str]]:
    """For each appointment who could take it."""
    return [sorted(each.name for each in row.colleagues) for row in to_hand_over(alice(world), now=world.now)]


def first(world: World) -> Appointment:
    return to_hand_over(alice(world), now=world.now)[0].appointment


def give(world: World, to: StaffMember) -> Appointment:
    appointment = first(world)
    hand_over(appointment, to.uuid, by=STAFF, workspace=world.workspace, clock=world.clock)
    world.work()
    appointment.refresh_from_db()
    return appointment


def test_each_appointment_names_who_is_really_free_for_it(left: World) -> None:
    assert names(left) == [["Bob", "Carol"], ["Bob", "Carol"]]
    left.person(left.company.bob).add(at(10), at(11))
    left.look(left.company.bob)
    Assignment.objects.filter(staff=left.company.carol, location=left.company.branch).delete()
    assert names(left) == [[], ["Bob"]]


def test_somebody_whose_calendar_is_unknown_is_not_named(left: World) -> None:
    left.google.control("PATCH", f"users/bob@{DOMAIN}", has_calendar=False)
    left.look(left.company.bob)
    assert names(left) == [["Carol"], ["Carol"]]


def test_handed_over_the_event_is_in_the_other_calendar_and_only_there(left: World) -> None:
    appointment = give(left, left.company.bob)
    assert appointment.staff_id == left.company.bob.pk
    assert len(left.ours(left.company.bob)) == 1
    assert len(left.ours(left.company.alice)) == 1
    assert at(10) not in left.offered(left.company.bob)


def test_a_removal_that_access_forbids_is_parked_and_holds_nothing_up(live: World) -> None:
    live.booked(live.company.alice, at(10))
    live.google.control("PATCH", f"users/alice@{DOMAIN}", suspended=True)
    update_twice(live)
    live.work()
    give(live, live.company.bob)
    assert len(live.ours(live.company.bob)) == 1
    (old,) = WrittenEvent.objects.filter(link__staff=live.company.alice)
    assert old.in_google
    assert f"alice@{DOMAIN}" in old.parked


def test_a_parked_removal_runs_when_access_returns(live: World) -> None:
    live.booked(live.company.alice, at(10))
    live.google.control("PATCH", f"users/alice@{DOMAIN}", suspended=True)
    update_twice(live)
    live.work()
    give(live, live.company.bob)
    live.google.control("PATCH", f"users/alice@{DOMAIN}", suspended=False)
    update(live)
    live.work()
    live.sweep()
    live.work()
    assert live.ours(live.company.alice) == []


def test_somebody_who_became_busy_meanwhile_is_refused(left: World) -> None:
    """Busy in Google since the page was shown; the live look sees it."""
    left.person(left.company.bob).add(at(10), at(11))
    with pytest.raises(SlotTaken):
        hand_over(first(left), left.company.bob.uuid, by=STAFF, workspace=left.workspace, clock=left.clock)
    assert first(left).staff_id == left.company.alice.pk


def test_all_go_to_whoever_is_free_and_the_rest_is_told(left: World) -> None:
    for person in (left.company.bob, left.company.carol):
        left.person(person).add(at(14), at(15))
    outcome = hand_over_all(alice(left), by=STAFF, workspace=left.workspace, clock=left.clock)
    assert outcome == Outcome(done=1, left=1)
    assert Appointment.objects.get(starts_at=at(14)).staff_id == left.company.alice.pk


def test_a_hand_over_is_undone_to_how_it_was(left: World) -> None:
    appointment = give(left, left.company.bob)
    (done,) = handed_over(alice(left), now=left.now)
    assert done.appointment == appointment
    take_back(appointment, alice(left), by=STAFF, now=left.now)
    left.work()
    assert left.ours(left.company.bob) == []
    assert at(10) in left.offered(left.company.bob)
    assert len(to_hand_over(alice(left), now=left.now)) == 2
    assert handed_over(alice(left), now=left.now) == []


def test_what_has_changed_since_is_not_undone(left: World) -> None:
    appointment = give(left, left.company.bob)
    Appointment.objects.filter(pk=appointment.pk).update(staff=left.company.carol)
    with pytest.raises(ChangedSince):
        take_back(appointment, alice(left), by=STAFF, now=left.now)
    assert handed_over(alice(left), now=left.now) == []


def test_who_did_it_is_in_the_history(left: World) -> None:
    change = give(left, left.company.bob).history.latest("pk")
    assert (change.action, change.actor_name) == ("reassigned", "Alice")
    assert (change.before["staff"], change.after["staff"]) == (left.company.alice.pk, left.company.bob.pk)
