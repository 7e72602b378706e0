"""A server's clock that was ahead and is put right: nothing that was written meanwhile holds longer than it should."""

from __future__ import annotations

from datetime import timedelta

from tests.cast import NOW
from tests.operations.world import World, at

from lockstep.store.locks import take_lease
from lockstep.store.models import CalendarLink, WrittenEvent

AHEAD = timedelta(minutes=40)
LEASE = timedelta(seconds=90)


def look_while_ahead(live: World) -> None:
    live.clock.offset += AHEAD
    live.look(live.company.alice)
    live.clock.offset -= AHEAD


def test_a_calendar_that_was_verified_in_the_future_is_unknown(live: World) -> None:
    look_while_ahead(live)
    assert not live.is_known(live.company.alice)


def test_a_calendar_that_was_verified_in_the_future_is_looked_at_by_the_next_sweep(live: World) -> None:
    look_while_ahead(live)
    live.sweep()
    live.work()
    assert live.is_known(live.company.alice)


def test_an_event_that_was_wanted_in_the_future_is_written_by_the_next_sweep(live: World) -> None:
    live.clock.offset += AHEAD
    live.look(live.company.alice)
    appointment = live.book(live.company.alice, at(10))
    live.lose_jobs()
    live.clock.offset -= AHEAD
    live.sweep()
    live.work()
    assert WrittenEvent.objects.get(appointment=appointment).in_google


def test_a_lease_that_was_taken_in_the_future_holds_nobody_up(live: World) -> None:
    link = CalendarLink.objects.get(staff=live.company.alice)
    ahead = take_lease(CalendarLink, link.pk, now=NOW + AHEAD, lasting=LEASE)
    again = take_lease(CalendarLink, link.pk, now=NOW, lasting=LEASE)
    assert ahead is not None
    assert again is not None
    assert again.number > ahead.number
