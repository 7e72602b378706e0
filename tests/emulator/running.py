"""The emulator as a program of its own, and a small receiver of push messages."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from time import monotonic
from typing import Any

import urllib3

HTTP = urllib3.PoolManager(retries=False)


@dataclass
class Running:
    """A started emulator; `ready` is the line that it printed."""

    ready: Any
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return str(self.ready["url"])

    def control(self, method: str, path: str, body: Any = None) -> Any:
        return HTTP.request(method, f"{self.url}/emulator/v1/{path}", json=body or {}).json()

    def token(self, email: str) -> str:
        return str(self.control("POST", "page-token", {"user": email})["access_token"])

    def call(self, method: str, path: str, token: str, body: Any = None) -> urllib3.BaseHTTPResponse:
        headers = {"authorization": f"Bearer {token}"}
        if body is None:
            return HTTP.request(method, self.url + path, headers=headers)
        return HTTP.request(method, self.url + path, headers=headers, json=body)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "workspace_emulator", *arguments]


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[Running]:
    """An emulator with the small seed on a free port; stopped by SIGTERM."""
    line = command("serve", "--port", "0", "--seed", "small", "--service-account-out", str(folder / "key.json"))
    with subprocess.Popen([*line, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Running(json.loads(process.stdout.readline()), process)
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0


@dataclass
class Message:
    at: float
    headers: dict[str, str]
    body: bytes


@contextmanager
def receiver(statuses: list[int], port: int = 0) -> Iterator[tuple[str, "Queue[Message]"]]:
    """An address for push messages; it answers with the given statuses in turn and then with 200."""
    messages: Queue[Message] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            messages.put(Message(monotonic(), {key.lower(): value for key, value in self.headers.items()}, body))
            self.send_response(statuses.pop(0) if statuses else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", messages
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
