"""Import and export: a round trip changes nothing, errors say the line, and nothing is written by halves."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import NOW, Company

from lockstep.operations.setting_up.files.moving import ImportRefused, Plan, export_file, plan_import, run_import
from lockstep.operations.setting_up.files.tables import FileKind
from lockstep.operations.setting_up.files.text import FileRefused, lines_in, written
from lockstep.store.models import (
    Assignment,
    AuditEntry,
    Category,
    Location,
    OpeningHours,
    Service,
    StaffMember,
    User,
    WorkingHours,
)

LOCATIONS, SERVICES, STAFF = FileKind.LOCATIONS, FileKind.SERVICES, FileKind.STAFF


def planned(company: Company, kind: FileKind, text: str) -> Plan:
    return plan_import(kind, text.encode(), by=company.admin)


def counts(plan: Plan) -> tuple[int, int, int, int]:
    return len(plan.new), len(plan.changed), plan.unchanged, len(plan.errors)


def errors(plan: Plan) -> list[tuple[int, str]]:
    return [(error.number, error.column) for error in plan.errors]


@pytest.fixture
def rich(company: Company) -> Company:
    """With everything that a file can hold, awkward text included."""
    category = Category.objects.create(organisation=company.organisation, name="Advice; and more")
    Service.objects.update(
        category=category, description='Two lines:\nbring "ID", please', seats=4, invite_only=True, daily_limit=3,
        lead_time=timedelta(minutes=90), external_id="=SUM(A1)",
    )  # fmt: skip
    OpeningHours.objects.create(location=company.branch, weekday=0, start=time(9), end=time(0))
    Location.objects.filter(pk=company.branch.pk).update(name="-5° Bar", external_id="'=x")
    StaffMember.objects.filter(pk=company.alice.pk).update(name="@Alice", external_id="A1", daily_limit=2)
    return company


@pytest.mark.parametrize("kind", list(FileKind))
def test_what_was_exported_changes_nothing_when_it_is_imported(rich: Company, kind: FileKind) -> None:
    text = export_file(kind, by=rich.admin)
    plan = planned(rich, kind, text)
    assert (counts(plan)[0], counts(plan)[1], counts(plan)[3]) == (0, 0, 0)
    assert plan.unchanged == len(lines_in(text.encode(), text.splitlines()[0].lstrip("\ufeff").split(","), ()))
    assert plan.unchanged > 0


def test_no_exported_cell_begins_as_a_formula_does(rich: Company) -> None:
    text = export_file(LOCATIONS, by=rich.admin) + export_file(SERVICES, by=rich.admin)
    assert "'=SUM(A1)" in text
    assert "'-5° Bar" in text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12), min_size=1, max_size=4))
def test_a_cell_is_read_back_as_it_was_written(cells: list[str]) -> None:
    row = {f"c{number}": cell.strip() or "x" for number, cell in enumerate(cells)}
    (line,) = lines_in(written(list(row), [row]).encode(), list(row), [])
    assert dict(line.cells) == row


def test_semicolons_a_mark_and_quoted_newlines_are_read(company: Company) -> None:
    data = '\ufeffid;name;meeting_methods;description\r\nS1;Loan;video;"first\nsecond; third"\r\n\r\nS2;Card;phone;\r\n'
    plan = planned(company, SERVICES, data)
    assert [change.number for change in plan.new] == [2, 5]
    assert plan.new[0].after["description"] == "first\nsecond; third"


def test_a_file_adds_and_changes_in_one_go_and_is_audited(company: Company) -> None:
    known = str(company.branch.uuid)
    text = f"id,name,virtual,time_zone,monday\n{known},Cedar House,no,America/Halifax,9-17\nON,Web,yes,Europe/Paris,\n"
    plan = planned(company, LOCATIONS, text)
    assert plan.changed[0].before["name"] == "Cedar Street"
    assert set(plan.changed[0].after) == {"name", "monday"}
    run_import(LOCATIONS, text.encode(), by=company.admin, now=NOW)
    assert set(Location.objects.values_list("name", flat=True)) == {"Cedar House", "Online", "Web"}
    assert Location.objects.get(external_id="ON").time_zone == "Europe/Paris"
    assert AuditEntry.objects.get(action="Imported locations").after == {"new": 1, "changed": 1, "unchanged": 0}


def test_columns_that_a_file_lacks_keep_what_they_are(company: Company) -> None:
    text = f"id,name\n{company.alice.uuid},Alice Smith\n"
    run_import(STAFF, text.encode(), by=company.admin, now=NOW)
    company.alice.refresh_from_db()
    assert (company.alice.name, company.alice.email) == ("Alice Smith", "alice@cedar.example")


@pytest.mark.parametrize(
    ("kind", "text", "where"),
    [
        (LOCATIONS, "id,name,time_zone,address\nL1,X,Halifax,Y\n", [(2, "time_zone")]),
        (LOCATIONS, "id,name,time_zone\nL1,X,Europe/Paris\n", [(2, "address")]),
        (LOCATIONS, "id,name,virtual,time_zone,friday\nL1,X,yes,Europe/Paris,17-9\n", [(2, "friday")]),
        (SERVICES, "id,name,meeting_methods,duration\nS1,X,video,0\nS2,Y,fax,30\n",
         [(2, "duration"), (3, "meeting_methods")]),
        (STAFF, "id,name,email\nP1,X,nobody\nP1,Y,y@z.example\n", [(2, "email")]),
        (STAFF, "id,name,email\nP1,X,x@z.example\nP1,Y,y@z.example\n", [(3, "id")]),
        (STAFF, "id,name,email\nP1,X,x@z.example\nP2,Y,X@z.example\n", [(3, "email")]),
        (STAFF, "id,name,email\nP1,X,bob@cedar.example\n", [(2, "email")]),
        (FileKind.ASSIGNMENTS, "staff,service,location\nnobody,nothing,nowhere\n",
         [(2, "staff"), (2, "service"), (2, "location")]),
        (FileKind.HOURS, "staff,location,monday\nnobody@x.example,L,9-17\n", [(2, "staff"), (2, "location")]),
    ],
    ids=["zone", "address", "hours", "service", "e-mail", "twice", "same-address", "taken-address", "unknown",
         "hours-of-nobody"],
)  # fmt: skip
def test_every_error_is_said_by_line_and_column(
    company: Company, kind: FileKind, text: str, where: list[tuple[int, str]]
) -> None:
    assert errors(planned(company, kind, text)) == where


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfe", b"id,name,colour\n1,X,red\n", b"name\nX\n", b'id,name\n1,"X\n', b"x" * 2_000_001, b"id,id\n1,2\n"],
    ids=["not-utf-8", "unknown-column", "no-id", "open-quote", "too-large", "column-twice"],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(company: Company, data: bytes) -> None:
    with pytest.raises(FileRefused):
        plan_import(STAFF, data, by=company.admin)


def test_an_id_of_something_archived_is_said_in_the_check(company: Company) -> None:
    StaffMember.objects.filter(pk=company.bob.pk).update(external_id="B1", archived_at=NOW)
    assert errors(planned(company, STAFF, "id,name,email\nB1,Bob,robert@cedar.example\n")) == [(2, "id")]


def test_with_one_error_nothing_at_all_is_written(company: Company) -> None:
    text = "id,name,email\nP1,X,x@z.example\nP2,Y,nobody\n"
    with pytest.raises(ImportRefused):
        run_import(STAFF, text.encode(), by=company.admin, now=NOW)
    assert StaffMember.objects.count() == 3


def test_assignments_are_added_and_taken_away(company: Company) -> None:
    text = f"staff,service,location,assigned\nalice@cedar.example,{company.service.uuid},{company.branch.uuid},no\n"
    run_import(FileKind.ASSIGNMENTS, text.encode(), by=company.admin, now=NOW)
    assert not Assignment.objects.filter(staff=company.alice, location=company.branch).exists()
    run_import(FileKind.ASSIGNMENTS, text.replace(",no", ",yes").encode(), by=company.admin, now=NOW)
    assert Assignment.objects.filter(staff=company.alice, location=company.branch).exists()


def test_hours_move_the_working_ranges_with_them(company: Company) -> None:
    text = f"staff,location,tuesday\nalice@cedar.example,{company.branch.uuid},10-11\n"
    run_import(FileKind.HOURS, text.encode(), by=company.admin, now=NOW)
    tuesday = WorkingHours.objects.get(staff=company.alice, location=company.branch, weekday=1)
    spans = company.alice.working_ranges.filter(location=company.branch).values_list("span", flat=True)
    assert (tuesday.start, tuesday.end) == (time(10), time(11))
    assert timedelta(hours=1) in {span.upper - span.lower for span in spans}


def test_a_managers_file_reaches_their_location_only(company: Company) -> None:
    User.objects.filter(pk=company.alice_user.pk).update(role="manager")
    manager = User.objects.get(pk=company.alice_user.pk)
    manager.locations.add(company.branch)
    text = f"id,name\n{company.branch.uuid},Cedar House\n{company.online.uuid},Web\n"
    plan = plan_import(LOCATIONS, text.encode(), by=manager)
    assert len(plan.changed) == 1
    assert {number for number, _column in errors(plan)} == {3}
