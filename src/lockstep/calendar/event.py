"""Events as values: what Lockstep keeps of a Google Calendar event, in Google's and RFC 5545's words.

Owns the shapes; what they mean for a person's time is in `blocking` and `recurrence`, how they look on the wire is
known to `lockstep.google.event_json` alone.

Source for field meanings: Google Calendar API v3, resource `events` (discovery revision 20261030).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NewType
from zoneinfo import ZoneInfo

from lockstep.calendar.interval import Interval

EventId = NewType("EventId", str)
ZoneName = NewType("ZoneName", str)
"""An IANA zone name, such as America/Halifax."""


class Status(StrEnum):
    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


class Transparency(StrEnum):
    OPAQUE = "opaque"
    """Show as busy: Google's default, left out of its answers."""
    TRANSPARENT = "transparent"


class Visibility(StrEnum):
    DEFAULT = "default"
    PUBLIC = "public"
    PRIVATE = "private"
    CONFIDENTIAL = "confidential"


class ResponseStatus(StrEnum):
    NEEDS_ACTION = "needsAction"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    ACCEPTED = "accepted"


class Meet(StrEnum):
    """What became of the request for an event's Google Meet link."""

    NONE = ""
    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"


class EventType(StrEnum):
    DEFAULT = "default"
    BIRTHDAY = "birthday"
    FOCUS_TIME = "focusTime"
    FROM_GMAIL = "fromGmail"
    OUT_OF_OFFICE = "outOfOffice"
    WORKING_LOCATION = "workingLocation"
    OTHER = "other"
    """A type that Google added after this was written: treated like `default`."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A start and an end as instants (UTC), with the zone in which a recurrence keeps its wall-clock time."""

    start: datetime
    end: datetime
    zone: ZoneName | None = None

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("A timed event needs aware datetimes.")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))


@dataclass(frozen=True, slots=True)
class AllDay:
    """Whole days, `end` exclusive. Which instants they cover depends on the zone of the calendar."""

    start: date
    end: date


When = Timed | AllDay


FIRST_INSTANT = datetime(1, 1, 3, tzinfo=UTC)
LAST_INSTANT = datetime(9999, 12, 29, tzinfo=UTC)
"""Every instant between these has a local time in every zone."""


def instant_of(moment: datetime | date, zone: ZoneInfo) -> datetime:
    """The UTC instant of a datetime, or of the first moment of a day in `zone`.

    A day at either end of the calendar counts as the first or last instant that there is in every zone.
    """
    if isinstance(moment, datetime):
        instant = moment.astimezone(UTC)
    elif not FIRST_INSTANT.date() < moment < LAST_INSTANT.date():
        return FIRST_INSTANT if moment.year < LAST_INSTANT.year else LAST_INSTANT
    else:
        instant = datetime.combine(moment, time(), zone).astimezone(UTC)
    return min(max(instant, FIRST_INSTANT), LAST_INSTANT)


def occupied(when: When, zone: ZoneInfo) -> Interval | None:
    """The interval that `when` covers in a calendar whose zone is `zone`; None when it has no length."""
    start, end = instant_of(when.start, zone), instant_of(when.end, zone)
    return Interval(start, end) if start < end else None


def duration(when: When) -> timedelta:
    """Its length: real time for a timed event, whole days (24 h each) for an all-day one."""
    return when.end - when.start


@dataclass(frozen=True, slots=True)
class Event:
    """A live event: single, a recurring master (with `recurrence`), or an exception (with `recurring_event_id`)."""

    id: EventId
    when: When
    etag: str = ""
    status: Status = Status.CONFIRMED
    summary: str = ""
    description: str = ""
    location: str = ""
    transparency: Transparency = Transparency.OPAQUE
    visibility: Visibility = Visibility.DEFAULT
    event_type: EventType = EventType.DEFAULT
    own_response: ResponseStatus | None = None
    """The calendar owner's answer, when they are an attendee (`attendees[].self`)."""
    recurrence: tuple[str, ...] = ()
    """RRULE, EXRULE, RDATE and EXDATE lines; never DTSTART."""
    recurring_event_id: EventId | None = None
    original_start: datetime | date | None = None
    """An exception's key within its series; it stays when the instance is moved."""
    private_properties: Mapping[str, str] = field(default_factory=dict)
    updated: datetime | None = None
    sequence: int = 0
    hangout_link: str = ""
    meet: Meet = Meet.NONE
    end_time_unspecified: bool = False
    html_link: str = ""


@dataclass(frozen=True, slots=True)
class CancelledInstance:
    """One instance of a live series that was taken out; it stays known as long as the series lives."""

    id: EventId
    recurring_event_id: EventId
    original_start: datetime | date


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A deleted event. Only its id is certain, so nothing else is kept.

    Source: `Event.status`: "only guaranteed to have the id field populated".
    """

    id: EventId


Item = Event | CancelledInstance | Tombstone
"""What a page of `events.list` is made of."""
