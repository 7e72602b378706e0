"""Requests that no sensible client makes, drawn by chance from the very fields and parameters that Google documents."""

import re
from random import Random
from typing import Any

from tests.emulator.schemas import discovery
from tests.emulator.test_discovery import GOOGLES
from tests.emulator.world import ALICE
from workspace_emulator.http.method import Method

_SCHEMAS = {"calendar": discovery("calendar.v3.json")["schemas"]}
_SCHEMAS["directory"] = discovery("admin.directory_v1.json")["schemas"]
TEXTS = ["", " ", "x", "primary", "me", ALICE, "\x00", "😀", "a" * 5_000, "../..", "%", "null", "'", "*", "=", ":"]
TEXTS += ["2026-11-24", "2026-11-24T10:00:00Z", "0000-00-00T99:99:99Z", "9999-12-31T23:59:59-23:59", "Europe/Berlin"]
TEXTS += [
    "-1",
    "1e400",
    "99999999999999999999999999",
    "0x10",
    "true",
    "RRULE:FREQ=SECONDLY",
    "\u0661",
    "items(",
    "a/b,c",
]
_NUMBERS = [0, -1, 1, 2**31, 2**63, 2**70, 1e308, 0.5, -0.0]


def value(random: Random, depth: int = 3) -> Any:
    """Anything that JSON can hold."""
    kind = random.randrange(8 if depth else 5)
    if kind < 3:
        return random.choice(TEXTS)
    if kind == 3:
        return random.choice(_NUMBERS)
    if kind == 4:
        return random.choice([None, True, False])
    if kind == 5:
        return [value(random, depth - 1) for _ in range(random.randrange(4))]
    return {random.choice(TEXTS): value(random, depth - 1) for _ in range(random.randrange(4))}


def body(random: Random, method: Method) -> Any:
    """A body with some of the method's own fields, each with something, seldom the right thing."""
    schema = GOOGLES[_name(method)].get("request")
    return _of_schema(random, _SCHEMAS[method.api], schema, 4) if schema else value(random)


def query(random: Random, method: Method) -> list[tuple[str, str]]:
    """Some of the method's own parameters."""
    known = [name for name, row in GOOGLES[_name(method)].get("parameters", {}).items() if row["location"] == "query"]
    names = [name for name in [*known, "fields", "prettyPrint", "quotaUser", "alt"] if random.random() < 0.3]
    return [(name, random.choice(TEXTS)) for name in names]


def path(random: Random, method: Method, likely: list[str]) -> str:
    """The method's path about something that there may be. Percent-encoded, or as broken as a client can send it."""
    return re.sub(
        r"\{[^}]+\}", lambda _: random.choice([*likely, "x", "%00", "%ff", "%", "%2e%2e", "a%2Fb"]), method.path
    )


def _name(method: Method) -> str:
    return method.name.replace("directory.channels", "admin.channels")


def _of_schema(random: Random, schemas: Any, schema: Any, depth: int) -> Any:
    if "$ref" in schema:
        schema = {"type": "object", "properties": schemas[schema["$ref"]].get("properties", {})}
    if random.random() < 0.25 or depth == 0:
        return value(random, 2)
    if schema.get("type") == "array":
        return [_of_schema(random, schemas, schema["items"], depth - 1) for _ in range(random.randrange(3))]
    if schema.get("type") == "object":
        kept = [name for name in schema.get("properties", {}) if random.random() < 0.3]
        return {name: _of_schema(random, schemas, schema["properties"][name], depth - 1) for name in kept}
    if schema.get("type") == "boolean":
        return random.choice([True, False])
    return random.choice([*schema.get("enum", ()), *TEXTS])
