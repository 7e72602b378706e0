"""The gateway port: what operations ask of Google Workspace, in this project's own values.

`lockstep.google` implements it over HTTP; nothing else does. Every method has a total deadline, retries nothing by
itself, and raises only the errors of `lockstep.sync.errors`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from lockstep.calendar.event import Event, EventId, Item, Transparency, Visibility, When, ZoneName
from lockstep.sync.urgency import Urgency

CALENDAR_SCOPE = "https://www.googleapis.com/auth/calendar"
USERS_SCOPE = "https://www.googleapis.com/auth/admin.directory.user.readonly"
GROUPS_SCOPE = "https://www.googleapis.com/auth/admin.directory.group.readonly"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of `events.list`. Exactly one of the two tokens is set."""

    items: tuple[Item, ...]
    time_zone: ZoneName
    next_page_token: str | None
    next_sync_token: str | None
    unreadable: tuple[EventId, ...] = ()
    """Items that could not be understood: set aside by id, so that one poisoned event does not stop the rest."""


@dataclass(frozen=True, slots=True)
class EventDraft:
    """What Lockstep writes of an event; the fields it owns."""

    when: When
    summary: str
    location: str
    description: str
    visibility: Visibility
    transparency: Transparency = Transparency.OPAQUE
    private_properties: Mapping[str, str] | None = None
    recurrence: tuple[str, ...] = ()
    with_meet: bool = False
    """True asks for a Google Meet link. Google may make it after it has answered: look for it on the event later."""


@dataclass(frozen=True, slots=True)
class EventChange:
    """A patch: a field that is None stays as it is in Google."""

    when: When | None = None
    summary: str | None = None
    location: str | None = None
    description: str | None = None
    visibility: Visibility | None = None
    transparency: Transparency | None = None
    status_confirmed: bool = False
    """True restores a cancelled event."""
    recurrence: tuple[str, ...] | None = None
    """An empty tuple makes a series a single event."""
    with_meet: bool | None = None
    """True adds a Google Meet link, False takes it away."""


@dataclass(frozen=True, slots=True)
class ChannelOpened:
    channel_id: str
    resource_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CalendarFacts:
    """What `calendars.get('primary')` says."""

    id: str
    time_zone: ZoneName
    working_hours: tuple[tuple[int, int, int], ...] | None = None
    """(weekday from Monday = 0, start, end) in minutes from midnight; None where the person has not set any, or their
    Google does not know of them. Source: `Calendar.workingHours`, which is optional."""


class CalendarGateway(Protocol):
    """One person's primary calendar, as that person."""

    def facts(self) -> CalendarFacts:
        """The calendar's id and zone. Raises NotACalendarUser where there is none."""

    def may_write(self) -> bool:
        """Whether Google lets the person change their own calendar. Asks; writes nothing."""

    def events_page(
        self, *, sync_token: str | None = None, page_token: str | None = None, time_min: datetime | None = None
    ) -> Page:
        """One page of masters, single events and exceptions, deletions included.

        A full synchronisation has no `sync_token` and may bound its beginning by `time_min`; the following pages
        repeat the arguments with `page_token`. Raises TokenExpired when the token is no longer good.
        """

    def get(self, event_id: EventId) -> Item:
        """The event as it is now; a Tombstone or CancelledInstance when deleted. Raises NotFound."""

    def insert(self, event_id: EventId, draft: EventDraft) -> Event:
        """Create with our own id. Raises AlreadyThere when any event, deleted or not, has that id."""

    def patch(self, event_id: EventId, change: EventChange, *, etag: str | None) -> Event:
        """Change some fields, if the event still has `etag` (None: whatever it has). Raises EtagMismatch, NotFound, and
        AlreadyGone where a cancelled event cannot be restored."""

    def delete(self, event_id: EventId, *, etag: str | None = None) -> None:
        """Delete. Raises AlreadyGone or NotFound where there is nothing to delete."""

    def watch(self, channel_id: str, address: str, token: str, lifetime_seconds: int) -> ChannelOpened:
        """Open a push channel on the events. Raises OurMistake when the address is refused."""

    def stop_channel(self, channel_id: str, resource_id: str) -> None:
        """Close a push channel; one that is unknown or over counts as closed."""


@dataclass(frozen=True, slots=True)
class DirectoryUser:
    id: str
    """Immutable; the key under which a person is remembered."""
    primary_email: str
    full_name: str
    suspended: bool
    archived: bool
    customer_id: str
    is_admin: bool = False
    is_delegated_admin: bool = False
    aliases: tuple[str, ...] = ()
    """Other addresses of the same person."""


@dataclass(frozen=True, slots=True)
class GroupMembers:
    """The people of a group, nested groups included."""

    user_ids: frozenset[str]
    everyone: bool
    """True when the whole customer is a member (a CUSTOMER row)."""
    groups: int = 0
    """How many other groups are among the members."""


class DirectoryGateway(Protocol):
    """The customer's directory, read as the Directory User."""

    def user(self, key: str) -> DirectoryUser:
        """By id, primary e-mail or alias. Raises NotFound, Forbidden."""

    def users(self) -> Iterator[DirectoryUser]:
        """Everyone of the customer, paged underneath. An error on any page is raised, never a shorter list."""

    def group_exists(self, email: str) -> bool:
        """False on 404. Raises Forbidden, and DelegationRefused where the group scope is missing."""

    def group_members(self, email: str) -> GroupMembers:
        """All members, nested ones included. Raises NotFound, Forbidden, DelegationRefused."""


class Workspace(Protocol):
    """The customer's Google Workspace, through the installation's service account."""

    @property
    def client_id(self) -> str:
        """The numeric id to authorise for domain-wide delegation."""

    @property
    def account_email(self) -> str:
        """The service account's e-mail address, which is not what is to be authorised."""

    def within(self, seconds_per_call: float) -> Workspace:
        """The same workspace for somebody who can wait only so long for each call."""

    def paying(self, account: str, urgency: Urgency) -> Workspace:
        """The same workspace for calls that count as `account`'s (an organisation) and matter so much."""

    @property
    def clock_skew(self) -> timedelta:
        """What has to be added to our clock to get Google's, as far as its answers have told."""

    def probe_token(self, subject: str, scopes: tuple[str, ...]) -> None:
        """Fetch a token and forget it: raises what stands in the way, or nothing."""

    def calendar(self, email: str) -> CalendarGateway:
        """The primary calendar of `email`, impersonating them."""

    def directory(self, directory_user: str) -> DirectoryGateway:
        """The directory as `directory_user` sees it."""
