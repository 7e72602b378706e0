"""Google's discovery documents, bundled with its Python client, as an oracle for the shapes of requests and answers."""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "object": dict,
    "array": list,
    "any": object,
}
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", re.IGNORECASE)


def _timestamp(text: str) -> object:
    if not _TIMESTAMP.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text)


_READERS: dict[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "date-time": _timestamp,
    "google-datetime": _timestamp,
    "int32": int,
    "uint32": int,
    "int64": int,
    "uint64": int,
    "double": float,
    "byte": lambda text: urlsafe_b64decode(text + "=" * (-len(text) % 4)),
}
_BOUNDS = {"int32": (-(2**31), 2**31 - 1), "uint32": (0, 2**32 - 1)}


@cache
def discovery(name: str) -> Any:
    """A document by its file name, such as `calendar.v3.json`."""
    return json.loads((files("googleapiclient") / "discovery_cache" / "documents" / name).read_text())


def violations(document: Any, schema: Any, value: Any, where: str = "", *, sent: bool = False) -> list[str]:
    """Where a JSON value breaks a schema: unknown fields, wrong types, formats and choices. Every path once.

    `sent`: of a request's body. A patch takes a field away by null, and 64-bit numbers come bare as well as in quotes.
    """
    if "$ref" in schema:
        schema = document["schemas"][schema["$ref"]]
    if value is None and sent and where:
        return []
    kind = schema.get("type", "any")
    if sent and schema.get("format") == "int64" and isinstance(value, int):
        value = str(value)
    fits = isinstance(value, _TYPES[kind]) and not (kind in {"integer", "number"} and isinstance(value, bool))
    if not fits:
        return [f"{where}: {type(value).__name__} instead of {kind}"]
    found: list[str] = []
    if kind == "array":
        for item in value:
            found += violations(document, schema["items"], item, f"{where}[]", sent=sent)
    elif kind == "object":
        known, others = schema.get("properties", {}), schema.get("additionalProperties")
        for name, item in value.items():
            inner = known.get(name, others)
            if inner is None and known:
                found.append(f"{where}.{name}: unknown")
            elif inner is not None:
                found += violations(document, inner, item, f"{where}.{name}", sent=sent)
    elif kind in {"string", "integer", "number"} and (wrong := malformed(schema, str(value))):
        found.append(f"{where}: {wrong}")
    return sorted(set(found))


def malformed(schema: Any, text: str) -> str:
    """What is wrong with a scalar's text under its format, choices, pattern and bounds; empty if nothing is."""
    form = schema.get("format", "")
    try:
        number = _READERS.get(form, str)(text)
    except ValueError:
        return f"no {form}"
    least, most = _BOUNDS.get(form, (None, None))
    least, most = schema.get("minimum", least), schema.get("maximum", most)
    if isinstance(number, int) and ((least is not None and number < int(least)) or (most and number > int(most))):
        return f"{number} out of bounds"
    if "enum" in schema and text not in schema["enum"]:
        return "none of the choices"
    if "pattern" in schema and not re.search(schema["pattern"], text):
        return "against the pattern"
    return ""
