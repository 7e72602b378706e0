"""One event of ours: what Lockstep wants it to say, and what both copies are known to have said.

Owns the row's fields that describe the event; `hearing` decides what follows from a change, `write_event` writes.
"""

from __future__ import annotations

from django.conf import settings

from lockstep.calendar.content import Content, Field, same, taking
from lockstep.calendar.event import Event, When, ZoneName
from lockstep.operations.event_settings import content_of_connection, rules_of
from lockstep.operations.everyone import everyone
from lockstep.operations.video import meet_after, video_url, wants_meet
from lockstep.operations.writing import mark_for
from lockstep.scheduling.event_content import AbsenceFacts, AppointmentFacts, event_for, event_for_absence
from lockstep.store.models import Absence, Appointment, Connection, MeetingMethod, WrittenEvent
from lockstep.store.values import content_from_json, content_to_json, when_from_json, when_to_json
from lockstep.sync.marks import mark_of
from lockstep.sync.plan import Base


def wanted_content(written: WrittenEvent) -> Content | None:
    """What the event should say now; None where there should be none."""
    if written.link.connection.state == Connection.State.PENDING:
        return None
    if written.absence is not None:
        return _of_absence(written, written.absence)
    return _of_appointment(written, written.appointment) if written.appointment else None


def _of_absence(written: WrittenEvent, absence: Absence) -> Content | None:
    if absence.removed_at is not None or absence.staff_id != written.link.staff_id:
        return None
    facts = AbsenceFacts(
        when=when_from_json(absence.when),
        recurrence=tuple(absence.recurrence),
        title=absence.title,
        link=f"{settings.PUBLIC_URL}/desk/absences/{absence.uuid}/",
    )
    return event_for_absence(facts, rules_of(content_of_connection(written.link.connection)))


def _of_appointment(written: WrittenEvent, appointment: Appointment) -> Content | None:
    if appointment.status != Appointment.Status.BOOKED or written.link.staff_id not in everyone(appointment):
        return None
    location = appointment.location
    in_person = appointment.meeting_method == MeetingMethod.AT_LOCATION and not location.virtual
    # A Meet link of its own is shown by Google itself.
    where = location.name if in_person else "" if wants_meet(written) else video_url(appointment)
    facts = AppointmentFacts(
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        zone=ZoneName(location.time_zone),
        service_name=appointment.service.name,
        address=location.address if in_person else "",
        how=f"{MeetingMethod(appointment.meeting_method).label}" + (f", {where}" if where else ""),
        notes=appointment.notes,
        client_id=appointment.client.client_id,
        link=f"{settings.PUBLIC_URL}/desk/appointments/{appointment.uuid}/",
    )
    return event_for(facts, rules_of(content_of_connection(written.link.connection)))


def is_ours(written: WrittenEvent, event: Event) -> bool:
    """True when the event under our id is the one that we made.

    Once it is known to be in Google no other can have its id. Before that the id alone proves nothing.
    """
    return written.in_google or mark_of(event.private_properties) == mark_for(written)


def base_of(written: WrittenEvent, shown: Content | None = None) -> Base | None:
    """What both copies said when they last agreed.

    With what Google shows now, a field that shows what a write under way was about to say counts as agreed: its
    answer was lost, or is still on its way.
    """
    agreed = None
    if written.base_local and written.base_remote:
        agreed = Base(content_from_json(written.base_local), content_from_json(written.base_remote))
    if not written.intent:
        return agreed
    intent = Base(content_from_json(written.intent["local"]), content_from_json(written.intent["remote"]))
    if agreed is None or shown is None:
        return agreed or intent
    arrived = [field for field in Field if same(field, shown, intent.remote)]
    return Base(taking(arrived, intent.local, into=agreed.local), taking(arrived, intent.remote, into=agreed.remote))


def intend(written: WrittenEvent, local: Content, remote: Content) -> None:
    """Remember what the write that follows wants, and what Google will show then."""
    written.intent = {"local": content_to_json(local), "remote": content_to_json(remote)}


def is_news(written: WrittenEvent, event: Event) -> bool:
    """False for a version that Google has replaced since by one that was taken in already.

    Pages are read without a lock: while one is under way a writer may store a newer version.
    """
    newest = written.google_updated_at
    return newest is None or event.updated is None or event.updated >= newest


def agree(written: WrittenEvent, local: Content, remote: Content, event: Event) -> None:
    """Remember that both copies now stand like this."""
    written.base_local, written.base_remote = content_to_json(local), content_to_json(remote)
    written.etag, written.google_updated_at = event.etag, event.updated
    written.in_google, written.intent, written.missing, written.spent = True, None, False, False
    written.meet, written.meet_url = meet_after(written, event)


def agree_on_time(written: WrittenEvent, when: When) -> None:
    """Lockstep has taken the time that Google's copy shows: there is nothing to write. Saves the row."""
    if written.base_local and written.base_remote:
        stored = when_to_json(when)
        written.base_local, written.base_remote = (
            {**written.base_local, "when": stored},
            {**written.base_remote, "when": stored},
        )
    written.in_conflict = False
    written.save(update_fields=["base_local", "base_remote", "in_conflict"])


def insist_on_time(written: WrittenEvent, shown: When) -> None:
    """Have the next write put the event back to Lockstep's time; `shown` is another, where Google has it.
    Saves the row."""
    if written.base_local and written.base_remote:
        stored = when_to_json(shown)
        written.base_local, written.base_remote = (
            {**written.base_local, "when": stored},
            {**written.base_remote, "when": stored},
        )
    written.in_conflict = False
    written.save(update_fields=["base_local", "base_remote", "in_conflict"])


def gone_from_google(written: WrittenEvent) -> None:
    """Remember that Google has no such event any more, and that its id can never be used again."""
    written.spent = written.spent or written.in_google or written.intent is not None
    written.in_google, written.etag, written.intent, written.missing = False, "", None, False
    written.base_local = written.base_remote = None
    written.in_conflict = False
    written.meet = written.meet_url = ""
