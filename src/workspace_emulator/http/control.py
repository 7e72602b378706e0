"""The control API under `/emulator/v1/`: what tests and the emulator's pages change behind Google's back.

Documented in CONTROL.md. It asks for no credentials: it is as open as the machine on which it listens.
"""

import json

from workspace_emulator.core import Core
from workspace_emulator.faults import BadFault
from workspace_emulator.http import control_console, control_machine, control_people, control_roles, control_trust
from workspace_emulator.http.control_order import Order, Refused
from workspace_emulator.http.message import Request, Response, segments
from workspace_emulator.json_values import Json
from workspace_emulator.state.directory import DirectoryConflict
from workspace_emulator.state.errors import ApiError
from workspace_emulator.state.snapshot import UnreadableSnapshot
from workspace_emulator.state.switches import UnknownSwitch

PREFIX = "/emulator/v1/"
_ROUTES = (
    *control_machine.ROUTES,
    *control_console.ROUTES,
    *control_people.ROUTES,
    *control_roles.ROUTES,
    *control_trust.ROUTES,
)


def answer(core: Core, request: Request) -> Response:
    """The answer to a control request: JSON, or `{"error": sentence}`."""
    origin, host = request.headers.get("origin"), request.headers.get("host")
    if origin is not None and origin.split("//")[-1] != host:
        # A page of another site, open in the same browser, must not move clocks or delete people here.
        return _json(403, {"error": "The control API takes no requests from pages of other sites."})
    try:
        return _json(200, _answer(core, request))
    except Refused as refusal:
        return _json(refusal.status, {"error": str(refusal)})
    except (BadFault, DirectoryConflict, UnknownSwitch, UnreadableSnapshot) as refusal:
        return _json(400, {"error": str(refusal)})
    except ApiError as refusal:
        return _json(refusal.status, {"error": refusal.message})


def _answer(core: Core, request: Request) -> Json:
    parts = segments(request.path)[2:]
    for verb, pattern, handler in _ROUTES:
        if verb != request.method or len(pattern) != len(parts):
            continue
        pairs = list(zip(pattern, parts, strict=True))
        if all(expected in ("*", part) for expected, part in pairs):
            names = tuple(part for expected, part in pairs if expected == "*")
            return handler(Order(core, request, names))
    raise Refused(404, f"There is no {request.method} {request.path} in the control API.")


def _json(status: int, value: Json) -> Response:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Response(status, {"content-type": "application/json; charset=utf-8"}, body)
