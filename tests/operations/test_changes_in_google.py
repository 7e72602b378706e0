"""From Google to Lockstep: what becomes of an appointment whose event somebody changed.

Rules: product specification, section 5; architecture, invariants 3, 4 and 8.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from tests.google_side import times
from tests.operations.meddling import Meddling
from tests.operations.world import CLIENT, HALF_HOUR, World, at

from lockstep.calendar.interval import Interval
from lockstep.operations.booking import cancel_appointment
from lockstep.operations.resyncing import resync_people
from lockstep.operations.writing import want_event
from lockstep.store.models import Appointment, Conflict, JournalEntry
from lockstep.store.values import interval_of

HALIFAX = ZoneInfo("America/Halifax")
GRACE = timedelta(seconds=120)
Status = Appointment.Status


def fresh(appointment: Appointment) -> Appointment:
    return Appointment.objects.get(pk=appointment.pk)


def actions(appointment: Appointment) -> list[tuple[str, str]]:
    return [(entry.action, entry.actor) for entry in appointment.history.all()]


def open_conflict(appointment: Appointment) -> Conflict:
    return Conflict.objects.get(appointment=appointment, closed_at=None)


# Moved


def test_a_moved_event_moves_its_appointment(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).move(event_id, at(14), at(15))
    live.look(live.company.alice)
    moved = fresh(appointment)
    assert (moved.starts_at, moved.ends_at) == (at(14), at(15))
    assert actions(appointment) == [("booked", "client"), ("moved", "google")]
    entry = JournalEntry.objects.get(direction=JournalEntry.Direction.FROM_GOOGLE, action="moved")
    assert entry.delay is not None


def test_a_move_in_google_is_not_written_back(live: World) -> None:
    _, event_id = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).move(event_id, at(14), at(14, 30))
    before = live.google.last_request()
    live.look(live.company.alice)
    live.look(live.company.alice)
    assert live.google.writes(before) == []


def test_the_old_time_stays_blocked_for_the_grace_and_no_longer(live: World) -> None:
    _, event_id = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).move(event_id, at(14), at(14, 30))
    live.look(live.company.alice)
    assert not {at(10), at(14)} & live.offered(live.company.alice)
    live.clock.advance(GRACE)
    assert at(10) in live.offered(live.company.alice)
    assert at(14) not in live.offered(live.company.alice)


def test_a_move_may_leave_working_hours_because_its_owner_made_it(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).move(event_id, at(19), at(19, 30))
    live.look(live.company.alice)
    assert fresh(appointment).starts_at == at(19)


def test_three_drags_end_in_one_message_after_the_grace(live: World) -> None:
    _, event_id = live.booked(live.company.alice, at(10))
    for hour in (13, 14, 15):
        live.person(live.company.alice).move(event_id, at(hour), at(hour, 30))
        live.look(live.company.alice)
        live.clock.advance(timedelta(seconds=30))
    assert live.post.news == []
    live.clock.advance(timedelta(seconds=80))
    live.work()
    assert live.post.news == []
    live.clock.advance(timedelta(seconds=20))
    live.work()
    assert live.post.news == ["moved"]
    assert live.post.sent[0].previous_starts_at == at(10)
    live.clock.advance(GRACE)
    live.work()
    assert live.post.news == ["moved"]


def test_a_drag_there_and_back_tells_the_client_nothing(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    alice = live.person(live.company.alice)
    for hour in (13, 10):
        alice.move(event_id, at(hour), at(hour, 30))
        live.look(live.company.alice)
    live.clock.advance(2 * GRACE)
    live.work()
    assert live.post.news == []
    assert fresh(appointment).starts_at == at(10)


def test_our_own_reschedule_coming_back_changes_nothing(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    live.reschedule(appointment, 11)
    live.work()
    before = JournalEntry.objects.count()
    live.look(live.company.alice)
    assert actions(appointment) == [("booked", "client"), ("moved", "client")]
    assert JournalEntry.objects.count() == before


def test_a_page_read_before_our_own_newer_write_does_not_move_the_appointment_back(live: World) -> None:
    """A run reads the event at 10 while a writer patches it to 11; then the run stores what it read."""
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.reschedule(appointment, 11)
    live.person(live.company.alice).change(event_id, summary="Maria")

    def meanwhile(name: str, _: str) -> None:
        if name == "events_page":
            live.write(appointment)

    live.run(live.company.alice, Meddling(live.workspace, after=meanwhile))
    assert fresh(appointment).starts_at == at(11)
    live.look(live.company.alice)
    assert fresh(appointment).starts_at == at(11)
    assert live.event(appointment)["start"]["dateTime"] == "2026-12-01T11:00:00-04:00"
    assert live.event(appointment)["summary"] == "Maria"
    assert [action for action, _ in actions(appointment)] == ["booked", "moved"]


def test_an_echo_with_another_etag_changes_nothing(live: World) -> None:
    """Google changes etags of its own accord."""
    live.google.switch(etag_churn=True)
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.reschedule(appointment, 11)
    live.work()
    before = live.google.last_request()
    live.look(live.company.alice)
    assert live.google.writes(before) == []
    assert fresh(appointment).starts_at == at(11)
    assert live.written(appointment).etag == live.person(live.company.alice).get(event_id)["etag"]


# Moved where it cannot go


def test_a_move_onto_a_taken_time_is_a_conflict_and_both_times_stay_blocked(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.booked(live.company.alice, at(14))
    before = live.google.last_request()
    live.person(live.company.alice).move(event_id, at(14), at(15))
    live.look(live.company.alice)
    assert fresh(appointment).starts_at == at(10)
    assert live.conflicts() == ["time_taken"]
    assert not {at(10), at(14), at(14, 30)} & live.offered(live.company.alice)
    live.clock.advance(2 * GRACE)
    live.look(live.company.alice)
    assert not {at(10), at(14), at(14, 30)} & live.offered(live.company.alice)
    assert live.google.writes(before) == ["calendar.events.patch"]
    assert live.post.news == []


def test_a_move_onto_busy_time_that_comes_in_the_same_page_is_a_conflict(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    alice = live.person(live.company.alice)
    alice.move(event_id, at(14), at(14, 30))
    alice.add(at(14), at(15))
    live.look(live.company.alice)
    assert live.conflicts() == ["time_taken"]
    assert fresh(appointment).starts_at == at(10)


def test_a_move_to_where_a_busy_event_has_just_left_is_followed(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    alice = live.person(live.company.alice)
    other = alice.add(at(14), at(15))
    live.look(live.company.alice)
    alice.move(event_id, at(14), at(14, 30))
    alice.move(other, at(16), at(17))
    live.look(live.company.alice)
    assert live.conflicts() == []
    assert fresh(appointment).starts_at == at(14)


def test_a_conflict_is_closed_when_the_event_is_moved_back(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    alice = live.person(live.company.alice)
    alice.add(at(14), at(15))
    alice.move(event_id, at(14), at(14, 30))
    live.look(live.company.alice)
    assert live.conflicts() == ["time_taken"]
    alice.move(event_id, at(10), at(10, 30))
    live.look(live.company.alice)
    assert live.conflicts() == []
    assert not live.written(appointment).in_conflict


def test_a_conflict_is_closed_when_the_event_comes_back_under_another_title(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    alice = live.person(live.company.alice)
    alice.add(at(14), at(15))
    alice.move(event_id, at(14), at(14, 30))
    live.look(live.company.alice)
    alice.change(
        event_id, summary="Maria", start={"dateTime": at(10).isoformat()}, end={"dateTime": at(10, 30).isoformat()}
    )
    live.look(live.company.alice)
    assert live.conflicts() == []
    assert not live.written(appointment).in_conflict


def test_a_conflict_is_closed_when_the_event_goes_on_to_a_free_time(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    alice = live.person(live.company.alice)
    alice.add(at(14), at(15))
    alice.move(event_id, at(14), at(14, 30))
    live.look(live.company.alice)
    alice.move(event_id, at(16), at(16, 30))
    live.look(live.company.alice)
    assert live.conflicts() == []
    assert fresh(appointment).starts_at == at(16)


def test_a_client_who_reschedules_decides_the_conflict(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    alice = live.person(live.company.alice)
    alice.add(at(14), at(15))
    alice.move(event_id, at(14), at(14, 30))
    live.look(live.company.alice)
    live.reschedule(appointment, 11)
    live.work()
    assert live.conflicts() == []
    assert live.event(appointment)["start"]["dateTime"] == "2026-12-01T11:00:00-04:00"
    assert at(10) in live.offered(live.company.alice)


def test_a_client_who_cancels_decides_the_conflict(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    other, _ = live.booked(live.company.alice, at(14))
    live.person(live.company.alice).move(event_id, at(14), at(15))
    live.look(live.company.alice)
    cancel_appointment(appointment, by=CLIENT, now=live.now)
    live.work()
    assert live.conflicts() == []
    assert at(14, 30) in live.offered(live.company.alice)
    assert [each["id"] for each in live.ours(live.company.alice)] == [live.written(other).event_id]


IMPOSSIBLE: list[tuple[str, dict[str, Any], str]] = [
    ("all day", times(date(2026, 12, 1), date(2026, 12, 2)), "not_allowed"),
    ("into the past", times(at(-17), at(-16)), "past"),
    (
        "recurring",
        {
            "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"],
            "start": {"dateTime": "2026-12-01T10:00:00-04:00", "timeZone": "America/Halifax"},
            "end": {"dateTime": "2026-12-01T10:30:00-04:00", "timeZone": "America/Halifax"},
        },
        "recurring",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "kind"), [row[1:] for row in IMPOSSIBLE], ids=[row[0] for row in IMPOSSIBLE])
def test_a_change_that_an_appointment_cannot_follow_is_a_conflict(
    live: World, change: dict[str, Any], kind: str
) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    before = live.google.last_request()
    live.person(live.company.alice).change(event_id, **change)
    live.look(live.company.alice)
    live.look(live.company.alice)
    assert live.conflicts() == [kind]
    assert fresh(appointment).starts_at == at(10)
    assert live.google.writes(before) == ["calendar.events.patch"]


def test_an_event_made_all_day_blocks_its_day_until_it_is_decided(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).move(event_id, date(2026, 12, 2), date(2026, 12, 3))
    live.look(live.company.alice)
    assert interval_of(open_conflict(appointment).span) == Interval(at(0, day=2), at(24, day=2))
    assert live.offered(live.company.alice, day=2) == set()


def test_the_other_occurrences_of_an_event_made_recurring_take_time(live: World) -> None:
    _, event_id = live.booked(live.company.alice, at(10))
    alice = live.person(live.company.alice)
    alice.change(event_id, **IMPOSSIBLE[2][1])
    live.look(live.company.alice)
    assert live.conflicts() == ["recurring"]
    assert at(10, day=2) not in live.offered(live.company.alice, day=2)
    alice.change(event_id, recurrence=None)
    live.look(live.company.alice)
    assert live.conflicts() == []
    assert live.busy(live.company.alice) == []
    assert at(10, day=2) in live.offered(live.company.alice, day=2)


def test_an_event_made_recurring_becomes_one_again_when_the_client_reschedules(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).change(event_id, **IMPOSSIBLE[2][1])
    live.look(live.company.alice)
    live.reschedule(appointment, 12)
    live.work()
    live.look(live.company.alice)
    assert "recurrence" not in live.event(appointment)
    assert live.conflicts() == []
    assert live.busy(live.company.alice) == []


def test_what_happens_to_an_event_that_is_over_changes_nothing(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.clock.advance(timedelta(days=2))
    live.person(live.company.alice).move(event_id, at(15), at(16))
    before = live.google.last_request()
    live.look(live.company.alice)
    assert fresh(appointment).starts_at == at(10)
    with transaction.atomic():
        want_event(appointment, now=live.now)
    live.work()
    assert live.conflicts() == []
    assert live.google.writes(before) == []


# Deleted and restored


def test_a_deleted_event_cancels_its_appointment_and_keeps_the_time_for_the_grace(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).delete(event_id)
    live.look(live.company.alice)
    assert fresh(appointment).status == Status.CANCELLED
    assert actions(appointment)[-1] == ("cancelled", "google")
    assert at(10) not in live.offered(live.company.alice)
    assert live.post.news == []
    live.clock.advance(GRACE)
    live.work()
    assert live.post.news == ["cancelled"]
    assert at(10) in live.offered(live.company.alice)


def test_an_event_restored_within_the_grace_reinstates_its_appointment_and_nobody_is_told(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    alice = live.person(live.company.alice)
    alice.delete(event_id)
    live.look(live.company.alice)
    live.clock.advance(GRACE / 2)
    alice.restore(event_id)
    live.look(live.company.alice)
    assert fresh(appointment).status == Status.BOOKED
    assert [action for action, _ in actions(appointment)] == ["booked", "cancelled", "restored"]
    live.clock.advance(2 * GRACE)
    live.work()
    assert live.post.news == []
    assert [each["id"] for each in live.ours(live.company.alice)] == [event_id]
    assert live.busy(live.company.alice) == []
    assert at(10) not in live.offered(live.company.alice)


def test_an_event_restored_at_another_time_moves_its_appointment(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    alice = live.person(live.company.alice)
    alice.delete(event_id)
    live.look(live.company.alice)
    alice.restore(event_id)
    alice.move(event_id, at(15), at(15, 30))
    live.look(live.company.alice)
    assert fresh(appointment).starts_at == at(15)
    live.clock.advance(2 * GRACE)
    live.work()
    assert live.post.news == ["moved"]


def test_an_event_restored_over_another_that_came_meanwhile_says_so(live: World) -> None:
    _, event_id = live.booked(live.company.alice, at(10))
    alice = live.person(live.company.alice)
    alice.delete(event_id)
    live.look(live.company.alice)
    alice.add(at(10), at(11))
    live.look(live.company.alice)
    alice.restore(event_id)
    live.look(live.company.alice)
    assert live.conflicts() == ["overlap"]


def test_an_event_restored_after_the_grace_is_removed_again(live: World) -> None:
    """The client was told that the appointment is off, and its time was offered to others."""
    appointment, event_id = live.booked(live.company.alice, at(10))
    alice = live.person(live.company.alice)
    alice.delete(event_id)
    live.look(live.company.alice)
    live.clock.advance(2 * GRACE)
    live.work()
    alice.restore(event_id)
    live.look(live.company.alice)
    assert fresh(appointment).status == Status.CANCELLED
    assert live.ours(live.company.alice) == []


def test_an_appointment_that_the_client_cancelled_is_not_revived_by_what_google_still_shows(live: World) -> None:
    """Its event was moved a moment ago, so a time of it is still kept; that is not a restore."""
    appointment, event_id = live.booked(live.company.alice, at(10))
    alice = live.person(live.company.alice)
    alice.move(event_id, at(14), at(14, 30))
    live.look(live.company.alice)
    cancel_appointment(appointment, by=CLIENT, now=live.now)
    live.lose_jobs()
    alice.change(event_id, summary="Maria")
    live.run(live.company.alice)
    assert fresh(appointment).status == Status.CANCELLED
    live.sweep()
    live.clock.advance(timedelta(minutes=1))
    live.sweep()
    live.work()
    assert live.ours(live.company.alice) == []


def test_an_event_deleted_while_its_appointment_was_changed_is_a_conflict(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).delete(event_id)
    Appointment.objects.filter(pk=appointment.pk).update(starts_at=at(11), ends_at=at(11, 30))
    live.look(live.company.alice)
    assert live.conflicts() == ["deleted_and_changed"]
    assert fresh(appointment).status == Status.BOOKED
    live.clock.advance(timedelta(minutes=11))
    live.sweep()
    live.work()
    assert live.ours(live.company.alice) == []


def test_an_event_deleted_after_its_appointment_began_calls_nothing_off(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.clock.advance(at(10, 10) - live.now)
    live.person(live.company.alice).delete(event_id)
    live.look(live.company.alice)
    assert fresh(appointment).status == Status.BOOKED
    assert live.conflicts() == []


def test_a_deletion_by_somebody_who_no_longer_has_the_appointment_cancels_nothing(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.hand_over(appointment, live.company.bob)
    live.lose_jobs()
    live.person(live.company.alice).delete(event_id)
    live.run(live.company.alice)
    assert fresh(appointment).status == Status.BOOKED


# Missing


def test_an_event_that_a_full_synchronisation_does_not_show_is_asked_for_first(live: World) -> None:
    """Invariant 3: absence alone cancels nothing."""
    appointment, event_id = live.booked(live.company.alice, at(10))

    resync_people(live.connection, [live.company.alice.pk], by=live.company.admin, now=live.now)
    live.lose_jobs()
    live.run(live.company.alice, without(live, event_id))
    assert live.written(appointment).missing
    before = live.google.last_request()
    live.sweep()
    live.clock.advance(timedelta(minutes=1))
    live.sweep()
    live.work()
    assert "calendar.events.get" in [each["google_method"] for each in live.google.requests(before)]
    assert fresh(appointment).status == Status.BOOKED
    assert not live.written(appointment).missing
    assert live.google.writes(before) == []


def test_an_event_that_is_really_gone_cancels_its_appointment_after_it_was_asked_for(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).delete(event_id)
    resync_people(live.connection, [live.company.alice.pk], by=live.company.admin, now=live.now)
    live.lose_jobs()
    live.run(live.company.alice, without(live, event_id))
    assert fresh(appointment).status == Status.BOOKED
    live.clock.advance(timedelta(minutes=1))
    live.sweep()
    live.work()
    assert fresh(appointment).status == Status.CANCELLED


def without(world: World, event_id: str) -> Meddling:
    """A Google that leaves one event out of its pages."""
    return Meddling(world.workspace, hidden=frozenset({event_id}))


# Overlaps


def test_a_google_event_over_an_appointment_opens_a_conflict_and_its_end_closes_it(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    alice = live.person(live.company.alice)
    external = alice.add(at(10, 15), at(11))
    live.look(live.company.alice)
    assert live.conflicts() == ["overlap"]
    assert fresh(appointment).status == Status.BOOKED
    live.look(live.company.alice)
    assert Conflict.objects.count() == 1
    alice.move(external, at(10, 30), at(11))
    live.look(live.company.alice)
    assert live.conflicts() == []


def test_an_occurrence_of_a_series_over_an_appointment_opens_a_conflict(live: World) -> None:
    live.booked(live.company.alice, at(10, day=3))
    live.person(live.company.alice).add(
        at(10).astimezone(HALIFAX), at(11).astimezone(HALIFAX), recurrence=["RRULE:FREQ=DAILY"]
    )
    live.look(live.company.alice)
    assert live.conflicts() == ["overlap"]


def test_an_overlap_ends_with_its_appointment(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).add(at(10), at(11))
    live.look(live.company.alice)
    cancel_appointment(appointment, by=CLIENT, now=live.now)
    assert live.conflicts() == []


def test_an_overlap_ends_when_the_appointment_is_moved_away(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).add(at(10), at(11))
    live.look(live.company.alice)
    live.reschedule(appointment, 12)
    assert live.conflicts() == []


def test_a_copy_of_our_event_just_blocks(live: World) -> None:
    """Invariant 11: the mark alone makes an event nobody's to change."""
    appointment, event_id = live.booked(live.company.alice, at(10))
    alice = live.person(live.company.alice)
    mark = alice.get(event_id)["extendedProperties"]
    copy = alice.add(at(15), at(16), extendedProperties=mark)
    live.look(live.company.alice)
    assert live.busy(live.company.alice) == [Interval(at(15), at(16))]
    cancel_appointment(appointment, by=CLIENT, now=live.now)
    live.work()
    assert alice.get(copy)["status"] == "confirmed"


def test_a_foreign_event_on_our_id_is_not_mistaken_for_ours(live: World) -> None:
    appointment = live.book(live.company.alice, at(10))
    taken = live.written(appointment).event_id
    live.google.fault(method="calendar.events.insert", count=1, status=503)
    live.work()
    live.person(live.company.alice).add(at(15), at(16), id=taken)
    live.run(live.company.alice)
    assert fresh(appointment).starts_at == at(10)
    assert live.busy(live.company.alice) == [Interval(at(15), at(16))]


def test_events_kept_at_a_disconnect_are_adopted_at_the_next_connection(live: World) -> None:
    _, event_id = live.booked(live.company.alice, at(10))
    live.disconnect(keep=True)
    live.go_live()
    assert [each["id"] for each in live.ours(live.company.alice)] == [event_id]
    assert live.conflicts() == []
    assert live.busy(live.company.alice) == []
    assert fresh(Appointment.objects.get()).ends_at - at(10) == HALF_HOUR
