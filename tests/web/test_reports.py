"""Reports: what is counted, how far a reader sees, and the file."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from tests.cast import ZONE, Company
from tests.web.conftest import signed_in
from tests.web.making import booked
from tests.web.test_reach import alice_as

from lockstep.operations.reports import Grouping, Period, report
from lockstep.store.models import Appointment, Assignment, Location, StaffMember, WorkingHours
from lockstep.web.reports.chart import bars

HALIFAX = ZoneInfo(ZONE)
MONDAY = date(2026, 3, 2)
LATER = datetime(2026, 4, 1, tzinfo=HALIFAX)


def on(bank: Company, person: StaffMember, day: date, hour: int, **fields: object) -> Appointment:
    appointment = booked(bank, person, datetime.combine(day, time(hour), HALIFAX))
    created = appointment.starts_at - timedelta(days=3)
    Appointment.objects.filter(pk=appointment.pk).update(created_at=created, **fields)
    return appointment


def week(bank: Company, by: Grouping = Grouping.PERSON, user: object = None):  # type: ignore[no-untyped-def]
    period = Period(MONDAY, MONDAY + timedelta(days=6), HALIFAX)
    return report(bank.admin if user is None else user, period, by, now=LATER)  # type: ignore[arg-type]


def test_what_stood_what_was_called_off_and_who_did_not_come(bank: Company) -> None:
    on(bank, bank.alice, MONDAY, 10, progress="finished")
    on(bank, bank.alice, MONDAY, 11, progress="no_show")
    on(bank, bank.bob, MONDAY, 10, status="cancelled")
    total = week(bank).total
    assert (total.booked, total.cancelled, total.finished, total.no_shows) == (2, 1, 1, 1)
    assert (total.no_show_share, total.lead_time) == (0.5, timedelta(days=3))


def test_the_period_ends_at_midnight_by_the_readers_clock(bank: Company) -> None:
    on(bank, bank.alice, MONDAY + timedelta(days=6), 23)
    on(bank, bank.alice, MONDAY + timedelta(days=7), 0)
    assert week(bank).total.booked == 1


def test_a_week_of_clock_changes_has_seven_days(bank: Company) -> None:
    first = date(2026, 3, 8)  # Daylight time begins in Halifax.
    on(bank, bank.alice, first, 1)
    found = report(bank.admin, Period(first, first, HALIFAX), Grouping.SERVICE, now=LATER)
    assert found.by_day == [(first, 1)]
    assert found.total.booked == 1


def test_utilisation_is_the_share_of_the_working_time(bank: Company) -> None:
    WorkingHours.objects.filter(staff=bank.alice).delete()
    WorkingHours.objects.create(staff=bank.alice, location=bank.branch, weekday=0, start=time(9), end=time(14))
    on(bank, bank.alice, MONDAY, 10)
    (line,) = week(bank).lines
    assert (line.minutes, line.working_minutes, line.utilisation) == (30, 300, 0.1)


def test_who_can_be_booked_at_two_places_at_once_works_once(bank: Company) -> None:
    on(bank, bank.alice, MONDAY, 10)
    (line,) = week(bank).lines
    assert line.working_minutes == 5 * 8 * 60


@pytest.mark.parametrize(
    ("by", "names"),
    [(Grouping.SERVICE, ["Advice"]), (Grouping.LOCATION, ["Cedar Street"]), (Grouping.PERSON, ["Alice", "Bob"])],
)
def test_the_lines_are_what_one_asks_for(bank: Company, by: Grouping, names: list[str]) -> None:
    for person in (bank.alice, bank.alice, bank.bob):
        on(bank, person, MONDAY + timedelta(days=Appointment.objects.count()), 10)
    assert [line.name for line in week(bank, by).lines] == names


def test_a_manager_counts_their_locations_only(bank: Company) -> None:
    far = Location.objects.create(organisation=bank.organisation, name="Far Hill", time_zone=ZONE)
    Assignment.objects.filter(staff=bank.carol).delete()
    Assignment.objects.create(staff=bank.carol, location=far, service=bank.service)
    on(bank, bank.alice, MONDAY, 10)
    on(bank, bank.carol, MONDAY, 10, location=far)
    alice_as(bank, "manager")
    assert [line.name for line in week(bank, user=bank.alice_user).lines] == ["Alice"]


def test_another_organisation_counts_nothing(bank: Company, stranger: Browser) -> None:
    on(bank, bank.alice, MONDAY, 10)
    page = stranger.get("/reports/", {"from": "2026-03-01", "to": "2026-03-31"}).content.decode()
    assert "0 appointments" in page


@pytest.mark.parametrize("role", ["staff", "staff_plus", "staff_advanced", "contact_centre"])
def test_for_whom_reports_are_not(bank: Company, role: str) -> None:
    assert alice_as(bank, role).get("/reports/").status_code == 403


def test_the_queries_do_not_grow_with_the_people(bank: Company) -> None:
    counts = []
    for person in (bank.alice, bank.bob, bank.carol):
        on(bank, person, MONDAY, 10)
        with CaptureQueriesContext(connection) as queries:
            week(bank)
        counts.append(len(queries))
    assert counts[0] == counts[-1]


def test_the_page_shows_picture_table_and_numbers(bank: Company, admin: Browser) -> None:
    on(bank, bank.alice, MONDAY, 10, progress="no_show")
    page = admin.get("/reports/", {"from": "2026-03-01", "to": "2026-03-31", "by": "person"}).content.decode()
    assert ("1 appointment<" in page, 'class="chart-bar"' in page, "(100 %)" in page) == (True, True, True)


def test_an_empty_period_says_what_to_do(bank: Company, admin: Browser) -> None:
    assert "No appointments in this time" in admin.get("/reports/").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"from": "x"},
        {"from": "2026-03-31", "to": "2026-03-01"},
        {"from": "2001-01-01", "to": "2026-01-01"},
        {"by": "?"},
    ],
    ids=["no date", "the wrong way round", "far too long", "unknown"],
)
def test_what_cannot_be_used_counts_as_not_said(bank: Company, admin: Browser, query: dict[str, str]) -> None:
    assert admin.get("/reports/", query).status_code == 200


def test_the_file_has_a_line_each_and_the_total(bank: Company, admin: Browser) -> None:
    on(bank, bank.alice, MONDAY, 10)
    answer = admin.get("/reports/download/", {"from": "2026-03-01", "to": "2026-03-31", "by": "person"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["person"], row["booked"], row["lead_time_hours"]) for row in rows] == [
        ("Alice", "1", "72.0"),
        ("total", "1", "72.0"),
    ]
    assert "attachment" in answer["Content-Disposition"]


def test_a_name_that_looks_like_a_formula_stays_text(bank: Company, admin: Browser) -> None:
    bank.service.name = "=1+1"
    bank.service.save()
    on(bank, bank.alice, MONDAY, 10)
    answer = admin.get("/reports/download/", {"from": "2026-03-01", "to": "2026-03-31"})
    assert "'=1+1" in answer.content.decode()


def test_a_long_period_is_drawn_by_week() -> None:
    days = [(MONDAY + timedelta(days=each), 1) for each in range(90)]
    chart = bars(days)
    assert (chart.weekly, len(chart.bars), chart.bars[0].count, chart.bars[-1].count) == (True, 13, 7, 6)


def test_the_highest_bar_fills_the_picture_and_none_leaves_it() -> None:
    chart = bars([(MONDAY, 0), (MONDAY + timedelta(days=1), 4), (MONDAY + timedelta(days=2), 2)])
    assert [bar.y >= 0 and bar.y + bar.height <= chart.foot + 0.2 for bar in chart.bars] == [True] * 3
    assert chart.bars[0].height == 0


def test_an_admin_sees_the_way_to_the_reports(bank: Company) -> None:
    assert 'href="/reports/"' in signed_in(bank.admin).get("/desk/").content.decode()
