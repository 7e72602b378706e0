"""Partial responses: the `fields` parameter.

Source: the guides' section on partial responses: `a,b(c,d),e/f,*`. Names that do not exist select nothing.
"""

from typing import Any

from workspace_emulator.json_values import Json
from workspace_emulator.state.errors import ApiError

_NAME_END = frozenset(",()/")


class _Selection(dict[str, "_Selection | None"]):
    """Names to what is selected inside; None is everything."""


def project(value: Json, selector: str) -> Json:
    """The selected part of a response. Raises: ApiError 400 `invalidParameter` for a selector that cannot be read."""
    selection, rest = _parse(selector.replace(" ", ""), 0, selector)
    if rest != len(selector.replace(" ", "")):
        raise _refusal(selector)
    picked = _pick(value, selection)
    return picked if isinstance(picked, dict) else {}


def _pick(value: Any, selection: _Selection | None) -> Any:
    if selection is None:
        return value
    if isinstance(value, list):
        return [_pick(item, selection) for item in value]
    if not isinstance(value, dict):
        return value
    if "*" in selection:
        inner = selection["*"]
        return {name: _pick(item, selection.get(name, inner)) for name, item in value.items()}
    return {name: _pick(item, selection[name]) for name, item in value.items() if name in selection}


def _parse(text: str, at: int, whole: str) -> tuple[_Selection, int]:
    """A comma list that ends at the text's end or at a closing bracket."""
    selection = _Selection()
    while True:
        path, at = _parse_path(text, at, whole)
        inner: _Selection | None = None
        if at < len(text) and text[at] == "(":
            inner, at = _parse(text, at + 1, whole)
            if at >= len(text) or text[at] != ")":
                raise _refusal(whole)
            at += 1
        _add(selection, path, inner)
        if at >= len(text) or text[at] != ",":
            return selection, at
        at += 1


def _parse_path(text: str, at: int, whole: str) -> tuple[list[str], int]:
    names: list[str] = []
    while True:
        start = at
        while at < len(text) and text[at] not in _NAME_END:
            at += 1
        if at == start:
            raise _refusal(whole)
        names.append(text[start:at])
        if at >= len(text) or text[at] != "/":
            return names, at
        at += 1


def _add(selection: _Selection, path: list[str], inner: "_Selection | None") -> None:
    for name in path[:-1]:
        deeper = selection.setdefault(name, _Selection())
        if deeper is None:
            return
        selection = deeper
    last = path[-1]
    old = selection.get(last)
    if last in selection and (old is None or inner is None):
        selection[last] = None
    elif old is not None and inner is not None:
        for name, deeper in inner.items():
            _add(old, [name], deeper)
    else:
        selection[last] = inner


def _refusal(selector: str) -> ApiError:
    message = f"Invalid field selection {selector}"
    return ApiError(400, "invalidParameter", message, "global", "parameter", "fields")
