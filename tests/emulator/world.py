"""A small Workspace customer in this process, and people who call its APIs without a socket."""

import json
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from tests.emulator.exchanges import Exchange, breaches
from workspace_emulator.clock import Clock
from workspace_emulator.core import Core
from workspace_emulator.http.dispatcher import handle
from workspace_emulator.http.message import Request, Response
from workspace_emulator.seed.model import Seed, SeedGroup, SeedMember, SeedUser
from workspace_emulator.seeding import new_service_account, workspace_of
from workspace_emulator.state.channels import Notification
from workspace_emulator.state.credentials import ServiceAccount

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ALICE, BOB, CHARLIE, ADMIN = (f"{name}@bank.example" for name in ("alice", "bob", "charlie", "admin"))
CALENDAR_SCOPE = "https://www.googleapis.com/auth/calendar"
USERS_SCOPE = "https://www.googleapis.com/auth/admin.directory.user.readonly"
GROUPS_SCOPE = "https://www.googleapis.com/auth/admin.directory.group.readonly"
BERLIN = "Europe/Berlin"


def bank() -> Seed:
    """An administrator, three people, a nested group and a group of everyone."""
    return Seed(
        name="bank",
        customer_id="C0bank",
        domain="bank.example",
        users=(
            SeedUser(ADMIN, "Ada", "Admin", is_admin=True),
            SeedUser(ALICE, "Alice", "Archer", BERLIN, aliases=("al@bank.example",)),
            SeedUser(BOB, "Bob", "Baker", BERLIN),
            SeedUser(CHARLIE, "Charlie", "Cooper", "America/New_York"),
        ),
        groups=(
            SeedGroup("tellers@bank.example", "Tellers", (SeedMember(BOB),)),
            SeedGroup(
                "staff@bank.example",
                "Staff",
                (SeedMember(ALICE, role="OWNER"), SeedMember("tellers@bank.example", "GROUP")),
            ),
            SeedGroup("all@bank.example", "Everyone", (SeedMember(None, "CUSTOMER"),)),
        ),
        delegated_scopes=frozenset({CALENDAR_SCOPE, USERS_SCOPE}),
    )


@cache
def account() -> ServiceAccount:
    """One key for all tests: making one takes a tenth of a second."""
    return new_service_account("robot@project-one.iam.gserviceaccount.com", "100000000000000000042")


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def reason(self) -> str:
        return str(self.json["error"]["errors"][0]["reason"])

    @property
    def message(self) -> str:
        return str(self.json["error"]["message"])


@dataclass
class World:
    """The emulator of one test. Its clock stands still until it is moved."""

    core: Core
    moment: list[datetime]
    sent: list[Notification] = field(default_factory=list)
    hears_nonsense: bool = False
    """Requests are not as Google documents them, on purpose."""

    @classmethod
    def of(cls, seed: Seed | None = None) -> "World":
        moment = [NOW]
        clock = Clock(lambda: moment[0])
        held = deepcopy(account())
        workspace = workspace_of(seed or bank(), NOW, held, Random(7))  # noqa: S311  (repeatable ids, nothing secret)
        world = cls(Core(workspace, clock), moment)
        world.core.deliver = world.sent.extend
        return world

    def wait(self, **duration: float) -> None:
        self.moment[0] += timedelta(**duration)

    def call(self, request: Request) -> Response:
        """Every exchange is checked against Google's discovery documents."""
        response = handle(self.core, request)
        target = f"{request.path}?{urlencode(request.query)}"
        made = request.method, target, request.headers, request.body
        if not response.cut:
            exchange = Exchange(*made, response.status, response.headers, response.body)
            found = breaches(exchange, of_request=not self.hears_nonsense)
            assert not found, found
        return response

    def control(self, method: str, path: str, body: Any = None) -> Answer:
        response = self.call(Request.of(method, f"/emulator/v1/{path}", json_body=body))
        return Answer(response.status, response.headers, response.body)

    def switch(self, **switches: Any) -> None:
        answer = self.control("PATCH", "switches", switches)
        assert answer.status == 200, answer.body

    def person(self, email: str) -> "Person":
        token = self.control("POST", "page-token", {"user": email}).json["access_token"]
        return Person(self, token)


@dataclass
class Person:
    """Calls on behalf of one user, with all scopes."""

    world: World
    token: str

    def call(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **query: Any
    ) -> Answer:
        pairs = [
            (key, item) for key, value in query.items() for item in (value if isinstance(value, list) else [value])
        ]
        text = urlencode([(key, str(item).lower() if isinstance(item, bool) else item) for key, item in pairs])
        sent = {"authorization": f"Bearer {self.token}", **(headers or {})}
        response = self.world.call(Request.of(method, f"{path}?{text}", headers=sent, json_body=body))
        return Answer(response.status, response.headers, response.body)

    def directory(self, path: str, **query: Any) -> Answer:
        return self.call("GET", f"/admin/directory/v1/{path}", **query)

    def events(self, calendar: str = "primary", **query: Any) -> Answer:
        return self.call("GET", f"/calendar/v3/calendars/{quote(calendar)}/events", **query)

    def event(self, event_id: str, calendar: str = "primary", **query: Any) -> Answer:
        return self.call("GET", f"/calendar/v3/calendars/{quote(calendar)}/events/{event_id}", **query)

    def insert(self, body: Any, calendar: str = "primary", **query: Any) -> Answer:
        return self.call("POST", f"/calendar/v3/calendars/{quote(calendar)}/events", body, **query)

    def patch(self, event_id: str, body: Any, headers: dict[str, str] | None = None, **query: Any) -> Answer:
        return self.call("PATCH", f"/calendar/v3/calendars/primary/events/{event_id}", body, headers, **query)

    def put(self, event_id: str, body: Any, headers: dict[str, str] | None = None, **query: Any) -> Answer:
        return self.call("PUT", f"/calendar/v3/calendars/primary/events/{event_id}", body, headers, **query)

    def delete(self, event_id: str, headers: dict[str, str] | None = None, **query: Any) -> Answer:
        return self.call("DELETE", f"/calendar/v3/calendars/primary/events/{event_id}", None, headers, **query)

    def made(self, body: Any, **query: Any) -> Any:
        """An inserted event's JSON."""
        answer = self.insert(body, **query)
        assert answer.status == 200, answer.body
        return answer.json

    def sync_token(self, **query: Any) -> str:
        """The token at the end of a full list."""
        answer = self.events(**query)
        while "nextPageToken" in answer.json:
            answer = self.events(**query, pageToken=answer.json["nextPageToken"])
        return str(answer.json["nextSyncToken"])


def meeting(summary: str = "Talk", start: str = "2026-11-24T10:00:00+01:00", minutes: int = 30, **more: Any) -> Any:
    """A timed event in Berlin."""
    end = (datetime.fromisoformat(start) + timedelta(minutes=minutes)).isoformat()
    times = {"start": {"dateTime": start, "timeZone": BERLIN}, "end": {"dateTime": end, "timeZone": BERLIN}}
    return {"summary": summary, **times, **more}


def days(first: str, last: str, **more: Any) -> Any:
    """An all-day event; `last` is exclusive."""
    return {"summary": "Days", "start": {"date": first}, "end": {"date": last}, **more}
