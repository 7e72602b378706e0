"""The world of each test, and its people."""

import pytest

from tests.emulator.world import ADMIN, ALICE, BOB, Person, World


@pytest.fixture
def world() -> World:
    return World.of()


@pytest.fixture
def alice(world: World) -> Person:
    return world.person(ALICE)


@pytest.fixture
def bob(world: World) -> Person:
    return world.person(BOB)


@pytest.fixture
def admin(world: World) -> Person:
    return world.person(ADMIN)
