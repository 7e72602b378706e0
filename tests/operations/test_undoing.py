"""Undoing what stands in the journal: one change, one person's, one run's, and undoing the undoing.

Rules: product specification, section 8 (Journal).
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.operations.world import STAFF, World, at

from lockstep.operations import conflicts
from lockstep.operations.conflicts import Deciding
from lockstep.operations.journal_search import JournalFilter, find_entries
from lockstep.operations.undoing import Reason, Undone, plan_undo, undo
from lockstep.store.models import Appointment, Conflict, JournalEntry


def found(world: World, **wanted: object) -> list[JournalEntry]:
    return list(find_entries(world.company.organisation, JournalFilter(**wanted)))  # type: ignore[arg-type]


def undo_all(world: World, entries: list[JournalEntry]) -> Undone:
    result = undo(entries, Deciding(STAFF, world.workspace, world.clock))
    world.work()
    return result


def moved_in_google(world: World) -> tuple[Appointment, str]:
    """From ten to two, and the grace is over."""
    appointment, event_id = world.booked(world.company.alice, at(10))
    world.person(world.company.alice).move(event_id, at(14), at(14, 30))
    world.look(world.company.alice)
    world.clock.advance(timedelta(minutes=3))
    world.work()
    return appointment, event_id


def start_of(appointment: Appointment) -> object:
    return Appointment.objects.get(pk=appointment.pk).starts_at


def test_an_undone_move_is_back_on_both_sides(live: World) -> None:
    appointment, event_id = moved_in_google(live)
    assert undo_all(live, found(live, action="moved")).done == 1
    assert start_of(appointment) == at(10)
    assert live.person(live.company.alice).get(event_id)["start"]["dateTime"].startswith("2026-12-01T10:00")
    assert live.post.news == ["moved", "moved"]


def test_an_undone_deletion_is_booked_and_written_again(live: World) -> None:
    _, event_id = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).delete(event_id)
    live.look(live.company.alice)
    live.clock.advance(timedelta(minutes=3))
    live.look(live.company.alice)
    assert undo_all(live, found(live, action="cancelled")).done == 1
    live.look(live.company.alice)
    assert len(live.ours(live.company.alice)) == 1
    assert at(10) not in live.offered(live.company.alice)


def test_an_undo_stands_in_the_journal_and_can_be_undone(live: World) -> None:
    appointment, _ = moved_in_google(live)
    undo_all(live, found(live, action="moved"))
    (entry,) = found(live, action="undone")
    assert (entry.actor, entry.direction) == ("Alice", "decided")
    assert undo_all(live, [entry]).done == 1
    assert start_of(appointment) == at(14)


def test_of_several_changes_to_one_appointment_the_first_state_comes_back(live: World) -> None:
    appointment, event_id = moved_in_google(live)
    live.person(live.company.alice).move(event_id, at(15), at(15, 30))
    live.look(live.company.alice)
    result = undo_all(live, found(live, direction="from_google"))
    assert (result.done, result.refused) == (1, [])
    assert start_of(appointment) == at(10)


def test_what_one_run_brought_is_undone_together(live: World) -> None:
    """And nothing that came before it."""
    earlier, _ = moved_in_google(live)
    first, first_id = live.booked(live.company.alice, at(9))
    second, second_id = live.booked(live.company.alice, at(11))
    alice = live.person(live.company.alice)
    alice.move(first_id, at(15), at(15, 30))
    alice.delete(second_id)
    live.look(live.company.alice)
    run = found(live, action="cancelled")[0].run
    assert undo_all(live, found(live, run=run)).done == 2
    assert [start_of(each) for each in (first, second, earlier)] == [at(9), at(11), at(14)]
    assert Appointment.objects.filter(status="cancelled").count() == 0


def test_one_look_serves_all_that_is_undone_for_one_person(live: World) -> None:
    booked = [live.booked(live.company.alice, at(hour)) for hour in (9, 10, 11)]
    for appointment, event_id in booked:
        later = appointment.starts_at + timedelta(hours=4)
        live.person(live.company.alice).move(event_id, later, later + timedelta(minutes=30))
    live.look(live.company.alice)
    before = live.google.last_request()
    result = undo(found(live, action="moved"), Deciding(STAFF, live.workspace, live.clock))
    looks = [each for each in live.google.requests(before) if each["google_method"] == "calendar.events.list"]
    assert (result.done, len(looks)) == (3, 1)


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("the old time is taken", Reason.TAKEN),
        ("the old time is past", Reason.PAST),
        ("it was changed again", Reason.CHANGED),
        ("it was undone", Reason.UNDONE),
    ],
)
def test_what_cannot_be_undone_says_why_and_changes_nothing(live: World, case: str, reason: Reason) -> None:
    appointment, _ = moved_in_google(live)
    entries = found(live, action="moved")
    match case:
        case "the old time is taken":
            live.booked(live.company.alice, at(10))
        case "the old time is past":
            live.clock.advance(timedelta(hours=25))
        case "it was changed again":
            live.reschedule(appointment, 16)
            live.work()
        case _:
            undo_all(live, entries)
    stood = start_of(appointment)
    plan = plan_undo(entries, now=live.now)
    assert (plan.undos, [why for _, why in plan.refused]) == ([], [reason])
    assert undo_all(live, entries).done == 0
    assert start_of(appointment) == stood


def test_what_belongs_in_a_calendar_that_cannot_be_read_is_left_as_it_is(live: World) -> None:
    appointment, _ = moved_in_google(live)
    live.google.fault(method="calendar.events.list", status=503)
    result = undo_all(live, found(live, action="moved"))
    assert [why for _, why in result.refused] == [Reason.UNREADABLE]
    assert start_of(appointment) == at(14)


def test_a_time_that_became_busy_in_google_a_moment_ago_is_refused(live: World) -> None:
    """The plan does not know it yet; the look before the change does."""
    appointment, _ = moved_in_google(live)
    live.person(live.company.alice).add(at(10), at(11))
    assert len(plan_undo(found(live, action="moved"), now=live.now).undos) == 1
    result = undo_all(live, found(live, action="moved"))
    assert [why for _, why in result.refused] == [Reason.TAKEN]
    assert start_of(appointment) == at(14)


def test_an_overlap_that_was_kept_is_asked_about_again(live: World) -> None:
    live.booked(live.company.alice, at(10))
    live.person(live.company.alice).add(at(10), at(11))
    live.look(live.company.alice)
    deciding = Deciding(STAFF, live.workspace, live.clock)
    conflict = Conflict.objects.select_related("appointment", "staff").get(closed_at=None)
    conflicts.keep_both(conflict, deciding)
    assert live.conflicts() == []
    assert undo_all(live, found(live, action="kept_both")).done == 1
    assert live.conflicts() == ["overlap"]


def test_a_time_that_lost_against_ours_can_be_taken_after_all(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.reschedule(appointment, 11)
    live.lose_jobs()
    live.person(live.company.alice).move(event_id, at(15), at(15, 30))
    live.look(live.company.alice)
    assert start_of(appointment) == at(11)
    assert undo_all(live, found(live, action="overwritten")).done == 1
    assert start_of(appointment) == at(15)


def test_what_was_written_to_google_for_lockstep_needs_no_undoing(live: World) -> None:
    live.booked(live.company.alice, at(10))
    plan = plan_undo(found(live, action="inserted"), now=live.now)
    assert [why for _, why in plan.refused] == [Reason.FOLLOWS]


# Searching


def test_entries_are_found_by_direction_person_kind_time_and_words(live: World) -> None:
    moved_in_google(live)
    since = live.now
    live.clock.advance(timedelta(minutes=1))
    live.booked(live.company.bob, at(10))
    assert {each.action for each in found(live, direction="from_google")} == {"moved"}
    assert [each.staff for each in found(live, staff=live.company.bob.uuid)] == [live.company.bob]
    assert {each.action for each in found(live, since=since)} == {"inserted"}
    assert {each.action for each in found(live, until=since, staff=live.company.alice.uuid)} == {"inserted", "moved"}
    assert len(found(live, search="maria bob")) == 1
    assert found(live, search="nobody of that name") == []
