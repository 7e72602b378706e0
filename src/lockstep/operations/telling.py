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

from lockstep.operations import jobs
from lockstep.operations.links import manage_path
from lockstep.operations.video import awaits_meet, video_url
from lockstep.scheduling.reminders import next_reminder
from lockstep.store.models import Appointment

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
    """Have the client told, not before `at`. Part of the transaction that changes the appointment.

    Where Google is about to make a link to meet at, the message waits a little for it; the link asks for it anew.
    """
    if awaits_meet(appointment):
        at = max(at, now + WAIT_FOR_MEET)
    Appointment.objects.filter(pk=appointment.pk).update(tell_due_at=at)
    jobs.tell_client(appointment.pk, at=at if at > now else None)


def tell_client(appointment_id: int, *, mailer: Mailer, now: datetime) -> None:
    """Send the message that is due, if there is anything to tell.

    The message leaves before what was told is stored: after a crash in between it is sent again, never lost.
    """
    appointment = (
        Appointment.objects.select_related("client", "service", "location", "staff", "organisation")
        .filter(pk=appointment_id, tell_due_at__lte=now)
        .first()
    )
    if appointment is None:
        return
    # Those who have a seat in a group would be led to calling the whole of it off by its link.
    news = None if appointment.service.is_for_groups else news_of(appointment)
    if news is not None:
        mailer.send(
            ClientMessage(
                kind=news,
                appointment=appointment,
                manage_url=settings.PUBLIC_URL + manage_path(appointment),
                previous_starts_at=appointment.told_starts_at,
            )
        )
    _remember_told(appointment, now)


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


def _remember_told(sent: Appointment, now: datetime) -> None:
    with transaction.atomic():
        rows = Appointment.objects.select_related("organisation").select_for_update(of=("self",), no_key=True)
        current = rows.get(pk=sent.pk)
        current.told_status, current.told_video_url = sent.status, video_url(sent)
        current.told_starts_at, current.told_ends_at = sent.starts_at, sent.ends_at
        if current.tell_due_at == sent.tell_due_at:
            # Otherwise it changed while the message was being sent, and there is more to tell.
            current.tell_due_at = None
        current.remind_at = reminder_of(current, told_at=now)
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
