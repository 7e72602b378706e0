"""What the admin console asks beside the state: the switches with what they take, and the push channels."""

from datetime import UTC, datetime

from workspace_emulator.http.control_order import Order, Refused, Route
from workspace_emulator.json_values import Json
from workspace_emulator.state.channels import Channel
from workspace_emulator.state.workspace import milliseconds


def list_switches(order: Order) -> Json:
    """Every switch with its value, its default, what it takes and what it means."""
    return {"switches": order.workspace.switches.described()}


def list_channels(order: Order) -> Json:
    """The living channels, the newest last. Their tokens are secrets between client and hook, and stay out."""
    now_ms = milliseconds(order.core.clock.now())
    living = [channel for channel in order.workspace.channels.by_id.values() if channel.expiration_ms > now_ms]
    return {"channels": [_channel_json(order, channel) for channel in living]}


def end_channel(order: Order) -> Json:
    """Ends a channel behind its client's back: no further messages, and stopping it answers 404."""
    if order.workspace.channels.by_id.pop(order.names[0], None) is None:
        raise Refused(404, f"There is no channel {order.names[0]}.")
    return {}


def _channel_json(order: Order, channel: Channel) -> Json:
    user = order.workspace.directory.users.get(channel.user_id)
    return {
        "id": channel.id,
        "resource_id": channel.resource_id,
        "resource_uri": channel.resource_uri,
        "user": user.primary_email if user else None,
        "address": channel.address,
        "expires_at": datetime.fromtimestamp(channel.expiration_ms / 1000, UTC).isoformat().replace("+00:00", "Z"),
        "last_message_number": channel.last_number,
    }


ROUTES: tuple[Route, ...] = (
    ("GET", ("switches",), list_switches),
    ("GET", ("channels",), list_channels),
    ("DELETE", ("channels", "*"), end_channel),
)
