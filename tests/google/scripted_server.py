"""A real HTTP server that answers as a test tells it, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Received:
    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, content: Any, status: int = 200, **headers: str) -> Reply:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, json.dumps(content).encode(), {"Content-Type": "application/json", **named})


TOKEN_REPLY = Reply.json({"access_token": "ya29.made-up", "expires_in": 3599, "token_type": "Bearer"})

Script = Callable[[Received], Reply]


class ScriptedServer:
    """Answers `/token` with `for_token`, everything else with `for_api`."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.received: list[Received] = []
        self.for_token: Script = lambda _: TOKEN_REPLY
        self.for_api: Script = lambda _: Reply.json({})
        self._lock = threading.Lock()

    def answer(self, request: Received) -> Reply:
        with self._lock:
            self.received.append(request)
        return self.for_token(request) if request.path == "/token" else self.for_api(request)

    @property
    def token_requests(self) -> list[Received]:
        return [request for request in self.received if request.path == "/token"]

    @property
    def api_requests(self) -> list[Received]:
        return [request for request in self.received if request.path != "/token"]


@contextmanager
def scripted_server() -> Iterator[ScriptedServer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def answer(self) -> None:
            split = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = Received(self.command, split.path, parse_qs(split.query), dict(self.headers.items()), body)
            reply = server.answer(request)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 204:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, format: str, *args: Any) -> None:
            """Tests say themselves what they want to know."""

    class Listener(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

    listener = Listener(("127.0.0.1", 0), Handler)
    server = ScriptedServer(f"http://127.0.0.1:{listener.server_port}")
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
