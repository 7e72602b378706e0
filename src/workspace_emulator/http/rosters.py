"""Reading the paging parameters that the smaller lists share."""

from workspace_emulator.http.method import Call
from workspace_emulator.state import errors
from workspace_emulator.state.change_log import ChangeLog
from workspace_emulator.state.rosters import RosterPage, RosterQuery, roster_page

_PAGING = frozenset({"pageToken", "maxResults", "fields", "prettyPrint", "quotaUser", "key", "alt"})


def asked_page(
    call: Call,
    name: tuple[str, ...],
    log: ChangeLog,
    present: list[str],
    *,
    not_false: tuple[str, ...] = (),
    not_with_token: tuple[str, ...] = (),
) -> RosterPage:
    """The page that the call asks for.

    Raises: ApiError 400 for `not_false` flags that are false and for `not_with_token` parameters beside a sync token.
    """
    query = call.query
    sync_token = query.text("syncToken")
    filtered = any(query.text(parameter) is not None for parameter in not_with_token)
    if sync_token is not None and (filtered or any(query.flag(flag) is False for flag in not_false)):
        raise errors.sync_token_with_restrictions()
    asked = RosterQuery(
        name=(*name, call.user.id),
        max_results=query.number("maxResults", 100, least=1, most=250),
        spelling=query.spelling(without=_PAGING),
        page_token=query.text("pageToken"),
        sync_token=sync_token,
        gives_sync_token=not filtered,
    )
    return roster_page(log, present, asked, call.now, call.workspace.switches.sync_token_days)


def require_match(call: Call, etag: str) -> None:
    """Raises: ApiError 412 when `If-Match` names another version."""
    if call.request.headers.get("if-match") not in (None, "*", etag):
        raise errors.precondition_failed()
