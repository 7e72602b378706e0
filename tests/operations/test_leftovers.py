"""Another installation's events: recorded without titles, named, and removed only by choice and by proof.

Rules: product specification, section 2.6; architecture, invariant 11.
"""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from tests.operations.world import World, at

from lockstep.calendar.interval import Interval
from lockstep.operations.leftovers import begin_removal, others_of
from lockstep.store.models import AuditEntry, ForeignEvent, StaffMember
from lockstep.sync import pace
from lockstep.sync.marks import Mark, event_id

DEMO = UUID("3f0c2f9e-5f5f-4a6e-9d8a-0a4f6e2b7c11")


def left_behind(world: World, person: StaffMember, hour: int = 10, *, copied: bool = False) -> str:
    """An event of a demo's, or a copy that somebody made of one; its id."""
    person.refresh_from_db()
    mark = Mark(DEMO, "demo", uuid4(), 0)
    own = {} if copied else {"id": event_id(mark, person.google_user_id)}
    return world.person(person).add(at(hour), at(hour + 1), extendedProperties={"private": mark.properties()}, **own)


def remove(world: World) -> int:
    number = begin_removal(world.connection, DEMO, "demo", by=world.company.admin, now=world.now)
    world.work()
    return number


def test_another_installations_events_block_and_are_named_with_their_number(live: World) -> None:
    left_behind(live, live.company.alice)
    left_behind(live, live.company.bob)
    live.look(live.company.alice)
    live.look(live.company.bob)
    (other,) = others_of(live.connection)
    assert (other.installation, other.environment, other.events, other.people) == (DEMO, "demo", 2, 2)
    assert live.busy(live.company.alice) == [Interval(at(10), at(11))]


def test_our_own_events_are_nobody_elses(live: World) -> None:
    live.booked(live.company.alice, at(10))
    live.look(live.company.alice)
    assert others_of(live.connection) == []


def test_chosen_leftovers_leave_google_and_their_time_is_free(live: World) -> None:
    left_behind(live, live.company.alice)
    live.look(live.company.alice)
    assert remove(live) == 1
    live.look(live.company.alice)
    assert live.person(live.company.alice).events() == []
    assert live.busy(live.company.alice) == []
    assert others_of(live.connection) == []
    assert AuditEntry.objects.filter(action="Another installation’s events removed").count() == 1


def test_a_copy_of_such_an_event_is_never_removed(live: World) -> None:
    left_behind(live, live.company.alice, copied=True)
    live.look(live.company.alice)
    (other,) = others_of(live.connection)
    assert (other.events, other.removable) == (1, 0)
    assert remove(live) == 0
    assert len(live.person(live.company.alice).events()) == 1


def test_an_event_whose_mark_was_taken_off_meanwhile_stays(live: World) -> None:
    stays = left_behind(live, live.company.alice)
    live.look(live.company.alice)
    live.person(live.company.alice).change(stays, extendedProperties={"private": {"lockstep": None}})
    remove(live)
    assert len(live.person(live.company.alice).events()) == 1


@pytest.mark.parametrize("status", [403, 404, 503])
def test_what_cannot_be_removed_now_is_tried_again(live: World, status: int) -> None:
    left_behind(live, live.company.alice)
    live.look(live.company.alice)
    live.google.fault(method="calendar.events.delete", count=1, status=status)
    remove(live)
    assert ForeignEvent.objects.filter(remove_due_at__isnull=False).count() == 1
    live.clock.advance(pace.BLOCKED_RETRY + pace.JOB_LOST_AFTER * 2)
    live.sweep()
    live.work()
    assert live.person(live.company.alice).events() == []


def test_a_removal_goes_on_after_its_job_was_lost(live: World) -> None:
    left_behind(live, live.company.alice)
    live.look(live.company.alice)
    begin_removal(live.connection, DEMO, "demo", by=live.company.admin, now=live.now)
    live.lose_jobs()
    live.clock.advance(pace.JOB_LOST_AFTER * 2)
    live.sweep()
    live.work()
    assert live.person(live.company.alice).events() == []


def test_what_goes_in_google_is_no_longer_listed(live: World) -> None:
    gone = left_behind(live, live.company.alice)
    live.look(live.company.alice)
    live.person(live.company.alice).delete(gone)
    live.look(live.company.alice)
    assert others_of(live.connection) == []
