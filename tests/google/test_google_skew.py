"""How far Google's clock and ours are apart, from dates with whole seconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from lockstep.google.skew import ClockWatch

NOW = datetime(2026, 11, 30, 13, 0, 0, 400_000, tzinfo=UTC)
LATENCY = timedelta(milliseconds=50)


def watched(ahead: timedelta, *, answers: int = 40) -> timedelta:
    """What is found of a Google whose clock is `ahead` of ours."""
    watch = ClockWatch()
    for number in range(answers):
        sent = NOW + timedelta(seconds=1.13) * number
        date = format_datetime((sent + LATENCY / 2 + ahead).replace(microsecond=0), usegmt=True)
        watch.note(date, sent_at=sent, received_at=sent + LATENCY)
    return watch.skew


def test_clocks_that_agree_are_said_to_agree() -> None:
    assert watched(timedelta()) == timedelta()


def test_a_difference_is_found_to_a_tenth_of_a_second() -> None:
    for ahead in (timedelta(seconds=7.3), timedelta(minutes=-3)):
        assert abs(watched(ahead) - ahead) < timedelta(milliseconds=150)


def test_one_answer_says_nothing_below_a_second() -> None:
    assert watched(timedelta(milliseconds=500), answers=1) == timedelta()


def test_nothing_is_known_without_an_answer_or_from_rubbish() -> None:
    watch = ClockWatch()
    watch.note("yesterday", sent_at=NOW, received_at=NOW)
    watch.note("", sent_at=NOW, received_at=NOW)
    assert watch.skew == timedelta()
