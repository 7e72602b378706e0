"""Reading one rule, and walking it from anywhere at a bounded cost."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import takewhile
from time import perf_counter

import pytest
from dateutil import rrule as dateutil_rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.calendar.rrule import BadRecurrence, parse_rule, walk

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
CENTURIES = 7600
"""Nineteen times 400 years: after each 400 the calendar repeats to the weekday."""


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


@st.composite
def rule_texts(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 5))}", f"WKST={draw(st.sampled_from(WEEKDAYS))}"]
    numbers = {
        "BYMONTH": st.integers(1, 12),
        "BYMONTHDAY": st.one_of(st.integers(1, 31), st.integers(-31, -1)),
        "BYHOUR": st.integers(0, 23),
        "BYMINUTE": st.integers(0, 59),
    }
    if frequency == "YEARLY":
        numbers["BYYEARDAY"] = st.one_of(st.integers(1, 366), st.integers(-366, -1))
        numbers["BYWEEKNO"] = st.one_of(st.integers(1, 53), st.integers(-53, -1))
    for name in draw(st.sets(st.sampled_from(sorted(numbers)), max_size=2)):
        values = draw(st.lists(numbers[name], min_size=1, max_size=4))
        parts.append(f"{name}={','.join(map(str, values))}")
    if draw(st.booleans()):
        ordinals = ["", "1", "2", "-1", "-2"] if frequency in ("YEARLY", "MONTHLY") else [""]
        days = st.tuples(st.sampled_from(ordinals), st.sampled_from(WEEKDAYS)).map("".join)
        parts.append(f"BYDAY={','.join(draw(st.lists(days, min_size=1, max_size=4)))}")
    # dateutil takes positions of a weekly rule's first week from its start on only; the RFC means the whole week.
    if frequency in ("YEARLY", "MONTHLY") and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(st.sampled_from(['1', '-1', '2', '1,-1']))}")
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 40))}")
    return ";".join(parts)


def walked_by_dateutil(text: str, start: datetime, lower: datetime, upper: datetime) -> list[datetime]:
    """What dateutil gives from the real start, in years late enough that a rule without a match ends soon."""
    late = start.replace(year=start.year + CENTURIES)
    shift = late - start
    rule = dateutil_rrule.rrulestr(text, dtstart=late)
    moments = takewhile(lambda each: each < upper + shift, rule)
    return [each - shift for each in moments if each >= lower + shift]


@settings(max_examples=300, deadline=None)
@given(
    rule_texts(),
    st.datetimes(local("1996-01-01"), local("2026-01-01")).map(lambda each: each.replace(microsecond=0)),
    st.integers(-30, 1500),
    st.integers(31, 400),
)
def test_a_walk_from_the_middle_gives_what_a_walk_from_the_start_gives(
    text: str, start: datetime, days_later: int, days: int
) -> None:
    if (start.month, start.day) == (2, 29):
        start += timedelta(days=1)
    lower = start + timedelta(days=days_later)
    upper = lower + timedelta(days=days)
    try:
        expected = walked_by_dateutil(text, start, lower, upper)
    except ValueError:
        with pytest.raises(BadRecurrence):
            list(walk(parse_rule(text), start, lower, upper))
        return
    assert list(walk(parse_rule(text), start, lower, upper)) == expected


@given(st.text(alphabet="FREQ=DAILYWKSTUNBOH;,:-+0123456789TZ ", max_size=60))
def test_no_text_does_anything_but_make_a_rule_or_be_refused(text: str) -> None:
    with suppress(BadRecurrence):
        list(walk(parse_rule(text), local("2026-03-08T02:30:00"), local("2026-03-08"), local("2026-04-08")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FREQ=FORTNIGHTLY",
        "FREQ=MINUTELY",
        "FREQ=SECONDLY",
        "INTERVAL=2",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=x",
        "FREQ=DAILY;INTERVAL=٣",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=3;COUNT=4",
        "FREQ=DAILY;UNTIL=20260230",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=DAILY;WKST=XX",
        "FREQ=DAILY;BYHOUR=24",
        "FREQ=DAILY;BYEASTER=0",
        "FREQ=DAILY;BYMONTH=",
        "FREQ=DAILY;BYMONTH=0",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYDAY=XX",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=YEARLY;BYMONTH=12;BYDAY=53MO",
        "FREQ=HOURLY;INTERVAL=2;BYHOUR=1",
        "FREQ=HOURLY;BYMINUTE=0,30;BYSETPOS=3",
        f"FREQ=HOURLY;BYMINUTE=0,30;BYSECOND={','.join(map(str, range(60)))}",
        "DAILY",
    ],
)
def test_a_malformed_rule_is_refused_as_one(text: str) -> None:
    with pytest.raises(BadRecurrence):
        list(walk(parse_rule(text), local("2026-03-08T10:00:00"), local("2026-03-08"), local("2026-04-08")))


@pytest.mark.parametrize(
    ("text", "start", "days", "expected"),
    [
        pytest.param(
            "freq=weekly;byday=mo,we;", "2026-03-09", 8, ["2026-03-09", "2026-03-11", "2026-03-16"], id="small letters"
        ),
        pytest.param("FREQ=DAILY;COUNT=2;X-NAME=1", "2026-03-09", 9, ["2026-03-09", "2026-03-10"], id="vendor part"),
        pytest.param(
            "FREQ=WEEKLY;BYDAY=MO,TU,FR;BYSETPOS=1",
            "2026-03-10",
            14,
            ["2026-03-16", "2026-03-23"],
            id="a position counts from the begin of the week, in the week of the start too",
        ),
        pytest.param("FREQ=DAILY;BYDAY=2MO", "2026-03-09", 9, ["2026-03-09", "2026-03-16"], id="idle ordinal"),
        pytest.param("FREQ=MONTHLY", "2026-01-31", 80, ["2026-01-31", "2026-03-31"], id="February has no 31st"),
        pytest.param("FREQ=YEARLY", "2024-02-29", 1500, ["2024-02-29", "2028-02-29"], id="29 February"),
    ],
)
def test_a_rule_gives_these_times(text: str, start: str, days: int, expected: list[str]) -> None:
    found = walk(parse_rule(text), local(start), local(start), local(start) + timedelta(days=days))
    assert list(found) == [local(each) for each in expected]


DEAR_TO_WALK = [
    "FREQ=DAILY",
    "FREQ=HOURLY;INTERVAL=7",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MONTHLY;BYSETPOS=300",
    "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
    "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=DAILY;INTERVAL=99999",
]


@pytest.mark.parametrize("text", DEAR_TO_WALK)
@pytest.mark.parametrize("start", ["1990-01-02T09:00:00", "1601-01-02T09:00:00", "2090-01-03T09:00:00"])
def test_an_old_or_empty_series_costs_no_more_than_a_young_one(text: str, start: str) -> None:
    lower = max(local(start), local("2026-11-01"))
    rule = parse_rule(text)
    quickest = 1.0
    for _ in range(3):
        begun = perf_counter()
        list(walk(rule, local(start), lower, lower + timedelta(days=30)))
        quickest = min(quickest, perf_counter() - begun)
    # A hundredth of what a walk from the start, or to the year 9999, takes; generous to a loaded machine.
    assert quickest < 0.05


def test_a_series_that_began_too_long_ago_to_be_counted_is_given_up() -> None:
    with pytest.raises(BadRecurrence, match="count"):
        list(walk(parse_rule("FREQ=DAILY;COUNT=9"), local("1601-01-01"), local("2026-01-01"), local("2026-02-01")))


def test_a_rule_that_gives_too_much_is_given_up() -> None:
    rule = parse_rule("FREQ=DAILY;BYHOUR=8,9;BYMINUTE=" + ",".join(map(str, range(60))))
    with pytest.raises(BadRecurrence, match="dense"):
        list(walk(rule, local("2000-01-01"), local("2000-01-01"), local("2026-01-01")))
