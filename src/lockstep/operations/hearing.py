"""What follows from what Google says of one event of ours.

Shared by the reader (a page of changes shows the event) and the writer (Google refused a write because it changed).
Runs in a transaction, with the staff lock and the row's own lock held.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any
from zoneinfo import ZoneInfo

from lockstep.calendar.blocking import blocks_time
from lockstep.calendar.content import Content, Field, content_of, differing, taking
from lockstep.calendar.event import Event, Item, Meet, occupied
from lockstep.calendar.interval import Interval
from lockstep.operations import brakes, diary
from lockstep.operations.delays import note_delays
from lockstep.operations.event_of_ours import agree, base_of, gone_from_google, is_news, wanted_content
from lockstep.operations.everyone import everyone
from lockstep.operations.hearing_absence import hear_absence
from lockstep.operations.history import By, journal, remember, state_of
from lockstep.operations.telling import tell
from lockstep.operations.video import wants_meet
from lockstep.operations.writing import want_event, want_written
from lockstep.scheduling import google_change
from lockstep.store.models import Appointment, AppointmentHistory, Conflict, JournalEntry, MeasuredDelay, WrittenEvent
from lockstep.store.values import range_of, when_to_json
from lockstep.sync.plan import Base, Converge, DeleteLocal, DeleteRemote, Insert, Nothing, Plan, plan
from lockstep.sync.plan import Conflict as BothChanged

GOOGLE = By(AppointmentHistory.Actor.GOOGLE)


def hear(written: WrittenEvent, item: Item, *, now: datetime, run: str = "") -> bool:
    """Take in what Google says of this event, carry out what follows, and save the row. True when anything changed.

    `run` is what brought it, so that what one run of the synchronisation changed can be found together.
    """
    event = item if isinstance(item, Event) else None
    heard = _heard(written, item, now, run)
    if heard is None:
        return False
    if written.absence is not None:
        written.missing = False
        hear_absence(written, written.absence, item, now=now)
        _save(written)
        return True
    known, meet = (written.etag, written.in_google, written.missing), (written.meet, written.meet_url)
    written.missing = False
    match _planned(heard):
        case Nothing() | Insert():
            _settle(heard)
        case DeleteRemote() if _is_restored(heard):
            _restored_in_google(heard)
        case DeleteRemote():
            if event is not None:
                written.etag, written.google_updated_at = event.etag, event.updated
                written.in_google, written.spent = True, False
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
    follow_meet(written, meet, now=now)
    return known != (written.etag, written.in_google, written.missing)


def follow_meet(written: WrittenEvent, before: tuple[str, str], *, now: datetime) -> None:
    """Once it is known where to meet, or that Google makes no link: the client is told, and the others' events too."""
    appointment = written.appointment
    if appointment is None or before == (written.meet, written.meet_url) or not wants_meet(written):
        return
    if appointment.status == Appointment.Status.BOOKED and written.meet != Meet.PENDING:
        tell(appointment, at=now, now=now)
        for other in WrittenEvent.objects.filter(appointment=appointment).exclude(pk=written.pk).order_by("pk"):
            want_written(other.pk, now=now)


def would_change(written: WrittenEvent, item: Item, *, now: datetime) -> bool:
    """True when what Google says would move or cancel the appointment, were nothing in its way. Changes nothing."""
    appointment, heard = written.appointment, _heard(written, item, now, "")
    if appointment is None or heard is None:
        return False
    current = Interval(appointment.starts_at, appointment.ends_at)
    match _planned(heard):
        case DeleteLocal():
            return written.link.staff_id == appointment.staff_id and isinstance(
                google_change.of_deletion(current=current, now=now), google_change.Cancel
            )
        case Converge(pull=pull) if Field.WHEN in pull and isinstance(item, Event):
            meaning = google_change.of_new_time(
                current=current, when=item.when, recurring=bool(item.recurrence), now=now
            )
            return isinstance(meaning, google_change.Move)
        case _:
            return False


def _heard(written: WrittenEvent, item: Item, now: datetime, run: str) -> _Heard | None:
    """Both copies and their base; None when nothing can follow."""
    event = item if isinstance(item, Event) else None
    if event is None and not written.in_google:
        # Nothing follows from the end of what was never known to be there: an insert may still be under way.
        return None
    if event is not None and not written.missing and (event.etag == written.etag or not is_news(written, event)):
        return None
    remote = content_of(event) if event else None
    return _Heard(written, base_of(written, remote), wanted_content(written), remote, event, now, run)


@dataclass(frozen=True, slots=True)
class _Heard:
    written: WrittenEvent
    base: Base | None
    local: Content | None
    remote: Content | None
    event: Event | None
    now: datetime
    run: str


def _planned(heard: _Heard) -> Plan:
    found = plan(heard.base, heard.local, heard.remote)
    if heard.local is None or heard.event is None or not heard.event.recurrence:
        return found
    # Made a series, it has no longer one time: its time differs from ours, whatever its first instance says.
    change = found if isinstance(found, Converge) else Converge(frozenset(), frozenset(), frozenset())
    return replace(change, pull=change.pull | {Field.WHEN}, push=change.push - {Field.WHEN})


def _save(written: WrittenEvent) -> None:
    """Everything but the wishes and the lease, which others change meanwhile."""
    written.save(
        update_fields=[
            "base_local", "base_remote", "etag", "google_updated_at", "spent", "in_google", "intent", "missing",
            "in_conflict", "meet", "meet_url",
        ]
    )  # fmt: skip


def _settle(heard: _Heard) -> None:
    """Both mean the same, or differ in what was accepted before: only the etag is new."""
    if heard.remote is None or heard.local is None or heard.event is None:
        gone_from_google(heard.written)
        return
    agree(heard.written, heard.local, heard.remote, heard.event)
    _no_longer_in_conflict(heard)


def _no_longer_in_conflict(heard: _Heard) -> None:
    """Google's copy was put back to where both agree, or what was asked has been answered."""
    if heard.written.in_conflict:
        heard.written.in_conflict = False
        mine = Conflict.objects.filter(appointment=heard.written.appointment, closed_at=None)
        mine.exclude(kind=Conflict.Kind.OVERLAP).update(closed_at=heard.now)


def _deleted_in_google(heard: _Heard) -> None:
    appointment = _appointment(heard.written)
    current = Interval(appointment.starts_at, appointment.ends_at)
    match google_change.of_deletion(current=current, now=heard.now):
        case google_change.Cancel() if heard.written.link.staff_id != appointment.staff_id:
            # One of several people: whether they stay away or the appointment is off, only a person can say.
            gone_from_google(heard.written)
            heard.written.in_conflict = True
            _open_conflict(heard.written, Conflict.Kind.DELETED_BY_ADDITIONAL, None, heard.now)
            return
        case google_change.Cancel() if (kind := _held_as(heard, _HELD_DELETIONS)) is not None:
            gone_from_google(heard.written)
            heard.written.in_conflict = True
            _open_conflict(heard.written, kind, None, heard.now)
            return
        case google_change.Cancel():
            before, until = state_of(appointment), _grace_end(appointment, heard.now)
            diary.take_out(appointment, now=heard.now, keep_old_until=until)
            _record(heard, appointment, AppointmentHistory.Action.CANCELLED, before)
            tell(appointment, at=until, now=heard.now)
    _no_longer_in_conflict(heard)
    gone_from_google(heard.written)


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
    for staff_id in everyone(appointment):
        diary.clear_expired(staff_id, heard.now)
    diary.reinstate(appointment, now=heard.now)
    _record(heard, appointment, AppointmentHistory.Action.RESTORED, before)
    tell(appointment, at=_grace_end(appointment, heard.now), now=heard.now)
    local = wanted_content(heard.written)
    if local is None or heard.event is None:
        raise ValueError("A restored appointment wants its event.")
    agree(heard.written, local, local, heard.event)
    if heard.event.recurrence or differing(local, content_of(heard.event)):
        # It came back with another time or text: looked at again as a change of an event that both know.
        heard.written.etag = ""
        hear(heard.written, heard.event, now=heard.now, run=heard.run)


def _changed_in_google(heard: _Heard, change: Converge) -> None:
    if heard.local is None or heard.remote is None or heard.event is None:
        raise ValueError("Two copies that converge both exist.")
    base = heard.base or Base(heard.local, heard.local)
    written = heard.written
    if change.overwritten:
        _keep_the_losing_version(heard, change)
    local = base.local
    if Field.WHEN in change.pull:
        match _follow(heard):
            case _Followed.MOVED:
                local = replace(local, when=heard.remote.when)
            case _Followed.UNDECIDED:
                # What Google shows is not agreed to, so the base keeps the old time and the event is left alone.
                written.in_conflict = True
                agree(written, local, taking({Field.WHEN}, base.remote, into=heard.remote), heard.event)
                return
    _no_longer_in_conflict(heard)
    agree(written, local, heard.remote, heard.event)
    if change.push:
        want_written(written.pk, now=heard.now)


def _keep_the_losing_version(heard: _Heard, change: Converge) -> None:
    """Both changed these fields: Lockstep's version holds, and Google's is kept in the journal."""
    if heard.remote is None or heard.local is None:
        raise ValueError("There is no version to keep.")
    lost: dict[str, Any] = {field.value: str(getattr(heard.remote, field)) for field in change.overwritten}
    if Field.WHEN in change.overwritten:
        lost["when"] = when_to_json(heard.remote.when)
    journal(
        heard.written.link.staff,
        JournalEntry.Direction.FROM_GOOGLE,
        "overwritten",
        now=heard.now,
        appointment=heard.written.appointment,
        before={"fields": sorted(change.overwritten), **lost},
        after={"when": when_to_json(heard.local.when)} if Field.WHEN in change.overwritten else {},
        run=heard.run,
    )


class _Followed(Enum):
    MOVED = auto()
    LEFT = auto()
    """Nothing follows: a change in the past changes nothing."""
    UNDECIDED = auto()
    """It went to the conflict inbox."""


def _follow(heard: _Heard) -> _Followed:
    """Move the appointment to where Google's event is, if that is possible."""
    appointment, now = _appointment(heard.written), heard.now
    if heard.remote is None or heard.event is None:
        raise ValueError("There is no new time to follow.")
    current = Interval(appointment.starts_at, appointment.ends_at)
    meaning = google_change.of_new_time(
        current=current, when=heard.remote.when, recurring=bool(heard.event.recurrence), now=now
    )
    match meaning:
        case google_change.Move(to=to):
            for staff_id in everyone(appointment):
                diary.clear_expired(staff_id, now)
            if not _may_lie(appointment, to, now):
                _open_conflict(heard.written, Conflict.Kind.TIME_TAKEN, to, now)
                return _Followed.UNDECIDED
            if (kind := _held_as(heard, _HELD_MOVES)) is not None:
                _open_conflict(heard.written, kind, to, now)
                return _Followed.UNDECIDED
            before, until = state_of(appointment), _grace_end(appointment, now)
            diary.move(appointment, to, now=now, keep_old_until=until)
            _record(heard, appointment, AppointmentHistory.Action.MOVED, before)
            tell(appointment, at=until, now=now)
            return _Followed.MOVED
        case google_change.Ask(doubt=doubt, also_blocked=span):
            _open_conflict(heard.written, _KINDS[doubt], span or _shown_time(heard), now)
            return _Followed.UNDECIDED
        case google_change.Leave():
            return _Followed.LEFT
        case google_change.Cancel():
            raise ValueError("A new time cancels nothing.")


_HELD_MOVES = (Conflict.Kind.ASKED_MOVE, Conflict.Kind.HELD_MOVE)
_HELD_DELETIONS = (Conflict.Kind.ASKED_DELETION, Conflict.Kind.HELD_DELETION)


def _held_as(heard: _Heard, kinds: tuple[Conflict.Kind, Conflict.Kind]) -> Conflict.Kind | None:
    """Which question a change becomes that could be followed but is to be asked about first; None: it is followed."""
    asked, held = kinds
    appointment = _appointment(heard.written)
    if brakes.holds(heard.written.link, appointment, now=heard.now):
        return held
    return asked if appointment.organisation.ask_first else None


_KINDS = {
    google_change.Doubt.ALL_DAY: Conflict.Kind.NOT_ALLOWED,
    google_change.Doubt.NO_LENGTH: Conflict.Kind.NOT_ALLOWED,
    google_change.Doubt.RECURRING: Conflict.Kind.RECURRING,
    google_change.Doubt.PAST: Conflict.Kind.PAST,
}


def _shown_time(heard: _Heard) -> Interval | None:
    """The time that Google's event takes as it stands there; None where it takes none."""
    if heard.event is None or not blocks_time(heard.event):
        return None
    zone = heard.written.link.time_zone or _appointment(heard.written).location.time_zone
    return occupied(heard.event.when, ZoneInfo(zone))


def _may_lie(appointment: Appointment, to: Interval, now: datetime) -> bool:
    """True when everyone who takes part is free there."""
    return all(
        diary.is_free(
            staff_id=staff_id,
            service=appointment.service,
            location=appointment.location,
            interval=to,
            now=now,
            except_appointment=appointment.pk,
            within_hours=False,
        )
        for staff_id in everyone(appointment)
    )


def _record(
    heard: _Heard, appointment: Appointment, action: AppointmentHistory.Action, before: dict[str, object]
) -> None:
    remember(appointment, action, GOOGLE, before=before, now=heard.now)
    updated = heard.event.updated if heard.event else None
    delay = max(heard.now - updated, timedelta()) if updated else None
    if delay is not None:
        note_delays(appointment.organisation_id, MeasuredDelay.Direction.GOOGLE_TO_SLOT, [delay], now=heard.now)
    journal(
        heard.written.link.staff,
        JournalEntry.Direction.FROM_GOOGLE,
        action.value,
        now=heard.now,
        appointment=appointment,
        before=before,
        after=state_of(appointment),
        delay=delay,
        run=heard.run,
    )
    # Other people's events of the same appointment follow.
    want_event(appointment, now=heard.now)


def _grace_end(appointment: Appointment, now: datetime) -> datetime:
    return now + timedelta(seconds=appointment.organisation.grace_seconds)


def _open_conflict(written: WrittenEvent, kind: Conflict.Kind, span: Interval | None, now: datetime) -> None:
    """One open question about Google's time at a time: the newest; whether something overlaps is another."""
    appointment = _appointment(written)
    others = Conflict.objects.filter(appointment=appointment, closed_at=None)
    others.exclude(kind__in=[kind, Conflict.Kind.OVERLAP]).update(closed_at=now)
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


def _appointment(written: WrittenEvent) -> Appointment:
    if written.appointment is None:
        raise ValueError("This event stands for no appointment.")
    return written.appointment
