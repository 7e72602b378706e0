"""Expansion agrees with brute force and with dateutil on random rules; zones, exceptions and ids on top of it.

FACTS.md, C.4; RFC 5545, 3.3.10.
"""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr

from tests.emulator.brute_recurrence import Rule, days_of, instant_of
from tests.emulator.world import Person, World
from workspace_emulator.state.recurrence import starts

RULES = 2400
LAST = date(2028, 12, 31)
CHANGES = [
    ("Europe/Berlin", date(2027, 3, 26), "02:30", "an hour is skipped"),
    ("Europe/Berlin", date(2026, 10, 23), "02:30", "an hour is repeated"),
    ("America/New_York", date(2027, 3, 12), "02:00", "the skipped hour's first minute"),
    ("America/New_York", date(2026, 10, 30), "01:59", "the repeated hour's last minute"),
    ("Australia/Lord_Howe", date(2026, 10, 2), "02:15", "half an hour is skipped"),
    ("Australia/Lord_Howe", date(2027, 4, 2), "01:45", "half an hour is repeated"),
    ("Antarctica/Troll", date(2027, 3, 26), "01:30", "two hours are skipped"),
    ("Africa/Cairo", date(2027, 4, 28), "00:00", "midnight is skipped"),
    ("Europe/Dublin", date(2026, 10, 23), "01:30", "winter time is the exception"),
    ("Africa/Casablanca", date(2027, 2, 5), "02:30", "back for Ramadan"),
    ("Pacific/Apia", date(2011, 12, 28), "10:00", "a whole day is skipped"),
    ("America/Caracas", date(2016, 4, 29), "02:45", "the zone itself changes by half an hour"),
    ("Asia/Kathmandu", date(2026, 11, 20), "09:15", "no change, an odd offset"),
    ("Australia/Sydney", date(2026, 10, 2), "02:30", "an hour is skipped in the south"),
    ("America/Santiago", date(2027, 4, 1), "23:30", "the hour before midnight is repeated"),
    ("Europe/Istanbul", date(2016, 10, 28), "03:30", "the autumn in which the zone stayed in summer time"),
    ("Etc/GMT", date(2026, 11, 20), "00:00", "no change at all"),
]


def random_rule(random: Random) -> Rule:
    freq = random.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    ends = random.choice(["count", "until", "never"])
    by_month = tuple(sorted(random.sample(range(1, 13), random.randint(1, 3)))) if random.random() < 0.3 else ()
    by_day: tuple[tuple[int, int], ...] = ()
    by_month_day: tuple[int, ...] = ()
    kind = random.choice(["day", "month day", "both", "plain"])
    if kind in {"day", "both"}:
        nth = freq in {"MONTHLY", "YEARLY"} and random.random() < 0.5
        days = random.sample(range(7), random.randint(1, 3))
        by_day = tuple((random.choice([-2, -1, 1, 2, 3, 5]) if nth else 0, day) for day in days)
    if kind in {"month day", "both"} and freq != "WEEKLY":
        by_month_day = tuple(random.sample([*range(1, 32), -1, -2, -31], random.randint(1, 3)))
    set_pos = tuple(random.sample([1, 2, -1, -2], 2)) if by_day and freq == "MONTHLY" and random.random() < 0.3 else ()
    return Rule(
        freq,
        random.choice([1, 1, 1, 2, 3, 5]),
        random.randint(1, 30) if ends == "count" else None,
        date(2026, 1, 1) + timedelta(days=random.randrange(1500)) if ends == "until" else None,
        by_month,
        by_month_day,
        by_day,
        set_pos,
        random.choice([0, 0, 6]),
    )


def expanded(rule: Rule, start: date) -> list[date]:
    """What the emulator's expansion gives for an all-day series."""
    bounds = {"after": datetime(1, 1, 1), "before": datetime.combine(LAST, datetime.min.time())}  # noqa: DTZ001
    return [moment.date() for moment in starts([rule.text()], {"date": start.isoformat()}, **bounds)]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_random_rules_expand_as_brute_force_and_dateutil_say(part: int) -> None:
    random = Random(part)  # noqa: S311  (repeatable, nothing secret)
    for _ in range(RULES // 4):
        rule, start = random_rule(random), date(2026, 1, 1) + timedelta(days=random.randrange(400))
        wanted = days_of(rule, start, LAST)
        if not wanted and random.random() < 0.9:
            # dateutil looks for the 31st of February until the year 9999; few of these are enough.
            continue
        found = expanded(rule, start)
        # The first is the series' own start, also where the rule does not give it; both oracles know the rule alone.
        assert found == sorted({start, *wanted}), (rule.text(), start)
        begin = datetime.combine(start, datetime.min.time())
        theirs = rrulestr(rule.text(), dtstart=begin).between(
            begin, datetime.combine(LAST, datetime.min.time()), inc=True
        )
        assert found == sorted({start, *(moment.date() for moment in theirs)}), (rule.text(), start)


def made_series(alice: Person, zone: str, first: datetime, rule: Rule) -> Any:
    """An hour long; the series' first start must be one that exists."""
    end = first + timedelta(hours=1)
    sides = {"start": first, "end": end}
    body = {side: {"dateTime": f"{local:%Y-%m-%dT%H:%M:%S}", "timeZone": zone} for side, local in sides.items()}
    return alice.made({"summary": "Series", "recurrence": [rule.text()], **body})


def instances(alice: Person, master_id: str) -> list[Any]:
    path = f"/calendar/v3/calendars/primary/events/{master_id}/instances"
    items: list[Any] = alice.call("GET", path, maxResults=2500).json["items"]
    return items


@pytest.mark.parametrize(("zone", "day", "clock", "why"), CHANGES, ids=[f"{row[0]}: {row[3]}" for row in CHANGES])
def test_instances_keep_their_wall_clock_over_every_kind_of_change(
    alice: Person, zone: str, day: date, clock: str, why: str
) -> None:
    """C.4: ids name the original start in UTC, and the length stays the same."""
    first = datetime.fromisoformat(f"{day.isoformat()}T{clock}")
    rule = Rule("DAILY", count=5)
    master = made_series(alice, zone, first, rule)
    # The instance of a day that does not exist falls onto the next day's, whose id is the same: they are one.
    wanted = sorted({instant_of(first + timedelta(days=number), ZoneInfo(zone)) for number in range(5)})
    items = instances(alice, master["id"])
    assert [datetime.fromisoformat(item["start"]["dateTime"]) for item in items] == wanted
    assert [item["id"] for item in items] == [f"{master['id']}_{moment:%Y%m%dT%H%M%SZ}" for moment in wanted]
    lengths = [_moment(item["end"]) - _moment(item["start"]) for item in items]
    assert set(lengths) == {timedelta(hours=1)}
    assert [alice.event(item["id"]).json["start"] for item in items] == [item["start"] for item in items]


def _moment(value: Any) -> datetime:
    return datetime.fromisoformat(value["dateTime"]).astimezone(UTC)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_random_exceptions_replace_their_instances_alone(world: World, alice: Person, seed: int) -> None:
    """C.4: of a series over a change of the clock, some instances are moved, some cancelled."""
    random = Random(seed)  # noqa: S311  (repeatable, nothing secret)
    for _ in range(20):
        zone, day, clock, _ = random.choice(CHANGES)
        first = datetime.fromisoformat(f"{day.isoformat()}T{clock}")
        rule = Rule(random.choice(["DAILY", "WEEKLY"]), random.choice([1, 2]), count=random.randint(2, 8))
        master = made_series(alice, zone, first, rule)
        wanted = {}
        for local in days_of(rule, day, LAST):
            moment = instant_of(datetime.combine(local, first.time()), ZoneInfo(zone))
            wanted[f"{master['id']}_{moment:%Y%m%dT%H%M%SZ}"] = (moment, "Series")
        for instance_id in random.sample(sorted(wanted), len(wanted) // 2):
            if random.random() < 0.5:
                assert alice.delete(instance_id).status == 204
                del wanted[instance_id]
                continue
            moved = wanted[instance_id][0] + timedelta(minutes=random.randrange(1, 600))
            times = {"dateTime": moved.isoformat()}
            change = {"summary": "Moved", "start": times, "end": {"dateTime": (moved + timedelta(hours=2)).isoformat()}}
            assert alice.patch(instance_id, change).status == 200
            wanted[instance_id] = (moved, "Moved")
        found = {item["id"]: (_moment(item["start"]), item["summary"]) for item in instances(alice, master["id"])}
        assert found == wanted, (zone, first, rule.text())
        assert {item["originalStartTime"]["timeZone"] for item in instances(alice, master["id"])} <= {zone}
