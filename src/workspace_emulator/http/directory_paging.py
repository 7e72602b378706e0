"""Pages of Directory lists: tokens that belong to one query and last three days.

Source: the reference of users.list. A token names the last row shown, so rows that come or go meanwhile shift nothing.
"""

from datetime import timedelta

from workspace_emulator.http.method import Call
from workspace_emulator.json_values import Json
from workspace_emulator.state.errors import directory_error
from workspace_emulator.state.list_tokens import fingerprint, opened, sealed

_LIFETIME = timedelta(days=3)
_SESSION = timedelta(minutes=60)
"""How long the pages of one group's members may take."""
_NOT_BOUND = frozenset({"pageToken", "maxResults", "fields", "prettyPrint", "quotaUser", "key", "alt"})


def paged(call: Call, kind: str, rows: list[Json], *, default: int, most: int) -> tuple[list[Json], str | None]:
    """The rows of this page and the next page's token. Raises: ApiError 400 for a token that does not fit."""
    limit = call.query.number("maxResults", default, least=1, most=most)
    mark = [kind, call.request.path, fingerprint(call.query.spelling(without=_NOT_BOUND))]
    start = 0
    made = call.now.timestamp()
    if (token := call.query.text("pageToken")) is not None:
        payload = opened(token)
        if payload is None or payload[:3] != mark or call.now.timestamp() - payload[3] > _LIFETIME.total_seconds():
            raise directory_error(400, "invalid", "Invalid Input: pageToken")
        made = payload[3]
        if kind == "members" and call.now.timestamp() - made > _SESSION.total_seconds():
            raise directory_error(503, "backendError", "Service unavailable. Please try again")
        start = _place_after(rows, payload[4], payload[5])
    if call.workspace.switches.short_pages:
        limit = max(1, limit // 2) if token else 0
    shown = rows[start : start + limit]
    if start + limit >= len(rows):
        return shown, None
    last = rows[start + limit - 1]["id"] if start + limit else ""
    return shown, sealed([*mark, made, last, start + limit])


def _place_after(rows: list[Json], last_id: str, position: int) -> int:
    """Behind the last row shown; where that row is gone, at its old place."""
    return next((number + 1 for number, row in enumerate(rows) if row["id"] == last_id), position)
