"""What a request for events.list asks for, checked, and which events pass its filters.

Source: the reference of events.list and the guide to synchronisation.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from workspace_emulator.state import extended_properties
from workspace_emulator.state.event import Event
from workspace_emulator.state.instances import Window
from workspace_emulator.state.list_tokens import fingerprint

RESTRICTIONS = (
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMin",
    "timeMax",
    "updatedMin",
)
"""Parameters that cannot stand beside a sync token."""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The parameters of events.list in our terms."""

    max_results: int = 250
    single_events: bool = False
    show_deleted: bool = False
    show_hidden_invitations: bool = False
    window: Window = field(default_factory=Window)
    updated_min: datetime | None = None
    order_by: str | None = None
    event_types: frozenset[str] = frozenset()
    text: str | None = None
    ical_uid: str | None = None
    properties: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    every_property: bool = True
    sync_token: str | None = None
    page_token: str | None = None
    sees: Callable[[Event], bool] | None = field(default=None, compare=False)
    """Whether the reader sees an event's details; None: all of them. Hidden details are not searched."""
    spelling: str = ""
    """The whole query but pageToken and maxResults: a page token belongs to it."""

    @property
    def sync_fingerprint(self) -> str:
        """Of the parameters that an incremental request must repeat.

        `showDeleted` is left out: clients change it between the first and the next requests without trouble.
        """
        return fingerprint(self.single_events, self.show_hidden_invitations, sorted(self.event_types))

    @property
    def gives_sync_token(self) -> bool:
        """Whether the last page carries a sync token: not for ordered or filtered lists."""
        return not (self.order_by or self.text or self.ical_uid or self.updated_min or any(self.properties.values()))

    def wants(self, event: Event) -> bool:
        """Every filter but the window and deletion."""
        if self.event_types and event.event_type not in self.event_types:
            return False
        if self.updated_min is not None and event.updated_ms < self.updated_min.timestamp() * 1000:
            return False
        if self.ical_uid is not None and event.ical_uid != self.ical_uid:
            return False
        if (self.text is not None or self.properties) and self.sees is not None and not self.sees(event):
            return False
        if self.text is not None and not _contains(event, self.text):
            return False
        held = event.fields.get("extendedProperties")
        return extended_properties.match(held, self.properties, every=self.every_property)


def _contains(event: Event, text: str) -> bool:
    """Every word occurs in the texts or people of the event. Source: the parameter `q`."""
    fields = event.fields
    people = [*fields.get("attendees", []), event.organizer]
    names = [str(person.get(key, "")) for person in people for key in ("email", "displayName")]
    haystack = " ".join([*(str(fields.get(key, "")) for key in ("summary", "description", "location")), *names]).lower()
    return all(word in haystack for word in text.lower().split())
