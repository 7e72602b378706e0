"""One appointment's page: the facts, where it stands in Google, its history, and calling it off."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import Company
from tests.web.making import booked, connected, tomorrow_at

from lockstep.store.models import Appointment, AppointmentHistory, Connection, WrittenEvent


def page_of(client: Client, appointment: Appointment) -> str:
    return client.get(f"/desk/appointments/{appointment.uuid}/").content.decode()


def written(appointment: Appointment, connection: Connection, **state: object) -> WrittenEvent:
    link = connection.links.get(staff=appointment.staff)
    values = {"event_id": "ls1", "wanted_at": timezone.now(), **state}
    return WrittenEvent.objects.create(link=link, appointment=appointment, **values)


def test_it_says_who_where_when_and_what_was_noted(bank: Company, alice: Client) -> None:
    page = page_of(alice, booked(bank, bank.alice, tomorrow_at(10)))
    for words in ("Maria Ruiz", "maria@mail.example", "Cedar Street", "In person", "Halifax time", "two payslips"):
        assert words in page


def test_a_move_in_google_shows_both_times_and_where_it_came_from(bank: Company, alice: Client) -> None:
    appointment = booked(bank, bank.alice, tomorrow_at(11))
    AppointmentHistory.objects.create(
        appointment=appointment,
        at=timezone.now(),
        actor="google",
        action="moved",
        before={"starts_at": tomorrow_at(10).isoformat(), "staff": bank.alice.pk},
        after={"starts_at": tomorrow_at(11).isoformat(), "staff": bank.alice.pk},
    )
    page = page_of(alice, appointment)
    assert "System, from Google Calendar" in page
    before, after = page.index("<del>"), page.index("<ins>")
    assert "10:00" in page[before:after]
    assert "11:00" in page[after : after + 200]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"in_google": True}, "In Google"),
        ({"wanted": 2, "done": 1}, "On its way"),
        ({"parked": "Access to this calendar was taken away."}, "Access to this calendar was taken away."),
    ],
    ids=["written", "under way", "parked"],
)
def test_it_says_where_it_stands_in_google(bank: Company, alice: Client, state: dict[str, object], words: str) -> None:
    appointment = booked(bank, bank.alice, tomorrow_at(10))
    written(appointment, connected(bank), **state)
    assert words in page_of(alice, appointment)


def test_the_page_follows_what_happens_and_is_left_alone_meanwhile(bank: Company, alice: Client) -> None:
    appointment = booked(bank, bank.alice, tomorrow_at(10))
    event = written(appointment, connected(bank), wanted=1)
    found = re.search(r'hx-get="([^"]+)"', page_of(alice, appointment))
    assert found
    ask = unescape(found.group(1))
    unchanged = alice.get(ask, headers={"HX-Request": "true"}).status_code
    WrittenEvent.objects.filter(pk=event.pk).update(done=1, in_google=True)
    changed = alice.get(ask, headers={"HX-Request": "true"})
    assert (unchanged, changed.status_code) == (204, 200)
    assert "In Google" in changed.content.decode()


def test_somebody_who_does_not_sync_has_no_event(bank: Company, alice: Client) -> None:
    assert "does not sync" in page_of(alice, booked(bank, bank.alice, tomorrow_at(10)))


def test_asking_cancels_nothing(bank: Company, alice: Client) -> None:
    appointment = booked(bank, bank.alice, tomorrow_at(10))
    answer = alice.get(f"/desk/appointments/{appointment.uuid}/cancel/")
    appointment.refresh_from_db()
    assert (answer.status_code, appointment.status) == (200, "booked")


def test_cancelling_is_written_down_with_the_name(bank: Company, alice: Client) -> None:
    appointment = booked(bank, bank.alice, tomorrow_at(10))
    page = alice.post(f"/desk/appointments/{appointment.uuid}/cancel/", follow=True).content.decode()
    appointment.refresh_from_db()
    assert appointment.status == "cancelled"
    assert appointment.history.filter(action="cancelled", actor="staff", actor_name="Alice").count() == 1
    assert "The appointment is cancelled" in page


def test_cancelling_twice_is_a_sentence(bank: Company, alice: Client) -> None:
    appointment = booked(bank, bank.alice, tomorrow_at(10))
    path = f"/desk/appointments/{appointment.uuid}/cancel/"
    alice.post(path)
    page = alice.post(path, follow=True).content.decode()
    assert "already been cancelled" in page
    assert appointment.history.filter(action="cancelled").count() == 1


def test_what_is_over_cannot_be_cancelled(bank: Company, alice: Client) -> None:
    appointment = booked(bank, bank.alice, timezone.now() - timedelta(hours=3))
    assert 'id="cancel"' not in page_of(alice, appointment)
    alice.post(f"/desk/appointments/{appointment.uuid}/cancel/")
    appointment.refresh_from_db()
    assert appointment.status == "booked"
