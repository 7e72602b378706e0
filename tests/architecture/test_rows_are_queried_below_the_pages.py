"""Pages, jobs, messages and commands may name rows, and only operations and the store query or change them.

Rule: docs/decisions/0005. The operator's pages are Django's admin, which is allowed to.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import lockstep

SOURCE = Path(lockstep.__file__).parent
ABOVE = ("cli", "config", "google", "mail", "web", "worker")
FILES = [
    path
    for package in ABOVE
    for path in sorted((SOURCE / package).rglob("*.py"))
    if path.name not in {"operator_admin.py"}
]
QUERYING = {"objects", "_default_manager", "get_object_or_404", "get_list_or_404"}


def queries_in(source: str) -> list[int]:
    """The lines that reach for a manager."""
    nodes = ast.walk(ast.parse(source))
    return [
        node.lineno
        for node in nodes
        if (isinstance(node, ast.Attribute) and node.attr in QUERYING)
        or (isinstance(node, ast.Name) and node.id in QUERYING)
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_it_queries_nothing_itself(path: Path) -> None:
    assert queries_in(path.read_text()) == []


def test_a_query_would_be_found() -> None:
    assert queries_in("from x import Row\n\nRow.objects.filter(a=1)\n") == [3]
