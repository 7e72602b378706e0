"""What a client and a staff member read when they are asked about a conflict."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core import mail
from pytest_django.fixtures import Settings
from tests.mail.test_calendar_file import MANAGE, an_appointment
from tests.mail.test_messages import parts, text_of

from lockstep.mail.conflict_messages import ConflictMailer
from lockstep.mail.messages import NotSent
from lockstep.operations.asking import Alternative, AlternativesMessage, QuestionMessage
from lockstep.store.models import Conflict

OTHER = Alternative(datetime(2026, 11, 3, 15, 0, tzinfo=UTC), f"{MANAGE}move/?to=2026-11-03T15%3A00%3A00%2B00%3A00")


def offer() -> None:
    ConflictMailer().offer(AlternativesMessage(an_appointment(), (OTHER,), MANAGE))


def test_a_client_reads_when_they_are_booked_and_chooses_by_a_link() -> None:
    offer()
    (message,) = mail.outbox
    assert message.subject == "Another time for Mortgage advice?"
    assert message.to == ["alice@client.example"]
    for words in (
        "Mortgage advice is booked for Monday 2 November 2026, 10:30 am",
        "Tuesday 3 November 2026, 11:00 am to 11:45 am",
        OTHER.url,
        MANAGE,
    ):
        assert words in message.body
        assert words in text_of(parts(message)["text/html"])


def test_a_staff_member_reads_the_question_and_nothing_of_the_google_event() -> None:
    appointment = an_appointment()
    conflict = Conflict(appointment=appointment, staff=appointment.staff, kind="overlap", question="The dentist?")
    ConflictMailer().ask(QuestionMessage(conflict, "America/Halifax", "https://book.example/desk/conflicts/"))
    (message,) = mail.outbox
    assert message.to == ["bob@harbour.example"]
    for words in ("A Google event now overlaps this appointment", "The dentist?", "/desk/conflicts/"):
        assert words in message.body
        assert words in text_of(parts(message)["text/html"])


def test_a_refusal_names_no_address(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.mail.test_messages.RefusingBackend"
    with pytest.raises(NotSent) as refusal:
        offer()
    assert "@" not in str(refusal.value)
