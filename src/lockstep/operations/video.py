"""Where appointments by video take place: a Google Meet link made with the event, or the staff member's own link.

The link is never stored with the appointment: it follows from who has the appointment and from their event.
"""

from __future__ import annotations

from lockstep.calendar.event import Event, Meet
from lockstep.store.models import Appointment, CalendarLink, Connection, MeetingMethod, VideoLink, WrittenEvent

REMOVED = "removed"
"""A person took the link off the event: it is not made again against their will."""


def way_of(appointment: Appointment, connection: Connection | None) -> str:
    """What the service says, else the organisation; without a connection there is no Meet."""
    if appointment.meeting_method != MeetingMethod.VIDEO:
        return VideoLink.NONE
    chosen = appointment.service.video_link or (connection.video_link if connection else VideoLink.OWN)
    return VideoLink.OWN if connection is None and chosen == VideoLink.MEET else chosen


def wants_meet(written: WrittenEvent) -> bool:
    """True for the event that is to carry the appointment's Meet link: its staff member's own."""
    appointment = written.appointment
    if appointment is None or appointment.staff_id != written.link.staff_id:
        return False
    return way_of(appointment, written.link.connection) == VideoLink.MEET


def video_url(appointment: Appointment) -> str:
    """Where to meet; empty where nobody can say (yet). Their own link stands in where Google makes none."""
    staff = appointment.staff
    if staff is None or appointment.meeting_method != MeetingMethod.VIDEO:
        return ""
    link = _link_of(appointment)
    way = way_of(appointment, link.connection if link else None)
    if way == VideoLink.NONE:
        return ""
    if way == VideoLink.MEET and link is not None:
        written = WrittenEvent.objects.filter(appointment=appointment, link=link, in_google=True).first()
        if written and written.meet_url:
            return written.meet_url
        if written is None or written.meet in {Meet.NONE.value, Meet.PENDING.value}:
            return ""
    return staff.video_url


def awaits_meet(appointment: Appointment) -> bool:
    """True while a Meet link is on its way, so that a message to the client had better wait for it."""
    if appointment.meeting_method != MeetingMethod.VIDEO:
        return False
    link = _link_of(appointment)
    if link is None or link.connection.state != Connection.State.LIVE:
        return False
    if appointment.status != Appointment.Status.BOOKED or way_of(appointment, link.connection) != VideoLink.MEET:
        return False
    settled = WrittenEvent.objects.filter(appointment=appointment, link=link, in_google=True)
    return not settled.exclude(meet__in=[Meet.NONE.value, Meet.PENDING.value]).exists()


def meet_after(written: WrittenEvent, event: Event) -> tuple[str, str]:
    """How far the event's Meet link is, and the link, as this version of the event shows it."""
    match event.meet:
        case Meet.READY:
            return Meet.READY.value, event.hangout_link
        case Meet.PENDING | Meet.FAILED:
            return event.meet.value, ""
        case _:
            return (REMOVED if written.meet in {Meet.READY.value, REMOVED} else written.meet), ""


def _link_of(appointment: Appointment) -> CalendarLink | None:
    return CalendarLink.objects.select_related("connection").filter(staff_id=appointment.staff_id).first()
