"""Telling the clients of a group what became of their seat, and reminding them: each by their own link."""

from __future__ import annotations

from datetime import datetime

from lockstep.operations import jobs
from lockstep.operations.reminding import LEASE, send_reminder
from lockstep.operations.sessions import as_seen_by, attendees
from lockstep.operations.telling import Mailer, remember_told, reminder_of, send_news
from lockstep.store.models import Attendee
from lockstep.sync.pace import JOB_LOST_AFTER

_AT_ONCE = 500


def tell_attendee(attendee_id: int, *, mailer: Mailer, now: datetime) -> None:
    """Send the message that is due to one client of a group, if there is anything to tell."""
    attendee = attendees().filter(pk=attendee_id, tell_due_at__lte=now).first()
    if attendee is not None:
        seen = as_seen_by(attendee)
        send_news(seen, mailer)
        remember_told(Attendee, attendee.pk, seen, now)


def remind_attendee(attendee_id: int, *, mailer: Mailer, now: datetime) -> None:
    """Send the reminder that is due to one client of a group; leased as an appointment's is."""
    attendee = attendees().filter(pk=attendee_id, remind_at__lte=now).first()
    if attendee is None:
        return
    if not Attendee.objects.filter(pk=attendee_id, remind_at=attendee.remind_at).update(remind_at=now + LEASE):
        return
    seen = as_seen_by(attendee)
    send_reminder(seen, mailer, now)
    leased = Attendee.objects.filter(pk=attendee_id, remind_at=now + LEASE)
    leased.update(remind_at=reminder_of(seen, told_at=now))


def ask_for_seats(*, now: datetime) -> None:
    """Have every message and reminder sent that is due to somebody in a group."""
    overdue = now - JOB_LOST_AFTER
    for attendee_id in list(Attendee.objects.filter(tell_due_at__lte=overdue).values_list("pk", flat=True)[:_AT_ONCE]):
        jobs.tell_seat(attendee_id)
    for attendee_id in list(Attendee.objects.filter(remind_at__lte=now).values_list("pk", flat=True)[:_AT_ONCE]):
        jobs.remind_seat(attendee_id)
