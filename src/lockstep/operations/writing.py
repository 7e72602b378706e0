"""Wanting an event in Google: enqueued in the transaction that changed the appointment or absence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from lockstep.operations import jobs
from lockstep.operations.everyone import everyone
from lockstep.store.locks import wish
from lockstep.store.models import Absence, Appointment, CalendarLink, Connection, Installation, WrittenEvent
from lockstep.sync import pace
from lockstep.sync.link import LinkState
from lockstep.sync.marks import Mark, event_id


def want_event(appointment: Appointment, *, now: datetime) -> None:
    """Have Google's events follow the appointment: made, changed, or removed from whoever no longer has it.

    Nothing is wanted where the person does not synchronise, the connection is not live yet, or the appointment is
    over. Appointments made before the connection went live are taken up when it does.
    """
    if appointment.status == Appointment.Status.BOOKED and appointment.ends_at > now:
        for staff_id in everyone(appointment):
            if link := _link_of(staff_id):
                _map(link, now, appointment=appointment)
    for written in WrittenEvent.objects.filter(appointment=appointment).order_by("pk"):
        want_written(written.pk, now=now)


def want_future_events(staff_ids: Iterable[int], *, now: datetime) -> None:
    """Have the events of everything that these people have ahead of them looked at by a writer."""
    people = list(staff_ids)
    theirs = Appointment.objects.filter(Q(staff__in=people) | Q(additional__in=people))
    ahead = theirs.filter(status=Appointment.Status.BOOKED, ends_at__gt=now).distinct()
    for appointment in ahead.order_by("pk"):
        want_event(appointment, now=now)
    away = Absence.objects.filter(staff__in=people, removed_at=None, spans__span__endswith__gt=now)
    for absence in away.order_by("pk").distinct():
        want_absence(absence, now=now)


def want_absence(absence: Absence, *, now: datetime) -> None:
    """Have Google's event or series follow the absence, as `want_event` does for an appointment."""
    link = _link_of(absence.staff_id) if absence.removed_at is None else None
    if link and absence.spans.filter(span__endswith__gt=now).exists():
        _map(link, now, absence=absence)
    for written in WrittenEvent.objects.filter(absence=absence).order_by("pk"):
        want_written(written.pk, now=now)


def want_written(written_id: int, *, now: datetime) -> None:
    """Have this event looked at by a writer soon, and measured from now."""
    asked = wish(WrittenEvent, written_id, by=now + pace.JOB_LOST_AFTER)
    if asked and asked.first:
        WrittenEvent.objects.filter(pk=written_id).update(wanted_at=now)
        jobs.write_event(written_id)


def _link_of(staff_id: int | None) -> CalendarLink | None:
    """The person's calendar, if events are written there: it is attached, and the connection was saved once."""
    found = CalendarLink.objects.select_related("connection", "staff").filter(staff_id=staff_id)
    saved = found.exclude(connection__state=Connection.State.PENDING)
    return saved.exclude(state=LinkState.DETACHED).first()


def _map(link: CalendarLink, now: datetime, **subject: Appointment | Absence) -> None:
    (what,) = subject.values()
    mark = Mark(installation_uuid(), settings.ENVIRONMENT, what.uuid, 0)
    WrittenEvent.objects.get_or_create(
        **subject,
        link=link,
        defaults={"event_id": event_id(mark, link.staff.google_user_id), "wanted_at": now},
    )


def mark_for(written: WrittenEvent) -> Mark:
    """The mark that the row's event carries."""
    subject = written.appointment or written.absence
    if subject is None:
        raise ValueError("This event stands for nothing.")
    return Mark(installation_uuid(), settings.ENVIRONMENT, subject.uuid, written.generation)


def installation_uuid() -> UUID:
    """This installation's identity; made at the first need."""
    return Installation.objects.get_or_create(singleton=True)[0].uuid
