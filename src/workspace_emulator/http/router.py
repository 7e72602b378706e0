"""From verb and path to a method, by the number and the fixed parts of the path's segments."""

from collections import defaultdict

from workspace_emulator.http import (
    access_rules,
    calendar_list,
    calendars,
    channels,
    directory,
    directory_groups_writes,
    directory_push,
    directory_roles,
    directory_unserved,
    directory_users_writes,
    events,
    free_busy,
    settings,
)
from workspace_emulator.http.message import segments
from workspace_emulator.http.method import Method

METHODS: tuple[Method, ...] = (
    *events.METHODS,
    *channels.METHODS,
    *calendars.METHODS,
    *calendar_list.METHODS,
    *settings.METHODS,
    *access_rules.METHODS,
    *free_busy.METHODS,
    *directory_push.METHODS,
    *directory.METHODS,
    *directory_users_writes.METHODS,
    *directory_groups_writes.METHODS,
    *directory_roles.METHODS,
    *directory_unserved.METHODS,
)


class Router:
    """A table of methods. A fixed segment wins over a name, because the tables list fixed paths first per verb."""

    def __init__(self, methods: tuple[Method, ...]) -> None:
        self._by_shape: defaultdict[tuple[str, int], list[tuple[tuple[str, ...], Method]]] = defaultdict(list)
        for method in methods:
            parts = tuple(method.path.strip("/").split("/"))
            self._by_shape[method.verb, len(parts)].append((parts, method))

    def find(self, verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
        """The method and what its path's `{…}` parts hold."""
        given = segments(path)
        for pattern, method in self._by_shape.get((verb, len(given)), []):
            names = _match(pattern, given)
            if names is not None:
                return method, names
        return None


def _match(pattern: tuple[str, ...], given: tuple[str, ...]) -> dict[str, str] | None:
    names: dict[str, str] = {}
    for expected, part in zip(pattern, given, strict=True):
        if expected.startswith("{"):
            names[expected[1:-1]] = part
        elif expected != part:
            return None
    return names


ROUTER = Router(METHODS)
