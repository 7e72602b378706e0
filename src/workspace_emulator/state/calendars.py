"""One calendar: its properties, its access rules, its events in a stable order, its change logs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from workspace_emulator.json_values import Json
from workspace_emulator.state.access_rules import AccessRules
from workspace_emulator.state.change_log import ChangeLog
from workspace_emulator.state.event import Event, EventType
from workspace_emulator.state.event_times import suffix_of

_ABSENCES = frozenset({EventType.OUT_OF_OFFICE, EventType.FOCUS_TIME})


@dataclass(slots=True)
class Calendar:
    """The primary calendar of one user, or a secondary one, or one that Google generates, such as holidays."""

    owner_id: str
    """The Directory id of the owner, because addresses change; of a secondary calendar, its data owner."""
    secondary_id: str | None = None
    """The calendar's own address; None for a primary calendar, whose address is its owner's."""
    generated: bool = False
    """Kept by Google: everybody reads it, nobody writes it, and it sends no push messages."""
    client_id: str | None = None
    """The OAuth client that made a secondary calendar."""
    time_zone: str = "Etc/GMT"
    summary: str | None = None
    description: str | None = None
    location: str | None = None
    working_hours: Json | None = None
    labels: Json | None = None
    """`labelProperties`, as they were given."""
    access: AccessRules = field(default_factory=AccessRules)
    epoch: int = 0
    """Grows when sync tokens are invalidated, as by a change of access roles."""
    version: int = 1
    """Of the properties, for their etag."""
    log: ChangeLog = field(default_factory=ChangeLog)
    events: dict[str, Event] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    """Event ids by serial."""
    exception_ids: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ids_by_uid: dict[str, tuple[str, ...]] = field(default_factory=dict)
    absence_ids: set[str] = field(default_factory=set)
    """Of events that may decline invitations by themselves: out of office and focus time."""

    @property
    def key(self) -> str:
        """Its name inside the workspace: the owner's id for a primary calendar, else its own address."""
        return self.secondary_id or self.owner_id

    @property
    def is_primary(self) -> bool:
        return self.secondary_id is None

    def commit(self, event: Event, now_ms: int, *, main_data: bool = True) -> Event:
        """Store a draft as the new state of its event and log the change.

        `main_data` is False for changes that leave `updated` alone, such as reminders. Versions grow strictly, also
        when the clock stands still.
        """
        event.version_ms = max(now_ms, event.version_ms + 1)
        if main_data:
            event.updated_ms = event.version_ms
        position = self.log.record(event.id, now_ms)
        if event.id not in self.events:
            event.serial = len(self.order)
            event.born_at = position
            self.order.append(event.id)
            self._index(event)
        self.events[event.id] = event
        return event

    def _index(self, event: Event) -> None:
        self.ids_by_uid[event.ical_uid] = (*self.ids_by_uid.get(event.ical_uid, ()), event.id)
        if event.recurring_event_id:
            self.exception_ids[event.recurring_event_id].add(event.id)
        if event.event_type in _ABSENCES:
            self.absence_ids.add(event.id)

    def restore_indexes(self, events: Iterable[Event]) -> None:
        """Fill an empty calendar with events that carry their serials already."""
        for event in sorted(events, key=lambda item: item.serial):
            self.events[event.id] = event
            self.order.append(event.id)
            self._index(event)

    def exceptions(self, master_id: str) -> Iterator[Event]:
        """The stored exceptions of a series, cancelled ones included, dropped ones not."""
        for event_id in sorted(self.exception_ids.get(master_id, ())):
            event = self.events[event_id]
            if not event.details_gone:
                yield event

    def overridden(self, master_id: str) -> set[str]:
        """The instance-id suffixes of the starts that have an exception."""
        return {suffix_of(event.original_start) for event in self.exceptions(master_id) if event.original_start}
