"""The sweep against a model that tries every minute and reads the rules literally."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.calendar.interval import Interval, intersected, joined, subtracted
from lockstep.scheduling.availability import Reason, Taken, blocked_by, slot_starts, slots, why_not
from lockstep.scheduling.rules import ServiceRules

ONE_MINUTE = timedelta(minutes=1)
CHANGES = [
    ("America/Halifax", datetime(2026, 3, 8, 6, tzinfo=UTC)),
    ("America/Halifax", datetime(2026, 11, 1, 5, tzinfo=UTC)),
    ("America/Vancouver", datetime(2025, 11, 2, 9, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 3, 8, 6, tzinfo=UTC)),
]
TAKERS = [Reason.TAKEN_BY_APPOINTMENT, Reason.HELD, Reason.ABSENT, Reason.BUSY_IN_GOOGLE, Reason.CALENDAR_UNKNOWN]
BUFFERS = st.sampled_from([0, 0, 5, 15, 40]).map(lambda each: each * ONE_MINUTE)
SERVICES = st.builds(
    ServiceRules,
    duration=st.sampled_from([5, 20, 45, 90]).map(lambda each: each * ONE_MINUTE),
    buffer_before=BUFFERS,
    buffer_after=BUFFERS,
    lead_time=st.sampled_from([0, 61, 400]).map(lambda each: each * ONE_MINUTE),
    furthest=st.sampled_from([None, None, timedelta(0), timedelta(hours=9), timedelta(days=1)]),
    increment=st.sampled_from([5, 10, 20, 30, 45, 60, 300]).map(lambda each: each * ONE_MINUTE),
    daily_limit=st.sampled_from([None, None, 1, 2]),
)


class Case:
    """A night of a clock change: minutes count from twelve hours before it."""

    def __init__(self, draw: st.DrawFn) -> None:
        name, change = draw(st.sampled_from(CHANGES))
        self.zone = ZoneInfo(name)
        self.origin = change - timedelta(hours=12)
        self.rules = draw(SERVICES)
        self.working = draw(st.lists(self.intervals(60, 700), min_size=1, max_size=3))
        self.taken = draw(
            st.lists(
                st.builds(Taken, self.intervals(1, 90), st.sampled_from(TAKERS), BUFFERS, BUFFERS),
                max_size=5,
            )
        )
        self.now = self.at(draw(st.sampled_from([-600, 0, 333, 800])))
        self.window = Interval(self.at(draw(st.integers(0, 400))), self.at(draw(st.integers(900, 1800))))
        first = self.origin.astimezone(self.zone).date()
        self.booked = {first + timedelta(days=days): draw(st.integers(0, 3)) for days in range(3)}

    def at(self, minute: int) -> datetime:
        return self.origin + minute * ONE_MINUTE

    def intervals(self, least: int, most: int) -> st.SearchStrategy[Interval]:
        pairs = st.tuples(st.integers(0, 1440), st.integers(least, most))
        return pairs.map(lambda each: Interval(self.at(each[0]), self.at(each[0] + each[1])))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    return Case(draw)


def offered_by_the_letter(case: Case) -> list[datetime]:
    """Minute by minute: what the rules in the module's docstring say, without sharing a line with the code."""
    worked = {
        each.start + count * ONE_MINUTE
        for each in case.working
        for count in range((each.end - each.start) // ONE_MINUTE)
    }
    length = case.rules.duration // ONE_MINUTE
    span = (case.window.end - case.window.start) // ONE_MINUTE
    candidates = (case.window.start + count * ONE_MINUTE for count in range(span))
    return [
        each
        for each in candidates
        if within_policy(each, case)
        and all(each + count * ONE_MINUTE in worked for count in range(length))
        and not any(conflicts(each, case.rules, taken) for taken in case.taken)
    ]


def conflicts(start: datetime, rules: ServiceRules, taken: Taken) -> bool:
    end = start + rules.duration
    begin, finish = taken.interval.start, taken.interval.end
    own_buffers_touch = start - rules.buffer_before < finish and begin < end + rules.buffer_after
    their_buffers_touch = start < finish + taken.buffer_after and begin - taken.buffer_before < end
    return own_buffers_touch or their_buffers_touch


def within_policy(start: datetime, case: Case) -> bool:
    shown = start.astimezone(case.zone)
    rules = case.rules
    since_midnight = timedelta(hours=shown.hour, minutes=shown.minute)
    furthest_day = date.max if rules.furthest is None else (case.now + rules.furthest).astimezone(case.zone).date()
    return (
        since_midnight % rules.increment == timedelta()
        and start - case.now >= rules.lead_time
        and shown.date() <= furthest_day
        and (rules.daily_limit is None or case.booked.get(shown.date(), 0) < rules.daily_limit)
    )


@settings(max_examples=150, deadline=None)
@given(cases())
def test_the_sweep_offers_what_the_letter_of_the_rules_offers(case: Case) -> None:
    found = slots(case.working, case.taken, case.rules, case.zone, case.now, case.window, booked=case.booked)
    assert found == offered_by_the_letter(case)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_a_minute_has_no_reason_against_it_exactly_when_it_is_offered(case: Case) -> None:
    found = set(slots(case.working, case.taken, case.rules, case.zone, case.now, case.window, booked=case.booked))
    for minute in range(0, (case.window.end - case.window.start) // ONE_MINUTE, 5):
        start = case.window.start + minute * ONE_MINUTE
        reasons = why_not(start, case.working, case.taken, case.rules, case.zone, case.now, booked=case.booked)
        assert (start in found) == (reasons == [])


@settings(max_examples=60, deadline=None)
@given(cases(), st.data())
def test_own_hours_and_opening_told_apart_give_a_reason_exactly_when_their_common_time_offers_nothing(
    case: Case, data: st.DataObject
) -> None:
    opened = data.draw(st.lists(case.intervals(60, 900), max_size=2))
    full = data.draw(st.sets(st.sampled_from(sorted(case.booked))))
    args = (case.rules, case.zone, case.now)
    both = intersected(case.working, opened)
    found = set(slots(both, case.taken, *args, case.window, booked=case.booked, full=full))
    for minute in range(0, (case.window.end - case.window.start) // ONE_MINUTE, 5):
        start = case.window.start + minute * ONE_MINUTE
        reasons = why_not(start, case.working, case.taken, *args, booked=case.booked, full=full, opened=opened)
        assert (start in found) == (reasons == [])


@settings(max_examples=60, deadline=None)
@given(cases())
def test_free_time_from_elsewhere_gives_the_same_slots_as_the_whole_sweep(case: Case) -> None:
    free = subtracted(joined(case.working), [blocked_by(each, case.rules) for each in case.taken])
    args = (case.rules, case.zone, case.now, case.window)
    whole = slots(case.working, case.taken, *args, booked=case.booked)
    assert slot_starts(free, *args, booked=case.booked) == whole


@given(st.integers(0, 365), st.sampled_from([zone for zone, _ in CHANGES]))
def test_a_whole_free_day_offers_every_wall_clock_time_that_exists_and_none_twice(days: int, name: str) -> None:
    zone = ZoneInfo(name)
    day = date(2026, 1, 1) + timedelta(days=days)
    start = datetime.combine(day, time(), zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    rules = ServiceRules(5 * ONE_MINUTE, increment=15 * ONE_MINUTE)
    found = slot_starts([Interval(start, end)], rules, zone, start, Interval(start, end))
    assert found == sorted(set(found))
    assert found == [each for each in quarters(start, end) if each.astimezone(zone).minute % 15 == 0]


def quarters(start: datetime, end: datetime) -> list[datetime]:
    return [start + 5 * count * ONE_MINUTE for count in range((end - start) // (5 * ONE_MINUTE))]
