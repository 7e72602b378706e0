"""Which events a list may hold, each with the key that orders it, before they are cut into pages.

Source: the reference of events.list (singleEvents, showDeleted) and the guide to synchronisation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.event import Event, Status
from workspace_emulator.state.event_times import suffix_of
from workspace_emulator.state.instances import Window, computed_instances, touches_window
from workspace_emulator.state.invitations import is_hidden
from workspace_emulator.state.list_query import ListQuery
from workspace_emulator.state.workspace import Workspace, milliseconds

Key = list[Any]
"""[serial, position or sort value; 0 for stored events and 1 for computed instances; tie breaker]."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The events of one calendar as one query sees them at one moment."""

    workspace: Workspace
    calendar: Calendar
    query: ListQuery
    window: Window
    now: datetime

    def all(self, until: int, after: Key | None) -> Iterator[tuple[Key, Event]]:
        """A full list in the calendar's stable order; events born after `until` are left to the sync token."""
        events, order = self.calendar.events, self.calendar.order
        for serial in range(after[0] if after else 0, len(order)):
            event = events[order[serial]]
            if event.born_at > until:
                continue
            for part, tie, shown in self._shown(event):
                key = [serial, part, tie]
                if after is None or key > after:
                    yield key, shown

    def changed(self, since: int, until: int, after: Key | None) -> Iterator[tuple[Key, Event]]:
        """What changed in (since, until], by position of the latest change."""
        for position, event_id in self.calendar.log.since(max(since, after[0] - 1) if after else since, until):
            event = self.calendar.events[event_id]
            for part, tie, shown in self._after_change(event, since):
                key = [position, part, tie]
                if after is None or key > after:
                    yield key, shown

    def _shown(self, event: Event) -> Iterator[tuple[int, str, Event]]:
        query = self.query
        if not query.wants(event) or self._is_hidden(event):
            return
        if event.is_master and query.single_events:
            if not event.is_cancelled:
                for item in self._instances(event, self.window, self.workspace.horizon(self.now)):
                    yield 1, _tie(item), item
            elif query.show_deleted and not self._expired(event):
                yield from self._cancelled_instances(event, self.window)
            return
        if event.is_cancelled and not self._shows_cancelled(event):
            return
        if touches_window(self.calendar, event, self.window, self.workspace.horizon(self.now)):
            yield 0, "", event

    def _shows_cancelled(self, event: Event) -> bool:
        if event.is_exception and not event.details_gone and self._series_lives(event):
            # Cancelled instances are listed even when showDeleted is off, unless instances are expanded.
            return self.query.show_deleted or not self.query.single_events
        wanted = self.query.show_deleted or self.query.updated_min is not None
        return wanted and not self._expired(event)

    def _after_change(self, event: Event, since: int) -> Iterator[tuple[int, str, Event]]:
        if self.query.event_types and event.event_type not in self.query.event_types:
            return
        if self._is_hidden(event):
            return
        if event.is_master and self.query.single_events:
            yield from self._series_after_change(event, since)
        elif not event.is_cancelled or event.is_exception:
            # A tombstone always passes; whatever lies outside a remembered window does not.
            if event.details_gone or touches_window(
                self.calendar, event, self.window, self.workspace.horizon(self.now)
            ):
                yield 0, "", event
        else:
            yield 0, "", event

    def _series_after_change(self, master: Event, since: int) -> Iterator[tuple[int, str, Event]]:
        if master.is_cancelled:
            yield from self._cancelled_instances(master, self.window)
            return
        current = {}
        for item in self._instances(master, self.window, self.workspace.horizon(self.now)):
            current[_tie(item)] = item
        for rule in master.former_rules:
            if rule["position"] < since:
                continue
            former = master.copy()
            former.fields |= {name: rule[name] for name in ("start", "end", "recurrence")}
            for _, tie, item in self._cancelled_instances(former, self.window):
                current.setdefault(tie, item)
        taken = self.calendar.overridden(master.id)
        for tie in sorted(current):
            if tie not in taken:
                yield 1, tie, current[tie]

    def _cancelled_instances(self, master: Event, window: Window) -> Iterator[tuple[int, str, Event]]:
        until = self.now + timedelta(days=self.workspace.switches.deletion_expansion_days)
        for item in self._instances(master, window, until):
            item.status = Status.CANCELLED
            yield 1, _tie(item), item

    def _is_hidden(self, event: Event) -> bool:
        return not self.query.show_hidden_invitations and is_hidden(self.workspace, self.calendar, event)

    def _instances(self, master: Event, window: Window, until: datetime) -> Iterator[Event]:
        return computed_instances(self.calendar, master, window, until)

    def _series_lives(self, exception: Event) -> bool:
        master = self.calendar.events.get(exception.recurring_event_id or "")
        return master is not None and not master.is_cancelled

    def _expired(self, event: Event) -> bool:
        days = self.workspace.switches.tombstone_days
        return bool(days) and event.updated_ms < milliseconds(self.now - timedelta(days=days))


def _tie(item: Event) -> str:
    return suffix_of(item.original_start) if item.original_start else ""
