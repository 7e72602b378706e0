"""Calendar API v3: events.watch and channels.stop. Only events can be watched here."""

from urllib.parse import quote

from workspace_emulator.http import scopes
from workspace_emulator.http.event_json import calendar_id_of
from workspace_emulator.http.list_request import read_event_types
from workspace_emulator.http.message import Result
from workspace_emulator.http.method import Call, Method
from workspace_emulator.http.target import target_of
from workspace_emulator.json_values import Json
from workspace_emulator.state import errors
from workspace_emulator.state.channels import Channel, read_channel, resource_id
from workspace_emulator.state.workspace import milliseconds


def watch(call: Call) -> Result:
    """A new channel; its `sync` message may arrive before this answer."""
    target = target_of(call)
    checked = read_channel(call.body(), call.workspace.switches, milliseconds(call.now))
    calendar_id = quote(calendar_id_of(call.workspace, target.calendar), safe="@")
    channel = Channel(
        id=checked["id"],
        resource_id=resource_id(target.calendar.owner_id, call.user.id),
        resource_uri=f"https://www.googleapis.com/calendar/v3/calendars/{calendar_id}/events?alt=json",
        user_id=call.user.id,
        client_id=call.grant.client_id,
        calendar_owner_id=target.calendar.owner_id,
        address=checked["address"],
        token=checked["token"],
        expiration_ms=checked["expiration_ms"],
        event_types=tuple(sorted(read_event_types(call.query))),
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
    """Source: a channel that a service account made can be stopped by any user from the same client."""
    body = call.body()
    for name in ("id", "resourceId"):
        if not isinstance(body.get(name), str) or not body[name]:
            raise errors.required(f"Required: {name}")
    known = call.workspace.channels.by_id.get(body["id"])
    project = call.workspace.credentials.service_account.project_id
    if known is not None and known.client_id != call.grant.client_id:
        raise errors.ApiError(404, "notFound", f"Channel '{body['id']}' not found for project '{project}'")
    call.workspace.channels.stop(body["id"], body["resourceId"], milliseconds(call.now), project)
    return Result(None, 204)


METHODS = (
    Method(
        "calendar.events.watch",
        "POST",
        "/calendar/v3/calendars/{calendarId}/events/watch",
        scopes.EVENTS_READ,
        watch,
    ),
    Method("calendar.channels.stop", "POST", "/calendar/v3/channels/stop", scopes.CHANNELS_STOP, stop),
)
