"""A browser for the client's pages, and a company that a client can choose something of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from tests.booking.walking import Walk
from tests.cast import Company, found

from lockstep.operations.links import manage_path
from lockstep.store.models import Appointment, Assignment, Service

# Playwright's own event loop runs in the tests' thread, and Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


@pytest.fixture(params=list(SIZES))
def page_of_each_size(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page on a desktop and on a phone, in Toronto: one hour behind Halifax."""
    width, height = SIZES[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height}, timezone_id="America/Toronto", locale="en-CA"
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def walk(db: None) -> Walk:
    """A client of Cedar Bank, in front of its booking page."""
    return Walk(_bank())


@pytest.fixture
def booked(walk: Walk) -> Walk:
    """A client who has booked, on the page of their appointment."""
    walk.at_the_branch(staff=str(walk.company.bob.uuid))
    walk.hold(walk.times[2]).confirm()
    return walk.open(manage_path(Appointment.objects.get()))


@pytest.fixture
def bank(transactional_db: None) -> Company:
    """Cedar Bank for a browser, which sees only what is committed."""
    return _bank()


def _bank() -> Company:
    """Cedar Bank today, with a second service that only Alice gives, at the branch only."""
    company = found(now=timezone.now())
    company.service.description = "Questions about your accounts, cards and savings."
    company.service.meeting_methods = ["at_location", "phone", "video"]
    company.service.save()
    mortgage = Service.objects.create(
        organisation=company.organisation,
        name="Mortgage advice",
        description="Bring your questions about buying a home or renewing a mortgage.",
        duration=timedelta(minutes=45),
        buffer_before=timedelta(),
        buffer_after=timedelta(minutes=15),
        lead_time=timedelta(hours=2),
        furthest=timedelta(days=60),
        increment=timedelta(minutes=30),
        meeting_methods=["at_location"],
        position=1,
    )
    Assignment.objects.create(staff=company.alice, location=company.branch, service=mortgage)
    return company
