"""Synchronising one calendar: the runner of the link machine.

One runner per calendar, by a lease on its link row. A run reads page after page without holding any lock, and stores
each page in one transaction: staff lock, row with the fencing number, items, and with the last page the token. A sync
token is stored nowhere else. What a page's items come to is in `pages`.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from lockstep.calendar.event import Event, Item
from lockstep.operations import brakes, jobs, leftovers, mirror, pages
from lockstep.operations.clock import Clock
from lockstep.operations.delays import note_delays
from lockstep.operations.hours import hours_changed
from lockstep.operations.overlaps import check_overlaps
from lockstep.operations.standing import standing
from lockstep.operations.time_away import lay_anew
from lockstep.store.locks import Lease, LeaseLost, drop_lease, drop_lease_if_satisfied, lock_staff, take_lease
from lockstep.store.models import CalendarLink, Channel, Connection, LostPush, MeasuredDelay
from lockstep.sync import pace
from lockstep.sync.errors import (
    AccessLost,
    DelegationRefused,
    LookAgain,
    OurMistake,
    RateLimited,
    Scope,
    SyncError,
    TokenExpired,
    TryLater,
)
from lockstep.sync.gateway import CALENDAR_SCOPE, Page, Workspace
from lockstep.sync.link import Command, LinkState, Position, Signal, step
from lockstep.sync.people import Standing
from lockstep.sync.urgency import Urgency

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
"""Longer than the deadline of any one call; renewed with every page."""
_MOST_ROUNDS = 20
"""A calendar that changes without pause gives its turn to others; the job comes back for the rest."""


def sync_calendar(link_id: int, *, workspace: Workspace, clock: Clock, patience: timedelta | None = None) -> bool:
    """Look at the calendar until every wish that was there is satisfied.

    False when another runner is at it: it will see the wish before it ends. Errors of Google are not raised; they
    become the link's state. With `patience`, no page is asked for after it has run out; a job does the rest.
    """
    lease = take_lease(CalendarLink, link_id, now=clock(), lasting=LEASE)
    if lease is None:
        return False
    run = _Run(lease, workspace, clock, None if patience is None else time.monotonic() + patience.total_seconds())
    try:
        for _ in range(_MOST_ROUNDS):
            if run.is_out_of_patience():
                jobs.look_at_calendar(link_id)
                break
            if not run.round() or drop_lease_if_satisfied(lease):
                break
        else:
            jobs.look_at_calendar(link_id)
    except LeaseLost:
        log.warning("calendar %s: another runner took over", link_id)
    finally:
        drop_lease(lease)
    return True


class _OutOfPatience(Exception):
    """Whoever waits for this run does not wait any longer."""


@dataclass(slots=True)
class _Run:
    """One runner's work on one link."""

    lease: Lease
    workspace: Workspace
    clock: Clock
    give_up: float | None = None
    chance: random.Random = field(default_factory=lambda: random.Random(random.random()))  # noqa: S311  (jitter)
    """Drawn from the process's own chance, so that a history with a seed is the same again."""

    def round(self) -> bool:
        """One look, if somebody wants one. False when there is nothing more to do now: Google is not to be asked."""
        link = self._link()
        if link.connection.state not in Connection.READS or link.state == LinkState.DETACHED:
            return False
        if standing(link.staff, link.connection) is not Standing.SYNCS:
            # What is not looked at is not known; whoever makes them sync again has it read anew.
            CalendarLink.objects.filter(pk=link.pk).update(fresh_until=None, next_due=None)
            return False
        if link.done == link.wanted:
            return True
        try:
            self._look(link, link.wanted)
        except (TryLater, LookAgain) as error:
            self._rest(Signal.DELAYED, error)
        except AccessLost as error:
            self._rest(Signal.ACCESS_LOST, self._narrowed(link, error))
        except OurMistake as error:
            # Reported loudly and tried again slowly: the time becomes unknown by itself when it is no longer fresh.
            log.exception("calendar %s: Google calls our request invalid", link.pk)
            self._rest(Signal.DELAYED, error)
        except _OutOfPatience:
            jobs.look_at_calendar(link.pk)
        else:
            return True
        return False

    def is_out_of_patience(self) -> bool:
        """Wishes that keep coming are not a reason to hold whoever waits for this run."""
        return self.give_up is not None and time.monotonic() > self.give_up

    def _narrowed(self, link: CalendarLink, error: AccessLost) -> AccessLost:
        """The error with the scope that it really has.

        Google says "not authorised" of a missing delegation and of one restricted account in the same words, so a
        second subject is asked before everybody's time is called unknown. Source: token errors, `access_denied`.
        """
        if not isinstance(error, DelegationRefused):
            return error
        try:
            self.workspace.probe_token(link.connection.directory_user, (CALENDAR_SCOPE,))
        except AccessLost as confirmed:
            return confirmed
        except (TryLater, LookAgain, OurMistake):
            log.warning("calendar %s: nobody else could be asked whether the delegation holds", link.pk)
        return AccessLost(str(error), scope=Scope.PERSON)

    def _link(self) -> CalendarLink:
        """Raises: LeaseLost when the connection was given up meanwhile."""
        links = CalendarLink.objects.select_related("connection__organisation", "staff")
        link = links.filter(pk=self.lease.row_id).first()
        if link is None:
            raise LeaseLost(f"CalendarLink {self.lease.row_id}")
        return link

    def _look(self, link: CalendarLink, goal: int) -> None:
        command = self._signal(Signal.LOOK)
        try:
            self._read(link, command, goal)
        except TokenExpired:
            self._read(link, self._signal(Signal.TOKEN_LOST), goal)

    def _signal(self, signal: Signal) -> Command:
        """Move the link by a signal that makes it read; what it is to read."""
        with transaction.atomic():
            link = self._locked_row()
            (command,) = _moved(link, signal)
            if command is Command.READ_ALL:
                link.sync_token = ""
            link.save(update_fields=["state", "returns_to", "generation", "sync_token"])
        return command

    def _read(self, link: CalendarLink, command: Command, goal: int) -> None:
        began = self.clock()
        paying = self.workspace.paying(str(link.connection.organisation_id), _urgency(link, command))
        gateway = paying.calendar(link.staff.email)
        sync_token = self._link().sync_token if command is Command.READ_CHANGES else None
        page_token: str | None = None
        while True:
            page = gateway.events_page(
                sync_token=sync_token,
                page_token=page_token,
                time_min=None if sync_token or link.reads_from is None else link.reads_from - pace.LIST_BACK,
            )
            self._store(link.staff_id, page, began, goal, by_changes=sync_token is not None)
            page_token = page.next_page_token
            if page_token is None:
                return
            if self.is_out_of_patience():
                raise _OutOfPatience
            self.lease.renew(self.clock() + LEASE)

    def _store(self, staff_id: int, page: Page, began: datetime, goal: int, *, by_changes: bool) -> None:
        """One page in one transaction; with the last one the token, the freshness and the state."""
        zone = ZoneInfo(page.time_zone)
        with transaction.atomic():
            # A change of an appointment of several people is theirs as well.
            lock_staff({staff_id, *pages.people_beside(self._link(), page.items)})
            self._locked_row()
            link, now = self._link(), self.clock()
            verified_before = link.verified_at
            ours, others = pages.told_apart(link, page.items)
            leftovers.note_foreign(link, others, now=now)
            changed = mirror.store_items(link, others, zone=zone) | mirror.set_aside(link, page.unreadable)
            in_another_zone = link.time_zone != page.time_zone
            tentative_blocks = link.connection.organisation.tentative_blocks
            zone_changed = link.time_zone != page.time_zone
            if zone_changed or link.expanded_tentative != tentative_blocks:
                # All-day events cover other instants now, or tentative ones begin or cease to count.
                link.time_zone, link.expanded_tentative = page.time_zone, tentative_blocks
                changed |= set(link.events.values_list("series_id", flat=True))
            swept = page.next_sync_token is not None and self._finish(link, page.next_sync_token, began, goal, now)
            if swept and not brakes.stops_sweep(link, mirror.unseen_of(link, zone=zone), now=now):
                changed |= mirror.sweep(link, zone=zone)
            mirror.expand_series(link, changed, zone=zone)
            # Ours after the others, whose new times decide where an appointment may go.
            heard = pages.hear_ours(link, ours, now=now)
            if swept:
                pages.ask_for_unseen(link, now=now)
            if changed or heard:
                link.changed_at = now
                check_overlaps(link, now=now)
            if by_changes and verified_before is not None:
                self._measure(link, others, verified_before, began)
                if heard:
                    others = [*others, *(item for _, item in ours)]
                if _push_was_lost(link, others, verified_before, began):
                    self._distrust_push(link, began, now)
            link.events_seen += len(page.items)
            link.save(update_fields=_STORED)
            if zone_changed and link.google_hours is not None:
                hours_changed([staff_id], now=now)
            if in_another_zone:
                lay_anew(staff_id, now=now)

    def _measure(self, link: CalendarLink, items: Sequence[Item], verified_before: datetime, began: datetime) -> None:
        """How long ago these changes were made, by Google's clock. What it did earlier was measured earlier."""
        now = self.clock() + self.workspace.clock_skew
        delays = [now - updated for updated in _changed_since(verified_before, items)]
        organisation_id = link.connection.organisation_id
        note_delays(organisation_id, MeasuredDelay.Direction.GOOGLE_TO_SLOT, delays, now=self.clock())

    def _distrust_push(self, link: CalendarLink, began: datetime, now: datetime) -> None:
        """The calendar is polled as one without push, until its channel has spoken again."""
        LostPush.objects.create(organisation_id=link.connection.organisation_id, at=now)
        Channel.objects.filter(link=link, closed_at=None).update(heard_at=None)
        link.fresh_until = pace.fresh_until(began, push_proven=False)
        link.next_due = pace.next_poll(began, now, push_proven=False, chance=self.chance.random())

    def _finish(self, link: CalendarLink, token: str, began: datetime, goal: int, now: datetime) -> bool:
        """The row as it is after the last page. True when that ended a full synchronisation."""
        commands = _moved(link, Signal.LAST_PAGE_STORED)
        proven, swept = push_proven(link, now), Command.SWEEP in commands
        link.sync_token, link.done, link.attempts, link.problem = token, goal, 0, ""
        link.verified_at = began
        link.fresh_until = pace.fresh_until(began, push_proven=proven)
        link.next_due = pace.next_poll(began, now, push_proven=proven, chance=self.chance.random(), first=swept)
        if link.wanted > goal:
            # Wished for during this look: should this process end now, the sweep does not wait for the next poll.
            link.next_due = now + pace.JOB_LOST_AFTER
        if link.connection.access_error:
            Connection.objects.filter(pk=link.connection_id).update(access_error="")
            # The others need not wait for their own next try.
            jobs.wake_blocked(link.connection_id)
        return swept

    def _rest(self, signal: Signal, error: SyncError) -> None:
        """Google does not answer as it should: remember where to go on, and when."""
        now = self.clock()
        with transaction.atomic():
            link = self._locked_row()
            commands = _moved(link, signal)
            link.attempts += 1
            link.problem = str(error)
            # The wish stays open (done is not raised): whoever waits for it is not told that it was fulfilled.
            if Command.MAKE_UNKNOWN in commands:
                link.fresh_until = None
                link.next_due = now + pace.BLOCKED_RETRY
                if isinstance(error, AccessLost) and error.scope is Scope.CONNECTION:
                    Connection.objects.filter(pk=link.connection_id).update(access_error=str(error))
            else:
                link.next_due = self._retry_at(error, link.attempts, now)
            link.save(
                update_fields=["state", "returns_to", "generation", "attempts", "problem", "fresh_until", "next_due"]
            )
        log.warning("calendar %s: %s after %s tries", link.pk, type(error).__name__, link.attempts)

    def _retry_at(self, error: SyncError, attempts: int, now: datetime) -> datetime:
        if isinstance(error, RateLimited) and error.by_us and error.until:
            return pace.back_in_queue(error.until, chance=self.chance.random())
        if isinstance(error, RateLimited) and error.for_hours:
            return now + pace.HOURS_LONG_LIMIT
        planned = pace.back_off(now, attempts=attempts, chance=self.chance.random())
        return max(planned, error.until) if isinstance(error, TryLater) and error.until else planned

    def _locked_row(self) -> CalendarLink:
        row = self.lease.row_for_writing()
        if not isinstance(row, CalendarLink):
            raise TypeError("This lease is not on a calendar.")
        return row


_STORED = [
    "state", "returns_to", "generation", "sync_token", "time_zone", "expanded_until", "expanded_tentative",
    "verified_at", "fresh_until", "done", "next_due", "attempts", "changed_at", "problem", "events_seen",
]  # fmt: skip


def _moved(link: CalendarLink, signal: Signal) -> tuple[Command, ...]:
    """Move the row (unsaved) by `signal`; the commands that follow."""
    returns_to = LinkState(link.returns_to) if link.returns_to else None
    after = step(Position(LinkState(link.state), link.generation, returns_to), signal)
    link.state, link.generation = after.position.state, after.position.generation
    link.returns_to = after.position.returns_to or ""
    return after.commands


def _urgency(link: CalendarLink, command: Command) -> Urgency:
    """A full reading makes many calls: somebody may wait for it, and yet it must not hold up everybody's."""
    urgency = Urgency(link.urgency)
    return min(urgency, Urgency.FULL) if command is Command.READ_ALL and urgency < Urgency.PAGE else urgency


def _changed_since(moment: datetime, items: Sequence[Item]) -> list[datetime]:
    """When those were changed that were changed after `moment`; of a deleted event Google does not say."""
    return [item.updated for item in items if isinstance(item, Event) and item.updated and item.updated > moment]


def _push_was_lost(link: CalendarLink, items: Sequence[Item], verified_before: datetime, began: datetime) -> bool:
    """True when a poll found what a proven channel should have told a while ago."""
    if link.urgency > Urgency.POLL or not push_proven(link, began):
        return False
    return any(updated < began - pace.LOST_PUSH_AFTER for updated in _changed_since(verified_before, items))


def push_proven(link: CalendarLink, now: datetime) -> bool:
    """True when a channel that is still open has spoken."""
    return Channel.objects.filter(link=link, closed_at=None, expires_at__gt=now, heard_at__isnull=False).exists()
