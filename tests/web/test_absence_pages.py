"""Absences at the desk: entering, looking, changing, removing with undo, and who may."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import ZONE, Company, found
from tests.web.conftest import signed_in
from tests.web.making import booked, tomorrow_at

from lockstep.store.models import Absence, AbsenceSpan, User

ABSENCES = "/desk/absences/"


def tomorrow() -> date:
    return tomorrow_at(9).date()


def typed(bank: Company, **changes: str) -> dict[str, str]:
    day = tomorrow().isoformat()
    return {
        "staff": str(bank.alice.uuid),
        "title": "Dentist",
        "first_day": day,
        "start": "10:00",
        "last_day": day,
        "end": "11:00",
        "frequency": "once",
        **changes,
    }


def entered(bank: Company, alice: Client, **changes: str) -> Absence:
    alice.post(f"{ABSENCES}add/", typed(bank, **changes))
    return Absence.objects.get()


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_staff_member_enters_an_absence_in_their_own_zone(bank: Company, alice: Client) -> None:
    absence = entered(bank, alice)
    assert absence.staff == bank.alice
    span = AbsenceSpan.objects.get().span
    assert (span.lower, span.upper) == (tomorrow_at(10), tomorrow_at(11))
    assert "Dentist" in page_of(alice, ABSENCES)
    assert "Dentist" in page_of(alice, f"/desk/?date={tomorrow()}")


def test_whole_days_include_the_last_one(bank: Company, alice: Client) -> None:
    last = (tomorrow() + timedelta(days=2)).isoformat()
    absence = entered(bank, alice, all_day="on", last_day=last, start="", end="")
    assert absence.when == {"first": str(tomorrow()), "last": str(tomorrow() + timedelta(days=3))}


def test_a_recurring_absence_shows_its_next_times_and_loses_one(bank: Company, alice: Client) -> None:
    absence = entered(bank, alice, frequency="weekly")
    assert "Every week" in page_of(alice, f"{ABSENCES}{absence.uuid}/")
    before = absence.spans.count()
    key = (tomorrow_at(10) + timedelta(days=7)).astimezone(tomorrow_at(10).tzinfo)
    spans = sorted(row.span.lower for row in absence.spans.all())
    alice.post(f"{ABSENCES}{absence.uuid}/remove-one/", {"occurrence": spans[1].isoformat()})
    assert absence.spans.count() == before - 1
    assert spans[1].date() == key.date()


def test_removing_can_be_undone(bank: Company, alice: Client) -> None:
    absence = entered(bank, alice)
    alice.post(f"{ABSENCES}{absence.uuid}/remove/")
    assert AbsenceSpan.objects.count() == 0
    assert 'id="undo"' in page_of(alice, f"{ABSENCES}{absence.uuid}/")
    alice.post(f"{ABSENCES}{absence.uuid}/restore/")
    assert AbsenceSpan.objects.count() == 1


def test_changing_keeps_how_it_repeats(bank: Company, alice: Client) -> None:
    absence = entered(bank, alice, frequency="weekly")
    assert 'value="as_it_is"' in page_of(alice, f"{ABSENCES}{absence.uuid}/change/")
    alice.post(f"{ABSENCES}{absence.uuid}/change/", typed(bank, title="Course", frequency="as_it_is"))
    absence.refresh_from_db()
    assert (absence.title, absence.recurrence) == ("Course", ["RRULE:FREQ=WEEKLY"])


def test_appointments_in_that_time_are_counted_before_it_is_entered(bank: Company, alice: Client) -> None:
    booked(bank, bank.alice, tomorrow_at(10))
    answer = alice.post(f"{ABSENCES}add/", typed(bank))
    assert "1 appointment lies in this time" in answer.content.decode()
    assert not Absence.objects.exists()
    alice.post(f"{ABSENCES}add/", typed(bank, anyway="yes"))
    assert Absence.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"end": "09:00"}, "It ends before it starts."),
        ({"start": ""}, "Give a time, or choose whole days."),
        ({"frequency": "daily", "until": "2020-01-01"}, "It would end before it begins."),
    ],
    ids=["backwards", "no time", "until before"],
)
def test_what_cannot_be_is_said_beside_its_field(
    bank: Company, alice: Client, changes: dict[str, str], sentence: str
) -> None:
    assert sentence in alice.post(f"{ABSENCES}add/", typed(bank, **changes)).content.decode()
    assert not Absence.objects.exists()


def test_staff_enter_absences_for_themselves_alone(bank: Company, alice: Client) -> None:
    alice.post(f"{ABSENCES}add/", typed(bank, staff=str(bank.bob.uuid)))
    assert not Absence.objects.exists()


def test_an_admin_enters_them_for_everybody(bank: Company, admin: Client) -> None:
    admin.post(f"{ABSENCES}add/", typed(bank, staff=str(bank.bob.uuid)))
    assert Absence.objects.get().staff == bank.bob


def test_another_organisation_finds_nothing(bank: Company, alice: Client) -> None:
    absence = entered(bank, alice)
    other = signed_in(found("maple", now=timezone.now()).admin)
    assert other.get(f"{ABSENCES}{absence.uuid}/").status_code == 404
    assert other.post(f"{ABSENCES}{absence.uuid}/remove/").status_code == 404


def test_whoever_only_sees_calendars_changes_nothing(bank: Company, alice: Client) -> None:
    absence = entered(bank, alice)
    centre = User.objects.create_user(
        "cleo@cedar.example",
        "correct horse battery",
        name="Cleo",
        role="contact_centre",
        organisation=bank.organisation,
    )
    page = page_of(signed_in(centre), f"{ABSENCES}{absence.uuid}/")
    assert 'id="remove"' not in page
    assert signed_in(centre).post(f"{ABSENCES}{absence.uuid}/remove/").status_code == 403
    assert absence.time_zone == ZONE
