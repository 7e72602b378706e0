"""The calendars of Harbour Credit Union's Vancouver branch, and of the administrator who sits there."""

from datetime import date, timedelta

from workspace_emulator.seed.days import Weekday, monday_of, old_monthly_start, old_series_start, working_day
from workspace_emulator.seed.events import (
    WEEKDAYS,
    all_day,
    focus_time,
    guests,
    instance_suffix,
    lunch,
    moved,
    out_of_office,
    timed,
    working_at_office,
    working_from_home,
)
from workspace_emulator.seed.harbour_people import IN_VANCOUVER, Adviser, at
from workspace_emulator.seed.model import SeedUser

ZONE = "America/Vancouver"
_OFFICE = "Water Street branch"


def advisers(today: date) -> tuple[SeedUser, ...]:
    """The five people of the branch with what stands in their calendars around `today`."""
    return (_mei(today), _harpreet(today), _diego(today), _sofia(today), _jordan(today))


def administrator(today: date) -> SeedUser:
    """The super administrator. Takes no appointments."""
    events = (
        timed(
            "Patch night",
            old_series_start(today, Weekday.WEDNESDAY),
            "20:00",
            _minutes(120),
            ZONE,
            recurrence=["RRULE:FREQ=WEEKLY;BYDAY=WE"],
        ),
        timed("Switch replacement, Water Street", working_day(today, 2), "07:30", _minutes(60), ZONE),
    )
    return SeedUser(
        at("it"), "Priya", "Raman", ZONE, is_admin=True, aliases=(at("admin"), at("helpdesk")), events=events
    )


def _minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def _mei(today: date) -> SeedUser:
    """Her daily huddle brings an instance that moved into everybody's calendar of the branch."""
    late = working_day(today, 3)
    huddle = timed(
        "Vancouver huddle",
        old_series_start(today, Weekday.MONDAY),
        "08:45",
        _minutes(15),
        ZONE,
        location=_OFFICE,
        recurrence=[f"RRULE:FREQ=WEEKLY;BYDAY={WEEKDAYS}"],
        attendees=guests(dict.fromkeys(IN_VANCOUVER, "accepted")),
    )
    events = (
        huddle,
        working_at_office(_OFFICE, working_day(today, 1), "09:00", _minutes(8 * 60), ZONE),
        timed(
            "Head office: quarterly review",
            working_day(today, 4),
            "15:00",
            _minutes(90),
            "America/Toronto",
            description="In Toronto's time, three hours ahead.",
        ),
        lunch(old_series_start(today, Weekday.MONDAY), "12:15", ZONE),
        timed("Regional planning", working_day(today, 7), "13:00", _minutes(120), ZONE),
        timed("Walk with Harpreet", working_day(today, -1), "12:00", _minutes(45), ZONE, transparency="transparent"),
    )
    changes = ((0, instance_suffix(late, "08:45", ZONE), moved(late, "11:15", _minutes(15), ZONE)),)
    return SeedUser(Adviser.MEI, "Mei", "Wong", ZONE, aliases=(at("mei"),), events=events, changes=changes)


def _harpreet(today: date) -> SeedUser:
    """The daily series has one instance that was moved and one that was taken out."""
    moved_on, cancelled_on = working_day(today, 1), working_day(today, 4)
    vault_check = timed(
        "Vault check",
        monday_of(today, weeks=-3),
        "16:30",
        _minutes(15),
        ZONE,
        recurrence=["RRULE:FREQ=DAILY"],
    )
    events = (
        vault_check,
        working_from_home(working_day(today, 3)),
        timed("Pre-approval: the Singhs", working_day(today, 2), "10:00", _minutes(60), ZONE),
        timed("Parent evening", working_day(today, 5), "15:45", _minutes(75), ZONE, visibility="private"),
        timed("Walk-in hours", working_day(today, 7), "09:30", _minutes(150), ZONE),
        timed("Month-end", working_day(today, 6), "13:30", _minutes(120), ZONE),
        timed("Training: fraud patterns", working_day(today, -3), "13:00", _minutes(120), ZONE),
    )
    changes = (
        (0, instance_suffix(moved_on, "16:30", ZONE), moved(moved_on, "11:30", _minutes(15), ZONE)),
        (0, instance_suffix(cancelled_on, "16:30", ZONE), {"status": "cancelled"}),
    )
    return SeedUser(Adviser.HARPREET, "Harpreet", "Gill", ZONE, events=events, changes=changes)


def _diego(today: date) -> SeedUser:
    events = (
        timed(
            "Pension plan: branch desk",
            old_monthly_start(today, Weekday.FRIDAY),
            "09:30",
            _minutes(60),
            ZONE,
            recurrence=["RRULE:FREQ=MONTHLY;BYDAY=1FR"],
        ),
        lunch(old_series_start(today, Weekday.MONDAY), "12:00", ZONE),
        timed("Estate file: first reading", working_day(today, 1), "14:00", _minutes(90), ZONE),
        timed("Estate file: second reading", working_day(today, 1), "15:00", _minutes(60), ZONE),
        timed("Football", working_day(today, 3), "18:00", _minutes(120), ZONE, visibility="private"),
        timed("Rate committee", working_day(today, 8), "10:00", _minutes(60), ZONE),
        timed("Estate file: intake", working_day(today, -2), "09:30", _minutes(45), ZONE),
    )
    return SeedUser(Adviser.DIEGO, "Diego", "Ramírez", ZONE, events=events)


def _sofia(today: date) -> SeedUser:
    conference_opens = monday_of(today, weeks=1) + timedelta(days=int(Weekday.WEDNESDAY))
    from_nine_to_four_two_days_later = timedelta(days=2, hours=7)
    events = (
        timed(
            "Pacific Credit Union Conference",
            conference_opens,
            "09:00",
            from_nine_to_four_two_days_later,
            ZONE,
            location="Convention Centre, Victoria",
        ),
        timed("Talk: rehearsal", working_day(today, 2), "13:00", _minutes(60), ZONE),
        timed("Optometrist", working_day(today, 4), "16:00", _minutes(45), ZONE, visibility="private"),
        timed("Small business round table", working_day(today, 0), "11:00", _minutes(60), ZONE),
        timed("Ferry booking", working_day(today, -1), "15:15", _minutes(15), ZONE),
    )
    return SeedUser(Adviser.SOFIA, "Sofia", "Rossi", ZONE, events=events)


def _mentoring() -> list[dict[str, str]]:
    return guests({Adviser.JORDAN: "accepted", Adviser.HARPREET: "accepted"})


def _jordan(today: date) -> SeedUser:
    events = (
        out_of_office("Away", monday_of(today, weeks=2), 2, ZONE),
        focus_time("Write the lending guide", working_day(today, 2), "09:30", _minutes(120), ZONE),
        timed("Mentoring", working_day(today, 3), "15:00", _minutes(60), ZONE, attendees=_mentoring()),
        timed("Land trust: check-in", working_day(today, 1), "10:30", _minutes(60), ZONE),
        timed("Drop-off", working_day(today, 5), "09:00", _minutes(30), ZONE, visibility="private"),
        timed("Board papers", working_day(today, -2), "14:00", _minutes(90), ZONE),
        all_day("Team lead on call", monday_of(today), days=7, transparency="transparent"),
    )
    return SeedUser(Adviser.JORDAN, "Jordan", "Cardinal", ZONE, events=events)
