"""One event of ours: what Lockstep wants it to say, and what follows from what Google says.

Shared by the reader (a page of changes shows the event) and the writer (Google refused a write because it changed).
Runs in a transaction, with the staff lock held.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings

from lockstep.calendar.content import Content, Field, content_of, differing
from lockstep.calendar.event import Event, Item, Visibility, ZoneName
from lockstep.calendar.interval import Interval
from lockstep.operations import diary
from lockstep.operations.history import By, journal, remember, state_of
from lockstep.operations.telling import tell
from lockstep.operations.writing import want_event, want_written
from lockstep.scheduling import google_change
from lockstep.scheduling.event_content import AppointmentFacts, ContentRules, event_for
from lockstep.store.models import (
    Appointment,
    AppointmentHistory,
    Conflict,
    Connection,
    JournalEntry,
    MeetingMethod,
    WrittenEvent,
)
from lockstep.store.values import content_from_json, content_to_json, range_of, when_to_json
from lockstep.sync.plan import Base, Converge, DeleteLocal, DeleteRemote, Insert, Nothing, plan
from lockstep.sync.plan import Conflict as BothChanged

GOOGLE = By(AppointmentHistory.Actor.GOOGLE)


def wanted_content(written: WrittenEvent) -> Content | None:
    """What the event should say now; None where there should be none."""
    appointment, connection = written.appointment, written.link.connection
    if (
        appointment is None
        or appointment.status != Appointment.Status.BOOKED
        or appointment.staff_id != written.link.staff_id
        or connection.state == Connection.State.PENDING
    ):
        return None
    location = appointment.location
    in_person = appointment.meeting_method == MeetingMethod.AT_LOCATION and not location.virtual
    facts = AppointmentFacts(
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        zone=ZoneName(location.time_zone),
        service_name=appointment.service.name,
        address=location.address if in_person else "",
        how=f"{MeetingMethod(appointment.meeting_method).label}" + (f", {location.name}" if in_person else ""),
        notes=appointment.notes,
        client_id=appointment.client.client_id,
        link=f"{settings.PUBLIC_URL}/desk/appointments/{appointment.uuid}/",
    )
    rules = ContentRules(
        visibility=Visibility(connection.visibility),
        include_notes=connection.include_notes,
        include_client_id=connection.include_client_id,
    )
    return event_for(facts, rules)


def base_of(written: WrittenEvent) -> Base | None:
    """What both copies said when they last agreed; before that, what a write under way was about to say."""
    if written.base_local and written.base_remote:
        return Base(content_from_json(written.base_local), content_from_json(written.base_remote))
    if written.intent:
        intent = content_from_json(written.intent)
        return Base(intent, intent)
    return None


def agree(written: WrittenEvent, local: Content, remote: Content, etag: str) -> None:
    """Remember that both copies now stand like this."""
    written.base_local, written.base_remote = content_to_json(local), content_to_json(remote)
    written.etag, written.in_google, written.intent, written.missing = etag, True, None, False


def gone_from_google(written: WrittenEvent) -> None:
    """Remember that Google has no such event any more, and that its id can never be used again."""
    written.in_google, written.etag, written.intent, written.missing = False, "", None, False
    written.base_local = written.base_remote = None


def hear(written: WrittenEvent, item: Item, *, now: datetime) -> bool:
    """Take in what Google says of this event, carry out what follows, and save the row. True when anything changed."""
    known = (written.etag, written.in_google, written.missing)
    if isinstance(item, Event) and item.etag and item.etag == written.etag and not written.missing:
        return False
    remote = content_of(item) if isinstance(item, Event) else None
    local, base = wanted_content(written), base_of(written)
    heard = _Heard(written, base, local, remote, item if isinstance(item, Event) else None, now)
    match plan(base, local, remote):
        case Nothing() | Insert():
            _settle(heard)
        case DeleteRemote() if _is_restored(heard):
            _restored_in_google(heard)
        case DeleteRemote():
            written.etag, written.in_google = (item.etag, True) if isinstance(item, Event) else ("", False)
            want_written(written.pk, now=now)
        case DeleteLocal():
            _deleted_in_google(heard)
        case BothChanged():
            gone_from_google(written)
            written.in_conflict = True
            _open_conflict(written, Conflict.Kind.DELETED_AND_CHANGED, None, now)
        case Converge() as change:
            _changed_in_google(heard, change)
    _save(written)
    return known != (written.etag, written.in_google, written.missing)


@dataclass(frozen=True, slots=True)
class _Heard:
    written: WrittenEvent
    base: Base | None
    local: Content | None
    remote: Content | None
    event: Event | None
    now: datetime


def _save(written: WrittenEvent) -> None:
    """Everything but the wishes and the lease, which others change meanwhile."""
    written.save(
        update_fields=[
            "base_local", "base_remote", "etag", "in_google", "intent", "missing", "in_conflict", "seen_generation",
            "generation", "event_id",
        ]
    )  # fmt: skip


def _settle(heard: _Heard) -> None:
    """Both mean the same, or differ in what was accepted before: only the etag is new."""
    if heard.remote is None or heard.local is None or heard.event is None:
        gone_from_google(heard.written)
        return
    agree(heard.written, heard.local, heard.remote, heard.event.etag)
    if heard.written.in_conflict:
        # Put back to where both agree.
        heard.written.in_conflict = False
        _close_conflicts(heard.written, heard.now)


def _deleted_in_google(heard: _Heard) -> None:
    appointment = _appointment(heard.written)
    current = Interval(appointment.starts_at, appointment.ends_at)
    match google_change.of_deletion(current=current, now=heard.now):
        case google_change.Cancel():
            before, until = state_of(appointment), _grace_end(appointment, heard.now)
            diary.take_out(appointment, now=heard.now, keep_old_until=until)
            _record(heard, appointment, AppointmentHistory.Action.CANCELLED, before)
            tell(appointment, at=until, now=heard.now)
    gone_from_google(heard.written)
    _close_conflicts(heard.written, heard.now)


def _is_restored(heard: _Heard) -> bool:
    """The event came back (from the bin, say) while the time of its appointment is still kept."""
    appointment = _appointment(heard.written)
    return (
        heard.event is not None
        and appointment.status == Appointment.Status.CANCELLED
        and appointment.staff_id == heard.written.link.staff_id
        and diary.is_kept(appointment, heard.now)
    )


def _restored_in_google(heard: _Heard) -> None:
    appointment = _appointment(heard.written)
    before = state_of(appointment)
    diary.clear_expired(diary.staff_of(appointment).pk, heard.now)
    diary.reinstate(appointment, now=heard.now)
    _record(heard, appointment, AppointmentHistory.Action.RESTORED, before)
    tell(appointment, at=_grace_end(appointment, heard.now), now=heard.now)
    local = wanted_content(heard.written)
    if local is None or heard.event is None:
        raise ValueError("A restored appointment wants its event.")
    agree(heard.written, local, local, heard.event.etag)
    if differing(local, content_of(heard.event)):
        # It came back with another time or text: looked at again as a change of an event that both know.
        heard.written.etag = ""
        hear(heard.written, heard.event, now=heard.now)


def _changed_in_google(heard: _Heard, change: Converge) -> None:
    if heard.local is None or heard.remote is None or heard.event is None:
        raise ValueError("Two copies that converge both exist.")
    base = heard.base or Base(heard.local, heard.local)
    written = heard.written
    if change.overwritten:
        journal(
            written.link.staff,
            JournalEntry.Direction.FROM_GOOGLE,
            "overwritten",
            now=heard.now,
            appointment=written.appointment,
            before={"fields": sorted(change.overwritten), "when": when_to_json(heard.remote.when)},
        )
    local = base.local
    if Field.WHEN in change.pull and not _follow(heard):
        # Undecided: what Google shows is not agreed to, so the base keeps the old time and the event is left alone.
        written.in_conflict = True
        agree(written, local, replace(heard.remote, when=base.remote.when), heard.event.etag)
        return
    if Field.WHEN in change.pull:
        local = replace(local, when=heard.remote.when)
    agree(written, local, heard.remote, heard.event.etag)
    written.in_conflict = False
    if change.push:
        want_written(written.pk, now=heard.now)


def _follow(heard: _Heard) -> bool:
    """Move the appointment to where Google's event is, if that is possible. False: it went to the conflict inbox."""
    appointment, now = _appointment(heard.written), heard.now
    if heard.remote is None or heard.event is None:
        raise ValueError("There is no new time to follow.")
    current = Interval(appointment.starts_at, appointment.ends_at)
    meaning = google_change.of_new_time(
        current=current, when=heard.remote.when, recurring=bool(heard.event.recurrence), now=now
    )
    match meaning:
        case google_change.Leave():
            return True
        case google_change.Move(to=to):
            diary.clear_expired(diary.staff_of(appointment).pk, now)
            if not _may_lie(appointment, to, now):
                _open_conflict(heard.written, Conflict.Kind.TIME_TAKEN, to, now)
                return False
            before, until = state_of(appointment), _grace_end(appointment, now)
            diary.move(appointment, to, now=now, keep_old_until=until)
            _close_conflicts(heard.written, now)
            _record(heard, appointment, AppointmentHistory.Action.MOVED, before)
            tell(appointment, at=until, now=now)
            return True
        case google_change.Ask(doubt=doubt, also_blocked=span):
            _open_conflict(heard.written, _KINDS[doubt], span, now)
            return False
        case google_change.Cancel():
            raise ValueError("A new time cancels nothing.")


_KINDS = {
    google_change.Doubt.ALL_DAY: Conflict.Kind.NOT_ALLOWED,
    google_change.Doubt.NO_LENGTH: Conflict.Kind.NOT_ALLOWED,
    google_change.Doubt.RECURRING: Conflict.Kind.RECURRING,
    google_change.Doubt.PAST: Conflict.Kind.PAST,
}


def _may_lie(appointment: Appointment, to: Interval, now: datetime) -> bool:
    return diary.is_free(
        staff_id=diary.staff_of(appointment).pk,
        service=appointment.service,
        location=appointment.location,
        interval=to,
        now=now,
        except_appointment=appointment.pk,
        within_hours=False,
    )


def _record(
    heard: _Heard, appointment: Appointment, action: AppointmentHistory.Action, before: dict[str, object]
) -> None:
    remember(appointment, action, GOOGLE, before=before, now=heard.now)
    updated = heard.event.updated if heard.event else None
    journal(
        heard.written.link.staff,
        JournalEntry.Direction.FROM_GOOGLE,
        action.value,
        now=heard.now,
        appointment=appointment,
        before=before,
        after=state_of(appointment),
        delay=max(heard.now - updated, timedelta()) if updated else None,
    )
    # Other people's events of the same appointment follow.
    want_event(appointment, now=heard.now)


def _grace_end(appointment: Appointment, now: datetime) -> datetime:
    return now + timedelta(seconds=appointment.organisation.grace_seconds)


def _open_conflict(written: WrittenEvent, kind: Conflict.Kind, span: Interval | None, now: datetime) -> None:
    appointment = _appointment(written)
    Conflict.objects.update_or_create(
        appointment=appointment,
        kind=kind,
        closed_at=None,
        defaults={"span": range_of(span) if span else None},
        create_defaults={
            "organisation_id": appointment.organisation_id,
            "staff_id": written.link.staff_id,
            "span": range_of(span) if span else None,
            "opened_at": now,
        },
    )


def _close_conflicts(written: WrittenEvent, now: datetime) -> None:
    mine = Conflict.objects.filter(appointment=written.appointment, closed_at=None)
    mine.exclude(kind=Conflict.Kind.OVERLAP).update(closed_at=now)


def _appointment(written: WrittenEvent) -> Appointment:
    if written.appointment is None:
        raise ValueError("This event stands for no appointment.")
    return written.appointment
