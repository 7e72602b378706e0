"""What synchronising costs, said before connecting."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockstep.sync.planned_load import planned_load
from lockstep.sync.quota import Limits

LIMITS = Limits()


def test_push_makes_a_third_of_the_calls() -> None:
    polled, pushed = planned_load(1_000, push=False, limits=LIMITS), planned_load(1_000, push=True, limits=LIMITS)
    assert 160_000 < polled.calls_a_day < 180_000
    assert 55_000 < pushed.calls_a_day < 70_000


@pytest.mark.parametrize(("push", "minutes"), [(False, 10), (True, 45)])
def test_the_worst_staleness_is_the_poll_interval(push: bool, minutes: int) -> None:
    assert planned_load(1_000, push=push, limits=LIMITS).worst_staleness == timedelta(minutes=minutes)


def test_where_the_quota_is_too_small_calendars_get_older() -> None:
    load = planned_load(100_000, push=False, limits=LIMITS)
    assert not load.fits
    assert load.worst_staleness > timedelta(minutes=20)


@given(st.integers(1, 200_000), st.booleans())
def test_more_people_never_cost_less(people: int, push: bool) -> None:
    one, other = planned_load(people, push=push, limits=LIMITS), planned_load(people + 1, push=push, limits=LIMITS)
    assert one.calls_a_day <= other.calls_a_day
    assert one.worst_staleness <= other.worst_staleness
    assert one.first_reading <= other.first_reading


def test_nobody_costs_nothing() -> None:
    load = planned_load(0, push=True, limits=LIMITS)
    assert (load.calls_a_day, load.units_a_minute, load.fits) == (0, 0, True)
