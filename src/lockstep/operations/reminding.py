"""Reminding clients of their appointments.

The row says when the next reminder is due; whoever sends it moves that time on first, as a lease, so that two workers
send one reminder, and a worker that dies has it sent again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from lockstep.operations import jobs
from lockstep.operations.links import manage_path
from lockstep.operations.telling import ClientMessage, Mailer, News, reminder_of
from lockstep.store.models import Appointment, Organisation

LEASE = timedelta(minutes=10)
"""Longer than a mail server takes."""
_AT_ONCE = 500


def ask_for_reminders(*, now: datetime) -> None:
    """Have every reminder sent that is due."""
    due = Appointment.objects.filter(remind_at__lte=now).order_by("remind_at")
    for appointment_id in list(due.values_list("pk", flat=True)[:_AT_ONCE]):
        jobs.remind_client(appointment_id)


def remind_client(appointment_id: int, *, mailer: Mailer, now: datetime) -> None:
    """Send the reminder that is due, if the appointment still stands as the client knows it."""
    rows = Appointment.objects.select_related("client", "service", "location", "staff", "organisation")
    appointment = rows.filter(pk=appointment_id, remind_at__lte=now).first()
    if appointment is None:
        return
    mine = Appointment.objects.filter(pk=appointment_id, remind_at=appointment.remind_at)
    if not mine.update(remind_at=now + LEASE):
        return
    send_reminder(appointment, mailer, now)
    # What is to be told meanwhile sets the next reminder itself, by the time that it tells.
    leased = Appointment.objects.filter(pk=appointment_id, remind_at=now + LEASE)
    leased.update(remind_at=reminder_of(appointment, told_at=now))


def send_reminder(appointment: Appointment, mailer: Mailer, now: datetime) -> None:
    """Remind the client, if the appointment still stands as they know it."""
    if _still_stands(appointment, now):
        url = settings.PUBLIC_URL + manage_path(appointment)
        mailer.send(ClientMessage(News.REMINDER, appointment, url, previous_starts_at=None))


def _still_stands(appointment: Appointment, now: datetime) -> bool:
    booked = appointment.status == Appointment.Status.BOOKED and appointment.starts_at > now
    return booked and appointment.told_starts_at == appointment.starts_at and appointment.tell_due_at is None


def plan_reminders(organisation: Organisation, *, now: datetime) -> None:
    """Plan every reminder anew, after the organisation changed when its clients are reminded."""
    ahead = Appointment.objects.filter(organisation=organisation, starts_at__gt=now, told_status="booked")
    changed = []
    for appointment in ahead.only("pk", "told_status", "told_starts_at", "remind_at").iterator(chunk_size=2000):
        appointment.organisation = organisation
        wanted = reminder_of(appointment, told_at=now)
        if wanted != appointment.remind_at:
            appointment.remind_at = wanted
            changed.append(appointment)
    Appointment.objects.bulk_update(changed, ["remind_at"], batch_size=1000)
