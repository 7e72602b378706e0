"""Google's indented JSON: FACTS.md, G.1."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from workspace_emulator.http.json_text import pretty
from workspace_emulator.state.event import EventType

_SCALARS = some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text()
_SCALARS |= some.sampled_from(list(EventType))
_VALUES = some.recursive(
    _SCALARS, lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(), inner, max_size=4)
)


@given(_VALUES)
def test_text_is_what_the_standard_library_prints(value: Any) -> None:
    """G.1"""
    assert pretty(value) == json.dumps(value, indent=1, ensure_ascii=False)
