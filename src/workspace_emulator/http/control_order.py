"""One control request on its way to a handler, and how a handler says no."""

from collections.abc import Callable
from dataclasses import dataclass

from workspace_emulator.core import Core
from workspace_emulator.http.message import Request
from workspace_emulator.json_values import Json
from workspace_emulator.state.directory import Group, User
from workspace_emulator.state.roles import KNOWN_PRIVILEGES
from workspace_emulator.state.workspace import Workspace


class Refused(Exception):
    """A control request that cannot be done; one sentence says why."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class Order:
    """What a handler gets. All lookups raise Refused."""

    core: Core
    request: Request
    names: tuple[str, ...]
    """What the path's `*` parts hold, in order."""

    @property
    def workspace(self) -> Workspace:
        return self.core.workspace

    def body(self) -> Json:
        return self.request.json_object()

    def text(self, name: str) -> str:
        """A text that the body must have."""
        value = self.body().get(name)
        if not isinstance(value, str) or not value:
            raise Refused(400, f"The body needs {name!r}.")
        return value

    def user(self, key: str) -> User:
        user = self.workspace.directory.user(key)
        if user is None:
            raise Refused(404, f"There is no user {key}.")
        return user

    def privileges(self, names: list[str]) -> set[str]:
        """Those that mean something here."""
        if unknown := set(names) - KNOWN_PRIVILEGES:
            known = ", ".join(sorted(KNOWN_PRIVILEGES))
            raise Refused(400, f"There is no privilege {min(unknown)!r}; known are {known}.")
        return set(names)

    def group(self, key: str) -> Group:
        group = self.workspace.directory.group(key)
        if group is None:
            raise Refused(404, f"There is no group {key}.")
        return group


OrderHandler = Callable[[Order], Json]
Route = tuple[str, tuple[str, ...], OrderHandler]
"""Verb, path parts below the prefix with `*` for names, handler."""
