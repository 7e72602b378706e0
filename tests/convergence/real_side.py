"""Lockstep's side of the test with real processes, as a program: `begin`, `live SEED`, `verdict`.

People book, move and cancel through the operations, over HTTP to the emulator, while databases and workers die under
them. What a person is told failed may or may not have taken place: the verdict reads what stands.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

import django

DOMAIN, ADMIN, GROUP = "cedar.example", "alice@small.example", "advisers@cedar.example"


def begin() -> None:
    """The company, connected and live; its people are imported by the workers."""
    from django.core.management import call_command
    from django.utils import timezone
    from tests.cast import found

    from lockstep import wiring
    from lockstep.operations.connection import connect_workspace, save_connection
    from lockstep.operations.event_settings import EventContent

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    now = timezone.now()
    company = found(now=now)
    company.organisation.google_customer_id = "C0small001"
    company.organisation.save(update_fields=["google_customer_id"])
    connection = connect_workspace(
        organisation=company.organisation,
        directory_user=ADMIN,
        directory_group=GROUP,
        workspace=wiring.workspace(),
        by=company.admin,
        now=now,
    )
    save_connection(connection, content=EventContent(), by=company.admin, now=now)


def live(seed: int) -> None:
    """Until the input ends: somebody does something about twice a second; failures are theirs to bear."""
    from django.db import Error, close_old_connections, connections

    from lockstep.scheduling.refusals import Refused

    random = Random(seed)  # noqa: S311  (a test, nothing secret)
    done = 0
    while True:
        try:
            _something(random)
            done += 1
        except Refused:
            pass
        except Error:
            connections.close_all()
        close_old_connections()
        sys.stdout.write(f"{done}\n")
        time.sleep(random.uniform(0.1, 0.6))


def _something(random: Random) -> None:
    from django.utils import timezone

    from lockstep import wiring
    from lockstep.operations.booking import cancel_appointment, reschedule_appointment
    from lockstep.operations.history import By
    from lockstep.operations.looking import ask_for_look
    from lockstep.store.models import Appointment, AppointmentHistory, CalendarLink

    client = By(AppointmentHistory.Actor.CLIENT)
    for link in CalendarLink.objects.all():
        ask_for_look(link.pk, now=timezone.now())
    booked = list(Appointment.objects.filter(status="booked").select_related("service", "staff", "location"))
    choice = random.random()
    if choice < 0.5 or not booked:
        _book(random)
    elif choice < 0.8:
        chosen = random.choice(booked)
        slots = _slots(chosen.staff)
        reschedule_appointment(
            chosen, starts_at=random.choice(slots), by=client, workspace=wiring.workspace(), clock=timezone.now
        )
    else:
        cancel_appointment(random.choice(booked), by=client, now=timezone.now())


def _book(random: Random) -> None:
    from django.utils import timezone

    from lockstep import wiring
    from lockstep.operations.booking import BookingRequest, ClientDetails, book
    from lockstep.operations.holding import hold_slot
    from lockstep.store.models import Location, Service, StaffMember

    staff, flow = random.choice(list(StaffMember.objects.order_by("pk"))), uuid4()
    slots = _slots(staff)
    if not slots:
        return
    hold_slot(
        flow=flow,
        address=f"192.0.2.{random.randrange(250)}",
        service=Service.objects.get(),
        location=Location.objects.get(virtual=False),
        staff=staff,
        meeting_method="at_location",
        starts_at=random.choice(slots),
        now=timezone.now(),
    )
    request = BookingRequest(flow, ClientDetails("Maria Ruiz", "maria@client.example"), "", "")
    book(request, workspace=wiring.workspace(), clock=timezone.now)


def _slots(staff: Any) -> list[Any]:
    from django.utils import timezone

    from lockstep.calendar.interval import Interval
    from lockstep.operations.offer import offer_slots
    from lockstep.store.models import Location, Service

    now = timezone.now()
    window = Interval(now + timedelta(days=1), now + timedelta(days=6))
    location = Location.objects.get(virtual=False)
    offer = offer_slots(service=Service.objects.get(), location=location, staff=staff, window=window, now=now)
    return [slot.starts_at for slot in offer.slots]


def verdict() -> None:
    """What stands, as JSON: whether everything is done, the appointments, and the busy time of each person."""
    from django.db.models import F
    from django.utils import timezone

    from lockstep.operations.looking import ask_for_look
    from lockstep.store.models import Appointment, BusyInterval, CalendarLink, Conflict, WrittenEvent

    for link in CalendarLink.objects.all():
        ask_for_look(link.pk, now=timezone.now())
    time.sleep(2)
    open_writes = WrittenEvent.objects.filter(wanted__gt=F("done")).count()
    open_looks = CalendarLink.objects.filter(wanted__gt=F("done")).count()
    booked = Appointment.objects.filter(status="booked").select_related("staff")
    sys.stdout.write(
        json.dumps(
            {
                "open": open_writes + open_looks,
                "conflicts": list(Conflict.objects.filter(closed_at=None).values_list("kind", flat=True)),
                "booked": sorted((each.staff.email, each.starts_at.isoformat()) for each in booked if each.staff),
                "made": Appointment.objects.count(),
                "busy": sorted(
                    (row.staff.email, row.span.lower.isoformat())
                    for row in BusyInterval.objects.select_related("staff")
                    if row.span
                ),
            }
        )
    )


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "live":
        live(int(sys.argv[2]))
    else:
        {"begin": begin, "verdict": verdict}[sys.argv[1]]()
