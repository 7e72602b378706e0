"""Rules that make no sense are refused where they are made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from lockstep.scheduling.rules import ServiceRules

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: ServiceRules(timedelta()), id="no duration"),
        pytest.param(lambda: ServiceRules(HOUR, buffer_before=-HOUR), id="negative buffer before"),
        pytest.param(lambda: ServiceRules(HOUR, buffer_after=-HOUR), id="negative buffer after"),
        pytest.param(lambda: ServiceRules(HOUR, lead_time=-HOUR), id="negative lead time"),
        pytest.param(lambda: ServiceRules(HOUR, furthest=-HOUR), id="furthest in the past"),
        pytest.param(lambda: ServiceRules(HOUR, increment=timedelta()), id="no increment"),
        pytest.param(
            lambda: ServiceRules(HOUR, increment=timedelta(seconds=90)), id="increment of a minute and a half"
        ),
        pytest.param(lambda: ServiceRules(HOUR, increment=timedelta(hours=25)), id="increment over a day"),
        pytest.param(lambda: ServiceRules(HOUR, daily_limit=0), id="limit of none"),
    ],
)
def test_rules_without_sense_are_refused(make: Callable[[], ServiceRules]) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        make()


def test_a_service_needs_a_duration_only() -> None:
    rules = ServiceRules(HOUR)
    assert (rules.buffer_before, rules.furthest, rules.daily_limit) == (timedelta(), None, None)
