"""Appointments as iCalendar files, which a calendar program adds, moves and takes out again.

Rules: RFC 5545 (the file), RFC 5546 (REQUEST, CANCEL, PUBLISH). A program recognises an appointment by its UID and
takes over a later state by a higher SEQUENCE, so the UID depends on nothing but the appointment.
"""

from __future__ import annotations

from email.utils import parseaddr
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vUri

from lockstep.mail.one_line import one_line
from lockstep.mail.place import place_in_words
from lockstep.operations.video import video_url
from lockstep.store.models import Appointment

FILE_NAME = "appointment.ics"


class Method(StrEnum):
    """What the file asks of a calendar program."""

    REQUEST = "REQUEST"
    """In a mail: add the appointment, or take over its new state."""
    CANCEL = "CANCEL"
    """In a mail: take it out."""
    PUBLISH = "PUBLISH"
    """For downloading: a copy to keep."""


def calendar_file(appointment: Appointment, *, method: Method, manage_url: str) -> bytes:
    """The appointment as an iCalendar file in UTF-8 with CRLF line ends.

    The client is the only attendee, and only in a REQUEST or CANCEL, which RFC 5546 (3.2.2, 3.2.5) wants to have one;
    a PUBLISH (3.2.1) must have none. Staff are never named as attendees.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Lockstep//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    event = _event(appointment, manage_url)
    if method is not Method.PUBLISH:
        event.add("attendee", _attendee(appointment))
    calendar.add_component(event)
    file: bytes = calendar.to_ical()
    return file


def summary_of(appointment: Appointment) -> str:
    """The appointment's name in the client's calendar: the service and the organisation."""
    return one_line(
        _("%(service)s, %(organisation)s")
        % {"service": appointment.service.name, "organisation": appointment.organisation.name}
    )


def _event(appointment: Appointment, manage_url: str) -> Event:
    cancelled = appointment.status == Appointment.Status.CANCELLED
    event = Event()
    event.add("uid", f"{appointment.uuid}@lockstep")
    event.add("sequence", appointment.sequence)
    # The moment of the change that this file tells, not of its writing: two copies of one state are the same bytes.
    event.add("dtstamp", appointment.changed_at)
    event.add("last-modified", appointment.changed_at)
    event.add("created", appointment.created_at)
    event.add("dtstart", appointment.starts_at)
    event.add("dtend", appointment.ends_at)
    event.add("summary", summary_of(appointment))
    event.add("location", one_line(place_in_words(appointment)))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    event.add("organizer", _organiser(appointment))
    if not cancelled:
        link = video_url(appointment)
        lines = [_("Move or cancel: %(url)s") % {"url": manage_url}]
        if link:
            # RFC 7986, 5.11: programs that know it offer to join.
            event.add("conference", vUri(link), parameters={"VALUE": "URI", "FEATURE": "VIDEO"})
            lines.insert(0, _("Join by video: %(link)s") % {"link": link})
        event.add("description", "\n".join(lines))
        event.add("url", manage_url)
    return event


def _organiser(appointment: Appointment) -> vCalAddress:
    address = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    address.params["CN"] = _parameter(appointment.organisation.name)
    return address


def _attendee(appointment: Appointment) -> vCalAddress:
    """The client, who has agreed already: programs are told not to ask for an answer."""
    address = vCalAddress(f"mailto:{one_line(appointment.client.email)}")
    address.params["CN"] = _parameter(appointment.client.name)
    address.params["PARTSTAT"] = "ACCEPTED"
    address.params["RSVP"] = "FALSE"
    return address


def _parameter(text: str) -> str:
    # RFC 5545, 3.2: a parameter's value cannot hold a double quote in any way.
    return one_line(text.replace('"', "'"))
