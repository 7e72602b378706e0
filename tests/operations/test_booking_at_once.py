"""Confirms at the same moment, from several connections."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import connections
from tests.cast import NOW, Company, found

from lockstep.operations.booking import BookingRequest, ClientDetails, book
from lockstep.operations.holding import hold_slot
from lockstep.scheduling.refusals import SlotTaken
from lockstep.store.models import Appointment, Hold, Reservation

TEN = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)  # 10:00 in Halifax
AT_ONCE = 6


@pytest.mark.usefixtures("transactional_db")
def test_confirms_of_one_flow_at_once_all_get_the_same_appointment() -> None:
    flow = uuid4()
    _hold(found(), flow)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        appointments = set(pool.map(_confirm, [flow] * AT_ONCE))
    assert appointments == {Appointment.objects.get().pk}
    assert Reservation.objects.count() == 1


@pytest.mark.usefixtures("transactional_db")
def test_of_flows_at_once_after_one_persons_slot_only_one_gets_it() -> None:
    company = found()
    flows = [uuid4() for _ in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        held = list(pool.map(lambda flow: _hold(company, flow), flows))
    assert held.count(True) == 1
    assert Hold.objects.get().flow == flows[held.index(True)]


def _hold(company: Company, flow: UUID) -> bool:
    try:
        hold_slot(
            flow=flow,
            address="192.0.2.1",
            service=company.service,
            location=company.branch,
            staff=company.alice,
            meeting_method="at_location",
            starts_at=TEN,
            now=NOW,
        )
    except SlotTaken:
        return False
    finally:
        connections.close_all()
    return True


def _confirm(flow: UUID) -> int:
    request = BookingRequest(flow, ClientDetails("Maria Ruiz", "maria@client.example"), "", "")
    try:
        return book(request, workspace=None, clock=lambda: NOW).pk
    finally:
        connections.close_all()
