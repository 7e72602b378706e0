"""Writing one event to Google: exactly one event for one appointment, whatever fails in between.

One writer per event, by a lease on its row in the map. What a write is about to say is stored before the call, so
that its echo is recognised even when the answer is lost; a repeated insert meets its own id and adopts it.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from lockstep.calendar.content import Content, Field, content_of, differing
from lockstep.calendar.event import Event, EventId, Item, Tombstone
from lockstep.operations.clock import Clock
from lockstep.operations.event_of_ours import agree, base_of, gone_from_google, hear, wanted_content
from lockstep.operations.history import journal
from lockstep.operations.writing import installation_uuid
from lockstep.store.locks import Lease, LeaseLost, drop_lease, drop_lease_if_satisfied, lock_staff, take_lease
from lockstep.store.models import Connection, JournalEntry, WrittenEvent
from lockstep.store.values import content_to_json, when_to_json
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
)
from lockstep.sync.gateway import CalendarGateway, EventChange, EventDraft, Workspace
from lockstep.sync.marks import Mark, event_id, mark_of
from lockstep.sync.plan import Base, description_to_write

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
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
        return self.rested or self._row().link.connection.state != Connection.State.LIVE

    def is_satisfied(self) -> bool:
        row = self._row()
        return row.done == row.wanted

    def attempt(self) -> None:
        """One step: what is wanted against what we know of Google, one call, and what came of it stored."""
        written = self._row()
        gateway = self.workspace.calendar(written.link.staff.email)
        try:
            self._step(written, gateway, wanted_content(written))
        except (EtagMismatch, NotFound, AlreadyGone):
            self._look_again(gateway, written)
        except (TryLater, LookAgain, AccessLost, OurMistake) as error:
            self._rest(error)

    def _step(self, written: WrittenEvent, gateway: CalendarGateway, local: Content | None) -> None:
        goal, base = written.wanted, base_of(written)
        if written.missing:
            self._hear(written.pk, gateway.get(EventId(written.event_id)))
        elif local is None:
            if written.in_google or written.intent:
                _delete(gateway, written)
            self._store(goal, None, None, "deleted" if written.in_google else "")
        elif written.in_conflict:
            # Left alone until a person has decided; the decision wishes for another look.
            self._store(goal, None, None, "", settle=False)
        elif not written.in_google:
            self._insert(written, gateway, local, goal)
        elif base and (fields := differing(local, base.local)):
            event = gateway.patch(EventId(written.event_id), _change(base, local, fields), etag=written.etag or None)
            self._store(goal, local, event, "patched", before={"when": when_to_json(base.local.when)})
        else:
            self._store(goal, None, None, "", settle=False)

    def _insert(self, written: WrittenEvent, gateway: CalendarGateway, local: Content, goal: int) -> None:
        mark = _mark(written)
        self._intend(local)
        draft = EventDraft(
            when=local.when,
            summary=local.summary,
            location=local.location,
            description=local.description,
            visibility=local.visibility,
            transparency=local.transparency,
            private_properties=mark.properties(),
        )
        try:
            event = gateway.insert(EventId(written.event_id), draft)
        except AlreadyThere:
            self._adopt_or_renew(gateway, written, mark)
            return
        self._store(goal, local, event, "inserted")

    def _adopt_or_renew(self, gateway: CalendarGateway, written: WrittenEvent, mark: Mark) -> None:
        """The id is taken: by our own insert whose answer was lost, or by something that can never be ours again."""
        try:
            there: Item = gateway.get(EventId(written.event_id))
        except (NotFound, AlreadyGone):
            there = Tombstone(EventId(written.event_id))
        if isinstance(there, Event) and mark_of(there.private_properties) == mark:
            self._hear(written.pk, there)
            return
        with transaction.atomic():
            row = self._locked_row()
            row.generation += 1
            row.event_id = event_id(_mark(row), row.link.staff.google_user_id)
            row.intent = None
            row.save(update_fields=["generation", "event_id", "intent"])

    def _look_again(self, gateway: CalendarGateway, written: WrittenEvent) -> None:
        """Google's copy is not what we thought: read it, let what follows follow, and decide anew in the next step."""
        try:
            there: Item = gateway.get(EventId(written.event_id))
        except (NotFound, AlreadyGone):
            there = Tombstone(EventId(written.event_id))
        except (TryLater, LookAgain, AccessLost, OurMistake) as error:
            self._rest(error)
            return
        self._hear(written.pk, there)

    def _hear(self, written_id: int, item: Item) -> None:
        with transaction.atomic():
            lock_staff([self._row().link.staff_id])
            self._locked_row()
            row = self._row()
            row.etag = ""  # Whatever is stored is what Google has just disowned.
            hear(row, item, now=self.clock())

    def _intend(self, local: Content) -> None:
        with transaction.atomic():
            row = self._locked_row()
            row.intent = content_to_json(local)
            row.save(update_fields=["intent"])

    def _store(
        self,
        goal: int,
        local: Content | None,
        event: Event | None,
        action: str,
        *,
        before: dict[str, object] | None = None,
        settle: bool = True,
    ) -> None:
        """What the call came to: both agree on `local`, or (with none) Google has no such event."""
        now = self.clock()
        with transaction.atomic():
            row = self._locked_row()
            if local is not None and event is not None:
                agree(row, local, content_of(event), event.etag)
            elif settle:
                # The row keeps the id: a page that was read before the deletion may still show the event, as ours.
                gone_from_google(row)
            row.done, row.attempts, row.parked, row.next_due = goal, 0, "", None
            row.save()
            if action:
                journal(
                    row.link.staff,
                    JournalEntry.Direction.TO_GOOGLE,
                    action,
                    now=now,
                    appointment=row.appointment,
                    before=before,
                    after={"when": when_to_json(local.when)} if local else {},
                    delay=max(now - row.wanted_at, timedelta()),
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
        log.warning("event %s: %s after %s tries", row.pk, type(error).__name__, row.attempts)

    def _row(self) -> WrittenEvent:
        return WrittenEvent.objects.select_related(
            "appointment__service", "appointment__location", "appointment__client", "appointment__organisation",
            "appointment__staff", "link__connection__organisation", "link__staff",
        ).get(pk=self.lease.row_id)  # fmt: skip

    def _locked_row(self) -> WrittenEvent:
        row = self.lease.row_for_writing()
        if not isinstance(row, WrittenEvent):
            raise TypeError("This lease is not on an event.")
        return row


def _delete(gateway: CalendarGateway, written: WrittenEvent) -> None:
    """Delete the event; one that is already gone is done."""
    try:
        gateway.delete(EventId(written.event_id))
    except (AlreadyGone, NotFound):
        return


def _change(base: Base, local: Content, fields: frozenset[Field]) -> EventChange:
    """A patch of just the fields that Lockstep changed."""
    return EventChange(
        when=local.when if Field.WHEN in fields else None,
        summary=local.summary if Field.SUMMARY in fields else None,
        location=local.location if Field.LOCATION in fields else None,
        description=description_to_write(base, local, base.remote) if Field.DESCRIPTION in fields else None,
        visibility=local.visibility if Field.VISIBILITY in fields else None,
        transparency=local.transparency if Field.TRANSPARENCY in fields else None,
    )


def _mark(written: WrittenEvent) -> Mark:
    if written.appointment is None:
        raise ValueError("This event stands for no appointment.")
    return Mark(installation_uuid(), settings.ENVIRONMENT, written.appointment.uuid, written.generation)


def _retry_at(error: SyncError, attempts: int, now: datetime) -> datetime:
    if isinstance(error, AccessLost | OurMistake):
        return now + pace.BLOCKED_RETRY
    if isinstance(error, RateLimited) and error.for_hours:
        return now + pace.HOURS_LONG_LIMIT
    planned = pace.back_off(now, attempts=attempts, chance=random.random())  # noqa: S311  (jitter, not a secret)
    return max(planned, error.until) if isinstance(error, RateLimited) and error.until else planned
