"""What must hold for every single exchange with Google, seen from the wire alone.

Knows nothing of how Lockstep decides: it sees requests, Google's state before and after, and what was delivered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from workspace_emulator.core import Core
from workspace_emulator.http.message import Request, Response
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.directory import User
from workspace_emulator.state.event import Event

Json = dict[str, Any]
MARK = "lockstep"
CHANGES = ("calendar.events.patch", "calendar.events.delete")
WRITES = ("calendar.events.insert", *CHANGES)
_ALPHABET = "0123456789abcdefghijklmnopqrstuv"


@dataclass(slots=True)
class Exchange:
    """One request of Lockstep's."""

    name: str
    request: Request
    event_id: str
    user: User | None
    before: Event | None = None
    label: str = ""

    def line(self) -> str:
        who = self.user.given_name if self.user else ""
        more = [key for key, _ in self.request.query if key in ("syncToken", "pageToken", "timeMin")]
        match = " If-Match" if "if-match" in self.request.headers else ""
        return " ".join(filter(None, ("→", self.name, who, self.label, *more))) + match


def marked(event: Event) -> str:
    """The mark's text; empty where there is none."""
    value = event.fields.get("extendedProperties", {}).get("private", {}).get(MARK, "")
    return str(value)


def is_lockstep_made(event: Event, owner_id: str) -> bool:
    """True when the event's id is the one that follows from its mark in this calendar.

    Written down here once more on purpose: `lockstep.sync.marks` is what this is to check.
    """
    parts = marked(event).split(".")
    if len(parts) != 4:
        return False
    installation, _environment, subject, generation = parts
    source = f"{installation}:{subject}:{owner_id}:{generation}"
    number = int.from_bytes(hashlib.sha256(source.encode()).digest(), "big")
    digits = ""
    for _ in range(40):
        number, digit = divmod(number, 32)
        digits += _ALPHABET[digit]
    return event.id == digits


@dataclass(slots=True)
class Watch:
    core: Core
    wrong: Callable[[str], None]
    label_of: Callable[[str], str]
    may_write: Callable[[], bool]
    landed: Callable[[Event], None]
    """Told of every write that took place, and what it made of the event."""
    without_look: bool = False
    """An admin removes our events: the one deletion that asks for no version."""
    seen: set[tuple[str, str, str]] = field(default_factory=set)
    """Calendar, event and version of everything that was delivered to Lockstep."""
    writes: int = 0
    shown: int = 0
    """Entries of lists that were delivered."""

    def asked(self, exchange: Exchange, *, depth: int) -> None:
        exchange.label = self.label_of(exchange.event_id) if exchange.event_id else ""
        if depth:
            self.wrong(f"{exchange.name} is called inside a database transaction")
        if exchange.name in WRITES:
            self.writes += 1
            if not self.may_write():
                self.wrong(f"{exchange.name} while nothing may be written")

    def about_to_happen(self, exchange: Exchange) -> None:
        if exchange.name in CHANGES:
            stored = self._calendar(exchange).events.get(exchange.event_id)
            exchange.before = stored.copy() if stored else None

    def happened(self, exchange: Exchange, status: int) -> None:
        """Google's state has changed or not, whatever became of the answer."""
        if exchange.name == "calendar.events.insert":
            body = exchange.request.json_object()
            exchange.label = self.label_of(str(body.get("id")))
            made = self._calendar(exchange).events.get(str(body.get("id")))
            if made is not None and status < 300:
                self.landed(made)
        if exchange.name not in CHANGES:
            return
        before, after = exchange.before, self._calendar(exchange).events.get(exchange.event_id)
        if before is None or after is None or before.version_ms == after.version_ms:
            return
        self.landed(after)
        owner = self._calendar(exchange).owner_id
        if not is_lockstep_made(before, owner):
            self.wrong(f"{exchange.name} changes {exchange.label}, which Lockstep did not make")
        if not self.without_look and (owner, before.id, before.etag) not in self.seen:
            self.wrong(f"{exchange.name} overwrites a version of {exchange.label} that Lockstep was never shown")
        if before.fields == after.fields and before.status == after.status:
            self.wrong(f"{exchange.name} changes nothing of {exchange.label}")

    def answered(self, exchange: Exchange, response: Response) -> None:
        """The answer reaches Lockstep."""
        if response.status != 200 or not exchange.name.startswith("calendar.events.") or exchange.user is None:
            return
        if exchange.name in ("calendar.events.watch", "calendar.events.delete"):
            return
        content = json.loads(response.body)
        items = content["items"] if exchange.name == "calendar.events.list" else [content]
        if exchange.name == "calendar.events.list":
            self.shown += len(items)
        for item in items:
            if "etag" in item:
                self.seen.add((exchange.user.id, item["id"], item["etag"]))

    def _calendar(self, exchange: Exchange) -> Calendar:
        if exchange.user is None:
            raise ValueError("Nobody is impersonated.")
        return self.core.workspace.calendars[exchange.user.id]
