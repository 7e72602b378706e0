"""A Workspace that lets a test step in: the real one over HTTP, with something done before or after its calls.

This is how a process dies between two steps, or how the other side changes its mind at the worst moment. Pages can be
cut small and their items turned round, which Google is free to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from lockstep.calendar.event import Event, EventId, Item
from lockstep.sync.gateway import (
    CalendarFacts,
    CalendarGateway,
    ChannelOpened,
    DirectoryGateway,
    EventChange,
    EventDraft,
    Page,
    Workspace,
)
from lockstep.sync.urgency import Urgency

Hook = Callable[[str, str], None]
"""Called with the name of the method and the address of the calendar's owner; may raise."""


class Killed(BaseException):
    """The process ends here: nothing catches it but the test."""


def _nothing(_: str, __: str) -> None:
    return


@dataclass(slots=True)
class Meddling:
    """Implements `Workspace`."""

    real: Workspace
    before: Hook = _nothing
    after: Hook = _nothing
    page_size: int | None = None
    backwards: bool = False
    """True turns the items of every page round."""
    hidden: frozenset[str] = frozenset()
    """Events that are left out of every page."""
    added: tuple[Item, ...] = ()
    """Put at the beginning of every page."""
    unreadable: tuple[EventId, ...] = ()
    skew: timedelta | None = None
    """How far Google's clock is said to be ahead, instead of what its answers tell."""
    calls: list[str] = field(default_factory=list)

    @property
    def client_id(self) -> str:
        return self.real.client_id

    @property
    def account_email(self) -> str:
        return self.real.account_email

    def within(self, seconds_per_call: float) -> Workspace:
        return replace(self, real=self.real.within(seconds_per_call), calls=self.calls)

    def paying(self, account: str, urgency: Urgency) -> Workspace:
        return replace(self, real=self.real.paying(account, urgency), calls=self.calls)

    @property
    def clock_skew(self) -> timedelta:
        return self.real.clock_skew if self.skew is None else self.skew

    def probe_token(self, subject: str, scopes: tuple[str, ...]) -> None:
        self.real.probe_token(subject, scopes)

    def calendar(self, email: str) -> CalendarGateway:
        return _Calendar(self, self.real.calendar(email), email)

    def directory(self, directory_user: str) -> DirectoryGateway:
        return self.real.directory(directory_user)


@dataclass(slots=True)
class _Calendar:
    by: Meddling
    real: CalendarGateway
    email: str

    def facts(self) -> CalendarFacts:
        return self.real.facts()

    def may_write(self) -> bool:
        return self.real.may_write()

    def events_page(
        self, *, sync_token: str | None = None, page_token: str | None = None, time_min: datetime | None = None
    ) -> Page:
        self._begin("events_page")
        real_token, _, skipped = (page_token or "").rpartition("|")
        page = self.real.events_page(sync_token=sync_token, page_token=real_token or None, time_min=time_min)
        kept = tuple(item for item in page.items if item.id not in self.by.hidden)
        page = replace(page, items=self.by.added + kept, unreadable=page.unreadable + self.by.unreadable)
        if self.by.backwards:
            page = replace(page, items=tuple(reversed(page.items)))
        if self.by.page_size is not None:
            page = _cut(page, int(skipped or 0), self.by.page_size, real_token)
        self.by.after("events_page", self.email)
        return page

    def get(self, event_id: EventId) -> Item:
        self._begin("get")
        item = self.real.get(event_id)
        self.by.after("get", self.email)
        return item

    def insert(self, event_id: EventId, draft: EventDraft) -> Event:
        self._begin("insert")
        event = self.real.insert(event_id, draft)
        self.by.after("insert", self.email)
        return event

    def patch(self, event_id: EventId, change: EventChange, *, etag: str | None) -> Event:
        self._begin("patch")
        event = self.real.patch(event_id, change, etag=etag)
        self.by.after("patch", self.email)
        return event

    def delete(self, event_id: EventId, *, etag: str | None = None) -> None:
        self._begin("delete")
        self.real.delete(event_id, etag=etag)
        self.by.after("delete", self.email)

    def watch(self, channel_id: str, address: str, token: str, lifetime_seconds: int) -> ChannelOpened:
        self._begin("watch")
        opened = self.real.watch(channel_id, address, token, lifetime_seconds)
        self.by.after("watch", self.email)
        return opened

    def stop_channel(self, channel_id: str, resource_id: str) -> None:
        self._begin("stop_channel")
        self.real.stop_channel(channel_id, resource_id)

    def _begin(self, name: str) -> None:
        self.by.calls.append(name)
        self.by.before(name, self.email)


def _cut(page: Page, skipped: int, size: int, real_token: str) -> Page:
    """The part of a page that begins after `skipped` items; its token says where the next part begins."""
    part = page.items[skipped : skipped + size]
    if skipped + size < len(page.items):
        return replace(page, items=part, next_page_token=f"{real_token}|{skipped + size}", next_sync_token=None)
    following = f"{page.next_page_token}|0" if page.next_page_token else None
    return replace(page, items=part, next_page_token=following)
