"""Google's discovery documents, bundled with its Python client, as an oracle for the shapes of answers."""

import json
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


@cache
def discovery(name: str) -> Any:
    """A document by its file name, such as `calendar.v3.json`."""
    return json.loads((files("googleapiclient") / "discovery_cache" / "documents" / name).read_text())


def violations(document: Any, schema: Any, value: Any, where: str = "") -> list[str]:
    """Where a JSON value breaks a schema: unknown fields, wrong types. Every path once."""
    if "$ref" in schema:
        return violations(document, document["schemas"][schema["$ref"]], value, where)
    kind = schema.get("type", "any")
    fits = isinstance(value, _TYPES[kind]) and not (kind == "integer" and isinstance(value, bool))
    if not fits:
        return [f"{where}: {type(value).__name__} instead of {kind}"]
    found: list[str] = []
    if kind == "array":
        for item in value:
            found += violations(document, schema["items"], item, f"{where}[]")
    elif kind == "object":
        known, others = schema.get("properties", {}), schema.get("additionalProperties")
        for name, item in value.items():
            inner = known.get(name, others)
            if inner is None and known:
                found.append(f"{where}.{name}: unknown")
            elif inner is not None:
                found += violations(document, inner, item, f"{where}.{name}")
    return sorted(set(found))
