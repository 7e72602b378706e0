"""The whole demo as it runs for a newcomer, with a home and ports of its own. For the story and the benchmarks."""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

READY_WITHIN_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that is ready. Log-ins as its welcome shows them."""

    url: str
    emulator_url: str
    home: Path
    seconds_to_ready: float

    def as_user(self, email: str) -> GoogleUser:
        """That person at the emulated Google, with a token of their own."""
        answer = _json("POST", f"{self.emulator_url}/emulator/v1/page-token", {"user": email})
        return GoogleUser(self.emulator_url, answer["access_token"])

    def requests(self) -> list[dict[str, Any]]:
        """What the emulated Google has been asked so far: method, path, status and subject of each call."""
        return list(_json("GET", f"{self.emulator_url}/emulator/v1/requests")["requests"])


@dataclass(frozen=True, slots=True)
class GoogleUser:
    """Somebody who works in their own Google calendar, through Google's documented API."""

    url: str
    token: str

    def events(self, **parameters: str) -> list[dict[str, Any]]:
        query = urllib.parse.urlencode({"singleEvents": "true", "maxResults": "2500", **parameters})
        found = self.call("GET", f"/events?{query}").get("items", [])
        return list(found)

    def insert(self, body: dict[str, Any]) -> dict[str, Any]:
        return self.call("POST", "/events", body)

    def patch(self, event_id: str, body: dict[str, Any]) -> dict[str, Any]:
        return self.call("PATCH", f"/events/{event_id}", body)

    def delete(self, event_id: str) -> None:
        self.call("DELETE", f"/events/{event_id}")

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return _json(method, f"{self.url}/calendar/v3/calendars/primary{path}", body, self.token)


def _json(method: str, url: str, body: dict[str, Any] | None = None, token: str = "") -> dict[str, Any]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as response:
        answer = response.read()
    return dict(json.loads(answer)) if answer else {}


@contextmanager
def running_demo() -> Iterator[Demo]:
    """Start a demo from nothing in a folder of its own, and stop it as Ctrl-C does."""
    with tempfile.TemporaryDirectory(prefix="lockstep-demo-", ignore_cleanup_errors=True) as folder:
        # Root's PostgreSQL runs as another account, which has to pass through.
        Path(folder).chmod(0o711)
        home = Path(folder) / "home"
        ports = ("--port", str(_free_port()), "--emulator-port", str(_free_port()))
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("LOCKSTEP_", "DJANGO_")) and name != "DATABASE_URL"
        }
        began = time.monotonic()
        program = subprocess.Popen(
            [sys.executable, "-m", "lockstep.cli.main", "demo", *ports],
            env={**environment, "LOCKSTEP_HOME": str(home), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            _wait_until_ready(program)
            seconds = time.monotonic() - began
            memory = json.loads((home / "demo.json").read_text())
            yield Demo(memory["url"], memory["emulator_url"], home, seconds)
        finally:
            program.send_signal(signal.SIGINT)
            try:
                program.wait(timeout=30)
            except subprocess.TimeoutExpired:
                program.kill()


def _wait_until_ready(program: subprocess.Popen[str]) -> None:
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        for line in program.stdout or ():
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    said: list[str] = []
    give_up = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < give_up:
        try:
            line = lines.get(timeout=1)
        except queue.Empty:
            continue
        if line is None:
            break
        said.append(line)
        if "Ctrl-C stops everything" in line:
            return
    program.kill()
    raise RuntimeError("The demo did not get ready. It said:\n" + "".join(said))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
