"""A program beside the browser: calls the emulator's Calendar API and control API over HTTP."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import urllib3

EVENTS = "/calendar/v3/calendars/primary/events"


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator with a company of its own."""

    address: str

    def control(self, method: str, path: str, body: object = None) -> Any:
        return _call(method, f"{self.address}/emulator/v1{path}", body, {})

    def calendar_of(self, email: str) -> "CalendarOf":
        token = self.control("POST", "/page-token", {"user": email})["access_token"]
        return CalendarOf(self.address, token)


@dataclass(frozen=True, slots=True)
class CalendarOf:
    """The primary calendar of one user."""

    address: str
    token: str

    def insert(self, title: str, start: str, end: str, zone: str = "Europe/London", **more: object) -> Any:
        """An event between two wall-clock times of the zone ("2027-03-03T09:00"), or on days ("2027-03-03")."""
        kind = "dateTime" if "T" in start else "date"
        times = {
            side: {kind: f"{value}:00" if kind == "dateTime" else value, "timeZone": zone}
            for side, value in (("start", start), ("end", end))
        }
        return self.call("POST", "", {"summary": title, **times, **more})

    def get(self, event_id: str) -> Any:
        return self.call("GET", f"/{quote(event_id)}")

    def patch(self, event_id: str, **changes: object) -> Any:
        return self.call("PATCH", f"/{quote(event_id)}", changes)

    def delete(self, event_id: str) -> None:
        self.call("DELETE", f"/{quote(event_id)}")

    def between(self, first: str, last: str, **query: str) -> list[Any]:
        """What is on the days from `first` to before `last`, instances of series one by one."""
        window = {"timeMin": f"{first}T00:00:00Z", "timeMax": f"{last}T00:00:00Z"}
        page = self.call("GET", f"?{urlencode({'singleEvents': 'true', 'orderBy': 'startTime', **window, **query})}")
        return list(page.get("items", []))

    def times(self, title: str, first: str, last: str) -> list[tuple[str, str]]:
        """Start and end of every event with the title, as the wall clock of the calendar shows them."""
        found = [item for item in self.between(first, last) if item.get("summary") == title]
        return [(_shown(item["start"]), _shown(item["end"])) for item in found]

    def call(self, method: str, path: str, body: object = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        return _call(method, f"{self.address}{EVENTS}{path}", body, headers)


def _shown(point: dict[str, str]) -> str:
    return point["date"] if "date" in point else point["dateTime"][:16]


def _call(method: str, url: str, body: object, headers: dict[str, str]) -> Any:
    content = None if body is None else json.dumps(body)
    answer = urllib3.request(
        method, url, body=content, headers={"Content-Type": "application/json", **headers}, retries=False, timeout=10
    )
    assert answer.status < 300, f"{method} {url}: {answer.status} {answer.data.decode()}"
    return json.loads(answer.data) if answer.data else None
