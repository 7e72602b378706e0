"""The change log of one calendar: which event changed last at which position.

A position is a number that grows by one with every change. Several changes of one event collapse to the latest.
Reading costs what changed, not what the calendar holds.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class ChangeLog:
    """Positions start at 1; 0 is before the first change."""

    head: int = 0
    latest: dict[str, int] = field(default_factory=dict)
    """Event id to the position of its latest change."""
    entries: list[tuple[int, str, int]] = field(default_factory=list)
    """(position, event id, commit time in ms), ascending; an entry is dead once `latest` moved on."""
    muted: set[int] = field(default_factory=set)
    """Positions that no reader is told of."""

    def record(self, event_id: str, at_ms: int) -> int:
        """Note a change; the position it got."""
        self.head += 1
        self.latest[event_id] = self.head
        self.entries.append((self.head, event_id, at_ms))
        if len(self.entries) > 64 and len(self.entries) > 2 * len(self.latest):
            self.entries = [entry for entry in self.entries if self.latest[entry[1]] == entry[0]]
        return self.head

    def since(self, position: int, until: int) -> Iterator[tuple[int, str]]:
        """(position, event id) of the events whose latest change lies in (position, until], ascending."""
        start = bisect_right(self.entries, position, key=lambda entry: entry[0])
        for at, event_id, _ in self.entries[start:]:
            if at > until:
                return
            if self.latest[event_id] == at and at not in self.muted:
                yield at, event_id

    def position_at(self, at_ms: int) -> int:
        """The position of the last change committed at or before `at_ms`: what a lagging reader sees.

        Commit times may repeat or, after the clock was moved back, descend; the newest visible entry counts.
        """
        for position, _, committed in reversed(self.entries):
            if committed <= at_ms:
                return position
        return 0 if self.entries else self.head
