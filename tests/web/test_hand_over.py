"""The page of a leaver's appointments: who could take each, one or all, and undo."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import Company
from tests.web.making import booked, connected, tomorrow_at

from lockstep.store.models import Appointment, CalendarLink, StaffMember

USERS = "/settings/integrations/gsuite/users/"


def a_weekday_at(hour: int) -> datetime:
    """Tomorrow, or the Monday after where the bank is closed tomorrow."""
    moment = tomorrow_at(hour)
    return moment if moment.weekday() < 5 else moment + timedelta(days=7 - moment.weekday())


@pytest.fixture
def left(bank: Company) -> Company:
    """Alice has left with two appointments ahead; the others do not sync, so Lockstep alone says who is free."""
    connected(bank)
    for hour in (10, 14):
        booked(bank, bank.alice, a_weekday_at(hour))
    CalendarLink.objects.all().delete()
    StaffMember.objects.exclude(pk=bank.alice.pk).update(google_email="")
    StaffMember.objects.filter(pk=bank.alice.pk).update(left_at=timezone.now(), missing_because="suspended")
    return bank


def page_of(company: Company) -> str:
    return f"{USERS}{company.alice.uuid}/hand-over/"


def test_the_users_tab_leads_there(left: Company, admin: Client) -> None:
    page = admin.get(USERS, {"level": "warnings"}).content.decode()
    assert f'href="{page_of(left)}">Hand over 2 appointments</a>' in page
    assert "Left: suspended in Google." in page


def test_each_appointment_names_who_is_free(left: Company, admin: Client) -> None:
    page = admin.get(page_of(left)).content.decode()
    assert "Alice still has 2 appointments" in page
    assert sorted(re.findall(r'<option value="[\w-]+">(\w+)</option>', page)) == ["Bob", "Bob", "Carol", "Carol"]


def test_one_is_handed_over_and_taken_back(left: Company, admin: Client) -> None:
    appointment = Appointment.objects.earliest("starts_at")
    address = f"{page_of(left)}{appointment.uuid}/"
    page = admin.post(address, {"to": left.bob.uuid}, follow=True).content.decode()
    assert "Bob has the appointment now" in page
    assert "Alice still has 1 appointment<" in page
    page = admin.post(f"{address}undo/", follow=True).content.decode()
    assert "Undone: Alice has the appointment again" in page
    assert "Alice still has 2 appointments" in page


def test_all_are_handed_over_in_a_click(left: Company, admin: Client) -> None:
    page = admin.post(f"{page_of(left)}all/", follow=True).content.decode()
    assert "2 appointments were handed over." in page
    assert not Appointment.objects.filter(staff=left.alice).exists()


def test_where_nobody_is_free_the_way_on_is_shown(left: Company, admin: Client) -> None:
    StaffMember.objects.exclude(pk=left.alice.pk).update(appointment_taking=False)
    page = admin.get(page_of(left)).content.decode()
    assert page.count("Nobody is free then.") == 2
    assert "hand-over-all" not in page


def test_only_leavers_have_such_a_page_and_only_for_their_own_people(
    left: Company, admin: Client, stranger: Client
) -> None:
    assert admin.get(f"{USERS}{left.bob.uuid}/hand-over/").status_code == 404
    appointment = Appointment.objects.earliest("starts_at")
    answer = stranger.post(f"{page_of(left)}{appointment.uuid}/", {"to": left.bob.uuid})
    assert answer.status_code in {302, 404}
    assert Appointment.objects.filter(staff=left.alice).count() == 2
