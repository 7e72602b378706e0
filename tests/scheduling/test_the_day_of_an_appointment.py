"""How far an appointment has come on its day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockstep.scheduling.progress import Deed, Progress, SaidAlready, TooEarly, after, possible

START = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
LATER = START + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("before", "deed", "expected"),
    [
        (Progress.AHEAD, Deed.START, Progress.STARTED),
        (Progress.STARTED, Deed.FINISH, Progress.FINISHED),
        (Progress.AHEAD, Deed.FINISH, Progress.FINISHED),
        (Progress.AHEAD, Deed.NO_SHOW, Progress.NO_SHOW),
        (Progress.NO_SHOW, Deed.TAKE_BACK, Progress.AHEAD),
        (Progress.FINISHED, Deed.TAKE_BACK, Progress.STARTED),
    ],
    ids=lambda value: value.name.lower() if isinstance(value, Progress) else value.value,
)
def test_what_is_said_of_an_appointment_is_so(before: Progress, deed: Deed, expected: Progress) -> None:
    assert after(before, deed, starts_at=START, now=LATER) is expected


@pytest.mark.parametrize(
    ("before", "deed"),
    [(Progress.NO_SHOW, Deed.START), (Progress.FINISHED, Deed.NO_SHOW), (Progress.STARTED, Deed.NO_SHOW)],
    ids=["came after all", "was there", "is there"],
)
def test_what_contradicts_is_refused(before: Progress, deed: Deed) -> None:
    with pytest.raises(SaidAlready):
        after(before, deed, starts_at=START, now=LATER)


def test_nobody_is_missing_before_they_are_expected() -> None:
    with pytest.raises(TooEarly):
        after(Progress.AHEAD, Deed.NO_SHOW, starts_at=START, now=START - timedelta(minutes=1))


def test_an_appointment_begins_two_hours_early_at_most() -> None:
    assert after(Progress.AHEAD, Deed.START, starts_at=START, now=START - timedelta(hours=2)) is Progress.STARTED
    with pytest.raises(TooEarly):
        after(Progress.AHEAD, Deed.START, starts_at=START, now=START - timedelta(hours=2, seconds=1))


@given(st.sampled_from(Progress), st.sampled_from(Deed))
def test_saying_it_twice_changes_nothing_more(progress: Progress, deed: Deed) -> None:
    if deed is Deed.TAKE_BACK:
        return  # Two steps back are two steps.
    try:
        once = after(progress, deed, starts_at=START, now=LATER)
    except SaidAlready:
        return
    assert after(once, deed, starts_at=START, now=LATER) is once


@given(st.sampled_from(Progress), st.integers(-300, 300))
def test_what_is_possible_is_never_refused(progress: Progress, minutes: int) -> None:
    now = START + timedelta(minutes=minutes)
    for deed in possible(progress, starts_at=START, now=now):
        assert after(progress, deed, starts_at=START, now=now) is not progress
