"""The pages' own arithmetic, run in the browser: wall-clock time, recurrence lines, lanes."""

from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def run(page: Page, bare_pages: str) -> Any:
    """Calls `function` of the module `name` in the browser and gives what it returns."""
    page.goto(f"{bare_pages}/ui/static/mark.svg")

    def call(name: str, function: str, *arguments: object) -> Any:
        script = "([name, what, given]) => import(`/ui/static/js/${name}.js`).then((module) => module[what](...given))"
        return page.evaluate(script, [name, function, list(arguments)])

    return call


def test_an_instant_is_found_from_wall_clock_time_on_both_sides_of_a_clock_change(run: Any) -> None:
    for wall, instant in {
        "2026-10-31T09:00": "2026-10-31T12:00:00Z",
        "2026-11-02T09:00": "2026-11-02T13:00:00Z",
        "2027-03-15T09:00": "2027-03-15T12:00:00Z",
    }.items():
        point = run("wall", "eventPoint", run("wall", "fromDateTime", wall), False, "America/Halifax")
        assert point["dateTime"] == instant
        assert point["timeZone"] == "America/Halifax"


def test_wall_clock_time_comes_back_from_its_instant(run: Any) -> None:
    for zone in ["America/Halifax", "Asia/Kathmandu", "Pacific/Auckland"]:
        wall = run("wall", "fromDateTime", "2027-06-01T08:45")
        assert run("wall", "wallIn", zone, run("wall", "instantOf", wall, zone)) == wall


def test_an_all_day_event_is_written_as_dates(run: Any) -> None:
    point = run("wall", "eventPoint", run("wall", "fromDate", "2026-12-31"), True, "America/Halifax")
    assert point == {"date": "2026-12-31", "dateTime": None, "timeZone": None}


def test_a_date_that_does_not_exist_is_no_date(run: Any) -> None:
    assert [run("wall", "isDate", text) for text in ("2026-02-28", "2026-02-30", "tomorrow", "")] == [
        True,
        False,
        False,
        False,
    ]


def test_a_timed_series_ends_one_second_before_the_instance_in_utc(run: Any) -> None:
    lines = run("recurrence", "endedBefore", ["RRULE:FREQ=WEEKLY;COUNT=10"], {"dateTime": "2026-11-26T09:00:00-08:00"})
    assert lines == ["RRULE:FREQ=WEEKLY;UNTIL=20261126T165959Z"]


def test_an_all_day_series_ends_on_the_day_before(run: Any) -> None:
    lines = run("recurrence", "endedBefore", ["RRULE:FREQ=DAILY"], {"date": "2026-12-01"})
    assert lines == ["RRULE:FREQ=DAILY;UNTIL=20261130"]


@pytest.mark.parametrize(
    ("line", "days", "shifted"),
    [
        ("RRULE:FREQ=WEEKLY;BYDAY=MO,FR", 1, ["RRULE:FREQ=WEEKLY;BYDAY=TU,SA"]),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO", -1, ["RRULE:FREQ=WEEKLY;BYDAY=SU"]),
        ("RRULE:FREQ=WEEKLY", 3, ["RRULE:FREQ=WEEKLY"]),
        ("RRULE:FREQ=MONTHLY;BYDAY=1FR", 1, None),
        ("RRULE:FREQ=MONTHLY;BYDAY=1FR", 0, ["RRULE:FREQ=MONTHLY;BYDAY=1FR"]),
    ],
    ids=["later", "earlier over Monday", "no weekdays", "an ordinal cannot follow", "not moved"],
)
def test_a_moved_series_repeats_on_the_weekdays_it_moved_to(
    run: Any, line: str, days: int, shifted: list[str] | None
) -> None:
    assert run("recurrence", "shifted", [line], days) == shifted


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["RRULE:FREQ=DAILY"], "Every day"),
        (["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"], "Every 2 weeks on Tue"),
        (["RRULE:FREQ=MONTHLY;BYDAY=1FR"], "Every month on 1 Fri"),
        (["RRULE:FREQ=WEEKLY;UNTIL=20261231T235959Z"], "Every week, until 2026-12-31"),
    ],
    ids=["daily", "fortnightly", "first Friday", "with an end"],
)
def test_a_rule_is_said_in_words(run: Any, lines: list[str], words: str) -> None:
    assert run("recurrence", "ruleText", lines) == words


def test_events_that_overlap_share_the_width_and_others_do_not(run: Any) -> None:
    parts = [{"from": 540, "to": 600}, {"from": 570, "to": 630}, {"from": 600, "to": 660}, {"from": 700, "to": 720}]
    placed = run("lanes", "inLanes", parts, 30)
    assert [(part["lane"], part["lanes"]) for part in placed] == [(0, 2), (1, 2), (0, 2), (0, 1)]
