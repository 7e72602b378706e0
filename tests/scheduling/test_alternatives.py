"""Which free times are offered instead."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from lockstep.scheduling.alternatives import spread_out

HALIFAX = ZoneInfo("America/Halifax")


def on(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=HALIFAX)


@pytest.mark.parametrize(
    ("free", "offered"),
    [
        ([], []),
        ([on(1, 9), on(1, 11), on(2, 10), on(3, 14), on(4, 10)], [on(1, 11), on(2, 10), on(3, 14)]),
        ([on(1, 9), on(1, 11), on(1, 16), on(1, 17)], [on(1, 9), on(1, 11), on(1, 16)]),
        ([on(1, 12), on(9, 9), on(9, 10)], [on(1, 12), on(9, 9), on(9, 10)]),
    ],
    ids=["nothing free", "one a day, near the hour", "one day alone", "two days"],
)
def test_times_are_near_what_was_booked_and_on_different_days_where_there_are(
    free: list[datetime], offered: list[datetime]
) -> None:
    assert spread_out(free, near=on(1, 10, 30), zone=HALIFAX, most=3) == offered


def test_days_are_those_of_the_wall_when_the_clocks_change() -> None:
    late, early = on(31, 23, month=10), on(1, 0, month=11)
    assert spread_out([late, early], near=on(31, 22, month=10), zone=HALIFAX, most=1) == [late]
