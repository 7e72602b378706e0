"""When a synchronisation changes too much at once."""

from __future__ import annotations

import pytest

from lockstep.scheduling.brake import BrakeRules, too_many

RULES = BrakeRules(number=10, share=50)


@pytest.mark.parametrize(
    ("changes", "of", "stops"),
    [
        (10, 100, False),
        (11, 100, True),
        (4, 4, False),
        (5, 10, False),
        (6, 10, True),
        (5, 5, True),
        (0, 0, False),
    ],
    ids=[
        "the number itself",
        "one more than the number",
        "all of a few",
        "the share itself",
        "more than the share",
        "all of five",
        "nothing at all",
    ],
)
def test_more_than_a_number_or_a_share_is_too_many(changes: int, of: int, stops: bool) -> None:
    assert too_many(changes, of=of, rules=RULES) is stops
