"""The whole demo, as somebody at a terminal has it: real programs, real ports, real signals."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.database_server.processes import WITH_LOCKSTEP, eventually

from lockstep.cli import ports

pytestmark = pytest.mark.slow

LOCKSTEP = (sys.executable, "-m", "lockstep.cli.main")
STARTED_WITHIN_SECONDS = 90


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="lockstep-test-"))
    folder.chmod(0o711)
    yield folder / "home"
    shutil.rmtree(folder, ignore_errors=True)


class Demo:
    """A demo in a process of its own."""

    def __init__(self, home: Path, *options: str) -> None:
        self.home = home
        self.output = home.parent / "output"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*LOCKSTEP, "demo", *options], env=surroundings(home), stdout=output, stderr=output
            )

    @property
    def printed(self) -> str:
        return self.output.read_text()

    def is_ready(self) -> bool:
        return eventually(
            lambda: "The demo is ready" in self.printed or self.process.poll() is not None, STARTED_WITHIN_SECONDS
        ) and (self.process.poll() is None)

    @property
    def memory(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.home / "demo.json").read_text())
        return found

    def processes(self) -> list[int]:
        """Everything that works for this demo: it, what it started, and what those started."""
        return [
            int(entry.name) for entry in Path("/proc").glob("[0-9]*") if str(self.home).encode() in _asked_for(entry)
        ]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def _asked_for(process: Path) -> bytes:
    """A process's command line and environment; every program of a demo has the home in one of them."""
    found = b""
    for name in ("cmdline", "environ"):
        try:
            found += (process / name).read_bytes()
        except OSError:
            continue
    return found


def surroundings(home: Path) -> dict[str, str]:
    left_out = {"DATABASE_URL", "LOCKSTEP_PUBLIC_URL", "LOCKSTEP_SECRET_KEY"}
    return {**{key: value for key, value in WITH_LOCKSTEP.items() if key not in left_out}, "LOCKSTEP_HOME": str(home)}


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*LOCKSTEP, *arguments], env=surroundings(home), capture_output=True, text=True, check=False, timeout=90
    )


def status_of(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return int(answer.status)


def test_a_demo_starts_says_where_it_is_and_stops_without_a_trace(home: Path) -> None:
    demo = Demo(home, "--port", str(ports.any_free_port()))
    try:
        assert demo.is_ready(), demo.printed
        assert "it@harbour.example" in demo.printed
        assert demo.memory["url"] in demo.printed
        assert status_of(f"{demo.memory['url']}/healthz") == 200
        assert status_of(f"{demo.memory['emulator_url']}/ui/admin") == 200

        second = run(home, "demo")
        assert second.returncode == 1
        assert f"runs already: {demo.memory['url']}" in second.stderr

        shared = run(home, "migrate")
        assert (shared.returncode, shared.stderr) == (0, "")
        assert status_of(f"{demo.memory['url']}/healthz") == 200

        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(timeout=60) == 0
        assert "Stopped. The data is kept" in demo.printed
        assert demo.processes() == []
    finally:
        demo.kill()


def test_a_demo_keeps_its_data_and_its_ports_and_leaves_nothing_behind_when_it_is_killed(home: Path) -> None:
    port = str(ports.any_free_port())
    first = Demo(home, "--port", port)
    try:
        assert first.is_ready(), first.printed
        before = first.memory
        key = (home / "secret-key").read_text()
        first.process.kill()
        assert eventually(lambda: first.processes() in ([], [os.getpid()]), 30), first.processes()
    finally:
        first.kill()

    again = Demo(home)
    try:
        assert again.is_ready(), again.printed
        assert (again.memory["url"], again.memory["emulator_url"]) == (before["url"], before["emulator_url"])
        assert (home / "secret-key").read_text() == key
        again.process.send_signal(signal.SIGTERM)
        assert again.process.wait(timeout=60) == 0
        assert again.processes() == []
    finally:
        again.kill()


def test_a_reset_says_what_it_removed_and_starts_afresh(home: Path) -> None:
    (home / "postgres" / "data").mkdir(parents=True)
    (home / "postgres" / "data" / "PG_VERSION").write_text("12\n")
    refused = run(home, "demo")
    assert refused.returncode == 1
    assert "made by PostgreSQL 12" in refused.stderr
    assert "make demo-reset" in refused.stderr

    demo = Demo(home, "--reset")
    try:
        assert demo.is_ready(), demo.printed
        assert f"removed {home / 'postgres'}" in demo.printed
        demo.process.send_signal(signal.SIGTERM)
        assert demo.process.wait(timeout=60) == 0
    finally:
        demo.kill()


def test_a_port_that_was_asked_for_and_is_taken_stops_the_demo_before_it_starts_anything(home: Path) -> None:
    with socket.socket() as listener:
        listener.bind((ports.HOST, 0))
        listener.listen()
        port = listener.getsockname()[1]
        refused = run(home, "demo", "--port", str(port))
    assert refused.returncode == 1
    assert f"Port {port} for the web pages is taken by" in refused.stderr
    assert not (home / "postgres").exists()
