"""The staff's calendar: what is shown of whom, in which zone, and how it keeps itself up to date."""

from __future__ import annotations

import re
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.cast import Company, away
from tests.web.conftest import signed_in
from tests.web.making import booked, busy, connected, in_conflict, tomorrow_at

from lockstep.operations.booking import cancel_appointment
from lockstep.operations.history import By
from lockstep.store.models import AppointmentHistory, Hold, Location, Reservation, StaffMember, User

HTMX = {"HX-Request": "true"}


def tomorrow() -> str:
    return tomorrow_at(9).date().isoformat()


def page_of(client: Client, **query: str) -> str:
    return client.get("/desk/", {"date": tomorrow(), **query}).content.decode()


def version_in(page: str) -> str:
    found = re.search(r'data-version="([^"]+)"', page)
    assert found
    return found[1]


def kinds_in(page: str) -> list[str]:
    return re.findall(r'data-kind="(\w+)"', page)


def test_an_appointment_says_what_when_and_for_whom(bank: Company, alice: Client) -> None:
    appointment = booked(bank, bank.alice, tomorrow_at(10))
    page = page_of(alice)
    assert f'href="/desk/appointments/{appointment.uuid}/"' in page
    assert "Advice" in page
    assert "Maria Ruiz · In person" in page


def test_kinds_of_time_are_told_apart_by_word(bank: Company, alice: Client) -> None:
    connected(bank)
    booked(bank, bank.alice, tomorrow_at(9))
    busy(bank.alice, tomorrow_at(11))
    away(bank.alice, tomorrow_at(13), tomorrow_at(14), "Dentist")
    soon = timezone.now() + timedelta(minutes=10)
    hold = Hold.objects.create(
        organisation=bank.organisation,
        flow="5b1f9a52-0c6e-4c1e-9a43-6a2f6a3c8d10",
        address_digest="x",
        service=bank.service,
        location=bank.branch,
        staff=bank.alice,
        meeting_method="video",
        starts_at=tomorrow_at(15),
        ends_at=tomorrow_at(15, 30),
        expires_at=soon,
    )
    Reservation.objects.create(
        staff=bank.alice,
        span=(hold.starts_at, hold.ends_at),
        buffer_before=timedelta(),
        buffer_after=timedelta(),
        kind=Reservation.Kind.HOLD,
        hold=hold,
        expires_at=soon,
    )
    page = page_of(alice, view="day")
    assert kinds_in(page) == ["appointment", "busy", "absence", "hold"]
    assert all(word in page for word in ("Busy", "Dentist", "Held"))


def test_the_list_shows_what_the_picture_shows(bank: Company, admin: Client) -> None:
    for person in (bank.alice, bank.bob):
        booked(bank, person, tomorrow_at(10))
    page = page_of(admin)
    assert page.count('class="block appointment f') == page.count('class="agenda-entry"') == 2


def test_a_conflict_is_counted_and_one_click_away(bank: Company, alice: Client) -> None:
    in_conflict(booked(bank, bank.alice, tomorrow_at(10)))
    page = page_of(alice)
    assert "1 conflict needs you" in page
    assert 'href="/desk/conflicts/"' in page


def test_an_admin_sees_people_side_by_side_and_may_choose_among_them(bank: Company, admin: Client) -> None:
    everybody = page_of(admin)
    one = page_of(admin, who=str(bank.bob.uuid), view="day")
    assert all(f">{name}</a>" in everybody for name in ("Alice", "Bob", "Carol"))
    assert (everybody.count('<section class="column'), one.count('<section class="column')) == (3, 1)


def test_a_week_is_one_persons_seven_days(bank: Company, admin: Client) -> None:
    page = page_of(admin, view="week", who=str(bank.bob.uuid))
    assert page.count('<section class="column') == 7


def test_times_are_in_the_zone_that_was_chosen(bank: Company, admin: Client) -> None:
    Location.objects.create(organisation=bank.organisation, name="Vancouver", time_zone="America/Vancouver")
    booked(bank, bank.alice, tomorrow_at(14))
    home, away = page_of(admin), page_of(admin, zone="America/Vancouver")
    assert (">14:00</time>" in home, ">10:00</time>" in away) == (True, True)
    assert "Halifax time" in home
    assert "Vancouver time" in away


def test_an_address_that_cannot_be_understood_shows_today(bank: Company, admin: Client) -> None:
    answer = admin.get("/desk/", {"date": "yesterday", "view": "month", "zone": "Moon/Base", "who": "x"})
    assert answer.status_code == 200


def test_while_nothing_changes_the_page_is_told_so(bank: Company, alice: Client) -> None:
    version = version_in(page_of(alice))
    answer = alice.get("/desk/", {"date": tomorrow(), "version": version}, headers=HTMX)
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_new_appointment_brings_the_part_that_changed(bank: Company, alice: Client) -> None:
    version = version_in(page_of(alice))
    booked(bank, bank.alice, tomorrow_at(10))
    answer = alice.get("/desk/", {"date": tomorrow(), "version": version}, headers=HTMX)
    assert answer.status_code == 200
    assert answer.content.decode().lstrip().startswith('<div id="board"')
    assert version_in(answer.content.decode()) != version


def test_a_cancelled_appointment_leaves_the_calendar(bank: Company, alice: Client) -> None:
    appointment = booked(bank, bank.alice, tomorrow_at(10))
    version = version_in(page_of(alice))
    cancel_appointment(appointment, by=By(AppointmentHistory.Actor.CLIENT), now=timezone.now())
    answer = alice.get("/desk/", {"date": tomorrow(), "version": version}, headers=HTMX)
    assert "Maria Ruiz" not in answer.content.decode()


def test_a_log_in_without_a_staff_member_is_told_what_to_do(bank: Company) -> None:
    nobody = User.objects.create_user("new@cedar.example", "x", name="New", organisation=bank.organisation)
    page = signed_in(nobody).get("/desk/").content.decode()
    assert "no calendar to show yet" in page


def test_an_organisation_without_people_is_told_what_to_do(bank: Company, admin: Client) -> None:
    StaffMember.objects.all().update(appointment_taking=False)
    page = admin.get("/desk/").content.decode()
    assert "Go to Settings" in page


def test_a_page_costs_the_same_queries_for_few_and_many_appointments(bank: Company, admin: Client) -> None:
    costs = []
    for hours in (range(9, 10), range(10, 17)):
        for hour in hours:
            booked(bank, bank.alice, tomorrow_at(hour))
            booked(bank, bank.bob, tomorrow_at(hour))
        with CaptureQueriesContext(connection) as queries:
            page_of(admin)
        costs.append(len(queries))
    assert costs[0] == costs[1]
