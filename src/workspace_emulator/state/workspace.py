"""One Workspace customer as a whole: directory, calendars, credentials, channels and switches.

The only place where an event enters a calendar, so that every change is logged and heard by channels.
"""

from base64 import b32hexencode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random, SystemRandom

from workspace_emulator.json_values import Json
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.chance import Chance
from workspace_emulator.state.channels import Channel, Channels, Notification, notification
from workspace_emulator.state.credentials import Credentials
from workspace_emulator.state.directory import Directory, User
from workspace_emulator.state.event import Event
from workspace_emulator.state.personal import PRIMARY_ENTRY, Personal
from workspace_emulator.state.switches import Switches


@lru_cache(maxsize=4096)
def _organized_by(email: str) -> Json:
    """One for all events of a person: nobody changes what is stored in place."""
    return {"email": email}


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


@dataclass(slots=True)
class Workspace:
    """Mutable, single-threaded: its owner guards it with a lock."""

    seed: str
    directory: Directory
    credentials: Credentials
    calendars: dict[str, Calendar] = field(default_factory=dict)
    """By key: primary ones by their owner's Directory id, others by their address."""
    people: dict[str, Personal] = field(default_factory=dict)
    """Settings and lists by Directory id; absent while nobody asked for them."""
    deleted_calendars: dict[str, Calendar] = field(default_factory=dict)
    """Primary calendars of deleted people, by Directory id, for their return."""
    channels: Channels = field(default_factory=Channels)
    switches: Switches = field(default_factory=Switches)
    apis: dict[str, bool] = field(default_factory=lambda: {"calendar": True, "directory": True})
    pending: list[Json] = field(default_factory=list)
    """Copies and re-writes that are due later: `{due_ms, kind, owner_id, event_id, …}`."""
    random: Random = field(default_factory=SystemRandom)
    """For ids and names. What happens by chance is `chance`'s."""
    chance: Chance = field(default_factory=Chance)
    lost_sync_tokens: set[str] = field(default_factory=set)
    """Those that a switch has lost."""
    muted_owner_id: str | None = None
    """While the echo is switched off: whose own write is under way, so that their calendar tells nobody of it."""
    touched: dict[str, set[str]] = field(default_factory=dict)
    """Watched key to the event types that changed since notifications were last taken."""
    outbox: list[Notification] = field(default_factory=list)

    def user_of(self, email: str) -> User | None:
        return self.directory.user(email)

    def calendar_of(self, user: User) -> Calendar | None:
        """The primary calendar of a user who has one."""
        return self.calendars.get(user.id) if user.has_calendar else None

    def calendar_at(self, address: str) -> Calendar | None:
        """The calendar of an address: a person's primary one, or a secondary one."""
        user = self.directory.user(address)
        if user is not None:
            return self.calendar_of(user)
        found = self.calendars.get(address.lower())
        return None if found is None or found.is_primary else found

    def address_of(self, calendar: Calendar) -> str:
        """A primary calendar is named by its owner's present primary e-mail."""
        return calendar.secondary_id or self.directory.users[calendar.owner_id].primary_email

    def organizer_of(self, calendar: Calendar) -> Json:
        """Who organizes what is inserted into the calendar."""
        if calendar.is_primary:
            return _organized_by(self.address_of(calendar))
        return {"email": calendar.key, "displayName": calendar.summary or calendar.key}

    def personal(self, user_id: str) -> Personal:
        """A user's settings and list, on which the primary calendar stands from the beginning."""
        if user_id not in self.people:
            self.people[user_id] = Personal()
            self.people[user_id].put_entry(user_id, dict(PRIMARY_ENTRY), 0)
        return self.people[user_id]

    def touch(self, watched_key: str) -> None:
        """Let the channels on a list know that it changed."""
        self.touched.setdefault(watched_key, set())

    def new_event_id(self) -> str:
        """26 characters of base32hex, as Google's own ids."""
        return b32hexencode(self.random.randbytes(17)).decode()[:26].lower()

    def is_owner(self, calendar: Calendar, email: str | None) -> bool:
        """Whether an address, old ones included, is the calendar owner's, or the calendar's own."""
        if calendar.secondary_id is not None:
            return email is not None and email.lower() == calendar.secondary_id
        user = self.directory.user(email) if email else None
        return user is not None and user.id == calendar.owner_id

    def organizes(self, calendar: Calendar, event: Event) -> bool:
        """Whether this is the organizer's copy of the event."""
        return event.private_copy or self.is_owner(calendar, event.organizer.get("email"))

    def commit(self, calendar: Calendar, draft: Event, now: datetime, *, main_data: bool = True) -> Event:
        """Store a draft, log it and let the calendar's channels know."""
        stored = calendar.commit(draft, milliseconds(now), main_data=main_data)
        if calendar.owner_id == self.muted_owner_id:
            calendar.log.muted.add(calendar.log.head)
        else:
            self.touched.setdefault(calendar.key, set()).add(stored.event_type)
        return stored

    def later(self, kind: str, calendar: Calendar, event_id: str, due: datetime, **more: str) -> None:
        """Note what is to happen to an event at a moment, at the earliest right after the present answer."""
        job = {"due_ms": milliseconds(due), "kind": kind, "owner_id": calendar.key, "event_id": event_id}
        self.pending.append(job | more)

    def open_channel(self, channel: Channel, now: datetime) -> None:
        """Raises: ApiError 400 for an id in use."""
        channel.opened_ms = milliseconds(now)
        self.channels.open(channel, channel.opened_ms)
        self.outbox.append(notification(channel, "sync", self.random))

    def take_notifications(self, now: datetime) -> list[Notification]:
        """The messages that changes since the last call cause, one for a channel, and `sync` messages."""
        silent_after = self.switches.push_silent_after_seconds
        for watched_key, event_types in self.touched.items():
            for channel in self.channels.watching(watched_key, event_types, milliseconds(now)):
                if silent_after and milliseconds(now) - channel.opened_ms >= silent_after * 1000:
                    continue
                user = self.directory.users.get(channel.user_id)
                # Google documents nothing for suspended users; silence is the harder case for a client.
                if user is not None and not user.suspended:
                    self.outbox.append(notification(channel, "exists", self.random))
        self.touched = {}
        taken, self.outbox = self.outbox, []
        return taken

    def switch(self, changes: Json) -> None:
        """Raises: UnknownSwitch."""
        self.switches = self.switches.changed(changes)
        if "chance_seed" in changes:
            self.chance = Chance(self.switches.chance_seed)

    def horizon(self, now: datetime) -> datetime:
        """How far endless series are expanded."""
        return now + timedelta(days=self.switches.expansion_days)
