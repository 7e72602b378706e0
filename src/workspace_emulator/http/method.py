"""One API method as a row of a table, and the call that its handler gets."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from workspace_emulator.http.message import Request, Result
from workspace_emulator.http.parameters import Parameters
from workspace_emulator.json_values import Json
from workspace_emulator.state.credentials import Grant
from workspace_emulator.state.directory import User
from workspace_emulator.state.workspace import Workspace


@dataclass(slots=True)
class Call:
    """An authorised call on behalf of a user."""

    workspace: Workspace
    now: datetime
    request: Request
    names: dict[str, str]
    """What the path's `{…}` parts hold."""
    user: User
    grant: Grant
    in_batch: bool = False

    @property
    def query(self) -> Parameters:
        return Parameters(self.request)

    def body(self) -> Json:
        return self.request.json_object()


Handler = Callable[[Call], Result]


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a Google API. Without a handler it answers an honest 501."""

    name: str
    verb: str
    path: str
    scopes: frozenset[str]
    handle: Handler | None = None

    @property
    def api(self) -> str:
        return "calendar" if self.name.startswith("calendar.") else "directory"

    @property
    def grpc_name(self) -> str:
        """The name in `ErrorInfo`, as captured for Calendar: `calendar.v3.Events.List`."""
        prefix = {"calendar": "calendar.v3", "directory": "ccc.hosted.frontend.directory.v1"}[self.api]
        words = self.name.split(".")[1:]
        return ".".join([prefix, *(word[0].upper() + word[1:] for word in words)])
