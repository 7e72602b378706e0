"""When clients are reminded, and until when they may change their appointment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lockstep.scheduling.reminders import may_change, next_reminder

START = datetime(2026, 12, 3, 14, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("told_at", "expected"),
    [
        (START - 5 * DAY, START - 2 * DAY),
        (START - 2 * DAY, START - HOUR),
        (START - 3 * HOUR, START - HOUR),
        (START - HOUR, None),
        (START + DAY, None),
    ],
    ids=["before both", "just reminded", "booked late", "booked in the last hour", "over"],
)
def test_the_next_reminder_is_the_first_one_after_what_the_client_knows(
    told_at: datetime, expected: datetime | None
) -> None:
    assert next_reminder(START, [2 * DAY, HOUR], told_at=told_at) == expected


def test_without_reminders_there_is_none() -> None:
    assert next_reminder(START, [], told_at=START - DAY) is None


@pytest.mark.parametrize(("now", "may"), [(START - DAY - HOUR, True), (START - DAY, False), (START, False)])
def test_a_client_may_change_it_until_the_cut_off(now: datetime, may: bool) -> None:
    assert may_change(START, DAY, now=now) is may
