"""Telling clients what became of their appointment.

Level-triggered: what a client was told last is kept beside what is, and one message tells the difference. So a
restore, or three drags within the grace time, end in one message about the outcome, or in none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from lockstep.operations import jobs
from lockstep.operations.links import manage_path
from lockstep.operations.video import awaits_meet, video_url
from lockstep.scheduling.reminders import next_reminder
from lockstep.store.models import Appointment, Attendee

_CONCERNED = Q(left_at=None) | ~Q(told_status="")
"""Who is in it, and who was told that they were."""

WAIT_FOR_MEET = timedelta(seconds=30)


class News(StrEnum):
    """What a message tells."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    LINK = "link"
    """Where to meet by video is known now, or is another place."""
    REMINDER = "reminder"
    """Nothing is new: it is soon."""


@dataclass(frozen=True, slots=True)
class ClientMessage:
    """What is to be told to an appointment's client."""

    kind: News
    appointment: Appointment
    manage_url: str
    previous_starts_at: datetime | None


class Mailer(Protocol):
    """Sends messages to clients."""

    def send(self, message: ClientMessage) -> None:
        """Send, or raise OSError when the mail server cannot be reached or refuses."""


def tell(appointment: Appointment, *, at: datetime, now: datetime) -> None:
    """Have the client told, not before `at`; of a group, everybody in it. Part of the transaction that changes it.

    Where Google is about to make a link to meet at, the message waits a little for it; the link asks for it anew.
    """
    if awaits_meet(appointment):
        at = max(at, now + WAIT_FOR_MEET)
    if appointment.service.is_for_groups:
        for attendee in Attendee.objects.filter(appointment=appointment).filter(_CONCERNED):
            tell_seat(attendee, at=at, now=now)
        return
    Appointment.objects.filter(pk=appointment.pk).update(tell_due_at=at)
    jobs.tell_client(appointment.pk, at=at if at > now else None)


def tell_seat(attendee: Attendee, *, at: datetime, now: datetime) -> None:
    """Have one client of a group told, not before `at`."""
    Attendee.objects.filter(pk=attendee.pk).update(tell_due_at=at)
    jobs.tell_seat(attendee.pk, at=at if at > now else None)


def tell_client(appointment_id: int, *, mailer: Mailer, now: datetime) -> None:
    """Send the message that is due, if there is anything to tell.

    The message leaves before what was told is stored: after a crash in between it is sent again, never lost.
    """
    appointment = (
        Appointment.objects.select_related("client", "service", "location", "staff", "organisation")
        .filter(pk=appointment_id, tell_due_at__lte=now)
        .first()
    )
    if appointment is not None:
        send_news(appointment, mailer)
        remember_told(Appointment, appointment.pk, appointment, now)


def send_news(appointment: Appointment, mailer: Mailer) -> None:
    """Tell its client how what they were told differs from what is."""
    news = news_of(appointment)
    if news is not None:
        mailer.send(
            ClientMessage(
                kind=news,
                appointment=appointment,
                manage_url=settings.PUBLIC_URL + manage_path(appointment),
                previous_starts_at=appointment.told_starts_at,
            )
        )


def news_of(appointment: Appointment) -> News | None:
    """How what the client was told differs from what is; None when it does not."""
    booked = appointment.status == Appointment.Status.BOOKED
    was_told_booked = appointment.told_status == Appointment.Status.BOOKED
    if booked and not was_told_booked:
        return News.BOOKED
    if booked:
        told = (appointment.told_starts_at, appointment.told_ends_at)
        if told != (appointment.starts_at, appointment.ends_at):
            return News.MOVED
        link = video_url(appointment)
        return News.LINK if link and link != appointment.told_video_url else None
    return News.CANCELLED if was_told_booked else None


def remember_told(model: type[Appointment] | type[Attendee], row_id: int, sent: Appointment, now: datetime) -> None:
    """Keep on the appointment's or the seat's row what its client has been told: how `sent` stood."""
    with transaction.atomic():
        current = model._default_manager.select_for_update(no_key=True).get(pk=row_id)
        current.told_status = sent.told_status = sent.status
        current.told_starts_at = sent.told_starts_at = sent.starts_at
        current.told_ends_at, current.told_video_url = sent.ends_at, video_url(sent)
        if current.tell_due_at == sent.tell_due_at:
            # Otherwise it changed while the message was being sent, and there is more to tell.
            current.tell_due_at = None
        current.remind_at = reminder_of(sent, told_at=now)
        current.save(
            update_fields=[
                "told_status",
                "told_starts_at",
                "told_ends_at",
                "told_video_url",
                "tell_due_at",
                "remind_at",
            ]
        )


def reminder_of(appointment: Appointment, *, told_at: datetime) -> datetime | None:
    """When the client is to be reminded next of what they were told; None where they are not."""
    if appointment.told_status != Appointment.Status.BOOKED or appointment.told_starts_at is None:
        return None
    before = [timedelta(minutes=each) for each in appointment.organisation.reminder_minutes]
    return next_reminder(appointment.told_starts_at, before, told_at=told_at)
