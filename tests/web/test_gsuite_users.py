"""The Users tab: tiles that filter, causes with their cures, deeds for one and for many, and ten thousand people."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.cast import Company
from tests.web.making import booked, busy, connected, tomorrow_at

from lockstep.operations.roster import Cause, Level, counts_of, people_of, rows
from lockstep.store.models import AuditEntry, CalendarLink, Connection, StaffMember

USERS = "/settings/integrations/gsuite/users/"
HTMX = {"HX-Request": "true"}
MANY = 10_000


def names(page: str) -> list[str]:
    return re.findall(r'<label for="person-[\w-]+">([^<]+)<br>', page)


def change(staff: StaffMember, **fields: object) -> None:
    StaffMember.objects.filter(pk=staff.pk).update(**fields)


def change_link(staff: StaffMember, **fields: object) -> None:
    CalendarLink.objects.filter(staff=staff).update(**fields)


@pytest.mark.parametrize(
    ("person", "link", "manual", "cause", "level"),
    [
        ({}, {}, False, Cause.IN_STEP, Level.OK),
        ({"left_at": timezone.now()}, {}, False, Cause.LEFT, Level.WARNING),
        ({"appointment_taking": False}, {}, False, Cause.NOT_TAKING, Level.OFF),
        ({"sync_enabled": False}, {}, True, Cause.SWITCHED_OFF, Level.OFF),
        ({"sync_enabled": False}, {}, False, Cause.IN_STEP, Level.OK),
        ({"email": "al@home.example"}, {}, False, Cause.MISMATCHED, Level.ERROR),
        ({"missing_since": timezone.now()}, {}, False, Cause.MISSING, Level.WARNING),
        ({}, {"state": "blocked"}, False, Cause.BLOCKED, Level.ERROR),
        ({}, {"state": "backing_off"}, False, Cause.BACKING_OFF, Level.WARNING),
        ({}, {"verified_at": None}, False, Cause.UNREAD, Level.READING),
        ({}, {"state": "full_sync"}, False, Cause.REREAD, Level.READING),
        ({}, {"fresh_until": None}, False, Cause.STALE, Level.WARNING),
        ({}, {"fresh_until": timezone.now() - timedelta(days=1)}, False, Cause.STALE, Level.WARNING),
    ],
    ids=lambda value: value.value if isinstance(value, Cause) else "",
)
def test_each_cause_has_its_level_and_the_rows_agree_with_the_counts(
    bank: Company, person: dict[str, object], link: dict[str, object], *, manual: bool, cause: Cause, level: Level
) -> None:
    connection = connected(bank)
    Connection.objects.update(manual_users=manual)
    connection.refresh_from_db()
    if person:
        change(bank.alice, **person)
    if link:
        change_link(bank.alice, **link)
    now = timezone.now()
    (alice,) = [row for row in rows(people_of(connection, now=now), now=now) if row.staff.pk == bank.alice.pk]
    assert (alice.cause, alice.level) == (cause, level)
    assert alice.sentence
    others = {Cause.BACKING_OFF: 1, Cause.BLOCKED: 1}
    assert counts_of(connection, now=now).of(cause) == others.get(cause, 0) + 1


@pytest.mark.parametrize(
    ("level", "found"),
    [
        ("", ["Alice", "Bob", "Carol"]),
        ("syncing", ["Alice"]),
        ("warnings", ["Bob"]),
        ("errors", ["Carol"]),
        ("off", []),
    ],
)
def test_a_tile_filters_the_people_and_says_that_it_does(
    bank: Company, admin: Client, level: str, found: list[str]
) -> None:
    connected(bank)
    page = admin.get(USERS, {"level": level}).content.decode()
    assert names(page) == found
    pressed = re.findall(r'id="tile-(\w+)" aria-current="true"', page)
    assert pressed == ([level] if level else [])


def test_the_search_finds_by_name_and_address_and_answers_htmx_with_the_table(bank: Company, admin: Client) -> None:
    connected(bank)
    page = admin.get(USERS, {"search": "BOB@"}, headers=HTMX).content.decode()
    assert "<html" not in page
    assert names(page) == ["Bob"]
    assert "Google asks us to slow down." in page


def test_a_search_without_a_hit_says_what_to_do(bank: Company, admin: Client) -> None:
    connected(bank)
    assert "Nobody matches" in admin.get(USERS, {"search": "zebra"}).content.decode()


def test_a_mismatch_names_googles_address_and_is_mended_in_a_click(bank: Company, admin: Client) -> None:
    connected(bank)
    change(bank.alice, email="al@home.example")
    page = admin.get(USERS, {"level": "errors"}).content.decode()
    assert "Use alice@cedar.example" in page
    answer = admin.post(f"{USERS}{bank.alice.uuid}/mend/", follow=True)
    assert "e-mail is alice@cedar.example now" in answer.content.decode()
    assert CalendarLink.objects.get(staff=bank.alice).state == "full_sync"


def test_a_mend_that_a_colleague_stands_in_the_way_of_names_them(bank: Company, admin: Client) -> None:
    connected(bank)
    change(bank.alice, email="al@home.example")
    change(bank.bob, email="alice@cedar.example")
    page = admin.post(f"{USERS}{bank.alice.uuid}/mend/", follow=True).content.decode()
    assert "Bob has the address alice@cedar.example" in page


def test_switching_somebody_off_says_the_numbers_first(bank: Company, admin: Client) -> None:
    connected(bank)
    busy(bank.alice, tomorrow_at(10))
    booked(bank, bank.alice, tomorrow_at(12))
    only = {"only": f"rest:{bank.alice.uuid}"}
    page = admin.post(f"{USERS}do/", only).content.decode()
    numbers = re.findall(r'id="count-(\w+)".*?tile-number ">(\d+)<', page, re.DOTALL)
    assert numbers == [("people", "1"), ("busy", "1"), ("appointments", "1"), ("events", "0")]
    assert "Future appointments stay in Lockstep" in page
    assert StaffMember.objects.get(pk=bank.alice.pk).appointment_taking


def test_switched_off_they_are_no_longer_read(bank: Company, admin: Client) -> None:
    connected(bank)
    said = {"deed": "rest", "people": [bank.alice.uuid, bank.bob.uuid], "confirmed": "yes"}
    page = admin.post(f"{USERS}do/", said, follow=True).content.decode()
    assert "2 people take no more appointments" in page
    assert list(CalendarLink.objects.filter(state="detached").values_list("staff__name", flat=True).order_by("pk")) == [
        "Alice",
        "Bob",
    ]
    assert AuditEntry.objects.latest("pk").after["names"] == ["Alice", "Bob"]


def test_switching_on_needs_no_question(bank: Company, admin: Client) -> None:
    connected(bank)
    change(bank.alice, appointment_taking=False)
    page = admin.post(f"{USERS}do/", {"only": f"take:{bank.alice.uuid}"}, follow=True).content.decode()
    assert "1 person takes appointments now" in page
    assert StaffMember.objects.get(pk=bank.alice.pk).appointment_taking


def test_toggles_show_only_with_manual_user_syncing(bank: Company, admin: Client) -> None:
    connected(bank)
    assert "Sync Alice" not in admin.get(USERS).content.decode()
    admin.post(f"{USERS}manual/", {"manual": "on"})
    assert "Sync Alice" in admin.get(USERS).content.decode()


def test_nobody_chosen_is_said_and_changes_nothing(bank: Company, admin: Client) -> None:
    connected(bank)
    page = admin.post(f"{USERS}do/", {"deed": "resync"}, follow=True).content.decode()
    assert "Choose at least one person first" in page


def test_only_those_that_failed_are_read_anew(bank: Company, admin: Client) -> None:
    connected(bank)
    page = admin.get(USERS).content.decode()
    assert "Read 2 calendars anew that could not be read." in page
    assert "Read 3 calendars from the beginning" in page
    page = admin.post(f"{USERS}resync/failed/", follow=True).content.decode()
    assert "2 calendars are being read anew" in page
    assert sorted(CalendarLink.objects.filter(state="full_sync").values_list("staff__name", flat=True)) == [
        "Bob",
        "Carol",
    ]


def test_the_progress_of_reading_anew_is_told_until_it_ends(bank: Company, admin: Client) -> None:
    connected(bank)
    admin.post(f"{USERS}resync/all/")
    assert "0 of 3 calendars read" in admin.get(USERS).content.decode()
    assert admin.get(f"{USERS}rereading/", {"was": 3, "now": 3}, headers=HTMX).status_code == 204
    change_link(bank.alice, state="current")
    page = admin.get(f"{USERS}rereading/", {"was": 3, "now": 3}, headers=HTMX).content.decode()
    assert "1 of 3 calendars read" in page
    CalendarLink.objects.update(state="current")
    page = admin.get(f"{USERS}rereading/", {"was": 3, "now": 2}, headers=HTMX).content.decode()
    assert "All 3 calendars are read" in page
    assert "data-live" not in page


def test_held_leavers_are_shown_with_both_ways_out(bank: Company, admin: Client) -> None:
    connected(bank)
    Connection.objects.update(leavers_held=2)
    change(bank.alice, missing_since=timezone.now())
    change(bank.bob, missing_since=timezone.now())
    page = admin.get(USERS).content.decode()
    assert "2 people are missing from Google’s list. Nobody was let go." in page
    answer = admin.post(f"{USERS}let-go/", {"seen": "2"}, follow=True)
    assert "2 people have left" in answer.content.decode()
    assert StaffMember.objects.filter(left_at__isnull=False).count() == 2


def test_an_address_that_belongs_to_somebody_else_is_shown(bank: Company, admin: Client) -> None:
    connected(bank)
    Connection.objects.update(unlinked=["zoe@cedar.example"])
    assert "Nobody was linked to zoe@cedar.example" in admin.get(USERS).content.decode()


def test_nobody_does_anything_for_people_of_another_organisation(bank: Company, stranger: Client) -> None:
    connected(bank)
    Connection.objects.create(
        organisation=StaffMember.objects.get(email="alice@maple.example").organisation,
        state="live",
        directory_user="x@maple.example",
        connected_at=timezone.now(),
    )
    said = {"deed": "rest", "people": [bank.alice.uuid], "confirmed": "yes"}
    stranger.post(f"{USERS}do/", said)
    stranger.post(f"{USERS}{bank.alice.uuid}/mend/")
    assert stranger.post(f"{USERS}{bank.alice.uuid}/resync/").status_code == 404
    assert StaffMember.objects.get(pk=bank.alice.pk).appointment_taking


# Ten thousand people


@pytest.fixture
def crowd(bank: Company) -> Connection:
    """Everybody of a large domain, most of whom take no appointments."""
    connection = connected(bank)
    now = timezone.now()
    people = StaffMember.objects.bulk_create(
        StaffMember(
            organisation=bank.organisation,
            name=f"Person {n:05}",
            email=f"p{n:05}@cedar.example",
            google_email=f"p{n:05}@cedar.example",
            google_user_id=f"g{n}",
            appointment_taking=n % 2 == 0,
        )
        for n in range(MANY)
    )
    CalendarLink.objects.bulk_create(
        CalendarLink(
            staff=person,
            connection=connection,
            state="current",
            verified_at=now,
            fresh_until=now + timedelta(minutes=15),
        )
        for person in people[::2]
    )
    with database.cursor() as cursor:
        cursor.execute("ANALYZE store_staffmember, store_calendarlink")
    return connection


@pytest.mark.slow
def test_a_page_of_ten_thousand_people_makes_the_queries_of_a_page_of_three(crowd: Connection, admin: Client) -> None:
    with CaptureQueriesContext(database) as many:
        page = admin.get(USERS, {"page": "100"}).content.decode()
    assert len(names(page)) == 50
    StaffMember.objects.filter(email__startswith="p").delete()
    with CaptureQueriesContext(database) as few:
        admin.get(USERS)
    assert len(many) <= len(few) <= 25


def plan_of(statement: str, parameters: tuple[object, ...]) -> str:
    with database.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}", parameters)
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.slow
@pytest.mark.parametrize("search", ["", "09999"], ids=["by name", "searched"])
def test_the_rows_of_a_page_come_by_index_without_reading_or_sorting_everybody(crowd: Connection, search: str) -> None:
    statement, parameters = people_of(crowd, search=search, now=timezone.now())[:50].query.sql_with_params()
    plan = plan_of(statement, parameters)
    assert "Seq Scan on store_staffmember" not in plan
    assert "Seq Scan on store_calendarlink" not in plan
    assert ("people_by_part_of_name" if search else "people_of_the_directory") in plan
