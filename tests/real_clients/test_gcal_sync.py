"""An independent synchronisation engine holds what the calendar holds, after any history: FACTS.md, C.2.

gcal-sync keeps masters, exceptions and tombstones by id, as Google's guide to synchronisation says.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest

from tests.emulator.running import Running
from tests.real_clients.conftest import ALICE, BOB, PROGRAMS, Google

pytestmark = pytest.mark.slow
PATH = "/calendar/v3/calendars/primary/events"
MONDAY = datetime(2026, 10, 19, 9, tzinfo=UTC)
RULES = (
    "RRULE:FREQ=DAILY;COUNT=5",
    "RRULE:FREQ=WEEKLY;COUNT=4",
    "RRULE:FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20261130T000000Z",
)


@dataclass
class Author:
    """Somebody who changes the calendar at random, repeatably."""

    emulator: Running
    token: str
    random: Random

    def act(self) -> None:
        known = [item for item in listed(self.emulator, self.token) if item["status"] != "cancelled"]
        acts: list[Callable[[], None]] = [self.insert, self.insert_series, self.invite, self.restore]
        if known:
            event = self.random.choice(known)
            acts += [partial(act, event) for act in (self.change, self.move, self.delete, self.delete)]
        if any("recurrence" in item for item in known):
            acts += [self.change_instance, self.cancel_instance, self.change_rule, self.split, self.answer]
        self.random.choice(acts)()

    def call(self, verb: str, path: str, body: Any = None, *allowed: int) -> None:
        answer = self.emulator.call(verb, PATH + path, self.token, body)
        assert answer.status in (200, 204, *allowed), (verb, path, answer.data)

    def times(self) -> Any:
        start = MONDAY + timedelta(hours=self.random.randrange(24 * 60))
        if self.random.random() < 0.2:
            return {"start": {"date": f"{start:%Y-%m-%d}"}, "end": {"date": f"{start + timedelta(days=1):%Y-%m-%d}"}}
        ends = start + timedelta(minutes=30)
        zone = self.random.choice(["Europe/Berlin", "America/New_York", "Asia/Kolkata"])
        sides = {"start": start, "end": ends}
        return {side: {"dateTime": moment.isoformat(), "timeZone": zone} for side, moment in sides.items()}

    def insert(self) -> None:
        self.call("POST", "", {"summary": f"Single {self.random.randrange(999)}", **self.times()})

    def insert_series(self) -> None:
        self.call("POST", "", {"summary": "Series", "recurrence": [self.random.choice(RULES)], **self.times()})

    def invite(self) -> None:
        self.call("POST", "", {"summary": "Invited", "attendees": [{"email": BOB}], **self.times()})

    def change(self, event: Any) -> None:
        self.call("PATCH", f"/{event['id']}", {"summary": f"Changed {self.random.randrange(999)}"})

    def move(self, event: Any) -> None:
        times = self.times() if "recurrence" not in event and "recurringEventId" not in event else {"location": "Here"}
        if "date" in times.get("start", {}) or "date" in event["start"]:
            times = {"location": "There"}
        self.call("PATCH", f"/{event['id']}", times)

    def delete(self, event: Any) -> None:
        self.call("DELETE", f"/{event['id']}", None, 410)

    def restore(self) -> None:
        """Out of the bin, as a person does it: the same id is alive again."""
        gone = [item for item in listed(self.emulator, self.token, "&showDeleted=true") if bare(item)]
        if gone:
            self.emulator.control("POST", f"calendars/{ALICE}/restore", {"event": self.random.choice(gone)["id"]})

    def split(self) -> None:
        """This and following, as Google's own page does it; a first instance is refused."""
        self.emulator.control("POST", f"calendars/{ALICE}/split", {"instance": self.instance()})

    def answer(self) -> None:
        """A guest says yes, which changes the organizer's copy."""
        invited = [item for item in listed(self.emulator, self.token) if item.get("attendees")]
        if invited:
            path = f"{PATH}/{self.random.choice(invited)['id']}"
            body = {"attendees": [{"email": BOB, "responseStatus": "accepted"}]}
            assert self.emulator.call("PATCH", path, self.emulator.token(BOB), body).status in (200, 404, 410)

    def instance(self) -> str:
        masters = [item for item in listed(self.emulator, self.token) if "recurrence" in item]
        path = f"{PATH}/{self.random.choice(masters)['id']}/instances"
        items = self.emulator.call("GET", path, self.token).json()["items"]
        return str(self.random.choice(items)["id"]) if items else "missing"

    def change_instance(self) -> None:
        self.call("PATCH", f"/{self.instance()}", {"summary": "Exception"}, 404)

    def cancel_instance(self) -> None:
        self.call("DELETE", f"/{self.instance()}", None, 404, 410)

    def change_rule(self) -> None:
        masters = [item for item in listed(self.emulator, self.token) if "recurrence" in item]
        if masters:
            self.call("PATCH", f"/{self.random.choice(masters)['id']}", {"recurrence": [self.random.choice(RULES)]})


def listed(emulator: Running, token: str, more: str = "") -> list[Any]:
    items: list[Any] = emulator.call("GET", f"{PATH}?maxResults=2500{more}", token).json()["items"]
    return items


def bare(item: Any) -> bool:
    """Whether it is a deleted event and no cancelled instance of a series."""
    return item["status"] == "cancelled" and "recurringEventId" not in item


@contextmanager
def engine(google: Google, token: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(PROGRAMS / "gcal_sync_client.py"), token, "primary"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=google.environment) as process:
        try:
            yield process
        finally:
            process.kill()


def synchronised(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What the engine's store holds after one more synchronisation."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("now\n")
    process.stdin.flush()
    held: dict[str, Any] = json.loads(process.stdout.readline())
    return held


def essence(items: list[Any]) -> dict[str, Any]:
    """What both sides tell of what is not cancelled, and of the cancelled instances of living series."""
    masters = {item["id"] for item in items if item["status"] != "cancelled"}
    return {
        item["id"]: [item["status"], *([item.get("summary"), _moment(item["start"])] if alive else [])]
        for item in items
        for alive in [item["status"] != "cancelled"]
        if alive or series_of(item) in masters
    }


def series_of(item: Any) -> str | None:
    found: str | None = item.get("recurringEventId") or item.get("recurring_event_id")
    return found


def _moment(value: Any) -> str:
    timed = value.get("dateTime") or value.get("date_time")
    return str(value["date"]) if not timed else datetime.fromisoformat(timed).astimezone(UTC).isoformat()


@pytest.mark.parametrize("seed", range(3))
def test_its_store_equals_the_calendar_after_any_history(google: Google, seed: int) -> None:
    """C.2, C.3, C.4"""
    token = google.emulator.token(ALICE)
    author = Author(google.emulator, token, Random(seed))  # noqa: S311  (a repeatable history, nothing secret)
    with engine(google, token) as process:
        for step in range(60):
            author.act()
            if author.random.random() < 0.2:
                held = synchronised(process)
                assert essence(list(held.values())) == essence(listed(google.emulator, token)), (seed, step)
        assert essence(list(synchronised(process).values())) == essence(listed(google.emulator, token))


def test_a_lost_token_makes_it_read_everything_anew(google: Google) -> None:
    """C.2: 410"""
    token = google.emulator.token(ALICE)
    author = Author(google.emulator, token, Random(9))  # noqa: S311  (as above)
    with engine(google, token) as process:
        author.insert()
        synchronised(process)
        google.emulator.control("POST", f"calendars/{ALICE}/end-sync-tokens")
        for item in listed(google.emulator, token):
            author.delete(item)
        author.insert()
        assert essence(list(synchronised(process).values())) == essence(listed(google.emulator, token))
