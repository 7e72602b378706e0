"""Two workers, PostgreSQL and the emulator as real processes, killed at random moments: nothing is lost or doubled.

A loop of some seconds, with people booking in Lockstep and in Google meanwhile. The seed decides who is killed when;
what the processes do then is theirs, so a failure here is not played again to the letter, as histories are.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import urllib3

from lockstep.database_server.folders import choose_folders, remove_server_files
from lockstep.database_server.postmaster import running_postmaster
from lockstep.database_server.server import EmbeddedServer

ROOT = Path(__file__).parents[2]
SECONDS = 60.0
SEED = 4
PATIENCE_SECONDS = 780.0
"""A worker that died holds its lease for ninety seconds."""
PEOPLE = ("alice@cedar.example", "bob@cedar.example", "carol@cedar.example")
GROUP = "advisers@cedar.example"
Json = dict[str, Any]


@dataclass(slots=True)
class Program:
    """A process that is started again whenever it has ended."""

    command: list[str]
    environment: dict[str, str]
    output: Path
    process: subprocess.Popen[bytes] | None = None
    kills: int = 0

    def keep_running(self) -> None:
        if self.process is None or self.process.poll() is not None:
            with self.output.open("ab") as output:
                self.process = subprocess.Popen(
                    self.command, env=self.environment, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
                )

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
            self.kills += 1

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@dataclass(slots=True)
class Scene:
    """The programs of one run."""

    root: Path
    data: Path
    emulator: Program
    workers: list[Program]
    environment: dict[str, str]
    url: str
    database_kills: int = 0

    def keep_running(self) -> None:
        for program in (self.emulator, *self.workers):
            program.keep_running()

    def kill_database(self) -> None:
        """Its server, with everything that it had in memory; it is started again by whoever watches it."""
        pid = running_postmaster(self.data)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            self.database_kills += 1

    def lockstep(self, *arguments: str) -> str:
        """What a program of Lockstep's side prints. Raises: CalledProcessError."""
        command = [sys.executable, "-m", "tests.convergence.real_side", *arguments]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        return done.stdout

    def google(self, verb: str, path: str, body: Json | None = None, token: str = "") -> Json:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        content = None if body is None else json.dumps(body).encode()
        answer = urllib3.request(verb, f"{self.url}{path}", body=content, headers=headers, retries=False, timeout=5)
        assert answer.status in (200, 204), f"{verb} {path}: {answer.status}"
        return dict(answer.json()) if answer.data else {}

    def events(self, email: str) -> list[Json]:
        """The person's events as they are in Google."""
        token = self.google("POST", "/emulator/v1/page-token", {"user": email})["access_token"]
        path = "/calendar/v3/calendars/primary/events?maxResults=2500"
        return list(self.google("GET", path, token=token)["items"])

    def add_private_event(self, email: str, start: datetime) -> None:
        token = self.google("POST", "/emulator/v1/page-token", {"user": email})["access_token"]
        end = start + timedelta(minutes=20)
        times = {"start": {"dateTime": start.isoformat()}, "end": {"dateTime": end.isoformat()}}
        self.google("POST", "/calendar/v3/calendars/primary/events", {"summary": "Own", **times}, token)


def _until(what: str, scene: Scene, holds: Callable[[], bool]) -> None:
    """Wait for it, for some minutes at most; a program that is down just now counts as "not yet"."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        scene.keep_running()
        try:
            if holds():
                return
        except (AssertionError, urllib3.exceptions.HTTPError, subprocess.CalledProcessError):
            pass
        time.sleep(0.5)
    raise AssertionError(f"It never came to this: {what}")


@contextmanager
def _scene(root: Path) -> Iterator[Scene]:
    """PostgreSQL, the emulator with Cedar Bank's people, and two workers; nothing is connected yet."""
    root.chmod(0o711)  # Root's server runs as another account, which has to pass through.
    key_file, port = root / "key.json", _free_port()
    with EmbeddedServer(root / "postgres", durable=False) as database:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "lockstep.config.settings",
            "LOCKSTEP_SECRET_KEY": "for a test",
            "LOCKSTEP_PUSH_URL": "",
            "LOCKSTEP_GOOGLE_SERVICE_ACCOUNT_FILE": str(key_file),
            "LOCKSTEP_GOOGLE_CALENDAR_URL": f"http://127.0.0.1:{port}",
            "LOCKSTEP_GOOGLE_DIRECTORY_URL": f"http://127.0.0.1:{port}",
        }
        serve = ["tests.convergence.durable_emulator", str(port), str(root / "state.json"), str(key_file)]
        emulator = Program([sys.executable, "-m", *serve], environment, root / "emulator.log")
        worker = [sys.executable, "-m", "lockstep.cli.main", "worker", "--once"]
        workers = [Program(worker, environment, root / f"worker{number}.log") for number in range(2)]
        scene = Scene(
            root, choose_folders(root / "postgres")[0].data, emulator, workers, environment, f"http://127.0.0.1:{port}"
        )
        try:
            yield scene
        finally:
            for program in (*workers, emulator):
                program.end()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _settle_in(scene: Scene) -> None:
    """People at Google, the company connected, everybody's calendar read."""
    scene.emulator.keep_running()

    def answers() -> bool:
        return bool(scene.google("GET", "/emulator/v1/state"))

    _wait(answers, scene.emulator)
    for email in PEOPLE:
        scene.google("POST", "/emulator/v1/users", {"email": email, "time_zone": "America/Halifax"})
    scene.google("POST", "/emulator/v1/groups", {"email": GROUP, "name": "Advisers"})
    for email in PEOPLE:
        scene.google("PUT", f"/emulator/v1/groups/{GROUP}/members/{email}", {})
    scene.lockstep("begin")


def _wait(holds: Callable[[], bool], program: Program) -> None:
    for _ in range(240):
        try:
            if holds():
                return
        except (AssertionError, urllib3.exceptions.HTTPError):
            time.sleep(0.25)
    raise AssertionError(f"The emulator does not answer:\n{program.output.read_text()[-2000:]}")


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_when_every_process_is_killed_again_and_again() -> None:
    random = Random(SEED)  # noqa: S311  (a test, nothing secret)
    root = Path(tempfile.mkdtemp(prefix="lockstep-kills-"))
    try:
        with _scene(root) as scene:
            _settle_in(scene)
            scene.keep_running()
            own = _live_through(scene, random)
            _until("everything done, and both sides alike", scene, lambda: _is_settled(scene, own))
            assert scene.database_kills > 1
            assert all(program.kills > 1 for program in (scene.emulator, *scene.workers))
    finally:
        remove_server_files(root / "postgres")
        shutil.rmtree(root, ignore_errors=True)


def _live_through(scene: Scene, random: Random) -> dict[str, list[datetime]]:
    """Some time in which people are busy on both sides and processes die; the private events that Google took."""
    command = [sys.executable, "-m", "tests.convergence.real_side", "live", str(SEED)]
    own: dict[str, list[datetime]] = {email: [] for email in PEOPLE}
    tomorrow = datetime.now(UTC).replace(hour=13, minute=0, second=0, microsecond=0) + timedelta(days=1)
    with (scene.root / "people.log").open("wb") as output:
        people = subprocess.Popen(command, env=scene.environment, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    try:
        give_up = time.monotonic() + SECONDS
        while time.monotonic() < give_up:
            scene.keep_running()
            time.sleep(random.uniform(0.5, 2.5))
            victim = random.choice([scene.emulator.kill, *(each.kill for each in scene.workers), scene.kill_database])
            victim()
            email = random.choice(PEOPLE)
            start = tomorrow + timedelta(days=random.randrange(4), minutes=30 * random.randrange(16) + 5)
            with suppress(AssertionError, urllib3.exceptions.HTTPError):
                scene.keep_running()
                scene.add_private_event(email, start)
                own[email].append(start)
    finally:
        people.kill()
        people.wait()
    return own


def _is_settled(scene: Scene, own: dict[str, list[datetime]]) -> bool:
    stands = json.loads(scene.lockstep("verdict"))
    if stands["open"]:
        return False
    ours: list[tuple[str, str]] = []
    for email in PEOPLE:
        events = [each for each in scene.events(email) if each["status"] != "cancelled"]
        marked = [each for each in events if "lockstep" in each.get("extendedProperties", {}).get("private", {})]
        ours += [(email, _instant(each)) for each in marked]
        # Whatever was taken by Google is still there, and takes its owner's time in Lockstep.
        private = {_instant(each) for each in events if each not in marked}
        busy = {start for who, start in stands["busy"] if who == email}
        assert {start.isoformat() for start in own[email]} <= private
        assert private == busy
    assert stands["made"] > 3
    return sorted(ours) == sorted((who, start) for who, start in stands["booked"])


def _instant(event: Json) -> str:
    return datetime.fromisoformat(event["start"]["dateTime"]).astimezone(UTC).isoformat()
