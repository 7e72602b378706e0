"""Leaving Google Workspace: our events are removed unless kept, calendars are let go, the connection is forgotten.

The connection's row says how far it is: it is DISCONNECTING until the last of our events is gone, and every removal is
stored by itself, so that whoever comes after a crash goes on where it stopped. Only events that stand in our map are
ever deleted. Whoever cannot be reached is tried again; an admin may say at any time that what is left may stay.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from lockstep.calendar.event import Event, EventId
from lockstep.operations import jobs
from lockstep.operations.channels import close_channel
from lockstep.operations.clock import Clock
from lockstep.operations.event_of_ours import gone_from_google, is_ours
from lockstep.operations.history import audit
from lockstep.store.locks import Lease, LeaseLost, drop_lease, take_lease
from lockstep.store.models import (
    AuditEntry,
    BusyInterval,
    CalendarLink,
    Channel,
    Conflict,
    Connection,
    StaffMember,
    User,
    WrittenEvent,
)
from lockstep.sync import pace
from lockstep.sync.errors import (
    AccessLost,
    AlreadyGone,
    LookAgain,
    NotFound,
    OurMistake,
    Scope,
    SyncError,
    TryLater,
)
from lockstep.sync.gateway import Workspace

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
"""Longer than the deadlines of the calls for one event; renewed with every event."""
_AT_ONCE = 200
"""Events that one job removes; then it gives its turn to others."""
_PEOPLE_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class DisconnectCounts:
    """What disconnecting removes, counted before it does."""

    people: int
    busy_intervals: int
    events_in_google: int


@dataclass(frozen=True, slots=True)
class Leaving:
    """How far a disconnect is."""

    total: int
    left: int
    """Events of ours that still stand in Google and are to go."""
    problem: str
    """Why some could not be removed, as a sentence; empty while all goes well."""
    next_try: datetime | None

    @property
    def removed(self) -> int:
        return max(self.total - self.left, 0)


def disconnect_counts(connection: Connection) -> DisconnectCounts:
    return DisconnectCounts(
        people=connection.links.count(),
        busy_intervals=BusyInterval.objects.filter(link__connection=connection).count(),
        events_in_google=WrittenEvent.objects.filter(link__connection=connection, in_google=True).count(),
    )


def begin_disconnect(connection: Connection, *, keep_events: bool, by: User, now: datetime) -> None:
    """Stop reading and writing, and have the rest done in the background. A second click changes nothing."""
    with transaction.atomic():
        current = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        if current.state == Connection.State.DISCONNECTING:
            return
        counts = disconnect_counts(current)
        current.state, current.keep_events = Connection.State.DISCONNECTING, keep_events
        current.total_to_remove = 0 if keep_events else _to_remove(current).update(attempts=0)
        current.problem, current.attempts, current.disconnected_by = "", 0, by.name
        current.next_due = now + pace.JOB_LOST_AFTER
        # Whoever reads the directory or checks the delegation stores nothing any more.
        current.lease, current.leased_until = current.lease + 1, None
        current.save()
        _stop_runners(current)
        audit(
            current.organisation,
            by,
            "Google Workspace: disconnecting",
            now=now,
            after={
                "kept": keep_events,
                "people": counts.people,
                "busy_times": counts.busy_intervals,
                "events_in_google": counts.events_in_google,
            },
        )
        jobs.disconnect(current.pk)


def keep_the_rest(connection: Connection, *, by: User, now: datetime) -> None:
    """Leave in Google what could not be removed, and come to an end."""
    with transaction.atomic():
        current = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        if current.state != Connection.State.DISCONNECTING or current.keep_events:
            return
        left = _to_remove(current).count()
        current.keep_events, current.problem, current.next_due = True, "", now + pace.JOB_LOST_AFTER
        current.total_to_remove = max(current.total_to_remove - left, 0)
        current.save(update_fields=["keep_events", "problem", "next_due", "total_to_remove"])
        audit(current.organisation, by, "Events left in Google while disconnecting", now=now, after={"events": left})
        jobs.disconnect(current.pk)


def leaving(connection: Connection) -> Leaving:
    """For the page that shows the progress."""
    left = 0 if connection.keep_events else _to_remove(connection).count()
    return Leaving(connection.total_to_remove, left, connection.problem, connection.next_due)


def last_left(organisation_id: int) -> AuditEntry | None:
    """The end of the last disconnect, with its counts."""
    ends = AuditEntry.objects.filter(organisation=organisation_id, action=_DISCONNECTED)
    return ends.order_by("-at", "-pk").first()


def disconnect_workspace(connection_id: int, *, workspace: Workspace | None, clock: Clock) -> None:
    """One job's share of a disconnect; the last one forgets the connection. Errors of Google are kept on its row."""
    lease = take_lease(Connection, connection_id, now=clock(), lasting=LEASE)
    if lease is None:
        return
    try:
        connection = Connection.objects.filter(pk=connection_id, state=Connection.State.DISCONNECTING).first()
        if connection is not None:
            _Run(lease, connection, workspace, clock).go_on()
    except LeaseLost:
        log.warning("connection %s: somebody else disconnects it", connection_id)
    finally:
        drop_lease(lease)


def ask_again(*, now: datetime) -> None:
    """Disconnects that are due, or whose job was lost."""
    due = Connection.objects.filter(state=Connection.State.DISCONNECTING, next_due__lte=now)
    idle = due.filter(Q(leased_until=None) | Q(leased_until__lte=now))
    for connection_id in list(idle.values_list("pk", flat=True)):
        with transaction.atomic():
            Connection.objects.filter(pk=connection_id).update(next_due=now + pace.JOB_LOST_AFTER)
            jobs.disconnect(connection_id)


@dataclass(slots=True)
class _Run:
    lease: Lease
    connection: Connection
    workspace: Workspace | None
    clock: Clock

    def go_on(self) -> None:
        if not self.connection.keep_events:
            error, everybodys = self._remove_some()
            if error and (everybodys or not _to_remove(self.connection).filter(attempts=0).exists()):
                self._rest(error)
                return
            if _to_remove(self.connection).exists():
                self._come_back()
                return
        if self._let_go_of_some():
            self._come_back()
            return
        self._forget()

    def _remove_some(self) -> tuple[str, bool]:
        """Remove the next events; what kept some from being removed, as a sentence, and whether all are concerned."""
        problem = ""
        rows = _to_remove(self.connection).select_related("link__staff", "appointment", "absence")
        for written in rows.order_by("attempts", "pk")[:_AT_ONCE]:
            self.lease.renew(self.clock() + LEASE)
            if self.workspace is None:
                return _("No service account key is configured, so Google cannot be asked."), True
            try:
                _remove(written, self.workspace)
            except (TryLater, LookAgain, AccessLost, OurMistake) as error:
                problem = str(error)
                WrittenEvent.objects.filter(pk=written.pk).update(attempts=F("attempts") + 1)
                if not _is_one_persons(error):
                    return problem, True
        return problem, False

    def _let_go_of_some(self) -> bool:
        """Close the channels and forget the calendars of the next people. False when there are none left."""
        links = list(self.connection.links.select_related("staff").order_by("pk")[:_PEOPLE_AT_ONCE])
        if self.workspace is not None:
            for channel in Channel.objects.select_related("link__staff").filter(link__in=links, closed_at=None):
                self.lease.renew(self.clock() + LEASE)
                close_channel(channel, workspace=self.workspace, clock=self.clock)
        with transaction.atomic():
            self.lease.row_for_writing()
            # Nobody stores anything between what is collected here and its deletion.
            _stop_runners(self.connection)
            staff_ids = [link.staff_id for link in links]
            Conflict.objects.filter(staff__in=staff_ids, closed_at=None).update(closed_at=self.clock())
            CalendarLink.objects.filter(pk__in=[link.pk for link in links]).delete()
            _forget_directory(StaffMember.objects.filter(pk__in=staff_ids))
        return self.connection.links.exists()

    def _come_back(self) -> None:
        with transaction.atomic():
            self.lease.row_for_writing()
            Connection.objects.filter(pk=self.connection.pk).update(
                problem="", attempts=0, next_due=self.clock() + pace.JOB_LOST_AFTER
            )
            jobs.disconnect(self.connection.pk)

    def _rest(self, problem: str) -> None:
        now = self.clock()
        with transaction.atomic():
            row = self.lease.row_for_writing()
            if not isinstance(row, Connection) or row.keep_events:
                return
            row.attempts, row.problem = row.attempts + 1, problem
            row.next_due = pace.back_off(now, attempts=row.attempts + 3, chance=random.random())  # noqa: S311  (jitter)
            row.save(update_fields=["attempts", "problem", "next_due"])

    def _forget(self) -> None:
        connection = self.connection
        with transaction.atomic():
            self.lease.row_for_writing()
            _forget_directory(StaffMember.objects.filter(organisation_id=connection.organisation_id))
            AuditEntry.objects.create(
                organisation_id=connection.organisation_id,
                at=self.clock(),
                actor=connection.disconnected_by or "Lockstep",
                action=_DISCONNECTED,
                after={"kept": connection.keep_events, "removed": connection.total_to_remove},
            )
            connection.delete()


_DISCONNECTED = "Google Workspace disconnected"


def _is_one_persons(error: SyncError) -> bool:
    """True where the others' events are still worth a try."""
    if isinstance(error, AccessLost):
        return error.scope is Scope.PERSON
    return not isinstance(error, TryLater)


def _to_remove(connection: Connection) -> QuerySet[WrittenEvent]:
    """Events of ours that stand in Google, or may stand there because an insert was never answered."""
    return WrittenEvent.objects.filter(Q(in_google=True) | Q(intent__isnull=False), link__connection=connection)


def _remove(written: WrittenEvent, workspace: Workspace) -> None:
    """Delete the event; one that is already gone is done. Raises whatever else Google says."""
    gateway, event_id = workspace.calendar(written.link.staff.email), EventId(written.event_id)
    try:
        there = None if written.in_google else gateway.get(event_id)
        if written.in_google or (isinstance(there, Event) and is_ours(written, there)):
            gateway.delete(event_id)
    except (AlreadyGone, NotFound):
        pass
    gone_from_google(written)
    written.save(
        update_fields=[
            "spent",
            "in_google",
            "etag",
            "intent",
            "missing",
            "base_local",
            "base_remote",
            "in_conflict",
            "meet",
            "meet_url",
        ]
    )


def _stop_runners(connection: Connection) -> None:
    """Whoever is at work finds that its lease has passed on. Otherwise it would store, and act on, what we now undo."""
    for rows in (
        CalendarLink.objects.filter(connection=connection),
        WrittenEvent.objects.filter(link__connection=connection),
    ):
        rows.update(lease=F("lease") + 1, leased_until=None)


def _forget_directory(people: QuerySet[StaffMember]) -> None:
    """Google says nothing of them any more. Their Google id stays: a later connection knows them by it."""
    people.update(google_email="", missing_since=None, sync_enabled=True)
