"""Open booking pages say whose calendars are verified first, and at what little cost."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext, override_settings
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.cast import NOW, Company

from lockstep.operations import sweep
from lockstep.operations.interest import NOTED_FOR, Noted, note_interest
from lockstep.operations.looking import ask_for_look, wait_for_the_rest
from lockstep.store.models import CalendarLink, Connection, StaffMember
from lockstep.sync.urgency import Urgency

FRESH = NOW + timedelta(minutes=10)


@pytest.fixture
def connection(company: Company) -> Connection:
    return Connection.objects.create(
        organisation=company.organisation,
        state="live",
        directory_user="ada@cedar.example",
        customer_id="C1",
        connected_at=NOW,
    )


@pytest.fixture
def links(company: Company, connection: Connection) -> dict[str, CalendarLink]:
    """Alice is known, Bob was verified too long ago, Carol's calendar is closed to us."""
    states = {company.alice: ("current", FRESH), company.bob: ("current", NOW), company.carol: ("blocked", None)}
    return {
        staff.name: CalendarLink.objects.create(
            staff=staff,
            connection=connection,
            state=state,
            returns_to="current" if state == "blocked" else "",
            verified_at=NOW - timedelta(minutes=20),
            fresh_until=fresh_until,
            next_due=NOW + timedelta(hours=1),
        )
        for staff, (state, fresh_until) in states.items()
    }


def look_at_page(
    company: Company, *, noted: Noted, after: timedelta = timedelta(), staff: StaffMember | None = None
) -> None:
    note_interest(service=company.service, location=company.branch, staff=staff, now=NOW + after, noted=noted)


def jobs_in_order() -> list[tuple[int, int]]:
    """The calendar and the priority of each waiting look, the first to be done first."""
    waiting = ProcrastinateJob.objects.filter(task_name="look_at_calendar", status="todo").order_by("-priority", "id")
    return [(job.args["link_id"], job.priority) for job in waiting]


def test_whoever_is_withheld_is_looked_at_ahead_of_everything(company: Company, links: dict[str, CalendarLink]) -> None:
    ask_for_look(links["Alice"].pk, now=NOW, urgency=Urgency.PUSH)
    look_at_page(company, noted=Noted())
    assert jobs_in_order() == [(links["Bob"].pk, Urgency.PAGE), (links["Alice"].pk, Urgency.PUSH)]


def test_who_looks_again_asks_for_no_second_look(company: Company, links: dict[str, CalendarLink]) -> None:
    for process in range(3):
        look_at_page(company, noted=Noted(), after=timedelta(seconds=process))
    assert len(jobs_in_order()) == 1


def test_a_waiting_poll_of_somebody_who_is_shown_gets_a_place_further_ahead(
    company: Company, links: dict[str, CalendarLink]
) -> None:
    ask_for_look(links["Bob"].pk, now=NOW, urgency=Urgency.POLL)
    look_at_page(company, noted=Noted())
    assert jobs_in_order()[0] == (links["Bob"].pk, Urgency.PAGE)


def test_a_page_that_is_shown_again_and_again_writes_nothing(company: Company, links: dict[str, CalendarLink]) -> None:
    noted = Noted()
    look_at_page(company, noted=noted)
    with CaptureQueriesContext(database) as queries:
        for second in range(int(NOTED_FOR.total_seconds())):
            look_at_page(company, noted=noted, after=timedelta(seconds=second))
    assert len(queries) == 0
    assert CalendarLink.objects.filter(interest_at=NOW).count() == 3


def test_a_page_of_one_person_says_nothing_of_the_others(company: Company, links: dict[str, CalendarLink]) -> None:
    look_at_page(company, noted=Noted(), staff=company.alice)
    assert list(CalendarLink.objects.filter(interest_at=NOW)) == [links["Alice"]]


@override_settings(GOOGLE_PROJECT_UNITS_A_MINUTE=30)
def test_of_many_due_calendars_those_that_are_shown_are_polled_first(
    company: Company, links: dict[str, CalendarLink]
) -> None:
    """The quota of this test leaves room for one poll in each sweep."""
    CalendarLink.objects.update(next_due=NOW - timedelta(hours=2), state="current", fresh_until=FRESH)
    CalendarLink.objects.filter(pk=links["Carol"].pk).update(next_due=NOW - timedelta(minutes=1))
    look_at_page(company, noted=Noted(), staff=company.carol)
    sweep.sweep(now=NOW + timedelta(seconds=5))
    assert jobs_in_order() == [(links["Carol"].pk, Urgency.POLL)]


@override_settings(GOOGLE_PROJECT_UNITS_A_MINUTE=30)
def test_after_an_outage_the_polls_come_a_few_at_a_time_and_none_is_lost(
    company: Company, links: dict[str, CalendarLink]
) -> None:
    CalendarLink.objects.update(next_due=NOW - timedelta(hours=2), state="current")
    seen = [len(jobs_in_order())]
    for number in range(3):
        sweep.sweep(now=NOW + timedelta(seconds=5 * number))
        seen.append(len(jobs_in_order()))
    assert seen == [0, 1, 2, 3]


def test_with_a_full_queue_polls_wait_in_their_rows(company: Company, links: dict[str, CalendarLink]) -> None:
    CalendarLink.objects.update(next_due=NOW - timedelta(hours=2), state="current")
    for _ in range(1000):
        ask_for_look(links["Alice"].pk, now=NOW)
        CalendarLink.objects.update(done=0, wanted=0)
    before = len(jobs_in_order())
    sweep.sweep(now=NOW)
    assert len(jobs_in_order()) == before


def test_a_look_waits_for_the_rest_of_a_burst_but_not_for_ever(links: dict[str, CalendarLink]) -> None:
    link, slept = links["Alice"], list[float]()

    def sleep_while_others_edit(seconds: float, *, edits: int) -> None:
        slept.append(seconds)
        if len(slept) <= edits:
            ask_for_look(link.pk, now=NOW)

    for edits, moments in ((0, 1), (2, 3), (100, 4)):
        slept.clear()
        wait_for_the_rest(link.pk, sleep=partial(sleep_while_others_edit, edits=edits))
        assert len(slept) == moments
