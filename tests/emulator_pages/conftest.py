"""A real browser, and the module loader with which tests reach the pages' own scripts."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from tests.emulator_pages.serving import served

from workspace_emulator.pages import routes


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium: nothing is downloaded for the tests."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("There is no chromium on this machine.")
    return {
        "executable_path": chromium,
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
    }


@pytest.fixture(scope="session")
def bare_pages() -> Iterator[str]:
    """The pages alone, without the APIs behind them."""
    with served(Starlette(routes=routes())) as address:
        yield address
