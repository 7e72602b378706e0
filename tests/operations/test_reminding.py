"""Reminding clients: once, of what they know, and never of what is no more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from tests.cast import NOW, Company, found
from tests.web.making import booked

from lockstep.operations.organisations import BookingRules, booking_rules_of, change_booking_rules
from lockstep.operations.reminding import remind_client
from lockstep.operations.telling import ClientMessage, News, tell_client
from lockstep.store.models import Appointment

DAY = timedelta(days=1)
AT = NOW + 3 * DAY


@dataclass
class Post:
    sent: list[ClientMessage] = field(default_factory=list)
    refuses: bool = False

    def send(self, message: ClientMessage) -> None:
        if self.refuses:
            raise ConnectionRefusedError
        self.sent.append(message)

    @property
    def kinds(self) -> list[News]:
        return [message.kind for message in self.sent]


@pytest.fixture
def bank(db: None) -> Company:
    company = found()
    company.organisation.reminder_minutes = [1440]
    company.organisation.save()
    return company


@pytest.fixture
def told(bank: Company) -> Appointment:
    """An appointment in three days, of which the client has been told."""
    appointment = booked(bank, bank.alice, AT)
    Appointment.objects.filter(pk=appointment.pk).update(tell_due_at=NOW)
    tell_client(appointment.pk, mailer=Post(), now=NOW)
    appointment.refresh_from_db()
    return appointment


def test_a_client_is_reminded_the_day_before(told: Appointment) -> None:
    post = Post()
    remind_client(told.pk, mailer=post, now=AT - DAY)
    assert post.kinds == [News.REMINDER]


def test_and_only_once(told: Appointment) -> None:
    post = Post()
    for minutes in range(3):
        remind_client(told.pk, mailer=post, now=AT - DAY + timedelta(minutes=minutes))
    assert post.kinds == [News.REMINDER]


def test_not_before_it_is_due(told: Appointment) -> None:
    post = Post()
    remind_client(told.pk, mailer=post, now=AT - DAY - timedelta(minutes=1))
    assert post.kinds == []


def test_nobody_is_reminded_of_what_was_called_off(told: Appointment) -> None:
    Appointment.objects.filter(pk=told.pk).update(status="cancelled")
    post = Post()
    remind_client(told.pk, mailer=post, now=AT - DAY)
    assert post.kinds == []


def test_a_move_that_the_client_is_still_to_be_told_is_not_overtaken(told: Appointment) -> None:
    Appointment.objects.filter(pk=told.pk).update(starts_at=AT + DAY, ends_at=AT + DAY + DAY, tell_due_at=AT)
    post = Post()
    remind_client(told.pk, mailer=post, now=AT - DAY)
    assert post.kinds == []


def test_a_reminder_that_fails_is_sent_later(told: Appointment) -> None:
    with pytest.raises(ConnectionRefusedError):
        remind_client(told.pk, mailer=Post(refuses=True), now=AT - DAY)
    post = Post()
    remind_client(told.pk, mailer=post, now=AT - DAY + timedelta(minutes=11))
    assert post.kinds == [News.REMINDER]


def test_a_new_time_brings_a_new_reminder(told: Appointment) -> None:
    later = AT + DAY
    Appointment.objects.filter(pk=told.pk).update(
        starts_at=later, ends_at=later + timedelta(minutes=30), tell_due_at=NOW
    )
    tell_client(told.pk, mailer=Post(), now=NOW)
    told.refresh_from_db()
    assert told.remind_at == later - DAY


def test_changed_settings_plan_every_reminder_anew(bank: Company, told: Appointment) -> None:
    rules = booking_rules_of(bank.organisation)
    hour_before = BookingRules(
        location_first=rules.location_first,
        cut_off_minutes=rules.cut_off_minutes,
        hold_minutes=rules.hold_minutes,
        reminder_minutes=[60],
        embed_origins=rules.embed_origins,
    )
    change_booking_rules(bank.organisation, hour_before, by=bank.admin, now=NOW)
    told.refresh_from_db()
    assert told.remind_at == AT - timedelta(hours=1)
