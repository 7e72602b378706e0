"""Google's side of a test: a running Workspace emulator, and what people and administrators do there.

Everything goes over HTTP, to the Calendar API as the person themselves and to the emulator's control API; nothing here
knows Lockstep's own client.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import urllib3

SECONDS_TO_START = 30.0
SOURCES = Path(__file__).parents[1] / "src"
WRITES = frozenset(f"calendar.events.{name}" for name in ("insert", "patch", "update", "delete", "import", "move"))

Json = dict[str, Any]


@dataclass(slots=True)
class GoogleSide:
    """The emulator: who is there, what they do, what goes wrong."""

    address: str
    key_file: Path
    tokens: dict[str, str] = field(default_factory=dict)

    def control(self, verb: str, path: str, /, **body: Any) -> Any:
        """Change something behind Google's back."""
        return self._call(verb, f"/emulator/v1/{path}", body or None, {})

    def begin(self, seed: str, now: datetime) -> None:
        """Start anew with a seed's company, at `now`."""
        self.tokens.clear()
        self.control("POST", "reset", seed=seed)
        self.control("POST", "clock", now=now.isoformat())

    def fault(self, **rule: Any) -> None:
        self.control("POST", "faults", **rule)

    def mend(self) -> None:
        """Every scripted fault is over."""
        self.control("DELETE", "faults")

    def switch(self, **switches: Any) -> None:
        self.control("PATCH", "switches", **switches)

    def person(self, email: str) -> Person:
        return Person(self, email)

    def requests(self, after: int = 0) -> list[Json]:
        found: list[Json] = self.control("GET", f"requests?after={after}")["requests"]
        return found

    def last_request(self) -> int:
        return max((each["n"] for each in self.requests()), default=0)

    def writes(self, after: int = 0) -> list[str]:
        """The writing calls that were made, whoever made them and whatever came of them."""
        return [each["google_method"] for each in self.requests(after) if each["google_method"] in WRITES]

    def call_as(self, email: str, verb: str, path: str, body: Json | None = None, **query: Any) -> Any:
        """A call to one of Google's APIs on behalf of a person. An answer that is no success fails the test."""
        if email not in self.tokens:
            self.tokens[email] = self.control("POST", "page-token", user=email)["access_token"]
        pairs = f"?{urlencode(query)}" if query else ""
        return self._call(verb, f"{path}{pairs}", body, {"Authorization": f"Bearer {self.tokens[email]}"})

    def _call(self, verb: str, path: str, body: Json | None, headers: dict[str, str]) -> Any:
        content = None if body is None else json.dumps(body).encode()
        answer = urllib3.request(
            verb,
            f"{self.address}{path}",
            body=content,
            headers={"Content-Type": "application/json", **headers},
            retries=False,
            timeout=20,
        )
        assert answer.status in (200, 204), f"{verb} {path}: {answer.status} {answer.data!r}"
        return answer.json() if answer.data else None


@dataclass(frozen=True, slots=True)
class Person:
    """What somebody does in their own primary calendar."""

    google: GoogleSide
    email: str

    def add(self, start: datetime | date, end: datetime | date, **fields: Any) -> str:
        """A new event; its id."""
        body = {"summary": "Private matter", **times(start, end), **fields}
        made = self._call("POST", "", body)
        return str(made["id"])

    def change(self, event_id: str, **fields: Any) -> Json:
        changed: Json = self._call("PATCH", f"/{quote(event_id)}", fields)
        return changed

    def move(self, event_id: str, start: datetime | date, end: datetime | date) -> Json:
        return self.change(event_id, **times(start, end))

    def delete(self, event_id: str) -> None:
        self._call("DELETE", f"/{quote(event_id)}", None)

    def restore(self, event_id: str) -> None:
        """Take it out of the bin."""
        self.change(event_id, status="confirmed")

    def get(self, event_id: str) -> Json:
        found: Json = self._call("GET", f"/{quote(event_id)}", None)
        return found

    def events(self) -> list[Json]:
        """All that is not deleted."""
        found: list[Json] = self._call("GET", "", None, maxResults=2500)["items"]
        return [each for each in found if each["status"] != "cancelled"]

    def instances(self, event_id: str, time_min: datetime, time_max: datetime) -> list[Json]:
        window = {"timeMin": time_min.isoformat(), "timeMax": time_max.isoformat()}
        found: list[Json] = self._call("GET", f"/{quote(event_id)}/instances", None, **window)["items"]
        return found

    def _call(self, verb: str, rest: str, body: Json | None, **query: Any) -> Any:
        return self.google.call_as(self.email, verb, f"/calendar/v3/calendars/primary/events{rest}", body, **query)


def times(start: datetime | date, end: datetime | date) -> Json:
    """An event's `start` and `end`; the kind that it was before is taken away, so that this fits a patch as well."""
    return {"start": _moment(start), "end": _moment(end)}


def _moment(moment: datetime | date) -> Json:
    if isinstance(moment, datetime):
        named = getattr(moment.tzinfo, "key", None)
        return {"dateTime": moment.isoformat(), "date": None, **({"timeZone": named} if named else {})}
    return {"date": moment.isoformat(), "dateTime": None, "timeZone": None}


@contextmanager
def running_emulator(folder: Path) -> Iterator[GoogleSide]:
    """The emulator as a program of its own, until the end of the block."""
    key_file, output = folder / "service-account.json", folder / "output"
    command = [sys.executable, "-m", "workspace_emulator", "serve", "--port", "0", "--seed", "small"]
    with output.open("wb") as writing:
        process = subprocess.Popen(
            [*command, "--service-account-out", str(key_file)],
            env={**os.environ, "PYTHONPATH": str(SOURCES)},
            stdout=writing,
            stderr=subprocess.STDOUT,
        )
    try:
        yield GoogleSide(_address(process, output), key_file)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _address(process: subprocess.Popen[bytes], output: Path) -> str:
    """Where it answers: the JSON line that it prints once it is ready says so."""
    give_up = datetime.now(UTC) + timedelta(seconds=SECONDS_TO_START)
    while datetime.now(UTC) < give_up and process.poll() is None:
        for line in output.read_text().splitlines():
            if line.startswith("{"):
                return str(json.loads(line)["url"])
        time.sleep(0.05)
    process.kill()
    raise AssertionError(f"The emulator did not start:\n{output.read_text()}")
