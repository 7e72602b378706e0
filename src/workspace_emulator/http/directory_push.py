"""Directory API: users.watch and the Directory's own channels.stop.

Source: the guide to push notifications and the discovery document: one event and one domain or customer a channel, two
hours by default and two days at most.
"""

from workspace_emulator.http import scopes
from workspace_emulator.http.directory_access import require_customer_or_domain, require_users
from workspace_emulator.http.message import Result
from workspace_emulator.http.method import Call, Method
from workspace_emulator.http.watching import stop, watch
from workspace_emulator.state.accounts import EVENTS, watched_key
from workspace_emulator.state.errors import directory_error

_DEFAULT_SECONDS = 2 * 3600
_MOST_SECONDS = 2 * 86_400


def watch_users(call: Call) -> Result:
    """Raises: ApiError 400 for an event that does not exist."""
    require_users(call)
    require_customer_or_domain(call)
    event, domain = call.query.text("event"), (call.query.text("domain") or "").lower()
    if event not in EVENTS:
        raise directory_error(400, "invalid", "Invalid Input: event")
    place = f"domain={domain}" if domain else f"customer={call.query.text('customer')}"
    return watch(
        call,
        watched_key(event, domain),
        f"https://admin.googleapis.com/admin/directory/v1/users?{place}&event={event}&alt=json",
        default_seconds=_DEFAULT_SECONDS,
        most_seconds=_MOST_SECONDS,
    )


METHODS = (
    Method("directory.users.watch", "POST", "/admin/directory/v1/users/watch", scopes.USERS_LIST, watch_users),
    Method("directory.channels.stop", "POST", "/admin/directory_v1/channels/stop", scopes.DIRECTORY_STOP, stop),
)
