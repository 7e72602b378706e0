"""Test modules have names of their own: of two with one name, pytest would find only the first."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_no_two_test_modules_share_a_name() -> None:
    plain = [path for path in TESTS.rglob("test_*.py") if not (path.parent / "__init__.py").exists()]
    names = Counter(path.name for path in plain)
    assert [name for name, count in names.items() if count > 1] == []
