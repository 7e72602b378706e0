"""The wire between Lockstep and Google, in one process: requests go to the emulator's dispatcher, and get lost.

Implements `lockstep.google.transport.Transport`. What a fault does to an exchange is the emulator's own business
(`workspace_emulator.faults`); here is only which exchange it strikes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

from tests.convergence.database import Database
from tests.convergence.moments import TICK, Moments
from tests.convergence.points import Killed, Points
from tests.convergence.watch import Exchange, Watch
from urllib3 import HTTPHeaderDict

from lockstep.google.transport import Answer, Deadline, Request
from lockstep.sync.errors import Unreachable
from workspace_emulator.core import Core
from workspace_emulator.http.dispatcher import handle
from workspace_emulator.http.message import Request as GooglesRequest
from workspace_emulator.http.router import ROUTER


@dataclass(slots=True)
class Trouble:
    """A fault that strikes the `countdown`-th call of a method."""

    method: str
    countdown: int
    rule: dict[str, Any]


@dataclass(slots=True)
class Wire:
    core: Core
    moments: Moments
    points: Points
    database: Database
    watch: Watch
    say: Callable[[str], None]
    page_size: int = 2500
    troubles: list[Trouble] = field(default_factory=list)

    def send(self, request: Request, deadline: Deadline) -> Answer:
        deadline.remaining()
        exchange = self._exchange(request)
        self.watch.asked(exchange, depth=self.database.depth())
        self._pass_by(f"before {exchange.name}")
        self._set_faults(exchange.name)
        self.watch.about_to_happen(exchange)
        response = handle(self.core, exchange.request)
        self.core.faults.clear()
        self.moments.pass_on(TICK)
        self.watch.happened(exchange, response.status)
        lost = response.cut or response.half
        self.say(f"    {exchange.line()} {'lost' if lost else response.status}")
        self._pass_by(f"after {exchange.name}")
        if lost:
            raise Unreachable("The connection broke before the answer was complete.")
        self.watch.answered(exchange, response)
        return Answer(response.status, HTTPHeaderDict(response.headers), response.body)

    def _exchange(self, request: Request) -> Exchange:
        parts = urlsplit(request.url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        target = target.replace("maxResults=2500", f"maxResults={self.page_size}")
        theirs = GooglesRequest.of(request.method, target, headers=dict(request.headers), body=request.body or b"")
        found = ROUTER.find(theirs.method, theirs.path)
        name = found[0].name if found else "oauth.token"
        names = found[1] if found else {}
        token = theirs.headers.get("authorization", "").partition(" ")[2]
        grant = self.core.workspace.credentials.grants.get(token)
        user = self.core.workspace.directory.users.get(grant.subject_id or "") if grant else None
        return Exchange(name, theirs, names.get("eventId", ""), user)

    def _pass_by(self, where: str) -> None:
        try:
            self.points.pass_by(where)
        except Killed:
            self.database.dead = True
            raise

    def _set_faults(self, name: str) -> None:
        for trouble in list(self.troubles):
            if not fnmatchcase(name, trouble.method):
                continue
            trouble.countdown -= 1
            if trouble.countdown <= 0:
                self.troubles.remove(trouble)
                self.core.faults.add(trouble.rule)
