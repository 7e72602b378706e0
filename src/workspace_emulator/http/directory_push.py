"""Directory API: users.watch and the Directory's own channels.stop.

Source: the guide to push notifications and the discovery document: one event and one domain or customer a channel, two
hours by default and two days at most.
"""

from workspace_emulator.http import scopes
from workspace_emulator.http.channels import stop
from workspace_emulator.http.directory_access import require_customer_or_domain, require_users
from workspace_emulator.http.message import Result
from workspace_emulator.http.method import Call, Method
from workspace_emulator.json_values import Json
from workspace_emulator.state.accounts import EVENTS, watched_key
from workspace_emulator.state.channels import Channel, read_channel, resource_id
from workspace_emulator.state.errors import directory_error
from workspace_emulator.state.workspace import milliseconds

_DEFAULT_SECONDS = 2 * 3600
_MOST_SECONDS = 2 * 86_400


def watch_users(call: Call) -> Result:
    """Raises: ApiError 400 for an event that does not exist."""
    require_users(call)
    require_customer_or_domain(call)
    event, domain = call.query.text("event"), (call.query.text("domain") or "").lower()
    if event not in EVENTS:
        raise directory_error(400, "invalid", "Invalid Input: event")
    checked = read_channel(
        call.body(),
        call.workspace.switches,
        milliseconds(call.now),
        default_seconds=_DEFAULT_SECONDS,
        most_seconds=_MOST_SECONDS,
    )
    key = watched_key(event, domain)
    place = f"domain={domain}" if domain else f"customer={call.query.text('customer')}"
    channel = Channel(
        id=checked["id"],
        resource_id=resource_id(key, call.user.id),
        resource_uri=f"https://admin.googleapis.com/admin/directory/v1/users?{place}&event={event}&alt=json",
        user_id=call.user.id,
        client_id=call.grant.client_id,
        watched_key=key,
        address=checked["address"],
        token=checked["token"],
        expiration_ms=checked["expiration_ms"],
    )
    call.workspace.open_channel(channel, call.now)
    value: Json = {
        "kind": "api#channel",
        "id": channel.id,
        "resourceId": channel.resource_id,
        "resourceUri": channel.resource_uri,
        "expiration": str(channel.expiration_ms),
    }
    if channel.token:
        value["token"] = channel.token
    return Result(value)


METHODS = (
    Method("directory.users.watch", "POST", "/admin/directory/v1/users/watch", scopes.USERS_LIST, watch_users),
    Method("directory.channels.stop", "POST", "/admin/directory_v1/channels/stop", scopes.DIRECTORY_STOP, stop),
)
