"""A fresh delegation that Google does not know yet: stored, checked again by itself for a day, and then told.

Rules: product specification, section 2.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.operations.world import GROUP, World

from lockstep.operations.connection import ConnectRefused, connect_workspace
from lockstep.operations.waiting import check_now, stop_waiting
from lockstep.store.models import AuditEntry, CalendarLink, Connection, Organisation, StaffMember
from lockstep.sync.gateway import CALENDAR_SCOPE, GROUPS_SCOPE, USERS_SCOPE
from lockstep.sync.pace import next_retest

ALL = [CALENDAR_SCOPE, USERS_SCOPE, GROUPS_SCOPE]


def delegate(world: World, scopes: list[str]) -> None:
    world.google.control("PUT", f"delegations/{world.workspace.client_id}", scopes=scopes)


@pytest.fixture
def waiting(world: World) -> World:
    """Nothing is delegated yet, and Connect was pressed."""
    delegate(world, [])
    world.connect()
    return world


def pass_time(world: World, **time: float) -> None:
    world.clock.advance(timedelta(**time))
    world.sweep()
    world.work()


def test_what_was_typed_is_stored_and_nothing_else(waiting: World) -> None:
    connection = waiting.connection
    assert (connection.state, connection.directory_group, connection.customer_id) == ("waiting", GROUP, "")
    assert "Client ID" in connection.problem
    waiting.work()
    assert not CalendarLink.objects.exists()
    assert not StaffMember.objects.exclude(google_email="").exists()


def test_it_goes_on_by_itself_once_google_knows(waiting: World) -> None:
    pass_time(waiting, minutes=2)
    assert waiting.connection.state == "waiting"
    delegate(waiting, ALL)
    pass_time(waiting, minutes=2)
    assert waiting.connection.state == "pending"
    assert CalendarLink.objects.exclude(verified_at=None).count() == 3
    assert AuditEntry.objects.get(action="Google Workspace connected").actor == "Lockstep"


def test_it_is_not_asked_for_before_its_time(waiting: World) -> None:
    before = waiting.connection.attempts
    pass_time(waiting, seconds=20)
    assert waiting.connection.attempts == before


def test_after_a_day_it_gives_up_and_says_what_to_check(waiting: World) -> None:
    pass_time(waiting, hours=25)
    assert waiting.connection.next_due is None
    assert "the Client ID is the number" in waiting.connection.problem
    pass_time(waiting, hours=1)
    assert waiting.connection.attempts == 2


def test_asked_again_after_it_gave_up_it_waits_for_another_day(waiting: World) -> None:
    pass_time(waiting, hours=25)
    check_now(waiting.connection, now=waiting.now)
    waiting.work()
    assert waiting.connection.next_due is not None


def test_what_waiting_does_not_mend_is_told_at_once(waiting: World) -> None:
    """Delegated by now, but the group has been deleted."""
    delegate(waiting, ALL)
    waiting.google.control("DELETE", f"groups/{GROUP}")
    pass_time(waiting, minutes=2)
    assert (waiting.connection.state, waiting.connection.next_due) == ("waiting", None)
    assert "no group with this address" in waiting.connection.problem


def test_a_google_that_is_down_is_waited_for(waiting: World) -> None:
    delegate(waiting, ALL)
    waiting.google.fault(method="directory.*", status=503)
    pass_time(waiting, minutes=2)
    assert waiting.connection.next_due is not None
    waiting.google.mend()
    pass_time(waiting, minutes=2)
    assert waiting.connection.state == "pending"


def test_a_customer_of_somebody_else_is_refused_before_anything_is_shown(waiting: World) -> None:
    Organisation.objects.filter(pk=waiting.company.organisation.pk).update(google_customer_id="C0another")
    delegate(waiting, ALL)
    pass_time(waiting, minutes=2)
    assert (waiting.connection.state, waiting.connection.customer_id) == ("waiting", "")
    assert "not the one that belongs" in waiting.connection.problem
    assert not StaffMember.objects.exclude(google_email="").exists()


def test_a_lost_job_is_asked_for_again(waiting: World) -> None:
    delegate(waiting, ALL)
    check_now(waiting.connection, now=waiting.now)
    waiting.lose_jobs()
    pass_time(waiting, minutes=3)
    assert waiting.connection.state == "pending"


def test_stopped_it_is_forgotten(waiting: World) -> None:
    stop_waiting(waiting.connection, by=waiting.company.admin, now=waiting.now)
    assert not Connection.objects.exists()


def test_connect_again_takes_the_new_values(waiting: World) -> None:
    waiting.connect(group="")
    assert waiting.connection.directory_group == ""
    delegate(waiting, ALL)
    waiting.connect()
    assert (waiting.connection.state, waiting.connection.directory_group) == ("pending", GROUP)


def test_a_refusal_that_is_not_fresh_stores_nothing(world: World) -> None:
    with pytest.raises(ConnectRefused):
        connect_workspace(
            organisation=world.company.organisation,
            directory_user="nobody@small.example",
            directory_group=GROUP,
            workspace=world.workspace,
            by=world.company.admin,
            now=world.now,
        )
    assert not Connection.objects.exists()


def test_the_times_between_two_tries_grow_for_a_day() -> None:
    since = now = datetime(2026, 12, 1, 9, tzinfo=UTC)
    tries = []
    while (following := next_retest(since, now)) is not None:
        tries.append(following - now)
        now = following
    assert tries[:3] == [timedelta(minutes=1)] * 3
    assert max(tries) == timedelta(minutes=30)
    assert 60 < len(tries) < 100
    assert timedelta(hours=24) <= now - since < timedelta(hours=24, minutes=31)
