"""Where an appointment stands in Google Calendar, as a sentence."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.translation import gettext as _

from lockstep.calendar.event import Meet
from lockstep.operations.video import REMOVED, awaits_meet
from lockstep.operations.visible import event_of, link_of, waiting_beside
from lockstep.store.models import Appointment, Connection, WrittenEvent


@dataclass(frozen=True, slots=True)
class GoogleState:
    """`level` is ok, warn, or nothing."""

    level: str
    word: str
    sentence: str
    href: str = ""
    others: tuple[str, ...] = ()
    """What is still to happen in other calendars: of additional people, or of whoever had the appointment before."""


def google_state(appointment: Appointment) -> GoogleState:
    """What has become of this appointment in its staff member's calendar, and in those of others."""
    return replace(_own_state(appointment), others=tuple(_others(appointment)))


def _others(appointment: Appointment) -> Iterator[str]:
    for written in waiting_beside(appointment):
        name = {"name": written.link.staff.name}
        if written.parked:
            yield _("%(name)s’s calendar waits:") % name + f" {written.parked}"
        else:
            yield _("%(name)s’s calendar is being changed.") % name


def _own_state(appointment: Appointment) -> GoogleState:
    written = event_of(appointment)
    if written is None:
        return _without_event(appointment)
    if written.parked:
        return GoogleState("warn", _("Parked"), written.parked)
    if written.done < written.wanted:
        return GoogleState("warn", _("On its way"), _("Lockstep is writing the change to Google."))
    if written.in_google:
        sentence = _("The event is in %(name)s’s Google calendar.") % {"name": written.link.staff.name}
        return GoogleState("ok", _("In Google"), sentence, href=_event_page(written))
    if appointment.status == Appointment.Status.CANCELLED:
        return GoogleState("ok", _("Removed"), _("The event is no longer in Google Calendar."))
    return GoogleState("warn", _("Not in Google"), _("There is no event for it in Google Calendar at the moment."))


def video_words(appointment: Appointment) -> str:
    """Why there is no link to meet at, and what to do about it."""
    written = event_of(appointment)
    if awaits_meet(appointment):
        return _("Google is making the Meet link. The client is told once it is there.")
    if written and written.meet == Meet.FAILED:
        return _("Google made no Meet link. Add your own link in the set-up of people, or send the client one.")
    if written and written.meet == REMOVED:
        return _("The Meet link was taken off the event in Google Calendar. Add one there, or send the client one.")
    return _("There is no link to meet at. Send the client one, or add your own in the set-up of people.")


def _without_event(appointment: Appointment) -> GoogleState:
    if appointment.staff_id is None:
        return GoogleState("", _("Not in Google"), _("Nobody is assigned yet. The event is made when somebody is."))
    link = link_of(appointment.staff_id)
    if link is None:
        return GoogleState("", _("Not in Google"), _("This person does not sync with Google Calendar."))
    if link.connection.state == Connection.State.PENDING:
        return GoogleState("", _("Not in Google"), _("The connection to Google is not saved yet."))
    return GoogleState("", _("Not in Google"), _("No event was written for it."))


def _event_page(written: WrittenEvent) -> str:
    return event_page(written.event_id, written.link.staff.email)


def event_page(event_id: str, owner: str) -> str:
    """Google's page of an event in its owner's primary calendar.

    Source: the `eid` of `htmlLink` is the event's id and its calendar's, with a blank between, in base64url without
    padding. Empty where the calendars are not Google's own, as with the emulator.
    """
    if not settings.GOOGLE_CALENDAR_URL.endswith(".googleapis.com"):
        return ""
    eid = base64.urlsafe_b64encode(f"{event_id} {owner}".encode()).decode().rstrip("=")
    return f"https://calendar.google.com/calendar/event?eid={eid}"
