"""Leaving Google Workspace: counts, what goes and what stays, interruptions, lost access, and connecting again.

Rules: product specification, section 8.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.operations.meddling import Meddling
from tests.operations.world import CLIENT, DOMAIN, GROUP, World, at

from lockstep.operations.booking import cancel_appointment
from lockstep.operations.disconnecting import (
    begin_disconnect,
    disconnect_counts,
    disconnect_workspace,
    keep_the_rest,
    leaving,
)
from lockstep.store.models import (
    Appointment,
    AuditEntry,
    BusyInterval,
    CalendarLink,
    Connection,
    StaffMember,
    WrittenEvent,
)
from lockstep.sync.gateway import Workspace


def test_disconnecting_removes_our_events_and_only_those(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    alice = live.person(live.company.alice)
    mark = alice.get(event_id)["extendedProperties"]
    kept = [alice.add(at(13), at(14)), alice.add(at(15), at(16), extendedProperties=mark)]
    live.look(live.company.alice)
    counts = disconnect_counts(live.connection)
    assert (counts.people, counts.busy_intervals, counts.events_in_google) == (3, 2, 1)
    live.disconnect()
    assert sorted(each["id"] for each in alice.events()) == sorted(kept)
    assert not Connection.objects.exists()
    assert not BusyInterval.objects.exists()
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.BOOKED
    assert at(13) in live.offered(live.company.alice)


def test_disconnecting_can_leave_our_events(live: World) -> None:
    live.booked(live.company.alice, at(10))
    live.disconnect(keep=True)
    assert len(live.ours(live.company.alice)) == 1


def test_an_event_whose_insert_was_never_answered_is_removed_as_well(live: World) -> None:
    live.book(live.company.alice, at(10))
    live.google.fault(method="calendar.events.insert", when="after", count=1, cut=True)
    live.work()
    live.disconnect()
    assert live.ours(live.company.alice) == []


def test_a_foreign_event_on_our_id_survives_a_disconnect(live: World) -> None:
    appointment = live.book(live.company.alice, at(10))
    taken = live.written(appointment).event_id
    live.google.fault(method="calendar.events.insert", count=1, status=503)
    live.work()
    live.person(live.company.alice).add(at(15), at(16), id=taken)
    live.disconnect()
    assert live.person(live.company.alice).get(taken)["status"] == "confirmed"


def test_what_was_undecided_does_not_block_anybody_after_a_disconnect(live: World) -> None:
    _, event_id = live.booked(live.company.alice, at(10))
    alice = live.person(live.company.alice)
    alice.add(at(14), at(15))
    alice.move(event_id, at(14), at(15))
    live.look(live.company.alice)
    assert live.conflicts() == ["time_taken"]
    live.disconnect()
    assert live.conflicts() == []
    assert at(14) in live.offered(live.company.alice)


def test_appointments_go_on_without_a_connection(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    live.disconnect()
    cancel_appointment(appointment, by=CLIENT, now=live.now)
    live.work()
    assert at(10) in live.offered(live.company.alice)


# Interrupted, and out of reach


class Killed(Exception):
    """The worker's process ends here."""


def begun(world: World) -> None:
    begin_disconnect(world.connection, keep_events=False, by=world.company.admin, now=world.now)


def go_on(world: World, workspace: Workspace | None) -> None:
    disconnect_workspace(world.connection.pk, workspace=workspace, clock=world.clock)


@pytest.mark.parametrize("when", ["before", "after"], ids=["before the call", "after the call"])
def test_killed_in_the_middle_it_goes_on_where_it_stopped(live: World, when: str) -> None:
    """Google's side of the second removal is done or not: nobody knows, and it does not matter."""
    for hour in (9, 10, 11):
        live.booked(live.company.alice, at(hour))
    begun(live)
    removals = 0

    def dies(name: str, _: str) -> None:
        nonlocal removals
        removals += name == "delete"
        if removals == 2:
            raise Killed

    meddling = Meddling(live.workspace, before=dies) if when == "before" else Meddling(live.workspace, after=dies)
    with pytest.raises(Killed):
        go_on(live, meddling)
    live.lose_jobs()
    assert leaving(live.connection).removed == 1
    live.clock.advance(timedelta(minutes=2))
    live.sweep()
    live.work()
    assert live.ours(live.company.alice) == []
    assert not Connection.objects.exists()


def test_while_it_lasts_nobody_reads_writes_or_is_offered(live: World) -> None:
    live.booked(live.company.alice, at(10))
    begun(live)
    live.lose_jobs()
    before = live.google.last_request()
    assert live.offered(live.company.alice) == set()
    live.clock.advance(timedelta(minutes=11))
    live.look(live.company.alice)
    assert live.google.requests(before) == []


def test_a_google_that_does_not_answer_is_told_and_tried_again(live: World) -> None:
    live.booked(live.company.alice, at(10))
    live.google.fault(method="calendar.events.delete", status=503)
    live.disconnect()
    stuck = leaving(live.connection)
    assert (stuck.left, stuck.removed) == (1, 0)
    assert "status 503" in stuck.problem
    live.google.mend()
    live.clock.advance(timedelta(minutes=1))
    live.sweep()
    live.work()
    assert live.ours(live.company.alice) == []
    assert not Connection.objects.exists()


def test_one_persons_lost_access_does_not_hold_up_the_others(live: World) -> None:
    live.booked(live.company.alice, at(10))
    live.booked(live.company.bob, at(10))
    live.google.control("PATCH", f"users/alice@{DOMAIN}", suspended=True)
    live.disconnect()
    assert live.ours(live.company.bob) == []
    stuck = leaving(live.connection)
    assert (stuck.left, stuck.removed) == (1, 1)
    assert f"alice@{DOMAIN}" in stuck.problem


def test_what_cannot_be_removed_may_be_left_and_the_numbers_are_written_down(live: World) -> None:
    live.booked(live.company.alice, at(10))
    live.booked(live.company.bob, at(10))
    live.google.control("PATCH", f"users/alice@{DOMAIN}", suspended=True)
    live.disconnect()
    keep_the_rest(live.connection, by=live.company.admin, now=live.now)
    live.work()
    assert not Connection.objects.exists()
    entry = AuditEntry.objects.latest("pk")
    assert (entry.actor, entry.action) == ("Ada", "Google Workspace disconnected")
    assert entry.after == {"kept": True, "removed": 1}


def test_without_a_key_it_waits_until_the_events_may_stay(live: World) -> None:
    live.booked(live.company.alice, at(10))
    begun(live)
    go_on(live, None)
    assert "No service account key" in live.connection.problem
    keep_the_rest(live.connection, by=live.company.admin, now=live.now)
    go_on(live, None)
    assert not Connection.objects.exists()


def test_a_revoked_delegation_is_told_as_such(live: World) -> None:
    live.booked(live.company.alice, at(10))
    live.google.control("PUT", f"delegations/{live.workspace.client_id}", scopes=[])
    live.clock.advance(timedelta(hours=2))
    live.disconnect()
    assert "Domain-wide delegation" in live.connection.problem


def test_a_second_click_changes_nothing(live: World) -> None:
    live.booked(live.company.alice, at(10))
    begun(live)
    begin_disconnect(live.connection, keep_events=True, by=live.company.admin, now=live.now)
    assert not live.connection.keep_events
    assert AuditEntry.objects.filter(action="Google Workspace: disconnecting").count() == 1


# Connecting again


def test_people_are_known_again_and_kept_events_adopted(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.disconnect(keep=True)
    live.person(live.company.alice).move(event_id, at(11), at(11, 30))
    live.go_live()
    assert StaffMember.objects.count() == 3
    assert [each["id"] for each in live.ours(live.company.alice)] == [event_id]
    assert WrittenEvent.objects.filter(appointment=appointment).count() == 1
    assert CalendarLink.objects.count() == 3


def test_removed_events_are_written_anew(live: World) -> None:
    live.booked(live.company.alice, at(10))
    live.disconnect()
    live.go_live()
    assert len(live.ours(live.company.alice)) == 1


def test_another_group_takes_other_people(live: World) -> None:
    live.google.control("POST", "groups", email=f"small-{GROUP}")
    live.google.control("PUT", f"groups/small-{GROUP}/members/bob@{DOMAIN}")
    live.disconnect()
    live.connect(group=f"small-{GROUP}")
    live.work()
    assert list(CalendarLink.objects.values_list("staff__email", flat=True)) == [f"bob@{DOMAIN}"]
    assert live.is_known(live.company.alice)
