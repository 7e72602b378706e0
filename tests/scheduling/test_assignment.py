"""Who takes a slot that was booked with "anyone"."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from lockstep.scheduling.assignment import Candidate, fairest, in_fair_order

ALICE, BOB, CHARLIE = (UUID(int=number) for number in (1, 2, 3))
SLOT = datetime(2026, 3, 8, 13, tzinfo=UTC)


def candidate(staff_id: UUID, day: int = 0, week: int = 0) -> Candidate:
    return Candidate(staff_id, timedelta(minutes=day), timedelta(minutes=week))


def test_the_least_booked_that_day_takes_it() -> None:
    for hours in range(12):
        slot = SLOT + timedelta(hours=hours)
        assert fairest([candidate(ALICE, 60, 60), candidate(BOB, 30, 900)], slot) == BOB


def test_equal_days_are_decided_by_the_week() -> None:
    for hours in range(12):
        slot = SLOT + timedelta(hours=hours)
        assert fairest([candidate(ALICE, 30, 600), candidate(BOB, 30, 300)], slot) == BOB


def test_a_tie_is_decided_alike_in_every_order_and_zone() -> None:
    tied = [candidate(each) for each in (ALICE, BOB, CHARLIE)]
    elsewhere = SLOT.astimezone(ZoneInfo("America/Halifax"))
    assert len({fairest(order, slot) for order in permutations(tied) for slot in (SLOT, elsewhere)}) == 1


def test_ties_over_many_slots_favour_nobody() -> None:
    tied = [candidate(each) for each in (ALICE, BOB, CHARLIE)]
    chosen = Counter(fairest(tied, SLOT + timedelta(minutes=15 * count)) for count in range(900))
    assert min(chosen.values()) > 240


def test_a_tie_is_decided_alike_on_every_machine() -> None:
    tied = [candidate(each) for each in (ALICE, BOB, CHARLIE)]
    assert [fairest(tied, SLOT + timedelta(hours=hours)).int for hours in range(6)] == [3, 1, 3, 2, 2, 2]


def test_whoever_is_next_is_the_fairest_of_the_others() -> None:
    everyone = [candidate(ALICE, 30), candidate(BOB, 30, 60), candidate(CHARLIE)]
    order = in_fair_order(everyone, SLOT)
    assert order[0] == CHARLIE
    assert order == [fairest([each for each in everyone if each.staff_id in order[rank:]], SLOT) for rank in range(3)]


def test_a_naive_slot_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        fairest([candidate(ALICE)], SLOT.replace(tzinfo=None))


def test_nobody_to_choose_from_is_refused() -> None:
    with pytest.raises(ValueError, match="Nobody"):
        fairest([], SLOT)
