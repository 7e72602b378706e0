"""Small Example: the least company that can be connected, for tests that want nothing in their way."""

from datetime import date, timedelta

from workspace_emulator.seed import scopes
from workspace_emulator.seed.days import Weekday, old_series_start, working_day
from workspace_emulator.seed.events import all_day, guests, timed
from workspace_emulator.seed.model import Seed, SeedGroup, SeedMember, SeedUser

_DOMAIN = "small.example"
_ZONE = "Europe/London"
_ALICE, _BOB, _CHARLIE = (f"{name}@{_DOMAIN}" for name in ("alice", "bob", "charlie"))
_HALF_HOUR = timedelta(minutes=30)
_HOUR = timedelta(hours=1)


def seed(today: date) -> Seed:
    """Alice (a super administrator), Bob and Charlie; Bob and Charlie are the group `team@`."""
    return Seed(
        name="small",
        customer_id="C0small001",
        domain=_DOMAIN,
        users=(_alice(today), _bob(today), _charlie(today)),
        groups=(SeedGroup(f"team@{_DOMAIN}", "Team", (SeedMember(_BOB), SeedMember(_CHARLIE))),),
        delegated_scopes=scopes.DELEGATED,
    )


def _alice(today: date) -> SeedUser:
    plans = timed(
        "Plans for the week",
        old_series_start(today, Weekday.MONDAY),
        "09:00",
        _HALF_HOUR,
        _ZONE,
        recurrence=["RRULE:FREQ=WEEKLY;BYDAY=MO"],
        attendees=guests({_ALICE: "accepted", _BOB: "accepted", _CHARLIE: "declined"}),
    )
    return SeedUser(_ALICE, "Alice", "Archer", _ZONE, is_admin=True, events=(plans,))


def _bob(today: date) -> SeedUser:
    events = (
        timed("Visit to a client", working_day(today, 1), "14:00", _HOUR, _ZONE),
        all_day("Stocktaking", working_day(today, 3), transparency="transparent"),
    )
    return SeedUser(_BOB, "Bob", "Baker", _ZONE, events=events)


def _charlie(today: date) -> SeedUser:
    events = (timed("Optician", working_day(today, 2), "11:00", _HOUR, _ZONE, visibility="private"),)
    return SeedUser(_CHARLIE, "Charlie", "Cooper", _ZONE, events=events)
