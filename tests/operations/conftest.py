"""Both sides for the tests of synchronisation: one emulator for the run, begun anew for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test.utils import override_settings
from tests.cast import Company, found
from tests.google_side import GoogleSide, running_emulator
from tests.operations import world as worlds
from tests.operations.world import World

from lockstep.google.workspace import GoogleWorkspace


@pytest.fixture(scope="session")
def google(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoogleSide]:
    with running_emulator(tmp_path_factory.mktemp("google")) as google:
        yield google


@pytest.fixture(scope="session")
def workspace(google: GoogleSide) -> GoogleWorkspace:
    """Lockstep's client. Its tokens end with every new beginning of the emulator, which it gets over by itself."""
    return GoogleWorkspace(google.key_file, google.address, google.address, seconds_per_call=20)


@pytest.fixture(autouse=True)
def _no_push() -> Iterator[None]:
    """Calendars are looked at when a test says so; the tests of push channels have an address."""
    with override_settings(PUSH_URL=""):
        yield


@pytest.fixture
def world(google: GoogleSide, company: Company, workspace: GoogleWorkspace) -> World:
    """Not connected yet."""
    return worlds.made(google, company, workspace)


@pytest.fixture
def live(world: World) -> World:
    """Connected, everybody's calendar read, and live."""
    world.go_live()
    return world


@pytest.fixture
def live_threads(google: GoogleSide, transactional_db: None, workspace: GoogleWorkspace) -> World:
    """As `live`, committed for other threads and connections to see."""
    world = worlds.made(google, found(), workspace)
    world.go_live()
    return world
