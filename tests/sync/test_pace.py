"""When to look again: polls, freshness, back-off and the life of channels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lockstep.sync import pace

NOW = datetime(2026, 11, 30, 13, tzinfo=UTC)
chances = st.floats(0, 1)


@given(chances, st.booleans(), st.timedeltas(timedelta(), timedelta(hours=2)))
def test_a_calendar_is_looked_at_again_before_it_is_unknown(chance: float, proven: bool, took: timedelta) -> None:
    """With time to spare for the look itself, unless reading it took longer than that."""
    due = pace.next_poll(NOW, NOW + took, push_proven=proven, chance=chance)
    spare = pace.fresh_until(NOW, push_proven=proven) - due
    assert spare >= min(pace.FRESHNESS_MARGIN, pace.fresh_until(NOW, push_proven=proven) - NOW - took)


@given(chances, st.booleans())
def test_polls_are_spread_within_their_interval(chance: float, proven: bool) -> None:
    wait = pace.next_poll(NOW, NOW, push_proven=proven, chance=chance) - NOW
    interval = pace.poll_interval(push_proven=proven)
    assert interval * 0.75 <= wait <= interval


def test_without_push_freshness_ends_a_quarter_of_an_hour_after_the_look() -> None:
    """Product specification, section 6: the poll interval plus five minutes."""
    assert pace.fresh_until(NOW, push_proven=False) == NOW + timedelta(minutes=15)


@given(st.integers(1, 10**9), chances)
def test_back_off_is_bounded(attempts: int, chance: float) -> None:
    wait = pace.back_off(NOW, attempts=attempts, chance=chance) - NOW
    assert timedelta(seconds=1) <= wait <= pace.LONGEST_BACK_OFF


@given(st.integers(1, 30), chances, chances)
def test_back_off_never_becomes_shorter(attempts: int, one: float, other: float) -> None:
    assert pace.back_off(NOW, attempts=attempts, chance=one) <= pace.back_off(NOW, attempts=attempts + 1, chance=other)


@given(chances)
def test_a_channel_is_renewed_well_before_it_ends_and_not_with_all_others(chance: float) -> None:
    life = pace.ChannelLife(NOW, NOW + timedelta(days=6))
    assert timedelta(days=3) <= life.renew_at(chance=chance) - NOW <= timedelta(days=4)


@given(chances)
def test_people_who_were_imported_together_are_not_polled_together(chance: float) -> None:
    """The next polls are spread over the whole interval, and later ones over its last quarter."""
    first = pace.next_poll(NOW, NOW, push_proven=False, chance=chance, first=True) - NOW
    later = pace.next_poll(NOW, NOW, push_proven=False, chance=chance) - NOW
    assert timedelta(minutes=1) <= first <= timedelta(minutes=10)
    assert timedelta(minutes=7.5) <= later <= timedelta(minutes=10)


def test_a_sweep_asks_for_no_more_polls_than_their_part_of_the_quota() -> None:
    assert pace.polls_at_once(10_000) * 12 <= 4_000
    assert pace.polls_at_once(1) == 1


def test_the_horizon_covers_the_longest_booking_window_at_any_time() -> None:
    assert pace.HORIZON > pace.HORIZON_MARGIN >= timedelta(days=365)
