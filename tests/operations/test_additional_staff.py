"""Appointments of several people: an event for each, all of them free, and a move is everybody's.

Rules: product specification, sections 4 and 5.
"""

from __future__ import annotations

import pytest
from tests.cast import away
from tests.operations.world import STAFF, World, at

from lockstep.calendar.interval import Interval
from lockstep.operations import conflicts
from lockstep.operations.amending import Standing, amend
from lockstep.operations.booking import cancel_appointment
from lockstep.operations.colleagues import free_colleagues
from lockstep.operations.conflicts import Deciding
from lockstep.operations.team import add_person, remove_person
from lockstep.scheduling.refusals import SlotTaken
from lockstep.store.models import Appointment, Conflict, StaffMember, WrittenEvent
from lockstep.sync import pace


def together(world: World) -> Appointment:
    """Alice at ten, and Bob takes part; both have the event."""
    appointment, _ = world.booked(world.company.alice, at(10))
    join(world, appointment, world.company.bob)
    return appointment


def join(world: World, appointment: Appointment, person: StaffMember) -> None:
    add_person(appointment, person, by=STAFF, workspace=world.workspace, clock=world.clock)
    world.work()


def event_id(appointment: Appointment, person: StaffMember) -> str:
    return WrittenEvent.objects.get(appointment=appointment, link__staff=person).event_id


def starts(world: World, person: StaffMember) -> list[str]:
    return [event["start"]["dateTime"] for event in world.ours(person)]


def hour(hour: int) -> str:
    return f"2026-12-01T{hour:02}:00:00-04:00"


def test_everybody_gets_an_event_and_has_the_time_taken(live: World) -> None:
    together(live)
    assert starts(live, live.company.alice) == starts(live, live.company.bob) == [hour(10)]
    assert at(10) not in live.offered(live.company.bob)
    live.look(live.company.bob)
    assert live.busy(live.company.bob) == []
    assert live.conflicts() == []


def test_somebody_who_is_not_free_cannot_take_part(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    live.person(live.company.bob).add(at(10), at(11))
    with pytest.raises(SlotTaken):
        join(live, appointment, live.company.bob)
    assert live.ours(live.company.bob) == []


@pytest.mark.parametrize("mover", ["alice", "bob"])
def test_a_move_in_google_by_any_of_them_moves_all(live: World, mover: str) -> None:
    appointment = together(live)
    person: StaffMember = getattr(live.company, mover)
    live.person(person).move(event_id(appointment, person), at(14), at(14, 30))
    live.look(person)
    appointment.refresh_from_db()
    assert appointment.starts_at == at(14)
    assert starts(live, live.company.alice) == starts(live, live.company.bob) == [hour(14)]
    assert live.conflicts() == []


def test_a_move_to_where_somebody_is_not_free_is_asked_about(live: World) -> None:
    appointment = together(live)
    away(live.company.bob, at(14), at(15))
    live.person(live.company.alice).move(event_id(appointment, live.company.alice), at(14), at(14, 30))
    live.look(live.company.alice)
    appointment.refresh_from_db()
    assert appointment.starts_at == at(10)
    assert live.conflicts() == ["time_taken"]


def test_a_move_in_lockstep_needs_everybody_free(live: World) -> None:
    appointment = together(live)
    away(live.company.bob, at(14), at(15))
    with pytest.raises(SlotTaken):
        live.reschedule(appointment, 14)
    live.reschedule(appointment, 15)
    live.work()
    assert starts(live, live.company.alice) == starts(live, live.company.bob) == [hour(15)]


def test_a_deletion_by_an_additional_person_is_asked_about(live: World) -> None:
    appointment = together(live)
    live.person(live.company.bob).delete(event_id(appointment, live.company.bob))
    live.look(live.company.bob)
    appointment.refresh_from_db()
    assert appointment.status == "booked"
    assert live.conflicts() == ["deleted_by_additional"]
    assert at(10) not in live.offered(live.company.bob)
    assert len(live.ours(live.company.alice)) == 1


def test_that_question_is_answered_by_leaving_them_out(live: World) -> None:
    appointment = together(live)
    live.person(live.company.bob).delete(event_id(appointment, live.company.bob))
    live.look(live.company.bob)
    remove_person(appointment, live.company.bob, by=STAFF, now=live.now)
    live.work()
    assert live.conflicts() == []
    assert at(10) in live.offered(live.company.bob)


def test_that_question_is_answered_by_writing_it_again(live: World) -> None:
    appointment = together(live)
    live.person(live.company.bob).delete(event_id(appointment, live.company.bob))
    live.look(live.company.bob)
    conflict = Conflict.objects.select_related("appointment").get(closed_at=None)
    conflicts.put_googles_event_back(conflict, Deciding(STAFF, live.workspace, live.clock))
    live.work()
    assert starts(live, live.company.bob) == [hour(10)]
    assert live.conflicts() == []


def test_deleted_by_its_own_staff_member_it_is_off_for_all(live: World) -> None:
    appointment = together(live)
    live.person(live.company.alice).delete(event_id(appointment, live.company.alice))
    live.look(live.company.alice)
    appointment.refresh_from_db()
    assert appointment.status == "cancelled"
    assert live.ours(live.company.bob) == []


def test_a_cancellation_removes_every_event(live: World) -> None:
    appointment = together(live)
    cancel_appointment(appointment, by=STAFF, now=live.now)
    live.work()
    assert live.ours(live.company.alice) == live.ours(live.company.bob) == []
    assert at(10) in live.offered(live.company.bob)


def test_whoever_leaves_loses_the_event_alone(live: World) -> None:
    appointment = together(live)
    remove_person(appointment, live.company.bob, by=STAFF, now=live.now)
    live.work()
    assert starts(live, live.company.alice) == [hour(10)]
    assert live.ours(live.company.bob) == []
    assert [line.action for line in appointment.history.all()] == ["booked", "person_added", "person_removed"]


def test_handed_to_somebody_who_takes_part_already_it_is_theirs(live: World) -> None:
    appointment = together(live)
    to = Standing(Interval(at(10), at(10, 30)), live.company.bob.pk)
    amend(appointment, to, by=STAFF, workspace=live.workspace, clock=live.clock)
    live.work()
    assert live.ours(live.company.alice) == []
    assert starts(live, live.company.bob) == [hour(10)]
    assert appointment.additional.count() == 0


def test_a_busy_event_on_an_additional_person_is_a_conflict(live: World) -> None:
    together(live)
    live.person(live.company.bob).add(at(10), at(11))
    live.look(live.company.bob)
    assert live.conflicts() == ["overlap"]
    assert Conflict.objects.get(closed_at=None).staff == live.company.bob


def test_only_colleagues_who_are_really_free_are_proposed(live: World) -> None:
    appointment = together(live)
    assert free_colleagues(appointment, most=5, now=live.now) == [live.company.carol]
    live.person(live.company.carol).add(at(10), at(11))
    live.look(live.company.carol)
    assert free_colleagues(appointment, most=5, now=live.now) == []


def test_a_removal_that_access_forbids_is_parked_and_holds_nothing_up(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    live.google.fault(method="calendar.events.delete", status=403, reason="forbidden", count=50)
    to = Standing(Interval(at(10), at(10, 30)), live.company.bob.pk)
    amend(appointment, to, by=STAFF, workspace=live.workspace, clock=live.clock)
    live.work()
    assert starts(live, live.company.bob) == [hour(10)]
    left = WrittenEvent.objects.get(appointment=appointment, link__staff=live.company.alice)
    assert left.in_google
    assert left.parked
    live.google.mend()
    live.clock.advance(pace.BLOCKED_RETRY)
    live.sweep()
    live.work()
    assert live.ours(live.company.alice) == []


def test_an_unassigned_appointment_is_written_once_somebody_has_it(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    Appointment.objects.filter(pk=appointment.pk).update(staff=None)
    appointment.reservations.all().delete()
    WrittenEvent.objects.all().delete()
    appointment.refresh_from_db()
    to = Standing(Interval(at(10), at(10, 30)), live.company.carol.pk)
    amend(appointment, to, by=STAFF, workspace=live.workspace, clock=live.clock)
    live.work()
    assert starts(live, live.company.carol) == [hour(10)]
