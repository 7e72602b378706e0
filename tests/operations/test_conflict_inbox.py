"""Deciding conflicts: every way out, what it does on both sides, and when it is refused.

Rules: product specification, sections 5 and 7.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.operations.world import CLIENT, STAFF, World, at

from lockstep.operations import asking, conflicts
from lockstep.operations.booking import reschedule_appointment
from lockstep.operations.conflicts import Deciding
from lockstep.scheduling.refusals import AlreadyOver, ChangedSince, NoAlternatives, NotOffered, SlotTaken
from lockstep.store.models import Appointment, Conflict, JournalEntry, Organisation, WorkingRange


def deciding(world: World) -> Deciding:
    return Deciding(STAFF, world.workspace, world.clock)


def the_conflict(world: World) -> Conflict:
    rows = Conflict.objects.select_related(
        "appointment__service", "appointment__location", "appointment__staff", "appointment__client", "staff"
    )
    return rows.get(closed_at=None)


def now_at(appointment: Appointment) -> Appointment:
    return Appointment.objects.get(pk=appointment.pk)


@pytest.fixture
def overlapped(live: World) -> tuple[World, Appointment]:
    """A Google event has landed on Alice's appointment at ten."""
    appointment, _ = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).add(at(10), at(10, 30))
    live.look(live.company.alice)
    return live, appointment


@pytest.fixture
def moved(live: World) -> tuple[World, Appointment, str]:
    """Alice dragged her appointment from ten to two, and the admin wants to be asked."""
    Organisation.objects.filter(pk=live.company.organisation.pk).update(ask_first=True)
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).move(event_id, at(14), at(14, 30))
    live.look(live.company.alice)
    return live, appointment, event_id


@pytest.fixture
def deleted(live: World) -> tuple[World, Appointment]:
    Organisation.objects.filter(pk=live.company.organisation.pk).update(ask_first=True)
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).delete(event_id)
    live.look(live.company.alice)
    return live, appointment


def test_googles_time_moves_the_appointment_and_writes_nothing(moved: tuple[World, Appointment, str]) -> None:
    world, appointment, _ = moved
    before = world.google.last_request()
    conflicts.take_googles_time(the_conflict(world), deciding(world))
    world.work()
    world.look(world.company.alice)
    assert now_at(appointment).starts_at == at(14)
    assert world.google.writes(before) == []
    assert world.conflicts() == []
    assert at(10) in world.offered(world.company.alice)
    assert world.post.news == ["moved"]


def test_googles_time_is_refused_while_it_is_taken(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.booked(live.company.alice, at(14))
    live.person(live.company.alice).move(event_id, at(14), at(14, 30))
    live.look(live.company.alice)
    with pytest.raises(SlotTaken):
        conflicts.take_googles_time(the_conflict(live), deciding(live))
    assert live.conflicts() == ["time_taken"]
    assert now_at(appointment).starts_at == at(10)


def test_googles_event_is_put_back_to_the_appointments_time(moved: tuple[World, Appointment, str]) -> None:
    world, appointment, event_id = moved
    conflicts.put_googles_event_back(the_conflict(world), deciding(world))
    world.work()
    world.look(world.company.alice)
    assert world.person(world.company.alice).get(event_id)["start"]["dateTime"].startswith("2026-12-01T10:00")
    assert now_at(appointment).starts_at == at(10)
    assert world.conflicts() == []
    assert at(14) in world.offered(world.company.alice)


def test_an_event_made_all_day_or_recurring_is_put_back_as_it_was(live: World) -> None:
    _, event_id = live.booked(live.company.alice, at(10))
    alice = live.person(live.company.alice)
    zoned = {"timeZone": "America/Halifax"}
    alice.change(
        event_id,
        start={"dateTime": at(10).isoformat(), **zoned},
        end={"dateTime": at(10, 30).isoformat(), **zoned},
        recurrence=["RRULE:FREQ=DAILY;COUNT=3"],
    )
    live.look(live.company.alice)
    assert live.conflicts() == ["recurring"]
    conflicts.put_googles_event_back(the_conflict(live), deciding(live))
    live.work()
    live.look(live.company.alice)
    assert "recurrence" not in alice.get(event_id)
    assert live.conflicts() == []


def test_a_deleted_event_is_written_again(deleted: tuple[World, Appointment]) -> None:
    world, appointment = deleted
    conflicts.put_googles_event_back(the_conflict(world), deciding(world))
    world.work()
    world.look(world.company.alice)
    assert len(world.ours(world.company.alice)) == 1
    assert now_at(appointment).status == "booked"
    assert world.conflicts() == []


def test_a_deletion_is_followed_when_somebody_says_so(deleted: tuple[World, Appointment]) -> None:
    world, appointment = deleted
    conflicts.cancel(the_conflict(world), deciding(world))
    world.work()
    assert now_at(appointment).status == "cancelled"
    assert at(10) in world.offered(world.company.alice)
    assert world.post.news == ["cancelled"]


def test_a_free_colleague_takes_the_appointment(overlapped: tuple[World, Appointment]) -> None:
    world, appointment = overlapped
    world.person(world.company.carol).add(at(10), at(11))
    world.look(world.company.carol)
    colleagues = conflicts.free_colleagues(the_conflict(world), now=world.now)
    assert colleagues == [world.company.bob]
    conflicts.hand_over(the_conflict(world), colleagues[0], deciding(world))
    world.work()
    assert now_at(appointment).staff == world.company.bob
    assert (len(world.ours(world.company.alice)), len(world.ours(world.company.bob))) == (0, 1)
    assert world.conflicts() == []


def test_a_colleague_who_became_busy_a_moment_ago_is_refused(overlapped: tuple[World, Appointment]) -> None:
    """The page is old; their calendar is looked at before they get it."""
    world, _ = overlapped
    world.person(world.company.bob).add(at(10), at(11))
    with pytest.raises(SlotTaken):
        conflicts.hand_over(the_conflict(world), world.company.bob, deciding(world))
    assert world.conflicts() == ["overlap"]


def test_both_are_kept_until_more_of_the_time_is_taken(overlapped: tuple[World, Appointment]) -> None:
    world, appointment = overlapped
    conflicts.keep_both(the_conflict(world), deciding(world))
    world.look(world.company.alice)
    world.person(world.company.alice).add(at(13), at(14))
    world.look(world.company.alice)
    assert world.conflicts() == []
    world.reschedule(appointment, 12)
    world.person(world.company.alice).add(at(12), at(12, 15))
    world.look(world.company.alice)
    assert world.conflicts() == ["overlap"]


def test_only_an_overlap_can_be_kept(moved: tuple[World, Appointment, str]) -> None:
    world, _, _ = moved
    with pytest.raises(NotOffered):
        conflicts.keep_both(the_conflict(world), deciding(world))


def test_the_appointment_is_called_off(overlapped: tuple[World, Appointment]) -> None:
    world, appointment = overlapped
    conflicts.cancel(the_conflict(world), deciding(world))
    world.work()
    assert now_at(appointment).status == "cancelled"
    assert world.ours(world.company.alice) == []
    assert world.conflicts() == []


def test_a_second_decision_finds_that_it_is_decided(overlapped: tuple[World, Appointment]) -> None:
    world, _ = overlapped
    seen = the_conflict(world)
    conflicts.hand_over(seen, world.company.bob, deciding(world))
    with pytest.raises(ChangedSince):
        conflicts.keep_both(seen, deciding(world))


def test_nothing_can_be_decided_about_what_is_over(overlapped: tuple[World, Appointment]) -> None:
    world, _ = overlapped
    world.clock.advance(timedelta(days=2))
    with pytest.raises(AlreadyOver):
        conflicts.keep_both(the_conflict(world), deciding(world))


def test_a_decision_stands_in_the_journal_with_who_made_it(overlapped: tuple[World, Appointment]) -> None:
    world, appointment = overlapped
    conflicts.hand_over(the_conflict(world), world.company.bob, deciding(world))
    entry = JournalEntry.objects.get(direction="decided")
    assert (entry.action, entry.actor, entry.appointment) == ("handed_over", "Alice", appointment)
    assert (entry.before["staff"], entry.after["staff"]) == (world.company.alice.pk, world.company.bob.pk)


# Asking


def test_the_client_is_offered_three_times_that_are_really_free(overlapped: tuple[World, Appointment]) -> None:
    world, _ = overlapped
    starts = asking.offer_alternatives(the_conflict(world), by=STAFF, now=world.now)
    world.work()
    world.work()
    (message,) = world.post.offered
    assert [each.starts_at for each in message.alternatives] == starts
    assert len(starts) == 3
    free = {start for day in (1, 2, 3) for start in world.offered(world.company.alice, day=day)}
    assert set(starts[1:]) <= free
    assert at(10) not in starts
    assert len({start.date() for start in starts}) == 3


def test_a_choice_ends_the_conflict(overlapped: tuple[World, Appointment]) -> None:
    world, appointment = overlapped
    start, *_ = asking.offer_alternatives(the_conflict(world), by=STAFF, now=world.now)
    world.work()
    reschedule_appointment(appointment, starts_at=start, by=CLIENT, workspace=world.workspace, clock=world.clock)
    assert world.conflicts() == []


def test_nothing_is_sent_about_a_conflict_that_ended_meanwhile(overlapped: tuple[World, Appointment]) -> None:
    world, _ = overlapped
    asking.offer_alternatives(the_conflict(world), by=STAFF, now=world.now)
    conflicts.keep_both(the_conflict(world), deciding(world))
    world.work()
    assert world.post.offered == []


def test_no_times_are_offered_where_none_is_free(overlapped: tuple[World, Appointment]) -> None:
    world, _ = overlapped
    WorkingRange.objects.filter(staff=world.company.alice).delete()
    with pytest.raises(NoAlternatives):
        asking.offer_alternatives(the_conflict(world), by=STAFF, now=world.now)


def test_a_question_whose_job_was_lost_is_sent_once_by_the_sweep(overlapped: tuple[World, Appointment]) -> None:
    world, _ = overlapped
    asking.ask_staff(the_conflict(world), "Can you move the dentist?", by=STAFF, now=world.now)
    world.lose_jobs()
    world.clock.advance(timedelta(minutes=1))
    world.sweep()
    world.work()
    world.sweep()
    world.work()
    assert [each.conflict.question for each in world.post.asked] == ["Can you move the dentist?"]
