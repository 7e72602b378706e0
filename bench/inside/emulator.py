"""How fast the emulator starts, loads a large customer, and answers simple reads in process and over HTTP.

What a shared machine does to wall-clock time is kept out where it can be: rates are medians of short rounds, and
those that end in `_cpu` count processor time of the emulator's process alone.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any
from urllib.request import Request as Asked
from urllib.request import urlopen

from bench.figures import Figure, say
from workspace_emulator.clock import Clock
from workspace_emulator.core import Core
from workspace_emulator.http.dispatcher import handle
from workspace_emulator.http.message import Request
from workspace_emulator.seed.model import EventBody, Seed, SeedUser
from workspace_emulator.seeding import workspace_of
from workspace_emulator.state.workspace import Workspace

USERS = 1_000
EVENTS = 500
ROUNDS = 15
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
_PATH = "/calendar/v3/calendars/primary/events/{}"


def run() -> list[Figure]:
    """Start, load, memory, simple calls in process, simple reads over HTTP."""
    with TemporaryDirectory() as folder:
        say("emulator: starting it a few times")
        started = [_seconds_to_start(Path(folder)) for _ in range(5)]
        say("emulator: reading over HTTP")
        wall, cpu = _reads(Path(folder))
    say(f"emulator: loading {USERS * EVENTS:,} events")
    load, load_cpu, megabytes, workspace = _loaded()
    say("emulator: calling it in process")
    dispatched, dispatched_cpu = _dispatched(workspace)
    return [
        Figure("emulator.start_seconds", round(median(started), 2), "s", len(started)),
        Figure("emulator.reads_per_second", round(wall), "1/s", ROUNDS),
        Figure("emulator.reads_per_second_cpu", round(cpu), "1/s", ROUNDS),
        Figure("emulator.dispatch_per_second", round(dispatched), "1/s", ROUNDS),
        Figure("emulator.dispatch_per_second_cpu", round(dispatched_cpu), "1/s", ROUNDS),
        Figure("emulator.load_seconds", round(load, 2), "s", 1),
        Figure("emulator.load_seconds_cpu", round(load_cpu, 2), "s", 1),
        Figure("emulator.memory_mb", round(megabytes), "MB", 1),
    ]


def _seconds_to_start(folder: Path) -> float:
    began = perf_counter()
    with _serving(folder):
        return perf_counter() - began


@contextmanager
def _serving(folder: Path) -> Iterator[tuple[Any, subprocess.Popen[str]]]:
    """A running emulator's first line and its process."""
    command = [sys.executable, "-m", "workspace_emulator", "serve", "--port", "0", "--seed", "small"]
    command += ["--service-account-out", str(folder / "key.json")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline()), process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


def _loaded() -> tuple[float, float, float, Workspace]:
    """Seconds by the wall and by the processor, and megabytes, that the large customer takes; and the customer.

    Its seed, which is our input, does not count.
    """
    seed = _large_seed()
    before = _resident_megabytes()
    began, spent = perf_counter(), process_time()
    workspace = workspace_of(seed, NOW)
    seconds, processor = perf_counter() - began, process_time() - spent
    return seconds, processor, _resident_megabytes() - before, workspace


def _resident_megabytes() -> float:
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize() / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def _large_seed() -> Seed:
    users = tuple(
        SeedUser(f"user{number}@large.example", "User", str(number), "Europe/Berlin", events=tuple(_events(number)))
        for number in range(USERS)
    )
    return Seed("large", "C0large", "large.example", users, delegated_scopes=frozenset())


def _events(person: int) -> Iterator[EventBody]:
    """Single events, each twentieth a weekly series of ten, over the months around now."""
    for number in range(EVENTS):
        start = NOW + timedelta(days=number // 4 - 60, hours=number % 4 * 2, minutes=person % 12 * 5)
        body: dict[str, Any] = {
            "summary": f"Meeting {number}",
            "start": {"dateTime": start.isoformat(), "timeZone": "Europe/Berlin"},
            "end": {"dateTime": (start + timedelta(minutes=45)).isoformat(), "timeZone": "Europe/Berlin"},
        }
        if number % 20 == 0:
            body["recurrence"] = ["RRULE:FREQ=WEEKLY;COUNT=10"]
        yield body


def _dispatched(workspace: Workspace) -> tuple[float, float]:
    """Simple calls a second, by the wall and by the processor: events.get of one user after the other."""
    core = Core(workspace, Clock(lambda: NOW))
    requests = []
    for calendar in list(workspace.calendars.values())[:200]:
        owner = workspace.directory.users[calendar.owner_id]
        asked = Request.of("POST", "/emulator/v1/page-token", json_body={"user": owner.primary_email})
        headers = {"authorization": f"Bearer {handle(core, asked).json_object()['access_token']}"}
        event_id = next(key for key, event in calendar.events.items() if not event.is_master)
        requests.append(Request.of("GET", _PATH.format(event_id), headers=headers))

    def act() -> int:
        for request in requests * 5:
            if handle(core, request).status != 200:
                raise RuntimeError("A simple call was refused: the benchmark would measure nothing.")
        return len(requests) * 5

    return _rates(act, process_time)


def _rates(act: Callable[[], int], processor: Callable[[], float]) -> tuple[float, float]:
    """Medians of what `act` does a second, by the wall and by `processor`'s clock; the first round does not count."""
    wall, cpu = [], []
    for _ in range(ROUNDS + 1):
        began, spent = perf_counter(), processor()
        done = act()
        wall.append(done / (perf_counter() - began))
        cpu.append(done / max(processor() - spent, 0.01))
    return median(wall[1:]), median(cpu[1:])


def _reads(folder: Path) -> tuple[float, float]:
    """Reads of one event a second over one kept-alive connection, by the wall and by the emulator's processor time."""
    with _serving(folder) as (ready, process):
        url, email = ready["url"], ready["users"][0]
        token = _json(url, "/emulator/v1/page-token", None, {"user": email})["access_token"]
        times = {"start": {"dateTime": NOW.isoformat()}, "end": {"dateTime": NOW.isoformat()}}
        path = _PATH.format(_json(url, _PATH.format("")[:-1], token, {"summary": "Read me", **times})["id"])
        host, _, port = url.removeprefix("http://").rpartition(":")
        head = f"GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\r\n".encode()
        with socket.create_connection((host, int(port))) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return _rates(lambda: _read_often(connection, head, 1000), lambda: _processor_seconds(process.pid))


def _json(url: str, path: str, token: str | None, body: Any) -> Any:
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
    with urlopen(Asked(url + path, json.dumps(body).encode(), headers)) as answer:
        return json.load(answer)


def _read_often(connection: socket.socket, head: bytes, times: int) -> int:
    for _ in range(times):
        connection.sendall(head)
        answer = connection.recv(65536)
        while b"\r\n\r\n" not in answer or not answer.rstrip().endswith(b"}"):
            answer += connection.recv(65536)
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError("A read was refused: the benchmark would measure nothing.")
    return times


def _processor_seconds(pid: int) -> float:
    """What a process has spent; on systems without /proc the wall clock, which is never less."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return perf_counter()
    words = stat.read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
