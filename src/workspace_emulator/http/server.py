"""The dispatcher on a socket: a thin ASGI application, and Starlette for the pages beside it.

Requests are answered on the event loop itself: they only touch memory, and take a millisecond or less.
"""

from asyncio import sleep
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from workspace_emulator.core import Core
from workspace_emulator.http import accounts
from workspace_emulator.http.control import PREFIX
from workspace_emulator.http.dispatcher import handle, tick
from workspace_emulator.http.message import Request, Response
from workspace_emulator.http.recording import Record, keep_no_record
from workspace_emulator.pages import routes

_GOOGLES = ("/calendar/", "/admin/", "/batch/", PREFIX)
_TICK_SECONDS = 0.05


class Application:
    """One ASGI application: Google's paths and the control API here, everything else to the pages."""

    def __init__(self, core: Core, record: Record = keep_no_record) -> None:
        self._core = core
        self._record = record
        self._pages = Starlette(routes=routes())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._pages(scope, receive, send)
        elif scope["type"] == "http" and self._is_googles(scope["path"]):
            await self._answer(scope, receive, send)
        else:
            await self._pages(scope, receive, send)

    def _is_googles(self, path: str) -> bool:
        return path == "/healthz" or path.startswith(_GOOGLES) or accounts.serves(path)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await _request(scope, receive)
        response = handle(self._core, request)
        if not request.path.startswith(PREFIX):
            self._record(request, response)
        if response.delay_seconds > 0:
            await sleep(response.delay_seconds)
        if response.cut:
            _cut(send)
            # The loop must notice the loss before we return, or the server would try to answer 500.
            await sleep(0.01)
            return
        await _send(response, send)
        if response.half:
            # What was sent must have left before the connection is closed.
            await sleep(0.05)
            _cut(send)
            await sleep(0.01)

    async def keep_ticking(self) -> None:
        """Let delayed copies happen without a request."""
        while True:
            await sleep(_TICK_SECONDS)
            tick(self._core)


async def _request(scope: Scope, receive: Receive) -> Request:
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    path = scope.get("raw_path", scope["path"].encode()).decode("ascii", "replace")
    query = parse_qsl(scope["query_string"].decode("ascii", "replace"), keep_blank_values=True)
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    return Request(scope["method"], path, tuple(query), headers, body)


def _cut(send: Send) -> None:
    """Close the connection without a byte. uvicorn's `send` belongs to the object that holds the transport."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionAbortedError("this server gives no access to its connection")
    transport.abort()


async def _send(response: Response, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in response.headers.items()]
    if response.status not in (204, 304):
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    body = response.body[: len(response.body) // 2] if response.half else response.body
    await send({"type": "http.response.body", "body": body, "more_body": response.half})
