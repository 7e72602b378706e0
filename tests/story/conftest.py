"""A demo of its own for each width, started as a newcomer starts it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.emulator.recorded import Recordings
from tests.running_demo import Demo, running_demo

WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}


@pytest.fixture
def demo(recordings: Recordings) -> Iterator[Demo]:
    with running_demo() as started:
        yield started
    assert recordings.waiting, "Nothing that the demo asked its Google was recorded."


@pytest.fixture(params=list(WIDTHS))
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, height = WIDTHS[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="en-CA", timezone_id="America/Halifax"
    )
    yield context.new_page()
    context.close()
