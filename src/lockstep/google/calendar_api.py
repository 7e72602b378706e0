"""One person's primary calendar over HTTP, as that person: the `CalendarGateway` of `lockstep.sync.gateway`.

Owns: paths and query parameters of the Calendar API. Every call addresses `primary`: under impersonation that is the
right calendar also after the person was renamed.

Source: Google Calendar API v3, resources `calendars`, `events`, `channels` (discovery revision 20261030).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from lockstep.calendar.event import Event, EventId, Item, Tombstone, ZoneName
from lockstep.google.authorised import Caller
from lockstep.google.errors import Api, Asked
from lockstep.google.event_json import (
    EVENT_FIELDS,
    Json,
    Unreadable,
    event_of,
    item_of,
    items_of,
    json_of_change,
    json_of_draft,
    working_hours_of,
)
from lockstep.sync.errors import AlreadyGone, Forbidden, NotACalendarUser, NotFound, OurMistake, Unreachable
from lockstep.sync.gateway import CALENDAR_SCOPE, CalendarFacts, ChannelOpened, EventChange, EventDraft, Page

PAGE_SIZE = 2500
"""The most that Google gives; a page may be shorter, even empty, and still have a successor."""

PAGE_FIELDS = f"nextPageToken,nextSyncToken,timeZone,accessRole,items({EVENT_FIELDS})"
"""A token that is not asked for by name is left out without a word."""

ONLY_SELF = {"maxAttendees": 1}
"""Of the guests only the owner's own row: when there are more, Google leaves out all others."""

NO_MAILS = {"sendUpdates": "none"}

_SEES_DETAILS = frozenset({"owner", "writer", "dataOwner"})


@dataclass(frozen=True, slots=True)
class GoogleCalendar:
    """The primary calendar of `email`."""

    caller: Caller
    base_url: str
    email: str

    def facts(self) -> CalendarFacts:
        """See `CalendarGateway.facts`."""
        try:
            content = self._call("GET", "calendars/primary", query={"fields": "id,timeZone,workingHours"})
        except NotFound:
            raise NotACalendarUser(f"{self.email} has no primary calendar. Check that Google Calendar is on.") from None
        hours = working_hours_of(content.get("workingHours"))
        return CalendarFacts(_text(content, "id"), ZoneName(_text(content, "timeZone")), hours)

    def may_write(self) -> bool:
        """See `CalendarGateway.may_write`."""
        content = self._call("GET", "users/me/calendarList/primary", query={"fields": "accessRole"})
        return _text(content, "accessRole") in _SEES_DETAILS

    def events_page(
        self, *, sync_token: str | None = None, page_token: str | None = None, time_min: datetime | None = None
    ) -> Page:
        """See `CalendarGateway.events_page`."""
        query: dict[str, str | int] = {
            "singleEvents": "false",
            "showDeleted": "true",
            "maxResults": PAGE_SIZE,
            "fields": PAGE_FIELDS,
            **ONLY_SELF,
        }
        if sync_token is not None:
            query["syncToken"] = sync_token
        elif time_min is not None:  # Google refuses it beside a sync token.
            query["timeMin"] = time_min.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if page_token is not None:
            query["pageToken"] = page_token
        content = self._call("GET", "calendars/primary/events", query=query, is_page_of_events=True)
        return self._page_of(content)

    def get(self, event_id: EventId) -> Item:
        """See `CalendarGateway.get`."""
        try:
            content = self._call("GET", _event_path(event_id), query={"fields": EVENT_FIELDS, **ONLY_SELF})
        except AlreadyGone:
            return Tombstone(event_id)
        try:
            return item_of(content)
        except Unreadable as problem:
            raise OurMistake(f"An event of Google's cannot be understood (field {problem}).") from None

    def insert(self, event_id: EventId, draft: EventDraft) -> Event:
        """See `CalendarGateway.insert`."""
        # Version 1 without conference data also keeps Google from adding a Meet link of its own accord.
        query: dict[str, str | int] = {"fields": EVENT_FIELDS, "conferenceDataVersion": 1, **NO_MAILS}
        content = self._call("POST", "calendars/primary/events", query=query, body=json_of_draft(event_id, draft))
        return _written(content)

    def patch(self, event_id: EventId, change: EventChange, *, etag: str | None) -> Event:
        """See `CalendarGateway.patch`."""
        query: dict[str, str | int] = {"fields": EVENT_FIELDS, **NO_MAILS}
        if change.with_meet is not None:  # With version 0, the default, an existing conference is left alone.
            query["conferenceDataVersion"] = 1
        body = json_of_change(event_id, change)
        try:
            return _written(self._call("PATCH", _event_path(event_id), query=query, body=body, etag=etag))
        except Forbidden:
            if not change.status_confirmed:
                raise
            # Seen for events that were deleted in Google's own pages. If access is lost, the next call says so.
            raise AlreadyGone("Google does not restore this deleted event; it needs a new id.") from None

    def delete(self, event_id: EventId, *, etag: str | None = None) -> None:
        """See `CalendarGateway.delete`."""
        self._call("DELETE", _event_path(event_id), query=NO_MAILS, etag=etag)

    def watch(self, channel_id: str, address: str, token: str, lifetime_seconds: int) -> ChannelOpened:
        """See `CalendarGateway.watch`."""
        body = {
            "id": channel_id,
            "type": "web_hook",
            "address": address,
            "token": token,
            "params": {"ttl": str(lifetime_seconds)},
        }
        content = self._call("POST", "calendars/primary/events/watch", body=body)
        expires_at = _expiration(content)
        if expires_at is None:
            expires_at = self.caller.now() + timedelta(seconds=lifetime_seconds)
        return ChannelOpened(channel_id, _text(content, "resourceId"), expires_at)

    def stop_channel(self, channel_id: str, resource_id: str) -> None:
        """See `CalendarGateway.stop_channel`."""
        try:
            self._call("POST", "channels/stop", body={"id": channel_id, "resourceId": resource_id})
        except (NotFound, AlreadyGone, Forbidden):
            return  # Unknown, over, or not ours to stop: in each case there is nothing more to do about it.

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Json | None = None,
        etag: str | None = None,
        is_page_of_events: bool = False,
    ) -> Json:
        asked = Asked(
            Api.CALENDAR, CALENDAR_SCOPE, self.email, is_page_of_events=is_page_of_events, has_etag=etag is not None
        )
        url = f"{self.base_url}/calendar/v3/{path}"
        return self.caller.call(method, url, asked, query=query, body=body, etag=etag)

    def _page_of(self, content: Json) -> Page:
        role = content.get("accessRole")
        if isinstance(role, str) and role not in _SEES_DETAILS:
            # Google would show private events as bare times, and to the lowest roles no series: not the same list.
            raise Forbidden(f"{self.email} is not the owner of their primary calendar. Check the account in Google.")
        entries = content.get("items", [])
        page_token, sync_token = content.get("nextPageToken"), content.get("nextSyncToken")
        if not isinstance(entries, list) or not (page_token or sync_token):
            raise Unreachable("Google's answer is incomplete. Lockstep tries again by itself.")
        items, unreadable = items_of(entries)
        return Page(
            items,
            ZoneName(_text(content, "timeZone")),
            next_page_token=page_token or None,
            next_sync_token=None if page_token else sync_token,
            unreadable=unreadable,
        )


def _event_path(event_id: EventId) -> str:
    return f"calendars/primary/events/{quote(event_id, safe='')}"


def _written(content: Json) -> Event:
    """The event as it was written. One that cannot be read was written all the same: a look has to find out."""
    try:
        return event_of(content)
    except Unreadable:
        raise Unreachable("Google's answer to a change could not be read; the event is looked at again.") from None


def _text(content: Json, name: str) -> str:
    value: Any = content.get(name)
    if not isinstance(value, str) or not value:
        raise Unreachable("Google's answer is incomplete. Lockstep tries again by itself.")
    return value


def _expiration(content: Json) -> datetime | None:
    """Milliseconds of the epoch, as a string or a number."""
    try:
        return datetime.fromtimestamp(int(content["expiration"]) / 1000, UTC)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
