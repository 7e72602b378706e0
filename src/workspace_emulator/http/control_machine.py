"""Control of the emulator itself: clock, faults, switches, APIs, requests, snapshots, tokens for its pages."""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

from workspace_emulator.faults import Faults
from workspace_emulator.http import oauth, scopes
from workspace_emulator.http.control_order import Order, Refused, Route
from workspace_emulator.http.parameters import Parameters
from workspace_emulator.json_values import Json
from workspace_emulator.quotas import Quotas
from workspace_emulator.seed import NAMES, named
from workspace_emulator.seeding import workspace_of
from workspace_emulator.state import snapshot
from workspace_emulator.state.credentials import TOKEN_LIFETIME


def page_token(order: Order) -> Json:
    """A token with all scopes for a user: the emulator's pages and its import are clients of the Calendar API."""
    user = order.user(order.text("user"))
    token = oauth.issue(order.workspace, user, scopes.EVERYTHING, order.core.clock)
    return {"access_token": token, "expires_in": int(TOKEN_LIFETIME.total_seconds()) - 1}


def set_clock(order: Order) -> Json:
    try:
        return _set_clock(order)
    except OverflowError:
        raise Refused(400, "The clock does not go that far.") from None


def _set_clock(order: Order) -> Json:
    clock, body = order.core.clock, order.body()
    if "now" in body:
        try:
            moment = datetime.fromisoformat(str(body["now"]))
        except ValueError:
            raise Refused(400, "'now' is an instant with its offset.") from None
        if moment.tzinfo is None:
            raise Refused(400, "'now' is an instant with its offset.")
        clock.set(moment.astimezone(UTC))
    elif isinstance(body.get("advance_seconds"), int | float):
        clock.advance(timedelta(seconds=body["advance_seconds"]))
    elif body.get("reset") is True:
        clock.reset()
    else:
        raise Refused(400, "The body needs 'now', 'advance_seconds' or 'reset'.")
    return {"now": clock.now().isoformat()}


def add_fault(order: Order) -> Json:
    return asdict(order.core.faults.add(order.body()))


def list_faults(order: Order) -> Json:
    return {"faults": order.core.faults.to_json()}


def clear_faults(order: Order) -> Json:
    order.core.faults.clear()
    return {}


def delete_fault(order: Order) -> Json:
    if not (order.names[0].isdigit() and order.core.faults.remove(int(order.names[0]))):
        raise Refused(404, f"There is no fault {order.names[0]}.")
    return {}


def patch_api(order: Order) -> Json:
    name, enabled = order.names[0], order.body().get("enabled")
    if name not in order.workspace.apis:
        raise Refused(404, f"There is no API {name}; known are {', '.join(order.workspace.apis)}.")
    if not isinstance(enabled, bool):
        raise Refused(400, "The body needs 'enabled', true or false.")
    order.workspace.apis[name] = enabled
    return {name: enabled}


def patch_switches(order: Order) -> Json:
    order.workspace.switch(order.body())
    return order.workspace.switches.to_json()


def list_requests(order: Order) -> Json:
    parameters = Parameters(order.request)
    found = order.core.requests.after(parameters.number("after", 0))
    return {"requests": found[-last:] if (last := parameters.number("last", 0)) else found}


def clear_requests(order: Order) -> Json:
    order.core.requests.clear()
    return {}


def reset(order: Order) -> Json:
    """A fresh customer under the same service account and OAuth clients; everything else starts anew too."""
    core = order.core
    name = order.body().get("seed", core.workspace.seed)
    if name not in NAMES:
        raise Refused(400, f"There is no seed {name!r}; known are {', '.join(sorted(NAMES))}.")
    core.clock.reset()
    now = core.clock.now()
    old = core.workspace.credentials
    account = replace(old.service_account, key_enabled=True, enabled=True, token_creators=[])
    core.workspace = workspace_of(named(name, now.date()), now, account, core.workspace.random, name=name)
    core.workspace.credentials.consents.clients = old.consents.clients
    core.faults = Faults()
    core.quotas = Quotas()
    core.requests.clear()
    return {"seed": name}


def get_snapshot(order: Order) -> Json:
    return snapshot.to_json(order.workspace) | {"clock_offset_seconds": order.core.clock.offset.total_seconds()}


def put_snapshot(order: Order) -> Json:
    value = order.body()
    restored = snapshot.from_json(value)
    restored.random = order.workspace.random
    order.core.workspace = restored
    order.core.clock.offset = timedelta(seconds=value.get("clock_offset_seconds", 0))
    return {"seed": restored.seed}


ROUTES: tuple[Route, ...] = (
    ("POST", ("page-token",), page_token),
    ("POST", ("clock",), set_clock),
    ("POST", ("faults",), add_fault),
    ("GET", ("faults",), list_faults),
    ("DELETE", ("faults",), clear_faults),
    ("DELETE", ("faults", "*"), delete_fault),
    ("PATCH", ("apis", "*"), patch_api),
    ("PATCH", ("switches",), patch_switches),
    ("GET", ("requests",), list_requests),
    ("POST", ("requests", "clear"), clear_requests),
    ("POST", ("reset",), reset),
    ("GET", ("snapshot",), get_snapshot),
    ("PUT", ("snapshot",), put_snapshot),
)
