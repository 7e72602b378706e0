"""Google's quota shared out: the rate, who yields to whom, and what a refusal does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockstep.sync import quota
from lockstep.sync.quota import Bucket, is_over_share
from lockstep.sync.urgency import Urgency

NOW = datetime(2026, 11, 30, 13, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


def drained(bucket: Bucket, urgency: Urgency) -> Bucket:
    return bucket.less(bucket.available(urgency))


@given(st.lists(st.tuples(st.floats(0, 20), st.integers(1, 400)), max_size=60))
def test_no_minute_takes_more_than_the_limit(asks: list[tuple[float, int]]) -> None:
    """Also when every lot is used up to its whole life later than it was taken."""
    bucket, now, taken = Bucket.full(10_000, NOW), NOW, list[tuple[datetime, float]]()
    for pause, units in asks:
        now += timedelta(seconds=pause)
        bucket = bucket.filled(now)
        given_units = min(float(units), max(bucket.available(Urgency.CONFIRM), 0))
        bucket = bucket.less(given_units)
        taken.append((now, given_units))
    window = timedelta(minutes=1) + quota.LOT_LASTS
    assert all(sum(u for at, u in taken if start <= at < start + window) <= 10_000 for start, _ in taken)


def test_the_less_urgent_a_call_the_more_it_leaves() -> None:
    bucket = Bucket.full(10_000, NOW)
    available = [bucket.available(urgency) for urgency in sorted(Urgency)]
    assert available == sorted(available)
    assert available[0] > 0


@pytest.mark.parametrize("flood", [Urgency.FULL, Urgency.POLL, Urgency.PUSH, Urgency.WRITE, Urgency.PAGE])
def test_a_flood_leaves_room_for_everything_more_urgent(flood: Urgency) -> None:
    bucket = drained(Bucket.full(10_000, NOW), flood)
    assert bucket.wait(1, flood) > timedelta()
    assert all(bucket.wait(100, urgency) == timedelta() for urgency in Urgency if urgency > flood)


def test_an_organisation_over_its_share_yields_to_one_that_is_not() -> None:
    bucket = Bucket.full(10_000, NOW)
    bucket = bucket.less(bucket.available(Urgency.POLL, over_share=True))
    assert bucket.wait(1, Urgency.POLL, over_share=True) > timedelta()
    assert bucket.wait(100, Urgency.POLL) == timedelta()


@pytest.mark.parametrize(
    ("used", "organisations", "over"),
    [(9_000, 1, False), (3_750, 2, False), (3_751, 2, True), (800, 10, True)],
    ids=["alone", "an equal share", "more than it", "of ten"],
)
def test_the_fair_share_is_an_equal_part_of_the_last_minute(used: int, organisations: int, over: bool) -> None:
    assert is_over_share(used, project=Bucket.full(10_000, NOW), organisations=organisations) is over


def test_a_wait_is_as_long_as_it_takes_to_fill() -> None:
    bucket = drained(Bucket.full(600, NOW), Urgency.PUSH)
    wait = bucket.wait(3, Urgency.PUSH)
    assert bucket.filled(NOW + wait + timedelta(milliseconds=1)).wait(3, Urgency.PUSH) == timedelta()


def test_a_refusal_halves_the_rate_and_time_brings_it_back() -> None:
    bucket = Bucket.full(10_000, NOW).refused(NOW)
    assert bucket.factor == 0.5
    assert bucket.wait(1, Urgency.CONFIRM) > timedelta()
    assert 0.5 < bucket.filled(NOW + timedelta(minutes=1)).factor < 1
    assert bucket.filled(NOW + quota.RECOVERS_IN).factor == 1


def test_however_often_google_refuses_something_is_still_tried() -> None:
    bucket = Bucket.full(10_000, NOW)
    for _ in range(30):
        bucket = bucket.refused(NOW)
    assert bucket.factor == quota.SLOWEST
    assert bucket.wait(3, Urgency.FULL, over_share=True) < timedelta(minutes=5)


def test_a_clock_that_goes_back_fills_nothing() -> None:
    bucket = drained(Bucket.full(600, NOW), Urgency.CONFIRM)
    assert bucket.filled(NOW - timedelta(hours=1)) == bucket


@pytest.mark.parametrize("urgency", list(Urgency))
def test_a_patch_of_one_person_finds_room_whatever_it_has_to_leave(urgency: Urgency) -> None:
    assert Bucket.full(quota.USER_UNITS_A_MINUTE, NOW).wait(quota.UNITS_OF_A_PATCH, urgency) == timedelta()
