"""The demo's mail catcher and its page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.mail.test_calendar_file import MANAGE, an_appointment

from lockstep.mail.messages import DjangoMailer
from lockstep.operations.telling import ClientMessage, News
from lockstep.store.models import CaughtMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def catcher(settings: Any) -> None:
    settings.MAIL_CATCHER = True
    settings.EMAIL_BACKEND = "lockstep.mail.catcher.Backend"


def caught() -> CaughtMessage:
    DjangoMailer().send(ClientMessage(News.BOOKED, an_appointment(), MANAGE, None))
    return CaughtMessage.objects.latest("id")


def test_a_message_is_kept_with_all_its_parts(catcher: None) -> None:
    message = caught()
    assert message.to == "alice@client.example"
    assert message.subject.startswith("Booked: Mortgage advice")
    assert MANAGE in message.text
    assert "<h1" in message.html
    assert message.calendar.startswith("BEGIN:VCALENDAR")


def test_the_list_shows_the_newest_first(catcher: None, client: Client) -> None:
    first, second = caught(), caught()
    page = client.get("/mail/").content.decode()
    assert page.index(str(second.uuid)) < page.index(str(first.uuid))


def test_the_list_answers_a_poll_only_when_something_came(catcher: None, client: Client) -> None:
    newest = caught()
    poll = {"HX-Request": "true"}
    assert client.get(f"/mail/?known={newest.uuid}", headers=poll).status_code == 204
    caught()
    assert client.get(f"/mail/?known={newest.uuid}", headers=poll).status_code == 200


def test_an_empty_list_says_how_to_fill_it(catcher: None, client: Client) -> None:
    assert "Book an appointment" in client.get("/mail/").content.decode()


def test_the_message_stands_in_a_frame_that_runs_and_loads_nothing(catcher: None, client: Client) -> None:
    message = caught()
    assert 'sandbox="allow-top-navigation-by-user-activation"' in client.get(f"/mail/{message.uuid}/").content.decode()
    policy = client.get(f"/mail/{message.uuid}/html/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "allow-scripts" not in policy


def test_the_calendar_file_can_be_downloaded(catcher: None, client: Client) -> None:
    response = client.get(f"/mail/{caught().uuid}/appointment.ics")
    assert response.content.startswith(b"BEGIN:VCALENDAR")
    assert response.headers["Content-Type"].startswith("text/calendar")


@pytest.mark.parametrize("page", ["", "html/", "appointment.ics"])
def test_without_the_catcher_there_is_no_mail_page(catcher: None, settings: Any, client: Client, page: str) -> None:
    message = caught()
    settings.MAIL_CATCHER = False
    assert client.get("/mail/").status_code == 404
    assert client.get(f"/mail/{message.uuid}/{page}").status_code == 404
