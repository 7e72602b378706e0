"""Push channels: how they are made, found, numbered and ended.

Source: the push guide and the reference of events.watch. Sending is push's business.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from random import Random

from workspace_emulator.json_values import Json
from workspace_emulator.state import errors
from workspace_emulator.state.event_rules import typed
from workspace_emulator.state.switches import Switches

_ID = re.compile(r"^[A-Za-z0-9\-_+/=]{1,64}$")


@dataclass(slots=True)
class Channel:
    """One subscription of a user to a calendar's events, or to one of the other lists."""

    id: str
    resource_id: str
    resource_uri: str
    user_id: str
    client_id: str
    watched_key: str
    """A calendar's key for its events; `acl KEY`, `calendarList USER` or `settings USER` for the other lists;
    `users EVENT DOMAIN` for accounts."""
    address: str
    token: str | None
    expiration_ms: int
    event_types: tuple[str, ...] = ()
    """Empty: all types."""
    last_number: int = 0
    opened_ms: int = 0


@dataclass(frozen=True, slots=True)
class Notification:
    """One message to a channel's address. Only those about accounts have a body."""

    address: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass(slots=True)
class Channels:
    """All channels of the project, by id."""

    by_id: dict[str, Channel] = field(default_factory=dict)

    def open(self, channel: Channel, now_ms: int) -> None:
        """Raises: ApiError 400 when a living channel has that id."""
        known = self.by_id.get(channel.id)
        if known is not None and known.expiration_ms > now_ms:
            raise errors.ApiError(400, "channelIdNotUnique", f"Channel id {channel.id} not unique")
        self.by_id[channel.id] = channel

    def stop(self, channel_id: str, resource_id: str, now_ms: int, project: str) -> Channel:
        """Raises: ApiError 404 for a channel that is unknown or over."""
        channel = self.by_id.get(channel_id)
        if channel is None or channel.resource_id != resource_id or channel.expiration_ms <= now_ms:
            raise errors.ApiError(404, "notFound", f"Channel '{channel_id}' not found for project '{project}'")
        return self.by_id.pop(channel_id)

    def watching(self, watched_key: str, event_types: set[str], now_ms: int) -> list[Channel]:
        """Living channels that want to hear of a change to events of these types. Ended ones go silently."""
        for over in [key for key, channel in self.by_id.items() if channel.expiration_ms <= now_ms]:
            del self.by_id[over]
        return [
            channel
            for channel in self.by_id.values()
            if channel.watched_key == watched_key
            and (not channel.event_types or event_types & set(channel.event_types))
        ]


def read_channel(
    body: Json, switches: Switches, now_ms: int, *, default_seconds: int | None = None, most_seconds: int | None = None
) -> Json:
    """Checked `id`, `address`, `token` and `expiration_ms` of a watch request.

    The life is the shortest of what is asked and what is allowed. Raises: ApiError 400.
    """
    for name in ("id", "type", "address"):
        if not body.get(name):
            raise errors.required(f"Required: {name}")
    if not _ID.match(str(body["id"])):
        raise errors.invalid("Invalid channel id.")
    if body["type"] not in ("web_hook", "webhook"):
        raise errors.ApiError(400, "push.channelTypeNotSupported", f"Channel type {body['type']} not supported")
    address = str(body["address"])
    if not address.startswith("https://") and not (switches.allow_http_push and address.startswith("http://")):
        raise errors.ApiError(400, "push.webhookUrlNotHttps", f"WebHook callback must be HTTPS: {address}")
    token = body.get("token")
    if token is not None and (not isinstance(token, str) or len(token) > 256):
        raise errors.invalid("Invalid channel token.")
    most = most_seconds or switches.channel_max_ttl_seconds
    lives = [most * 1000]
    try:
        if (ttl := typed("params", body.get("params") or {}, dict).get("ttl")) is not None:
            lives.append(int(ttl) * 1000)
        if body.get("expiration") is not None:
            lives.append(int(body["expiration"]) - now_ms)
    except (TypeError, ValueError):
        raise errors.invalid("Invalid channel expiration.") from None
    if len(lives) == 1 and default_seconds is not None:
        lives.append(default_seconds * 1000)
    if min(lives) <= 0:
        raise errors.invalid("Invalid channel expiration.")
    return {"id": body["id"], "address": address, "token": token, "expiration_ms": now_ms + min(lives)}


def resource_id(watched_key: str, user_id: str) -> str:
    """The same for every channel of one user on one resource."""
    return sha256(f"{watched_key} {user_id}".encode()).hexdigest()[:27]


def notification(channel: Channel, state: str, random: Random, body: bytes = b"") -> Notification:
    """The next message of a channel; `sync` is number 1, later numbers grow with gaps."""
    channel.last_number = 1 if state == "sync" else channel.last_number + random.randint(1, 5)
    expires = datetime.fromtimestamp(channel.expiration_ms / 1000, UTC)
    headers = {
        "X-Goog-Channel-ID": channel.id,
        "X-Goog-Channel-Expiration": expires.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "X-Goog-Resource-State": state,
        "X-Goog-Message-Number": str(channel.last_number),
        "X-Goog-Resource-ID": channel.resource_id,
        "X-Goog-Resource-URI": channel.resource_uri,
    }
    if channel.token:
        headers["X-Goog-Channel-Token"] = channel.token
    return Notification(channel.address, headers, body)
