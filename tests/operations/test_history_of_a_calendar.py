"""Invariant 9: however a calendar came to be what it is, what was gathered change by change is what is read at once.

A person lives at random for a while: events and series come, move, change and go, one by one and by instance, between
looks of all kinds, interrupted or not. Then the busy time stored so far is compared with a full synchronisation, and
with what Google itself says is busy.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.google_side import Json, Person, times
from tests.operations.meddling import Killed, Meddling
from tests.operations.world import CLIENT, World, at

from lockstep.calendar.interval import Interval, joined
from lockstep.operations.booking import cancel_appointment
from lockstep.scheduling.refusals import Refused
from lockstep.store.models import Appointment, Reservation
from lockstep.store.values import interval_of
from lockstep.sync.errors import Unreachable

HALIFAX = ZoneInfo("America/Halifax")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def rules_from(start: datetime) -> list[list[str]]:
    """Rules of many kinds, each of which has an instance at `start`: what else Google does is not documented."""
    day, ordinal = DAYS[start.weekday()], (start.day - 1) // 7 + 1
    skipped = start + timedelta(days=7)
    return [
        ["RRULE:FREQ=DAILY;COUNT=6"],
        [f"RRULE:FREQ=WEEKLY;BYDAY={day},FR"],
        [f"RRULE:FREQ=DAILY;INTERVAL=3;UNTIL={start + timedelta(days=40):%Y%m%d}T235959Z"],
        [f"RRULE:FREQ=MONTHLY;BYDAY={ordinal}{day}"],
        ["RRULE:FREQ=WEEKLY;COUNT=20", f"EXDATE;TZID=America/Halifax:{skipped:%Y%m%dT%H%M%S}"],
    ]


class Life:
    """What a person does with their calendar; every step is one call to Google."""

    def __init__(self, person: Person, chance: random.Random) -> None:
        self.person, self.chance = person, chance

    def step(self) -> None:
        known = [event for event in self.person.events() if not event.get("extendedProperties")]
        deeds: list[tuple[int, Callable[[], object]]] = [(4, self._add), (3, self._add_series), (1, self._add_days)]
        if known:
            event = self.chance.choice(known)
            deeds += [
                (4, lambda: self._move(event)),
                (2, lambda: self.person.delete(event["id"])),
                (2, lambda: self.person.change(event["id"], transparency=self._word("opaque", "transparent"))),
                (1, lambda: self.person.change(event["id"], summary=f"Matter {self.chance.randrange(9)}")),
            ]
            if "recurrence" in event:
                deeds += [
                    (6, lambda: self._touch_instance(event)),
                    (2, lambda: self._change_rule(event)),
                    (1, lambda: self.person.change(event["id"], recurrence=None)),
                    (2, lambda: self._split(event)),
                ]
        weights, choices = zip(*deeds, strict=True)
        self.chance.choices(choices, weights)[0]()

    def _add(self) -> None:
        start = self._moment()
        self.person.add(start, start + self._length(), status=self._word("confirmed", "tentative"))

    def _add_series(self) -> None:
        start = self._moment()
        self.person.add(start, start + self._length(), recurrence=self.chance.choice(rules_from(start)))

    def _add_days(self) -> None:
        first = date(2026, 11, 25) + timedelta(days=self.chance.randrange(120))
        last = first + timedelta(days=self.chance.choice([1, 1, 2, 5]))
        rule = self.chance.choice([None, ["RRULE:FREQ=WEEKLY;COUNT=4"]])
        self.person.add(first, last, **({"recurrence": rule} if rule else {}))

    def _move(self, event: Json) -> None:
        if "date" in event["start"]:
            start = date(2026, 11, 28) + timedelta(days=self.chance.randrange(120))
            self.person.move(event["id"], start, start + timedelta(days=1))
        else:
            start_at = self._moment()
            rule = {"recurrence": self.chance.choice(rules_from(start_at))} if "recurrence" in event else {}
            self.person.change(event["id"], **times(start_at, start_at + self._length()), **rule)

    def _change_rule(self, event: Json) -> None:
        if "dateTime" in event["start"]:
            start = datetime.fromisoformat(event["start"]["dateTime"]).astimezone(HALIFAX)
            self.person.change(event["id"], recurrence=self.chance.choice(rules_from(start)))

    def _touch_instance(self, event: Json) -> None:
        begin = datetime(2026, 11, 20, tzinfo=HALIFAX)
        found = self.person.instances(event["id"], begin, begin + timedelta(days=140))
        if not found:
            return
        instance = self.chance.choice(found)
        match self.chance.randrange(4):
            case 0:
                self.person.delete(instance["id"])
            case 1:
                self._move(instance)
            case 2:
                self.person.change(instance["id"], transparency=self._word("opaque", "transparent"))
            case _:
                self.person.change(instance["id"], status=self._word("confirmed", "tentative"))

    def _split(self, event: Json) -> None:
        """This and following, as the guide has it: the old rule ends before, a new series begins there."""
        if "date" in event["start"] or not event["recurrence"][0].startswith("RRULE:FREQ=DAILY"):
            return
        start = datetime.fromisoformat(event["start"]["dateTime"])
        there = (start + timedelta(days=3)).astimezone(HALIFAX)
        until = (there - timedelta(seconds=1)).astimezone(ZoneInfo("UTC"))
        self.person.change(event["id"], recurrence=[f"RRULE:FREQ=DAILY;UNTIL={until:%Y%m%dT%H%M%SZ}"])
        self.person.add(there, there + self._length(), recurrence=["RRULE:FREQ=DAILY;COUNT=3"])

    def _moment(self) -> datetime:
        day = date(2026, 11, 25) + timedelta(days=self.chance.randrange(125))
        hour, minute = self.chance.randrange(24), self.chance.choice([0, 15, 30])
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=HALIFAX)

    def _length(self) -> timedelta:
        return timedelta(minutes=self.chance.choice([15, 30, 60, 90, 24 * 60, 49 * 60]))

    def _word(self, one: str, other: str) -> str:
        return self.chance.choice([one, one, other])


def look_somehow(world: World, chance: random.Random) -> None:
    """A look of any kind that Google or a dying process can make of it."""
    staff = world.company.alice

    def die(name: str, _: str) -> None:
        if name == "events_page" and chance.random() < 0.3:
            raise Killed

    size = chance.choice([None, 1, 3])
    workspace = Meddling(world.workspace, page_size=size, backwards=chance.random() < 0.5)
    match chance.randrange(6):
        case 0:
            workspace.before = die
        case 1:
            world.google.control("POST", f"calendars/{staff.email}/end-sync-tokens")
        case 2:
            world.resync(staff)
    try:
        world.run(staff, workspace)
    except Killed:
        return


def googles_own_answer(person: Person, window: Interval) -> list[Interval]:
    body = {"timeMin": window.start.isoformat(), "timeMax": window.end.isoformat(), "items": [{"id": person.email}]}
    answer = person.google.call_as(person.email, "POST", "/calendar/v3/freeBusy", body)
    busy: list[dict[str, Any]] = answer["calendars"][person.email]["busy"]
    return [Interval(datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"])) for row in busy]


def clipped(intervals: list[Interval], window: Interval) -> list[Interval]:
    """Joined, and only what lies in the window."""
    inside = [each for each in intervals if each.overlaps(window)]
    return list(joined(Interval(max(each.start, window.start), min(each.end, window.end)) for each in inside))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_a_history_read_change_by_change_is_what_is_read_at_once(live: World, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  (chance in a test, nothing secret)
    alice = live.company.alice
    person = live.person(alice)
    life = Life(person, chance)
    for _ in range(40):
        life.step()
        if chance.random() < 0.4:
            look_somehow(live, chance)
    live.run(alice)
    gathered = live.busy(alice)
    live.resync(alice)
    live.run(alice)
    assert gathered == live.busy(alice)
    window = Interval(live.now, datetime(2027, 3, 31, tzinfo=HALIFAX))
    assert clipped(gathered, window) == clipped(googles_own_answer(person, window), window)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_both_sides_end_up_agreeing_whatever_both_do(live: World, seed: int) -> None:
    """Clients book, reschedule and cancel; the person drags, retitles, deletes and restores; calls fail at random."""
    chance = random.Random(1000 + seed)  # noqa: S311  (chance in a test, nothing secret)
    alice = live.company.alice
    person = live.person(alice)

    def fail(name: str, _: str) -> None:
        if name in {"insert", "patch", "delete"} and chance.random() < 0.15:
            raise Unreachable("")

    good = live.workspace
    live.workspace = Meddling(good, before=fail, after=fail)
    hours = list(range(9, 17))
    for _ in range(30):
        _live_together(live, person, chance, hours)
    live.workspace = good
    for _ in range(4):
        live.clock.advance(timedelta(minutes=11))
        live.sweep()
        live.work()
    shown = {event["id"]: datetime.fromisoformat(event["start"]["dateTime"]) for event in live.ours(alice)}
    booked = Appointment.objects.filter(staff=alice, status=Appointment.Status.BOOKED)
    expected = {}
    for appointment in booked:
        event_id = live.written(appointment).event_id
        kinds = set(appointment.conflicts.filter(closed_at=None).values_list("kind", flat=True))
        if "deleted_and_changed" not in kinds:
            # Of an undecided one Google's time is left alone.
            expected[event_id] = shown.get(event_id) if "time_taken" in kinds else appointment.starts_at
    assert shown == expected
    taken = Reservation.objects.filter(staff=alice, kind=Reservation.Kind.APPOINTMENT)
    assert {interval_of(row.span).start for row in taken} == {each.starts_at for each in booked}
    before = live.google.last_request()
    live.clock.advance(timedelta(minutes=11))
    live.sweep()
    live.work()
    assert live.google.writes(before) == []


def _live_together(world: World, person: Person, chance: random.Random, hours: list[int]) -> None:

    alice = world.company.alice
    booked = list(Appointment.objects.filter(staff=alice, status=Appointment.Status.BOOKED))
    mine = world.ours(alice)
    try:
        match chance.randrange(9):
            case 0 | 1 | 2:
                world.book(alice, at(chance.choice(hours)))
            case 3 if booked:
                world.reschedule(chance.choice(booked), chance.choice(hours))
            case 4 if booked:
                cancel_appointment(chance.choice(booked), by=CLIENT, now=world.now)
            case 5 | 6 if mine:
                hour = chance.choice(hours)
                person.change(chance.choice(mine)["id"], **times(at(hour), at(hour, 30)))
            case 7 if mine:
                person.change(chance.choice(mine)["id"], summary=f"Matter {chance.randrange(9)}")
            case 8 if mine:
                event_id = chance.choice(mine)["id"]
                person.delete(event_id)
                if chance.random() < 0.5:
                    world.look(alice)
                    person.restore(event_id)
    except Refused:
        pass
    world.clock.advance(timedelta(seconds=chance.choice([1, 10, 40, 200])))
    if chance.random() < 0.6:
        world.work()
    if chance.random() < 0.5:
        world.look(alice)
    if chance.random() < 0.3:
        world.sweep()
