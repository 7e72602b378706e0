"""Calendar API v3: the four watch methods and channels.stop."""

from urllib.parse import quote

from workspace_emulator.http import scopes
from workspace_emulator.http.event_json import calendar_id_of
from workspace_emulator.http.list_request import read_event_types
from workspace_emulator.http.message import Result
from workspace_emulator.http.method import Call, Method
from workspace_emulator.http.target import Target, target_of
from workspace_emulator.json_values import Json
from workspace_emulator.state import errors
from workspace_emulator.state.channels import Channel, read_channel, resource_id
from workspace_emulator.state.workspace import milliseconds


def watch_events(call: Call) -> Result:
    """Raises: ApiError 400 for calendars that Google keeps itself."""
    target = target_of(call)
    event_types = tuple(sorted(read_event_types(call.query)))
    return _watch(
        call, target.calendar.key, f"{_path_of(call, target)}/events", event_types, refused=target.calendar.generated
    )


def watch_rules(call: Call) -> Result:
    target = target_of(call)
    target.require_owner()
    return _watch(call, f"acl {target.calendar.key}", f"{_path_of(call, target)}/acl")


def watch_list(call: Call) -> Result:
    return _watch(call, f"calendarList {call.user.id}", "users/me/calendarList")


def watch_settings(call: Call) -> Result:
    return _watch(call, f"settings {call.user.id}", "users/me/settings")


def _path_of(call: Call, target: Target) -> str:
    return f"calendars/{quote(calendar_id_of(call.workspace, target.calendar), safe='@')}"


def _watch(
    call: Call, watched_key: str, path: str, event_types: tuple[str, ...] = (), *, refused: bool = False
) -> Result:
    """A new channel; its `sync` message may arrive before this answer."""
    checked = read_channel(call.body(), call.workspace.switches, milliseconds(call.now))
    if refused:
        message = "Push notifications are not supported by this resource."
        raise errors.ApiError(400, "pushNotSupportedForRequestedResource", message, "calendar")
    channel = Channel(
        id=checked["id"],
        resource_id=resource_id(watched_key, call.user.id),
        resource_uri=f"https://www.googleapis.com/calendar/v3/{path}?alt=json",
        user_id=call.user.id,
        client_id=call.grant.client_id,
        watched_key=watched_key,
        address=checked["address"],
        token=checked["token"],
        expiration_ms=checked["expiration_ms"],
        event_types=event_types,
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


def stop(call: Call) -> Result:
    """Source: a channel that a service account made can be stopped by any user from the same client, a person's own
    channel by the same person from the same client.
    """
    body = call.body()
    for name in ("id", "resourceId"):
        if not isinstance(body.get(name), str) or not body[name]:
            raise errors.required(f"Required: {name}")
    known = call.workspace.channels.by_id.get(body["id"])
    project = call.workspace.credentials.service_account.project_id
    own = known is not None and known.client_id in call.workspace.credentials.consents.clients
    other_person = own and known is not None and known.user_id != call.user.id
    if known is not None and (known.client_id != call.grant.client_id or other_person):
        raise errors.ApiError(404, "notFound", f"Channel '{body['id']}' not found for project '{project}'")
    call.workspace.channels.stop(body["id"], body["resourceId"], milliseconds(call.now), project)
    return Result(None, 204)


_V3 = "/calendar/v3"
_CALENDAR, _ME = f"{_V3}/calendars/{{calendarId}}", f"{_V3}/users/me"
METHODS = (
    Method("calendar.events.watch", "POST", f"{_CALENDAR}/events/watch", scopes.EVENTS_READ, watch_events),
    Method("calendar.acl.watch", "POST", f"{_CALENDAR}/acl/watch", scopes.ACL_READ, watch_rules),
    Method("calendar.calendarList.watch", "POST", f"{_ME}/calendarList/watch", scopes.CALENDAR_LIST_READ, watch_list),
    Method("calendar.settings.watch", "POST", f"{_ME}/settings/watch", scopes.SETTINGS, watch_settings),
    Method("calendar.channels.stop", "POST", f"{_V3}/channels/stop", scopes.CHANNELS_STOP, stop),
)
