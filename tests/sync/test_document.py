"""docs/sync.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from tests.sync.document import CASES, DOCUMENT, TABLES, written

TESTS = Path(__file__).parents[1]


def test_the_tables_in_the_document_are_those_of_the_code() -> None:
    """`make sync-tables` writes them anew."""
    text = DOCUMENT.read_text()
    assert all(f"<!-- {name}: " in text for name in TABLES)
    assert written(text) == text


def test_every_case_of_the_plan_has_a_name_of_its_own() -> None:
    assert len({name for name, *_ in CASES}) == len(CASES)


def test_the_tests_that_the_document_names_exist() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", DOCUMENT.read_text()))
    assert len(named) > 8
    for path, function in named:
        text = (TESTS.parent / path).read_text()
        assert not function or f"def {function}(" in text, f"{path}::{function}"
