"""Wanting an appointment's event in Google: enqueued in the transaction that changed the appointment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings

from lockstep.operations import jobs
from lockstep.store.locks import wish
from lockstep.store.models import Appointment, CalendarLink, Connection, Installation, WrittenEvent
from lockstep.sync import pace
from lockstep.sync.link import LinkState
from lockstep.sync.marks import Mark, event_id


def want_event(appointment: Appointment, *, now: datetime) -> None:
    """Have Google's events follow the appointment: made, changed, or removed from whoever no longer has it.

    Nothing is wanted where the person does not synchronise, the connection is not live yet, or the appointment is
    over. Appointments made before the connection went live are taken up when it does.
    """
    link = (
        CalendarLink.objects.select_related("connection", "staff").filter(staff_id=appointment.staff_id).first()
        if appointment.staff_id and appointment.status == Appointment.Status.BOOKED
        else None
    )
    attached = link is not None and link.state != LinkState.DETACHED
    if link and attached and link.connection.state != Connection.State.PENDING and appointment.ends_at > now:
        _map(appointment, link, now)
    for written in WrittenEvent.objects.filter(appointment=appointment).order_by("pk"):
        want_written(written.pk, now=now)


def want_future_events(staff_ids: Iterable[int], *, now: datetime) -> None:
    """Have the events of everything that these people have ahead of them looked at by a writer."""
    ahead = Appointment.objects.filter(staff__in=list(staff_ids), status=Appointment.Status.BOOKED, ends_at__gt=now)
    for appointment in ahead.order_by("pk"):
        want_event(appointment, now=now)


def want_written(written_id: int, *, now: datetime) -> None:
    """Have this event looked at by a writer soon, and measured from now."""
    asked = wish(WrittenEvent, written_id, by=now + pace.JOB_LOST_AFTER)
    if asked and asked.first:
        WrittenEvent.objects.filter(pk=written_id).update(wanted_at=now)
        jobs.write_event(written_id)


def _map(appointment: Appointment, link: CalendarLink, now: datetime) -> None:
    mark = Mark(installation_uuid(), settings.ENVIRONMENT, appointment.uuid, 0)
    WrittenEvent.objects.get_or_create(
        appointment=appointment,
        link=link,
        defaults={"event_id": event_id(mark, link.staff.google_user_id), "wanted_at": now},
    )


def mark_for(written: WrittenEvent) -> Mark:
    """The mark that the row's event carries."""
    if written.appointment is None:
        raise ValueError("This event stands for no appointment.")
    return Mark(installation_uuid(), settings.ENVIRONMENT, written.appointment.uuid, written.generation)


def installation_uuid() -> UUID:
    """This installation's identity; made at the first need."""
    return Installation.objects.get_or_create(singleton=True)[0].uuid
