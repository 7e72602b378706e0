"""Which events take their owner's time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from lockstep.calendar.blocking import blocks_time
from lockstep.calendar.event import AllDay, Event, EventId, EventType, ResponseStatus, Status, Timed, Transparency

PLAIN = Event(
    EventId("event"),
    Timed(datetime(2026, 3, 8, 12, tzinfo=UTC), datetime(2026, 3, 8, 13, tzinfo=UTC)),
)


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(PLAIN, id="plain"),
        pytest.param(replace(PLAIN, when=AllDay(date(2026, 3, 8), date(2026, 3, 9))), id="all day"),
        pytest.param(replace(PLAIN, own_response=ResponseStatus.ACCEPTED), id="accepted"),
        pytest.param(replace(PLAIN, event_type=EventType.OUT_OF_OFFICE), id="out of office"),
        pytest.param(replace(PLAIN, event_type=EventType.FOCUS_TIME), id="focus time"),
        pytest.param(replace(PLAIN, event_type=EventType.FROM_GMAIL), id="from Gmail"),
        pytest.param(replace(PLAIN, event_type=EventType.OTHER), id="of a type added later"),
    ],
)
@pytest.mark.parametrize("tentative_blocks", [True, False])
def test_an_event_shown_as_busy_blocks_whatever_the_setting(event: Event, tentative_blocks: bool) -> None:
    assert blocks_time(event, tentative_blocks=tentative_blocks)


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(replace(PLAIN, transparency=Transparency.TRANSPARENT), id="free"),
        pytest.param(replace(PLAIN, own_response=ResponseStatus.DECLINED), id="declined"),
        pytest.param(replace(PLAIN, status=Status.CANCELLED), id="cancelled"),
        pytest.param(replace(PLAIN, event_type=EventType.WORKING_LOCATION), id="working location"),
        pytest.param(replace(PLAIN, event_type=EventType.BIRTHDAY), id="birthday"),
        pytest.param(replace(PLAIN, end_time_unspecified=True), id="without an end"),
        pytest.param(
            replace(PLAIN, event_type=EventType.OUT_OF_OFFICE, own_response=ResponseStatus.DECLINED),
            id="declined out of office",
        ),
    ],
)
@pytest.mark.parametrize("tentative_blocks", [True, False])
def test_an_event_that_leaves_its_owner_free_never_blocks(event: Event, tentative_blocks: bool) -> None:
    assert not blocks_time(event, tentative_blocks=tentative_blocks)


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(replace(PLAIN, status=Status.TENTATIVE), id="tentative event"),
        pytest.param(replace(PLAIN, own_response=ResponseStatus.TENTATIVE), id="answered maybe"),
        pytest.param(replace(PLAIN, own_response=ResponseStatus.NEEDS_ACTION), id="unanswered"),
        pytest.param(
            replace(PLAIN, status=Status.TENTATIVE, own_response=ResponseStatus.ACCEPTED), id="accepted, tentative"
        ),
    ],
)
def test_an_undecided_event_blocks_by_the_setting(event: Event) -> None:
    assert blocks_time(event)
    assert not blocks_time(event, tentative_blocks=False)
