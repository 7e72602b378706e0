"""The histories are themselves tested: every bug of the list is found by the seed that docs/sync.md names.

Each runs in a program of its own, on this runner's database, of which it keeps nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from tests.convergence.mutants import MUTANTS, changed
from tests.convergence.mutating import MOST_SEEDS, found_in, recorded
from tests.convergence.soak import renamed

SOURCES = Path(__file__).parents[2] / "src"


@pytest.fixture
def address(db: None, database_url: str) -> str:
    """Of this runner's database, as a program is told it."""
    return renamed(database_url, str(connection.settings_dict["NAME"]))


@pytest.mark.parametrize("name", MUTANTS)
def test_a_bug_has_its_place_in_the_engine(name: str) -> None:
    """Else it would be harmless, and nobody would know."""
    mutant = MUTANTS[name]
    module = SOURCES / f"{mutant.module.replace('.', '/')}.py"
    compile(changed(module.read_text(), mutant), name, "exec")


def test_every_bug_is_in_the_document() -> None:
    """`make mutants` writes it."""
    assert list(recorded()) == list(MUTANTS)


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_a_bug_is_found(name: str, address: str) -> None:
    """By the seed that found it last, or, where the engine has changed since, by another."""
    seed = recorded()[name]
    found = found_in(name, address, f"{seed}-{seed}")
    if not found.by:
        found = found_in(name, address, f"1-{MOST_SEEDS}")
    assert found.by
