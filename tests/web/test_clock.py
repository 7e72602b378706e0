"""Times in words: the zone, the clock of the reader's region, and how long ago."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from lockstep.web import clock

HALIFAX = ZoneInfo("America/Halifax")
AFTERNOON = datetime(2026, 12, 8, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("languages", "twelve"),
    [
        ("en-US,en;q=0.9", True),
        ("en-CA", True),
        ("en-GB,en;q=0.9", False),
        ("fr-CA,en-US;q=0.8", False),
        ("de", False),
        ("", False),
    ],
)
def test_the_first_language_decides_between_twelve_and_twenty_four_hours(languages: str, twelve: bool) -> None:
    request = RequestFactory(headers={"Accept-Language": languages}).get("/")
    assert clock.uses_twelve_hours(request) is twelve


@pytest.mark.parametrize(
    ("hour", "words"),
    [(0, "12:30 am"), (9, "9:30 am"), (12, "12:30 pm"), (15, "3:30 pm")],
)
def test_twelve_hours(hour: int, words: str) -> None:
    assert clock.time_words(datetime(2026, 12, 8, hour, 30, tzinfo=HALIFAX), HALIFAX, twelve=True) == words


def test_twenty_four_hours() -> None:
    assert clock.time_words(AFTERNOON, HALIFAX, twelve=False) == "14:30"


def test_a_zone_is_named_by_its_city_and_what_its_clocks_are_called_then() -> None:
    summer = datetime(2026, 7, 1, tzinfo=UTC)
    assert [clock.zone_words(HALIFAX, each) for each in (AFTERNOON, summer)] == [
        "Halifax time (AST)",
        "Halifax time (ADT)",
    ]


def test_a_zone_without_a_name_of_its_own_is_given_by_its_distance() -> None:
    assert clock.zone_words(ZoneInfo("America/Sao_Paulo"), AFTERNOON) == "Sao Paulo time (UTC-03)"


def test_another_year_is_said() -> None:
    today = date(2026, 12, 8)
    assert [clock.day_words(each, today=today) for each in (today, date(2027, 1, 4))] == [
        "Tuesday 8 December",
        "Monday 4 January 2027",
    ]


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=-2), "0 seconds ago"),
        (timedelta(seconds=1), "1 second ago"),
        (timedelta(minutes=4), "4 minutes ago"),
        (timedelta(hours=30), "30 hours ago"),
        (timedelta(days=3), "3 days ago"),
    ],
)
def test_how_long_ago(passed: timedelta, words: str) -> None:
    assert clock.ago_words(AFTERNOON - passed, AFTERNOON) == words


@pytest.mark.parametrize(
    ("languages", "words"),
    [("en-US", "2:30–3:00 pm"), ("en-GB", "14:30–15:00")],
)
def test_a_span_says_am_and_pm_once(languages: str, words: str) -> None:
    request = RequestFactory(headers={"Accept-Language": languages}).get("/")
    template = Template("{% load lockstep_time %}{% span start end zone|safe %}")
    page = template.render(
        Context({"request": request, "start": AFTERNOON, "end": AFTERNOON + timedelta(minutes=30), "zone": HALIFAX.key})
    )
    first, last = words.split("–")
    assert page == (
        f'<time datetime="2026-12-08T18:30:00Z">{first}</time>–<time datetime="2026-12-08T19:00:00Z">{last}</time>'
    )
