"""What a client reads in their mail program, and what its parts are."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import Message
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from icalendar import Calendar
from tests.mail.test_calendar_file import MANAGE, an_appointment

from lockstep.mail.messages import DjangoMailer, NotSent
from lockstep.operations.telling import ClientMessage, News
from lockstep.store.models import Appointment, MeetingMethod

EARLIER = datetime(2026, 10, 30, 13, 0, tzinfo=UTC)  # Friday 10:00 in Halifax, still on daylight time


class RefusingBackend(BaseEmailBackend):
    """A mail server that quotes the address in its refusal, as real ones do."""

    def send_messages(self, email_messages: object) -> int:
        raise ConnectionRefusedError("550 <alice@client.example> unknown")


def sent(kind: News, appointment: Appointment) -> EmailMessage:
    previous = EARLIER if kind is News.MOVED else None
    DjangoMailer().send(ClientMessage(kind, appointment, MANAGE, previous))
    (message,) = mail.outbox
    return message


def parts(message: EmailMessage) -> dict[str, Message]:
    return {part.get_content_type(): part for part in message.message().walk()}


def text_of(part: Message) -> str:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


def test_a_booking_is_confirmed_with_everything_one_has_to_know() -> None:
    message = sent(News.BOOKED, an_appointment())
    assert message.subject == "Booked: Mortgage advice on Monday 2 November, 10:30 am"
    assert message.to == ["alice@client.example"]
    for words in (
        "Monday 2 November 2026",
        "10:30 am to 11:15 am, Halifax time (AST)",
        "Harbour Street, 12 Harbour Street, Halifax",
        "Bob Byrne",
        MANAGE,
    ):
        assert words in message.body
        assert words in text_of(parts(message)["text/html"])


def test_it_comes_from_the_organisation() -> None:
    assert sent(News.BOOKED, an_appointment()).from_email == "Harbour Credit Union <appointments@localhost>"


def test_a_move_names_the_time_before() -> None:
    message = sent(News.MOVED, an_appointment(sequence=1))
    assert message.subject == "Moved: Mortgage advice is now on Monday 2 November, 10:30 am"
    assert "Before: Friday 30 October 2026, 10:00 am, Halifax time (ADT)" in message.body


def test_a_cancellation_asks_nothing_of_the_client() -> None:
    message = sent(News.CANCELLED, an_appointment(status=Appointment.Status.CANCELLED, sequence=2))
    assert message.subject == "Cancelled: Mortgage advice on Monday 2 November, 10:30 am"
    assert "You need not do anything." in message.body


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/Vancouver", "6:30 am to 7:15 am, Vancouver time (PST)"),
        ("Europe/Berlin", "15:30 to 16:15, Berlin time (CET)"),
        ("Asia/Kathmandu", "20:15 to 21:00, Kathmandu time (UTC+0545)"),
        ("UTC", "14:30 to 15:15, UTC"),
    ],
)
def test_times_are_in_the_clients_zone_and_its_way_of_writing(zone: str, words: str) -> None:
    assert words in sent(News.BOOKED, an_appointment(client_time_zone=zone)).body


@pytest.mark.parametrize(
    ("kind", "status", "method"),
    [(News.BOOKED, "booked", "REQUEST"), (News.MOVED, "booked", "REQUEST"), (News.CANCELLED, "cancelled", "CANCEL")],
)
def test_the_calendar_file_says_in_its_type_what_it_asks_for(kind: News, status: str, method: str) -> None:
    part = parts(sent(kind, an_appointment(status=status)))["text/calendar"]
    assert part.get_param("method") == method
    assert part.get_filename() == "appointment.ics"
    assert str(Calendar.from_ical(text_of(part))["METHOD"]) == method


def test_by_phone_it_says_who_calls_whom() -> None:
    appointment = an_appointment(meeting_method=MeetingMethod.PHONE)
    appointment.client.phone = "+1 902 555 0100"
    assert "We call you on +1 902 555 0100." in sent(News.BOOKED, appointment).body


def test_names_cannot_start_a_header_of_their_own() -> None:
    appointment = an_appointment()
    appointment.service.name = "Advice\r\nBcc: eve@evil.example"
    appointment.organisation.name = "Bank\nReply-To: eve@evil.example"
    message = sent(News.BOOKED, appointment).message()
    assert message["Bcc"] is None
    assert message["Reply-To"] is None


def test_names_are_text_in_html_and_as_typed_in_plain_text() -> None:
    appointment = an_appointment()
    appointment.service.name = "Loans & <Leases>"
    message = sent(News.BOOKED, appointment)
    assert "Loans & <Leases>" in message.body
    assert "Loans &amp; &lt;Leases&gt;" in text_of(parts(message)["text/html"])


def test_a_refusal_of_the_mail_server_does_not_pass_on_the_address(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.RefusingBackend"
    message = ClientMessage(News.BOOKED, an_appointment(), MANAGE, None)
    with pytest.raises(NotSent) as caught:
        DjangoMailer().send(message)
    assert "alice" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
