"""The company of the histories of one test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.convergence.world import Base, prepared


@pytest.fixture
def base(db: None) -> Iterator[Base]:
    with prepared() as base:
        yield base
