"""What all watch methods of both APIs share: reading the request, opening the channel, the answer; and stopping it."""

from workspace_emulator.http.message import Result
from workspace_emulator.http.method import Call
from workspace_emulator.json_values import Json
from workspace_emulator.state import errors
from workspace_emulator.state.channels import Channel, read_channel, resource_id
from workspace_emulator.state.workspace import milliseconds


def watch(
    call: Call,
    watched_key: str,
    resource_uri: str,
    *,
    event_types: tuple[str, ...] = (),
    default_seconds: int | None = None,
    most_seconds: int | None = None,
    supported: bool = True,
) -> Result:
    """A new channel; its `sync` message may arrive before this answer.

    Raises: ApiError 400, also for a good request about a resource without push (`supported` is false).
    """
    checked = read_channel(
        call.body(),
        call.workspace.switches,
        milliseconds(call.now),
        default_seconds=default_seconds,
        most_seconds=most_seconds,
    )
    if not supported:
        message = "Push notifications are not supported by this resource."
        raise errors.ApiError(400, "pushNotSupportedForRequestedResource", message, "calendar")
    channel = Channel(
        id=checked["id"],
        resource_id=resource_id(watched_key, call.user.id),
        resource_uri=resource_uri,
        user_id=call.user.id,
        client_id=call.grant.client_id,
        watched_key=watched_key,
        address=checked["address"],
        token=checked["token"],
        expiration_ms=checked["expiration_ms"],
        event_types=event_types,
    )
    call.workspace.open_channel(channel, call.now)
    return Result(_shown(channel))


def _shown(channel: Channel) -> Json:
    value: Json = {
        "kind": "api#channel",
        "id": channel.id,
        "resourceId": channel.resource_id,
        "resourceUri": channel.resource_uri,
        "expiration": str(channel.expiration_ms),
    }
    return value | ({"token": channel.token} if channel.token else {})


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
