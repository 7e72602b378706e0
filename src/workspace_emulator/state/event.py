"""One event as a calendar keeps it.

The shape on the wire is http.event_json's business; how an event changes is writes' business.
"""

from copy import deepcopy
from dataclasses import dataclass, field, replace
from enum import StrEnum

from workspace_emulator.json_values import Json


class Status(StrEnum):
    """`Event.status` of the API."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


class EventType(StrEnum):
    """`Event.eventType` of the API."""

    DEFAULT = "default"
    BIRTHDAY = "birthday"
    FOCUS_TIME = "focusTime"
    FROM_GMAIL = "fromGmail"
    OUT_OF_OFFICE = "outOfOffice"
    WORKING_LOCATION = "workingLocation"


@dataclass(slots=True)
class Event:
    """A single event, a master, an exception or, when not stored, one computed instance of a series."""

    id: str
    ical_uid: str
    creator: str
    organizer: Json
    """`email`, and `displayName` of an imported event's organizer."""
    created_ms: int
    updated_ms: int
    version_ms: int
    """Half of the etag in microseconds; moves with every change, also with those that leave `updated` alone."""
    fields: Json = field(default_factory=dict)
    """The writable fields of the API in normal form: summary, start, end, recurrence, attendees, …"""
    status: Status = Status.CONFIRMED
    event_type: EventType = EventType.DEFAULT
    sequence: int = 0
    serial: int = 0
    """Its place in the calendar's stable order."""
    born_at: int = 0
    """The change log's position of its insertion."""
    recurring_event_id: str | None = None
    original_start: Json | None = None
    private_copy: bool = False
    details_gone: bool = False
    """A tombstone of which only the id is left."""
    former_rules: list[Json] = field(default_factory=list)
    """`{position, start, recurrence}` of a master before its rule changed, so that lost instances can be reported."""

    @property
    def etag(self) -> str:
        """A quoted integer: twice the version in microseconds. Source: captures of 2019 to 2025."""
        return f'"{self.version_ms * 2000}"'

    @property
    def is_cancelled(self) -> bool:
        return self.status is Status.CANCELLED

    @property
    def is_master(self) -> bool:
        return bool(self.fields.get("recurrence"))

    @property
    def is_exception(self) -> bool:
        return self.recurring_event_id is not None

    def copy(self) -> "Event":
        """A draft that can be changed without touching the stored event."""
        return replace(
            self,
            fields=deepcopy(self.fields),
            organizer=dict(self.organizer),
            original_start=dict(self.original_start) if self.original_start else None,
            former_rules=list(self.former_rules),
        )

    def attendees(self) -> list[Json]:
        return list(self.fields.get("attendees", []))
