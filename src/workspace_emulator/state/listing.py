"""events.list: full and incremental lists of a calendar, page by page.

Tokens carry all that is needed; nothing is kept between requests. A full list runs along the events' stable order and
an incremental one along the change log, both up to the position at which the first page was asked for. What changes
while somebody turns pages therefore lies beyond that position, and the sync token of the last page leads to it.
Source: the guide to synchronisation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from workspace_emulator.state import errors
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.candidates import Candidates, Key
from workspace_emulator.state.event import Event
from workspace_emulator.state.event_times import moment_of
from workspace_emulator.state.instances import Window
from workspace_emulator.state.list_query import ListQuery
from workspace_emulator.state.list_tokens import fingerprint, opened, sealed
from workspace_emulator.state.workspace import Workspace, milliseconds

_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Page:
    """One page; the last one carries the sync token, all others a page token."""

    items: list[Event]
    next_page_token: str | None
    next_sync_token: str | None


@dataclass(frozen=True, slots=True)
class _Course:
    """Where a chain of pages runs: changes in (since, until], the cursor, and the window that the token remembers."""

    since: int | None
    until: int
    after: Key | None
    window: Window


def list_events(workspace: Workspace, calendar: Calendar, user_id: str, query: ListQuery, now: datetime) -> Page:
    """One page of the list. Raises: ApiError 400 and 410 about tokens and parameters."""
    if query.order_by == "startTime" and not query.single_events:
        raise errors.invalid("The requested ordering is not available for the particular query.", location="orderBy")
    _check_updated_min(workspace, query, now)
    course = _course(workspace, calendar, user_id, query, now)
    limit = query.max_results
    if workspace.switches.short_pages:
        limit = max(1, limit // 2) if query.page_token else 0
    items: list[Event] = []
    cursor = course.after
    for key, event in _candidates(workspace, calendar, query, course, now):
        if len(items) == limit:
            return Page(items, _page_token(calendar, user_id, query, course, cursor), None)
        items.append(event)
        cursor = key
    token = _sync_token(workspace, calendar, user_id, query, course, now) if query.gives_sync_token else None
    return Page(items, None, token)


def _candidates(
    workspace: Workspace, calendar: Calendar, query: ListQuery, course: _Course, now: datetime
) -> Iterator[tuple[Key, Event]]:
    source = Candidates(workspace, calendar, query, course.window, now)
    if course.since is not None:
        yield from source.changed(course.since, course.until, course.after)
    elif query.order_by is None:
        yield from source.all(course.until, course.after)
    else:
        found = [event for _, event in source.all(course.until, None)]
        keyed = [([_order_value(event, query.order_by, calendar.time_zone), 0, event.id], event) for event in found]
        for key, event in sorted(keyed, key=lambda pair: pair[0]):
            if course.after is None or key > course.after:
                yield key, event


def _order_value(event: Event, order_by: str, calendar_zone: str) -> int:
    if order_by == "updated":
        return event.updated_ms
    return milliseconds(moment_of(event.fields["start"], calendar_zone))


def _check_updated_min(workspace: Workspace, query: ListQuery, now: datetime) -> None:
    days = workspace.switches.tombstone_days
    if query.updated_min is not None and days and query.updated_min < now - timedelta(days=days):
        raise errors.updated_min_too_long_ago()


def _course(workspace: Workspace, calendar: Calendar, user_id: str, query: ListQuery, now: datetime) -> _Course:
    since, window = _read_sync_token(workspace, calendar, user_id, query, now)
    if query.page_token is None:
        until = calendar.log.head
        if lag := workspace.switches.read_after_write_lag_seconds:
            until = calendar.log.position_at(milliseconds(now - timedelta(seconds=lag)))
        return _Course(since, max(until, since or 0), None, window)
    payload = opened(query.page_token)
    if payload is None or payload[:4] != ["page", calendar.key, user_id, fingerprint(query.spelling)]:
        raise errors.invalid("Invalid page token value.", location="pageToken")
    epoch, until, after = payload[4:]
    if epoch != calendar.epoch and since is not None:
        raise errors.full_sync_required()
    return _Course(since, until, after, window)


def _page_token(calendar: Calendar, user_id: str, query: ListQuery, course: _Course, cursor: Key | None) -> str:
    head = ["page", calendar.key, user_id, fingerprint(query.spelling)]
    return sealed([*head, calendar.epoch, course.until, cursor])


def _sync_token(
    workspace: Workspace, calendar: Calendar, user_id: str, query: ListQuery, course: _Course, now: datetime
) -> str:
    """The day stands for the token's age, so that an idle calendar gives the same token again for a while."""
    day = milliseconds(now) // 1000 // _SECONDS_A_DAY
    head = ["sync", calendar.key, user_id, query.sync_fingerprint, calendar.epoch, day, course.until]
    if workspace.switches.sync_token_keeps_window:
        head += [_seconds(course.window.time_min), _seconds(course.window.time_max)]
    return sealed(head)


def _read_sync_token(
    workspace: Workspace, calendar: Calendar, user_id: str, query: ListQuery, now: datetime
) -> tuple[int | None, Window]:
    """Where the token starts and the window that it remembers."""
    if query.sync_token is None:
        return None, query.window
    payload = opened(query.sync_token)
    if payload is None or payload[:4] != ["sync", calendar.key, user_id, query.sync_fingerprint]:
        raise errors.malformed_sync_token()
    epoch, day, position, *window = payload[4:]
    limit = workspace.switches.sync_token_days
    too_old = limit and milliseconds(now) / 1000 / _SECONDS_A_DAY - day > limit + 1
    if epoch != calendar.epoch or too_old or position > calendar.log.head:
        raise errors.full_sync_required()
    return position, Window(_moment(window[0]), _moment(window[1])) if window else Window()


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


def _moment(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
