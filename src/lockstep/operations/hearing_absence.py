"""What follows for an absence from what Google says of its event or series.

An absence concerns only its own person, so whatever they do in Google is followed at once: there is no client to
protect, and no question to ask. What they write into the event beside its time and title stays in Google.

Runs in a transaction, with the staff lock and the row's own lock held, as `hearing` does for appointments.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lockstep.calendar.content import Content, Field, content_of, differing, taking
from lockstep.calendar.event import CancelledInstance, Event, Item, Timed
from lockstep.operations.event_of_ours import agree, base_of, gone_from_google, wanted_content
from lockstep.operations.history import By, journal
from lockstep.operations.time_away import lay, remember_absence, set_time, state_of_absence, zone_of
from lockstep.operations.writing import want_written
from lockstep.scheduling.away import TimeAway, is_readable
from lockstep.store.models import (
    Absence,
    AbsenceException,
    AbsenceHistory,
    AbsenceTitles,
    AppointmentHistory,
    JournalEntry,
    WrittenEvent,
)
from lockstep.store.values import when_to_json
from lockstep.sync.plan import Base, Conflict, Converge, DeleteLocal, DeleteRemote, Insert, Nothing, plan

GOOGLE = By(AppointmentHistory.Actor.GOOGLE)
Action = AbsenceHistory.Action


@dataclass(frozen=True, slots=True)
class _Heard:
    written: WrittenEvent
    absence: Absence
    base: Base | None
    local: Content | None
    remote: Content | None
    event: Event | None
    now: datetime


def hear_absence(written: WrittenEvent, absence: Absence, item: Item, *, now: datetime) -> None:
    """Carry out what follows from what Google says of the absence's event; the caller saves the row."""
    event = item if isinstance(item, Event) else None
    remote = content_of(event) if event else None
    heard = _Heard(written, absence, base_of(written, remote), wanted_content(written), remote, event, now)
    match plan(heard.base, heard.local, heard.remote):
        case Nothing() | Insert():
            _settle(heard)
        case DeleteRemote() if absence.removed_in_google and not written.in_google:
            _restored(heard)
        case DeleteRemote():
            if event is not None:
                written.etag, written.google_updated_at = event.etag, event.updated
                written.in_google, written.spent = True, False
            want_written(written.pk, now=now)
        case DeleteLocal():
            _deleted(heard)
        case Conflict():
            # Lockstep's version of what both changed holds: it is written again, under the next id.
            gone_from_google(written)
            want_written(written.pk, now=now)
        case Converge() as change:
            _changed(heard, change)


def _settle(heard: _Heard) -> None:
    if heard.remote is None or heard.local is None or heard.event is None:
        gone_from_google(heard.written)
        return
    agree(heard.written, heard.local, heard.remote, heard.event)


def _deleted(heard: _Heard) -> None:
    """Deleted in Google: the absence goes as well, unless it is over."""
    absence, before = heard.absence, state_of_absence(heard.absence)
    if not _is_over(absence, heard.now):
        absence.removed_at, absence.removed_in_google, absence.changed_at = heard.now, True, heard.now
        absence.save(update_fields=["removed_at", "removed_in_google", "changed_at"])
        lay(absence, now=heard.now)
        _record(heard, Action.REMOVED, before)
    gone_from_google(heard.written)


def _restored(heard: _Heard) -> None:
    """The event came back, from the bin for instance."""
    absence, before = heard.absence, state_of_absence(heard.absence)
    absence.removed_at, absence.removed_in_google, absence.changed_at = None, False, heard.now
    absence.save(update_fields=["removed_at", "removed_in_google", "changed_at"])
    lay(absence, now=heard.now)
    _record(heard, Action.RESTORED, before)
    local = wanted_content(heard.written)
    if local is None or heard.remote is None or heard.event is None:
        raise ValueError("A restored absence wants its event.")
    agree(heard.written, local, local, heard.event)
    if differing(local, heard.remote):
        # It came back with another time or text: looked at again as a change of an event that both know.
        hear_absence(heard.written, absence, heard.event, now=heard.now)


def _changed(heard: _Heard, change: Converge) -> None:
    if heard.local is None or heard.remote is None or heard.event is None:
        raise ValueError("Two copies that converge both exist.")
    base = heard.base or Base(heard.local, heard.local)
    if change.overwritten:
        _keep_the_losing_version(heard, change)
    before = state_of_absence(heard.absence)
    followed = {each for each in change.pull if _follow(heard, heard.remote, each)}
    if Field.WHEN in followed:
        _record(heard, Action.CHANGED, before)
    local = wanted_content(heard.written)
    if local is None:
        raise ValueError("An absence that was changed wants its event.")
    agree(heard.written, taking(followed, local, into=base.local), heard.remote, heard.event)
    if change.push:
        want_written(heard.written.pk, now=heard.now)


def _follow(heard: _Heard, remote: Content, field: Field) -> bool:
    """Take one field over into the absence; False where it stays as it was accepted: Google's alone."""
    absence = heard.absence
    match field:
        case Field.WHEN:
            away = TimeAway(remote.when, remote.recurrence)
            if _is_over(absence, heard.now) or not is_readable(away, zone_of(absence)):
                # A change in the past changes nothing; one that cannot be read is read as an event of its own.
                return False
            if isinstance(remote.when, Timed) and remote.when.zone:
                absence.time_zone = remote.when.zone
                absence.save(update_fields=["time_zone"])
            set_time(absence, away, now=heard.now)
            return True
        case Field.SUMMARY if heard.written.link.connection.absence_titles == AbsenceTitles.REAL:
            absence.title, absence.changed_at = remote.summary[:200], heard.now
            absence.save(update_fields=["title", "changed_at"])
            return True
        case _:
            return False


def hear_instance(written: WrittenEvent, item: Event | CancelledInstance, *, now: datetime) -> bool:
    """Take in one occurrence that was moved or taken out in Google. True when anything changed."""
    absence = written.absence
    if absence is None or absence.removed_at is not None or not absence.recurrence or item.original_start is None:
        return False
    before = state_of_absence(absence)
    when = when_to_json(item.when) if isinstance(item, Event) else None
    key = item.original_start.isoformat()
    row = AbsenceException.objects.filter(absence=absence, original_start=key).first()
    if row is not None and row.when == when:
        return False
    AbsenceException.objects.update_or_create(absence=absence, original_start=key, defaults={"when": when})
    absence.changed_at = now
    absence.save(update_fields=["changed_at"])
    lay(absence, now=now)
    updated = item.updated if isinstance(item, Event) else None
    _write_down(written, absence, Action.OCCURRENCE, before, updated, now)
    return True


def _is_over(absence: Absence, now: datetime) -> bool:
    """True when none of it is still to come. Ended ones keep their spans only for a day."""
    return not absence.spans.filter(span__endswith__gt=now).exists()


def _record(heard: _Heard, action: AbsenceHistory.Action, before: dict[str, Any]) -> None:
    updated = heard.event.updated if heard.event else None
    _write_down(heard.written, heard.absence, action, before, updated, heard.now)


def _write_down(
    written: WrittenEvent,
    absence: Absence,
    action: AbsenceHistory.Action,
    before: dict[str, Any],
    updated: datetime | None,
    now: datetime,
) -> None:
    remember_absence(absence, action, GOOGLE, before=before, now=now)
    journal(
        written.link.staff,
        JournalEntry.Direction.FROM_GOOGLE,
        f"absence_{action.value}",
        now=now,
        absence=absence,
        before=before,
        after=state_of_absence(absence),
        delay=max(now - updated, timedelta()) if updated else None,
    )


def _keep_the_losing_version(heard: _Heard, change: Converge) -> None:
    if heard.remote is None:
        raise ValueError("There is no version to keep.")
    lost: dict[str, Any] = {field.value: str(getattr(heard.remote, field)) for field in change.overwritten}
    if Field.WHEN in change.overwritten:
        lost |= {"when": when_to_json(heard.remote.when), "recurrence": list(heard.remote.recurrence)}
    journal(
        heard.written.link.staff,
        JournalEntry.Direction.FROM_GOOGLE,
        "overwritten",
        now=heard.now,
        absence=heard.absence,
        before={"fields": sorted(change.overwritten), **lost},
    )
