"""Changing how an appointment stands: with the same checks as booking, and nothing half done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.operations.world import STAFF, World, at

from lockstep.calendar.interval import Interval
from lockstep.operations.amending import Standing, amend, standing_of
from lockstep.scheduling.refusals import (
    AlreadyOver,
    CalendarUnreadable,
    ChangedSince,
    NotOffered,
    Refused,
    SlotTaken,
)
from lockstep.store.models import Appointment, Assignment


def change(world: World, appointment: Appointment, to: Standing, *, expected: Standing | None = None) -> Appointment:
    return amend(
        appointment, to, by=STAFF, workspace=world.workspace, clock=world.clock, expected=expected, within_hours=True
    )


def test_an_appointment_handed_over_is_in_the_other_calendar_alone(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    change(live, appointment, replace(standing_of(appointment), staff_id=live.company.bob.pk))
    live.work()
    assert live.ours(live.company.alice) == []
    assert len(live.ours(live.company.bob)) == 1
    assert at(10) in live.offered(live.company.alice)
    assert at(10) not in live.offered(live.company.bob)
    assert [each.action for each in appointment.history.all()] == ["booked", "reassigned"]


def test_a_cancelled_appointment_comes_back_where_its_time_is_still_free(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    stood = standing_of(appointment)
    change(live, appointment, replace(stood, booked=False))
    live.work()
    assert live.ours(live.company.alice) == []
    change(live, appointment, stood)
    live.work()
    assert len(live.ours(live.company.alice)) == 1
    assert live.post.news == ["cancelled", "booked"]


@pytest.mark.parametrize(
    ("case", "refusal"),
    [
        ("time taken by another appointment", SlotTaken),
        ("time busy in Google a moment ago", SlotTaken),
        ("outside working time", SlotTaken),
        ("past", AlreadyOver),
        ("a calendar that cannot be read", CalendarUnreadable),
        ("somebody who does not do this", NotOffered),
        ("changed by somebody else since", ChangedSince),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_changes_nothing(live: World, case: str, refusal: type[Refused]) -> None:
    company = live.company
    appointment, _ = live.booked(company.alice, at(10))
    stood = standing_of(appointment)
    to, expected = replace(stood, staff_id=company.bob.pk), stood
    match case:
        case "time taken by another appointment":
            live.booked(company.bob, at(10))
        case "time busy in Google a moment ago":
            live.person(company.bob).add(at(10), at(11))
        case "outside working time":
            to = replace(stood, interval=Interval(at(7), at(7, 30)))
        case "past":
            to = replace(stood, interval=Interval(live.now - timedelta(hours=2), live.now - timedelta(hours=1)))
        case "a calendar that cannot be read":
            live.google.fault(method="calendar.events.list", status=503)
        case "somebody who does not do this":
            Assignment.objects.filter(staff=company.bob).delete()
        case _:
            live.reschedule(appointment, 11)
            stood = standing_of(Appointment.objects.get(pk=appointment.pk))
    with pytest.raises(refusal):
        change(live, appointment, to, expected=expected)
    live.google.mend()
    assert standing_of(Appointment.objects.get(pk=appointment.pk)) == stood
