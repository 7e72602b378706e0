"""A real browser, a real emulator on a port of its own, and the pages alone."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page
from starlette.applications import Starlette
from tests.emulator_pages.calendar_page import CalendarPage
from tests.emulator_pages.emulator_client import Emulator
from tests.emulator_pages.serving import served

from workspace_emulator.clock import Clock
from workspace_emulator.core import Core
from workspace_emulator.http.recording import VARIABLE, recorder
from workspace_emulator.http.server import Application
from workspace_emulator.pages import routes
from workspace_emulator.seed import named
from workspace_emulator.seeding import workspace_of


@pytest.fixture(scope="session")
def bare_pages() -> Iterator[str]:
    """The pages alone, without the APIs behind them."""
    with served(Starlette(routes=routes())) as address:
        yield address


def _emulator(company: str) -> Iterator[Emulator]:
    clock = Clock()
    # A fixed Wednesday, so that what a test sees does not depend on the day on which it runs.
    clock.set(datetime(2027, 3, 3, 12, tzinfo=UTC))
    now = clock.now()
    core = Core(workspace_of(named(company, now.date()), now), clock)
    with served(Application(core, recorder(Path(os.environ[VARIABLE])))) as address:
        yield Emulator(address)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """Small Example on Wednesday 3 March 2027."""
    yield from _emulator("small")


@pytest.fixture
def harbour() -> Iterator[Emulator]:
    """Harbour Credit Union on Wednesday 3 March 2027, eleven days before its clocks go forward."""
    yield from _emulator("harbour")


@pytest.fixture
def calendar(page: Page, emulator: Emulator) -> CalendarPage:
    return CalendarPage(page, emulator.address)
