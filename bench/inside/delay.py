"""How long a change takes to the other side, with everything running: web, worker, emulated Google, push.

`google_to_slot`: from Google's answer to an insert until the offer, which a booking page opened then shows, no longer
has the slot. `booking_to_google`: from the end of Confirm until Google's API shows the event.
`sync.calls_per_change`: calls of `events.list` for each burst of five changes in one calendar.
"""

from __future__ import annotations

import time
import urllib.error
from collections.abc import Callable
from datetime import datetime, timedelta
from time import perf_counter
from uuid import uuid4

from django.utils import timezone
from tests.running_demo import Demo, GoogleUser

from bench.figures import Figure, percentiles, say
from lockstep import wiring
from lockstep.calendar.interval import Interval
from lockstep.operations.booking import BookingRequest, ClientDetails, book, cancel_appointment
from lockstep.operations.connection import connect_workspace, save_connection
from lockstep.operations.demo_company import DIRECTORY_GROUP, DIRECTORY_USER, SLUG
from lockstep.operations.event_settings import EventContent
from lockstep.operations.history import By
from lockstep.operations.holding import hold_slot
from lockstep.operations.offer import offer_slots
from lockstep.operations.overview import progress_of
from lockstep.store.models import (
    AppointmentHistory,
    Channel,
    Connection,
    Location,
    Organisation,
    Service,
    StaffMember,
    User,
    WrittenEvent,
)

TIMES = 50
BURSTS, CHANGES_IN_A_BURST = 10, 5
PERSON = "amara.okafor@harbour.example"
GIVE_UP_SECONDS = 15.0
PAUSE_SECONDS = 0.004


def run(demo: Demo) -> list[Figure]:
    """p50, p95 and p99 (of 50: the worst) of both delays, and the calls that a burst of changes costs."""
    _connect()
    google = demo.as_user(PERSON)
    say(f"delay: {TIMES} changes each way")
    to_slot = [_google_to_slot(google) for _ in range(TIMES)]
    to_google = [_booking_to_google(google) for _ in range(TIMES)]
    return [
        *percentiles("delay.google_to_slot", to_slot, 50, 95, 99),
        *percentiles("delay.booking_to_google", to_google, 50, 95, 99),
        Figure("sync.calls_per_change", _calls_per_burst(demo, google), "calls", BURSTS),
    ]


def _connect() -> None:
    organisation = Organisation.objects.get(slug=SLUG)
    admin = User.objects.get(email="it@harbour.example")
    connection = connect_workspace(
        organisation=organisation,
        directory_user=DIRECTORY_USER,
        directory_group=DIRECTORY_GROUP,
        workspace=wiring.workspace(),
        by=admin,
        now=timezone.now(),
    )
    _wait(lambda: progress_of(Connection.objects.get(pk=connection.pk)).done)
    save_connection(
        connection,
        content=EventContent(),
        by=admin,
        now=timezone.now(),
    )
    _wait(lambda: Channel.objects.filter(heard_at__isnull=False).count() >= progress_of(connection).total)


def _offered() -> list[datetime]:
    """What Amara's booking page shows now. The first of them may soon be too short notice."""
    now = timezone.now()
    offer = offer_slots(
        service=Service.objects.get(name="Open an account"),
        location=Location.objects.get(name="Harbour Street"),
        staff=StaffMember.objects.get(email=PERSON),
        window=Interval(now, now + timedelta(days=50)),
        now=now,
    )
    return [slot.starts_at for slot in offer.slots]


def _google_to_slot(google: GoogleUser) -> float:
    start = _offered()[6]
    google.insert(_event(start))
    began = perf_counter()
    _wait(lambda: start not in _offered())
    return (perf_counter() - began) * 1000


def _booking_to_google(google: GoogleUser) -> float:
    flow = uuid4()
    staff = StaffMember.objects.get(email=PERSON)
    hold_slot(
        flow=flow,
        address="192.0.2.1",
        service=Service.objects.get(name="Open an account"),
        location=Location.objects.get(name="Harbour Street"),
        staff=staff,
        meeting_method="at_location",
        starts_at=_offered()[6],
        now=timezone.now(),
    )
    request = BookingRequest(flow, ClientDetails("Kiran Shah", "kiran.shah@example.com"), "", "")
    appointment = book(request, workspace=wiring.workspace(), clock=timezone.now)
    began = perf_counter()
    event_id = WrittenEvent.objects.get(appointment=appointment).event_id
    _wait(lambda: _exists(google, event_id))
    delay = (perf_counter() - began) * 1000
    cancel_appointment(appointment, by=By(AppointmentHistory.Actor.CLIENT), now=timezone.now())
    return delay


def _exists(google: GoogleUser, event_id: str) -> bool:
    try:
        return google.call("GET", f"/events/{event_id}").get("status") == "confirmed"
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return False
        raise


def _calls_per_burst(demo: Demo, google: GoogleUser) -> float:
    """Bursts with a pause between them, so that each is a burst of its own; then a count of what was asked."""
    time.sleep(2)
    before = _list_calls(demo)
    for _ in range(BURSTS):
        start = _offered()[6]
        for number in range(CHANGES_IN_A_BURST):
            google.insert(_event(start + timedelta(minutes=number)))
        time.sleep(1.5)
    return round((_list_calls(demo) - before) / BURSTS, 2)


def _list_calls(demo: Demo) -> int:
    """Of the calendar that is changed: the safety polls of the others are not what a push causes."""
    mine = [each["google_method"] or "" for each in demo.requests() if each["subject"] == PERSON]
    return sum(1 for method in mine if method.lower().endswith("events.list"))


def _event(start: datetime) -> dict[str, object]:
    end = start + timedelta(minutes=30)
    return {"start": {"dateTime": start.isoformat()}, "end": {"dateTime": end.isoformat()}, "summary": "Busy"}


def _wait(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + GIVE_UP_SECONDS
    while not is_so():
        if time.monotonic() > give_up:
            raise RuntimeError("It did not happen.")
        time.sleep(PAUSE_SECONDS)
