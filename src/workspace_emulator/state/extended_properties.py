"""Extended properties of events: limits that Google enforces silently, and merging.

Source: the guide to extended properties. Keys over 44 characters are dropped and values over 1024 truncated without
a word; at most 300 properties and 32 kB, the shared ones and the private ones of every copy together.
"""

from collections.abc import Iterable

from workspace_emulator.json_values import Json
from workspace_emulator.state import errors

KINDS = ("private", "shared")
_KEY_LENGTH, _VALUE_LENGTH, _COUNT, _BYTES = 44, 1024, 300, 32 * 1024


def merged(old: Json | None, new: object, *, keep_old: bool) -> Json:
    """The properties after a write: PATCH keeps what is not named (`keep_old`), PUT and insert do not.

    A value of None removes the key. Raises: ApiError 400 for other than text values and for too many properties.
    """
    if new is not None and not isinstance(new, dict):
        raise errors.invalid("Invalid value for: extendedProperties")
    if not new and not (keep_old and old):
        return {}
    result: Json = {}
    for kind in KINDS:
        before = dict((old or {}).get(kind, {})) if keep_old else {}
        if new is not None and kind in new and new[kind] is None:
            before = {}
        after = before | _cleaned((new or {}).get(kind) or {}, before)
        after = {key: value for key, value in after.items() if value is not None}
        if after:
            result[kind] = after
    check_limits(result)
    return result


def _cleaned(properties: object, before: Json) -> Json:
    if not isinstance(properties, dict):
        raise errors.invalid("Invalid value for: extendedProperties")
    cleaned: Json = {}
    for key, value in properties.items():
        if value is not None and not isinstance(value, str):
            raise errors.invalid("Invalid value for: extendedProperties")
        if len(key) <= _KEY_LENGTH or key in before:
            cleaned[key] = value if value is None else value[:_VALUE_LENGTH]
    return cleaned


def check_limits(properties: Json | None, private_elsewhere: Iterable[Json] = ()) -> None:
    """Of one event: its own properties, and the private ones of its other copies. Raises: ApiError 400."""
    kinds = [*(properties or {}).values(), *private_elsewhere]
    pairs = [pair for kind in kinds for pair in kind.items()]
    size = sum(len(key.encode()) + len(value.encode()) for key, value in pairs)
    if len(pairs) > _COUNT or size > _BYTES:
        raise errors.invalid("Extended properties exceed the limit of 300 properties or 32 kB.")


def match(properties: Json | None, wanted: dict[str, list[tuple[str, str]]], *, every: bool) -> bool:
    """Whether an event's properties meet the filters, by kind; kinds combine with AND.

    `every`: whether several filters of one kind combine with AND (the reference) or OR (the guide): they contradict.
    """
    for kind, pairs in wanted.items():
        held = (properties or {}).get(kind, {})
        hits = [held.get(name) == value for name, value in pairs]
        if hits and not (all(hits) if every else any(hits)):
            return False
    return True
