"""A dry run counts what going live would mean, reads only, and survives whatever ends its job."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from tests.operations.meddling import Killed, Meddling
from tests.operations.world import DOMAIN, World, at

from lockstep.operations import dry_run
from lockstep.operations.dry_run import DryRunReport, begin_dry_run, go_on, people_of_run, report_of
from lockstep.store.models import AuditEntry, Connection, DryRun, DryRunPerson, StaffMember
from lockstep.sync.marks import Mark


@pytest.fixture
def pending(world: World) -> World:
    """Connected and read; nobody has pressed Save."""
    world.connect()
    world.work()
    assert world.connection.state == Connection.State.PENDING
    return world


def begin(world: World) -> DryRun:
    return begin_dry_run(world.connection, by=world.company.admin, now=world.now)


def finished(world: World) -> DryRunReport:
    run = begin(world)
    world.work()
    run.refresh_from_db()
    assert run.finished_at is not None
    return report_of(run)


def test_the_report_counts_what_blocks_what_does_not_and_what_overlaps(pending: World) -> None:
    alice = pending.person(pending.company.alice)
    pending.book(pending.company.alice, at(10))
    alice.add(at(10), at(10, 20), summary="Dentist")
    alice.add(at(13), at(14), transparency="transparent")
    alice.add(date(2026, 12, 2), date(2026, 12, 3), transparency="transparent", summary="On holiday")
    alice.add(date(2026, 12, 3), date(2026, 12, 4), summary="Away")
    mark = {"private": Mark(uuid4(), "demo", uuid4(), 0).properties()}
    pending.person(pending.company.bob).add(at(15), at(16), extendedProperties=mark)
    pending.look(pending.company.alice)
    report = finished(pending)
    assert (report.found, report.matched, report.unmatched, report.taking) == (3, 3, 0, 3)
    assert (report.looked_at, report.unreadable) == (3, 0)
    assert (report.blocking, report.all_day_free, report.double_booked) == (3, 1, 1)
    assert report.leftovers == {"demo": 1}


def test_whoever_has_another_address_here_than_in_google_is_unmatched(pending: World) -> None:
    StaffMember.objects.filter(pk=pending.company.carol.pk).update(email="c.jones@cedar.example")
    report = finished(pending)
    assert (report.found, report.matched, report.unmatched) == (3, 2, 1)


def test_a_calendar_that_cannot_be_read_is_said_and_never_counted_as_empty(pending: World) -> None:
    pending.google.control("PATCH", f"users/bob@{DOMAIN}", has_calendar=False)
    report = finished(pending)
    assert (report.looked_at, report.unreadable) == (3, 1)
    row = DryRunPerson.objects.get(staff=pending.company.bob)
    assert "cannot use Google Calendar" in row.problem


def test_nothing_is_written_in_google_and_no_title_is_stored(pending: World) -> None:
    pending.book(pending.company.alice, at(10))
    pending.person(pending.company.alice).add(at(10), at(11), summary="Dentist")
    before = pending.google.writes()
    finished(pending)
    assert pending.google.writes() == before
    assert "Dentist" not in str(list(DryRunPerson.objects.values()))


def test_two_clicks_start_one(pending: World) -> None:
    assert begin(pending).pk == begin(pending).pk
    assert AuditEntry.objects.filter(action="Dry run started").count() == 1


def test_a_new_one_replaces_the_last(pending: World) -> None:
    finished(pending)
    finished(pending)
    assert DryRun.objects.count() == 1
    assert DryRunPerson.objects.count() == 3


def test_a_job_that_dies_is_asked_for_again_and_goes_on_where_it_was(pending: World) -> None:
    run = begin(pending)

    def die_at_bob(name: str, email: str) -> None:
        if email == f"bob@{DOMAIN}":
            raise Killed

    with pytest.raises(Killed):
        go_on(run.pk, workspace=Meddling(pending.workspace, before=die_at_bob), clock=pending.clock)
    pending.lose_jobs()
    assert DryRunPerson.objects.count() == 1
    pending.sweep()
    assert pending.waiting("dry_run") == 0
    pending.clock.advance(dry_run.STANDS_STILL + timedelta(seconds=1))
    pending.sweep()
    pending.work()
    run.refresh_from_db()
    assert run.finished_at is not None
    assert people_of_run(run).count() == 3


def test_a_place_in_googles_queue_is_waited_for_and_blamed_on_nobody(pending: World) -> None:
    run = begin(pending)
    pending.google.fault(method="calendar.events.list", status=429, count=1)
    pending.work()
    run.refresh_from_db()
    assert run.finished_at is None
    pending.clock.advance(timedelta(minutes=1))
    pending.work()
    run.refresh_from_db()
    assert run.finished_at is not None
    assert report_of(run).unreadable == 0
    assert report_of(run).looked_at == 3


def test_a_runner_that_was_overtaken_stores_nothing(pending: World) -> None:
    run = begin(pending)
    pending.lose_jobs()

    def overtake(name: str, email: str) -> None:
        DryRun.objects.filter(pk=run.pk).update(position=2**40)

    go_on(run.pk, workspace=Meddling(pending.workspace, after=overtake), clock=pending.clock)
    assert not DryRunPerson.objects.exists()
    run.refresh_from_db()
    assert run.finished_at is None


def test_a_job_that_comes_late_finds_nothing_to_do(pending: World) -> None:
    run = begin(pending)
    pending.work()
    calls = len(pending.google.requests())
    go_on(run.pk, workspace=pending.workspace, clock=pending.clock)
    assert len(pending.google.requests()) == calls
