"""Both sides for the tests of synchronisation: one emulator for the run, begun anew for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.cast import Company, found
from tests.google_side import GoogleSide, running_emulator
from tests.operations import world as worlds
from tests.operations.world import World


@pytest.fixture(scope="session")
def google(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoogleSide]:
    with running_emulator(tmp_path_factory.mktemp("google")) as google:
        yield google


@pytest.fixture
def world(google: GoogleSide, company: Company) -> World:
    """Not connected yet."""
    return worlds.made(google, company)


@pytest.fixture
def live(world: World) -> World:
    """Connected, everybody's calendar read, and live."""
    world.go_live()
    return world


@pytest.fixture
def live_threads(google: GoogleSide, transactional_db: None) -> World:
    """As `live`, committed for other threads and connections to see."""
    world = worlds.made(google, found())
    world.go_live()
    return world
