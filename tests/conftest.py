"""One throw-away PostgreSQL for the whole run (or the server of DATABASE_URL), and the cast of test people."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test.utils import override_settings
from pytest_django.fixtures import Settings

from lockstep.config.settings import database_from
from lockstep.database_server import throwaway
from tests.cast import Company, found
from tests.emulator.recorded import Recordings

NEED_PATIENCE = {"google", "demo"}
"""Fixtures that start other programs: whoever uses one is slow without saying so."""


RECORDINGS = pytest.StashKey[Recordings]()


def pytest_configure(config: pytest.Config) -> None:
    """Before any test's module is read, as some keep the environment of that moment for what they start."""
    config.stash[RECORDINGS] = Recordings.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    if RECORDINGS in config.stash:
        config.stash[RECORDINGS].end()


@pytest.fixture(scope="session")
def recordings(request: pytest.FixtureRequest) -> Recordings:
    """What every emulator of this run was asked, and what it answered."""
    return request.config.stash[RECORDINGS]


@pytest.fixture(autouse=True)
def _as_google_documents(recordings: Recordings) -> Iterator[None]:
    """Whatever a test does, no exchange with an emulated Google may be one that Google would not know."""
    yield
    recordings.nothing_breached()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if NEED_PATIENCE & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def without_second_factor(settings: Settings) -> None:
    """Admins of the cast sign in with their password alone; tests of the second factor ask for it."""
    settings.SECOND_FACTOR = "offered"


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    with throwaway() as url:
        yield url


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_url: str, django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Point Django at the server before the test database is made."""
    given = database_from(database_url)
    connections["default"].settings_dict.update(given)
    # The tests' own database is made beside this one; each of several runners has one.
    runner = os.environ.get("PYTEST_XDIST_WORKER", "")
    connections["default"].settings_dict["TEST"]["NAME"] = f"test_{given['NAME']}{runner}"


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """The real hash takes a third of a second on purpose."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium: nothing is downloaded for the tests, and a machine without it fails them."""
    chromium = shutil.which("chromium")
    assert chromium, "There is no Chromium on this machine. Install it (on Debian: apt install chromium) and run again."
    return {
        "executable_path": chromium,
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
    }


@pytest.fixture
def transactional_db(transactional_db: None) -> Iterator[None]:
    """Leaves no jobs either: the queue's tables are not Django's own, so its flush skips them."""
    yield
    with connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.fixture
def company(db: None) -> Company:
    return found()
