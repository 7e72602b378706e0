"""The smaller lists (access rules, calendar lists, settings), page by page, with sync tokens of their own.

A full list runs along its keys, an incremental one along the list's change log, both up to the position at which the
first page was asked for; what changes meanwhile comes with the sync token. Source: the guide to synchronisation.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workspace_emulator.state import errors
from workspace_emulator.state.change_log import ChangeLog
from workspace_emulator.state.list_tokens import fingerprint, opened, sealed

_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class RosterQuery:
    """Which page of which person's view of which list."""

    name: tuple[str, ...]
    """Kind of the list, whose it is, and who asks: tokens of one list are garbage to another."""
    max_results: int
    spelling: str
    """The query but for paging: a page token belongs to it."""
    page_token: str | None = None
    sync_token: str | None = None
    gives_sync_token: bool = True


@dataclass(frozen=True, slots=True)
class RosterPage:
    keys: list[str]
    next_page_token: str | None
    next_sync_token: str | None

    def tokens(self) -> dict[str, str]:
        """The one token that the answer carries."""
        pairs = {"nextPageToken": self.next_page_token, "nextSyncToken": self.next_sync_token}
        return {name: token for name, token in pairs.items() if token is not None}


def roster_page(log: ChangeLog, present: list[str], query: RosterQuery, now: datetime, token_days: float) -> RosterPage:
    """One page: of the keys that are `present`, or of those that changed since the sync token.

    Raises: ApiError 400 for garbage, 410 for tokens that are too old.
    """
    today = int(now.timestamp()) // _SECONDS_A_DAY
    since = None if query.sync_token is None else _since(log, query, query.sync_token, today, token_days)
    until, after = log.head, None
    if query.page_token is not None:
        until, after = _place(query, query.page_token)
    rows: list[tuple[Any, str]] = [(key, key) for key in sorted(present)]
    if since is not None:
        rows = list(log.since(since, until))
    rest = [row for row in rows if after is None or row[0] > after]
    keys = [key for _, key in rest[: query.max_results]]
    if len(rest) > query.max_results:
        cursor = rest[query.max_results - 1][0]
        return RosterPage(keys, sealed(["roster page", *query.name, fingerprint(query.spelling), until, cursor]), None)
    token = sealed(["roster sync", *query.name, today, until]) if query.gives_sync_token else None
    return RosterPage(keys, None, token)


def _since(log: ChangeLog, query: RosterQuery, token: str, today: int, token_days: float) -> int:
    payload = opened(token)
    if payload is None or payload[:-2] != ["roster sync", *query.name]:
        raise errors.malformed_sync_token()
    day, position = payload[-2:]
    if (token_days and today - day > token_days + 1) or position > log.head:
        raise errors.full_sync_required()
    return int(position)


def _place(query: RosterQuery, token: str) -> tuple[int, Any]:
    payload = opened(token)
    if payload is None or payload[:-2] != ["roster page", *query.name, fingerprint(query.spelling)]:
        raise errors.invalid("Invalid page token value.", location="pageToken")
    return payload[-2], payload[-1]
