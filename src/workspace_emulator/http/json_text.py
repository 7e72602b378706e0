"""JSON as Google prints it by default: indented by one space a level.

The standard library's own indenting is pure Python and took a third of the time of every answer.
"""

from json import dumps
from json.encoder import encode_basestring
from typing import Any

_WORDS = {True: "true", False: "false", None: "null"}


def pretty(value: Any) -> str:
    """What `json.dumps(value, indent=1, ensure_ascii=False)` gives."""
    return _pretty(value, "\n")


def compact(value: Any) -> str:
    """The same on one line, without spaces."""
    return dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pretty(value: Any, newline: str) -> str:
    """`newline` ends with the indentation of the line that the value begins on."""
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is dict and value:
        inner = newline + " "
        rows = [
            f"{encode_basestring(name)}: {encode_basestring(item) if type(item) is str else _pretty(item, inner)}"
            for name, item in value.items()
        ]
        return f"{{{inner}{f',{inner}'.join(rows)}{newline}}}"
    if kind is list and value:
        inner = newline + " "
        return f"[{inner}{f',{inner}'.join([_pretty(item, inner) for item in value])}{newline}]"
    if kind is bool or value is None:
        return _WORDS[value]
    return repr(value) if kind is int else dumps(value, ensure_ascii=False)
