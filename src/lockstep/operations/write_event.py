"""Writing one event to Google: exactly one event for one appointment, whatever fails in between.

One writer per event, by a lease on its row in the map. What a write is about to say is stored before the call, so
that its echo is recognised even when the answer is lost; a repeated insert meets its own id and adopts it. An event
is changed or deleted only at the version that was taken in last (If-Match), so that nothing is overwritten unseen.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from lockstep.calendar.content import Content, Field, content_of, differing, taking
from lockstep.calendar.event import Event, EventId, Item, Meet, Tombstone
from lockstep.operations import brakes, jobs
from lockstep.operations.clock import Clock
from lockstep.operations.delays import note_delays
from lockstep.operations.event_of_ours import (
    agree,
    base_of,
    gone_from_google,
    intend,
    is_news,
    is_ours,
    wanted_content,
)
from lockstep.operations.everyone import everyone
from lockstep.operations.hearing import follow_meet, hear
from lockstep.operations.history import journal
from lockstep.operations.mirror import forget_event
from lockstep.operations.overlaps import check_overlaps
from lockstep.operations.standing import standing
from lockstep.operations.video import wants_meet
from lockstep.operations.writing import mark_for
from lockstep.store.locks import Lease, LeaseLost, drop_lease, drop_lease_if_satisfied, lock_staff, take_lease
from lockstep.store.models import Connection, JournalEntry, MeasuredDelay, WrittenEvent
from lockstep.store.values import when_to_json
from lockstep.sync import pace
from lockstep.sync.errors import (
    AccessLost,
    AlreadyGone,
    AlreadyThere,
    EtagMismatch,
    LookAgain,
    NotFound,
    OurMistake,
    RateLimited,
    SyncError,
    TryLater,
    Unreachable,
)
from lockstep.sync.gateway import CalendarGateway, EventChange, EventDraft, Workspace
from lockstep.sync.marks import event_id
from lockstep.sync.people import Standing
from lockstep.sync.plan import Base, description_to_write
from lockstep.sync.urgency import Urgency

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
"""Longer than the deadlines of the two calls that one step makes at most; renewed with every step."""
_MOST_STEPS = 8
"""Steps of one run: an insert that meets an old id, then a look, then a patch is three. More comes back as a job."""


def write_event(written_id: int, *, workspace: Workspace, clock: Clock) -> bool:
    """Make Google's event say what Lockstep wants. False when another writer is at it.

    Errors of Google are not raised; they decide when it is tried again.
    """
    lease = take_lease(WrittenEvent, written_id, now=clock(), lasting=LEASE)
    if lease is None:
        return False
    run = _Run(lease, workspace, clock)
    try:
        for _ in range(_MOST_STEPS):
            if run.must_stop() or (run.is_satisfied() and drop_lease_if_satisfied(lease)):
                break
            run.attempt()
        else:
            jobs.write_event(written_id)
    except LeaseLost:
        log.warning("event %s: another writer took over", written_id)
    finally:
        drop_lease(lease)
    return True


@dataclass(slots=True)
class _Run:
    lease: Lease
    workspace: Workspace
    clock: Clock
    rested: bool = False

    def must_stop(self) -> bool:
        """True when nothing may be written now, wanted or not."""
        if self.rested:
            return True
        row = self._row()
        if row.link.connection.state != Connection.State.LIVE:
            return True
        if self._is_allowed(row):
            return False
        # Until they sync again, which makes it due at once.
        WrittenEvent.objects.filter(pk=row.pk).update(next_due=self.clock() + pace.BLOCKED_RETRY)
        return True

    def _is_allowed(self, row: WrittenEvent) -> bool:
        """Only for people who sync is anything written. What should go still goes where the person merely left."""
        match standing(row.link.staff, row.link.connection):
            case Standing.SYNCS:
                return True
            case Standing.MISMATCHED:
                return False
        return wanted_content(row) is None

    def is_satisfied(self) -> bool:
        row = self._row()
        return row.done == row.wanted

    def attempt(self) -> None:
        """One step: what is wanted against what we know of Google, one call, and what came of it stored."""
        self.lease.renew(self.clock() + LEASE)
        written = self._row()
        organisation = str(written.link.connection.organisation_id)
        gateway = self.workspace.paying(organisation, Urgency.WRITE).calendar(written.link.staff.email)
        try:
            try:
                self._step(written, gateway, wanted_content(written))
            except (EtagMismatch, AlreadyGone):
                # Google's copy is not what we thought: let what follows follow, and decide anew in the next step.
                self._hear(written, gateway.get(EventId(written.event_id)))
        except NotFound as error:
            self._not_found(written, error)
        except (TryLater, LookAgain, AccessLost, OurMistake) as error:
            self._rest(error)

    def _step(self, written: WrittenEvent, gateway: CalendarGateway, local: Content | None) -> None:
        goal, base = written.wanted, base_of(written)
        if written.missing and written.in_google:
            self._hear(written, gateway.get(EventId(written.event_id)))
        elif local is None:
            self._delete(written, gateway, goal)
        elif written.in_conflict:
            # Left alone until a person has decided; the decision wishes for another look.
            self._satisfied(goal)
        elif not written.in_google:
            self._insert(written, gateway, local, goal)
        elif base and wants_meet(written) and written.meet == Meet.NONE:
            self._ask_for_meet(written, gateway, base)
        elif base and (fields := differing(local, base.local)):
            self._patch(written, gateway, base, local, fields)
        elif wants_meet(written) and written.meet == Meet.PENDING:
            self._look_for_meet(written, gateway)
        else:
            self._satisfied(goal)

    def _patch(
        self,
        written: WrittenEvent,
        gateway: CalendarGateway,
        base: Base,
        local: Content,
        fields: frozenset[Field],
    ) -> None:
        shown = taking(fields, local, into=base.remote)
        if Field.DESCRIPTION in fields:
            shown = replace(shown, description=description_to_write(base, local, base.remote))
        self._intend(local, shown)
        event = gateway.patch(EventId(written.event_id), _change(shown, fields), etag=written.etag or None)
        self._store(written.wanted, local, event, "patched", before=_replaced(base, fields))

    def _ask_for_meet(self, written: WrittenEvent, gateway: CalendarGateway, base: Base) -> None:
        """Have a link made for an event that stands already. The id of the request makes a repeated one the same."""
        change = EventChange(with_meet=True)
        event = gateway.patch(EventId(written.event_id), change, etag=written.etag or None)
        with transaction.atomic():
            row = self._locked_row()
            before = (row.meet, row.meet_url)
            if is_news(row, event):
                agree(row, base.local, content_of(event), event)
            # An answer that says nothing of the request is none that will come.
            row.meet = row.meet or Meet.FAILED
            row.save()
            follow_meet(row, before, now=self.clock())

    def _look_for_meet(self, written: WrittenEvent, gateway: CalendarGateway) -> None:
        """Raises: Unreachable while Google is still at it; it is looked at again later."""
        self._hear(written, gateway.get(EventId(written.event_id)))
        if self._row().meet == Meet.PENDING:
            raise Unreachable("Google has not made the Meet link yet.")

    def _delete(self, written: WrittenEvent, gateway: CalendarGateway, goal: int) -> None:
        """Delete the event; one that is already gone is done."""
        there: Item | None = None
        if written.intent and not written.in_google:
            # An insert whose answer was lost: what stands there is ours to delete only if it carries our mark.
            there = gateway.get(EventId(written.event_id))
        if written.in_google:
            gateway.delete(EventId(written.event_id), etag=written.etag or None)
        elif isinstance(there, Event) and is_ours(written, there):
            gateway.delete(EventId(written.event_id), etag=there.etag)
        self._gone(goal, "deleted" if written.in_google else "")

    def _insert(self, written: WrittenEvent, gateway: CalendarGateway, local: Content, goal: int) -> None:
        if written.spent:
            self._take_next_id()
            return
        self._intend(local, local)
        draft = EventDraft(
            when=local.when,
            summary=local.summary,
            location=local.location,
            description=local.description,
            visibility=local.visibility,
            transparency=local.transparency,
            private_properties=mark_for(written).properties(),
            recurrence=local.recurrence,
            with_meet=wants_meet(written),
        )
        try:
            event = gateway.insert(EventId(written.event_id), draft)
        except AlreadyThere:
            # Taken: by our own insert whose answer was lost, or by something that can never be ours again.
            there = gateway.get(EventId(written.event_id))
            if isinstance(there, Event) and is_ours(written, there):
                self._hear(written, there)
            else:
                self._take_next_id()
            return
        self._store(goal, local, event, "inserted")

    def _take_next_id(self) -> None:
        with transaction.atomic():
            row = self._locked_row()
            row.generation += 1
            row.event_id = event_id(mark_for(row), row.link.staff.google_user_id)
            row.intent, row.spent, row.missing = None, False, False
            row.save(update_fields=["generation", "event_id", "intent", "spent", "missing"])

    def _not_found(self, written: WrittenEvent, error: NotFound) -> None:
        """404 says "not there", "not to be seen yet" or "no access": one alone is never read as "deleted"."""
        if not written.missing or not (written.in_google or wanted_content(written) is None):
            WrittenEvent.objects.filter(pk=written.pk).update(missing=True)
            self._rest(error)
        elif written.in_google:
            self._hear(written, Tombstone(EventId(written.event_id)))
        else:
            self._gone(written.wanted, "")

    def _hear(self, written: WrittenEvent, item: Item) -> None:
        with transaction.atomic():
            beside = everyone(written.appointment) if written.appointment else []
            lock_staff([written.link.staff_id, *beside])
            self._locked_row()
            row = self._row()
            row.etag = ""  # Whatever is stored is what Google has just disowned.
            now = self.clock()
            hear(row, item, now=now, run=f"event-{row.pk}-{row.lease}")
            brakes.lift_if_over(row.link, now=now)
            # Read as an event of somebody's before it was known to be ours.
            if forget_event(row.link, row.event_id):
                check_overlaps(row.link, now=now)

    def _intend(self, local: Content, shown: Content) -> None:
        with transaction.atomic():
            row = self._locked_row()
            intend(row, local, shown)
            row.save(update_fields=["intent"])

    def _store(
        self, goal: int, local: Content, event: Event, action: str, *, before: dict[str, Any] | None = None
    ) -> None:
        """What the call came to: both agree on `local`."""
        with transaction.atomic():
            row = self._locked_row()
            meet = (row.meet, row.meet_url)
            if is_news(row, event):
                agree(row, local, content_of(event), event)
            self._close(row, goal, action, before=before, after={"when": when_to_json(local.when)})
            follow_meet(row, meet, now=self.clock())

    def _gone(self, goal: int, action: str) -> None:
        """Google has no such event, and should not."""
        with transaction.atomic():
            row = self._locked_row()
            gone_from_google(row)
            self._close(row, goal, action)

    def _satisfied(self, goal: int) -> None:
        """There is nothing to write."""
        with transaction.atomic():
            self._close(self._locked_row(), goal, "")

    def _close(
        self,
        row: WrittenEvent,
        goal: int,
        action: str,
        *,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        now = self.clock()
        row.attempts, row.parked = 0, ""
        if not _lacks_meet(row):
            row.done = goal
        # What was wished for meanwhile is not left to this process alone.
        row.next_due = now + pace.JOB_LOST_AFTER if row.wanted > row.done else None
        row.save()
        if action:
            delay = max(now - row.wanted_at, timedelta())
            organisation_id = row.link.connection.organisation_id
            note_delays(organisation_id, MeasuredDelay.Direction.BOOKING_TO_GOOGLE, [delay], now=now)
            journal(
                row.link.staff,
                JournalEntry.Direction.TO_GOOGLE,
                action,
                now=now,
                appointment=row.appointment,
                absence=row.absence,
                before=before,
                after=after,
                delay=delay,
            )

    def _rest(self, error: SyncError) -> None:
        """Not now: try again later; where access is lost, parked and shown until it returns."""
        now = self.clock()
        self.rested = True
        with transaction.atomic():
            row = self._locked_row()
            row.attempts += 1
            row.parked = str(error) if isinstance(error, AccessLost | OurMistake) else ""
            row.next_due = _retry_at(error, row.attempts, now)
            row.save(update_fields=["attempts", "parked", "next_due"])
        level = logging.ERROR if isinstance(error, OurMistake) else logging.WARNING
        log.log(level, "event %s: %s after %s tries", row.pk, type(error).__name__, row.attempts)

    def _row(self) -> WrittenEvent:
        """Raises: LeaseLost when the row is gone."""
        row = WrittenEvent.objects.select_related(
            "appointment__service", "appointment__location", "appointment__client", "appointment__organisation",
            "appointment__staff", "absence", "link__connection__organisation", "link__staff",
        ).filter(pk=self.lease.row_id).first()  # fmt: skip
        if row is None:
            raise LeaseLost(f"WrittenEvent {self.lease.row_id}")
        return row

    def _locked_row(self) -> WrittenEvent:
        row = self.lease.row_for_writing()
        if not isinstance(row, WrittenEvent):
            raise TypeError("This lease is not on an event.")
        return row


def _lacks_meet(row: WrittenEvent) -> bool:
    """True while the event stands, and its Meet link is still to be asked for or looked for."""
    unsettled = row.in_google and not row.in_conflict and row.meet in {Meet.NONE, Meet.PENDING}
    return unsettled and wants_meet(row)


def _change(shown: Content, fields: frozenset[Field]) -> EventChange:
    """A patch of just the fields that Lockstep changed."""
    return EventChange(
        when=shown.when if Field.WHEN in fields else None,
        # Ours is the whole of its time, whatever a person made of the event: a series, or one time.
        recurrence=shown.recurrence if Field.WHEN in fields else None,
        summary=shown.summary if Field.SUMMARY in fields else None,
        location=shown.location if Field.LOCATION in fields else None,
        description=shown.description if Field.DESCRIPTION in fields else None,
        visibility=shown.visibility if Field.VISIBILITY in fields else None,
        transparency=shown.transparency if Field.TRANSPARENCY in fields else None,
    )


def _replaced(base: Base, fields: frozenset[Field]) -> dict[str, Any]:
    """What the journal keeps of a patch: the time before, and whatever a person had written in its fields."""
    persons = fields & differing(base.local, base.remote)
    texts: dict[str, Any] = {field.value: str(getattr(base.remote, field)) for field in persons}
    return {**texts, "when": when_to_json(base.remote.when)}


def _retry_at(error: SyncError, attempts: int, now: datetime) -> datetime:
    if isinstance(error, AccessLost | OurMistake):
        return now + pace.BLOCKED_RETRY
    if isinstance(error, RateLimited) and error.by_us and error.until:
        return pace.back_in_queue(error.until, chance=random.random())  # noqa: S311  (jitter, not a secret)
    if isinstance(error, RateLimited) and error.for_hours:
        return now + pace.HOURS_LONG_LIMIT
    planned = pace.back_off(now, attempts=attempts, chance=random.random())  # noqa: S311  (jitter, not a secret)
    return max(planned, error.until) if isinstance(error, TryLater) and error.until else planned
