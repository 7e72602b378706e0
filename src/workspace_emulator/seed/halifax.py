"""The calendars of Harbour Credit Union's Halifax branch. Most of the working time from nine to five stays free."""

from datetime import date, timedelta

from workspace_emulator.seed.days import Weekday, monday_of, old_series_start, working_day, year_before
from workspace_emulator.seed.events import all_day, focus_time, guests, lunch, timed
from workspace_emulator.seed.harbour_people import IN_HALIFAX, Adviser
from workspace_emulator.seed.model import EventBody, SeedUser

ZONE = "America/Halifax"
_BOARDROOM = "Boardroom, 1 Harbour Street, Halifax"


def advisers(today: date) -> tuple[SeedUser, ...]:
    """The five people of the branch with what stands in their calendars around `today`."""
    return (_amara(today), _liam(today), _noor(today), _elise(today), _tomasz(today))


def _minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def _amara(today: date) -> SeedUser:
    stand_up = timed(
        "Halifax stand-up",
        old_series_start(today, Weekday.MONDAY),
        "09:00",
        _minutes(20),
        ZONE,
        location=_BOARDROOM,
        recurrence=["RRULE:FREQ=WEEKLY;BYDAY=MO"],
        attendees=guests(dict.fromkeys(IN_HALIFAX, "accepted")),
    )
    both_branches = timed(
        "Both branches: week in numbers",
        old_series_start(today, Weekday.THURSDAY),
        "13:00",
        _minutes(30),
        ZONE,
        description="Rates, queues, what members asked for.",
        recurrence=["RRULE:FREQ=WEEKLY;BYDAY=TH"],
        attendees=guests(dict.fromkeys(Adviser, "accepted")),
    )
    events = (
        stand_up,
        both_branches,
        _lunch_and_learn(today),
        lunch(old_series_start(today, Weekday.MONDAY), "12:00", ZONE),
        timed("Coaching: Tomasz", working_day(today, 6), "10:00", _minutes(60), ZONE, attendees=_with_tomasz()),
        timed("Physiotherapy", working_day(today, 1), "16:15", _minutes(45), ZONE, visibility="private"),
        timed("Interview: teller, Spring Garden Road", working_day(today, 3), "15:00", _minutes(60), ZONE),
        timed("Complaint review", working_day(today, -2), "11:00", _minutes(60), ZONE),
    )
    return SeedUser(Adviser.AMARA, "Amara", "Okafor", ZONE, events=events)


def _lunch_and_learn(today: date) -> EventBody:
    answers = {
        Adviser.AMARA: "accepted",
        Adviser.LIAM: "accepted",
        Adviser.ELISE: "tentative",
        Adviser.DIEGO: "declined",
        Adviser.SOFIA: "needsAction",
    }
    return timed(
        "Workshop: registered savings plans",
        working_day(today, 4),
        "14:30",
        _minutes(90),
        ZONE,
        location=_BOARDROOM,
        description="Bring one question that a member asked you this month.",
        attendees=guests({str(adviser): answer for adviser, answer in answers.items()}),
    )


def _with_tomasz() -> list[dict[str, str]]:
    return guests({Adviser.AMARA: "accepted", Adviser.TOMASZ: "needsAction"})


def _liam(today: date) -> SeedUser:
    events = (
        all_day("Off", working_day(today, 5), transparency="opaque"),
        timed(
            "Loan file review",
            old_series_start(today, Weekday.TUESDAY),
            "10:00",
            _minutes(60),
            ZONE,
            recurrence=["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"],
        ),
        timed(
            "School pick-up",
            old_series_start(today, Weekday.WEDNESDAY),
            "15:30",
            _minutes(45),
            ZONE,
            visibility="private",
            recurrence=["RRULE:FREQ=WEEKLY;BYDAY=WE"],
        ),
        lunch(old_series_start(today, Weekday.MONDAY), "12:30", ZONE),
        timed("Call the surveyor", working_day(today, 1), "11:00", _minutes(30), ZONE),
        timed("Site visit: Bedford duplex", working_day(today, 7), "13:30", _minutes(90), ZONE, location="Bedford"),
        timed("Renewals catch-up", working_day(today, -3), "14:00", _minutes(60), ZONE),
    )
    return SeedUser(Adviser.LIAM, "Liam", "MacDonald", ZONE, events=events)


def _noor(today: date) -> SeedUser:
    events = (
        timed("Dentist", working_day(today, 2), "14:00", _minutes(75), ZONE, visibility="private"),
        timed("Credit committee: preparation", working_day(today, 5), "09:30", _minutes(90), ZONE),
        timed(
            "French lesson",
            old_series_start(today, Weekday.TUESDAY),
            "16:00",
            _minutes(60),
            ZONE,
            visibility="private",
            recurrence=["RRULE:FREQ=WEEKLY;BYDAY=TU"],
        ),
        timed("Newcomers' evening", working_day(today, 3), "17:30", _minutes(90), ZONE, location="Central Library"),
        timed("Newcomer accounts: checklist", working_day(today, 4), "10:15", _minutes(75), ZONE),
        timed("Follow-ups", working_day(today, 0), "13:10", _minutes(35), ZONE),
        timed("Follow-ups", working_day(today, -1), "13:10", _minutes(35), ZONE),
    )
    return SeedUser(Adviser.NOOR, "Noor", "Haddad", ZONE, events=events)


def _elise(today: date) -> SeedUser:
    events = (
        focus_time(
            "Focus time",
            old_series_start(today, Weekday.TUESDAY),
            "13:30",
            _minutes(120),
            ZONE,
            recurrence=["RRULE:FREQ=WEEKLY;BYDAY=TU,FR"],
        ),
        timed(
            "Possible closing: Quinpool Road",
            working_day(today, 3),
            "10:00",
            _minutes(90),
            ZONE,
            status="tentative",
        ),
        timed("Renewal letters", working_day(today, 0), "15:30", _minutes(60), ZONE),
        timed("Notary", working_day(today, 7), "11:15", _minutes(45), ZONE, location="Barrington Street"),
        timed("Lunch with Noor", working_day(today, 1), "12:00", _minutes(60), ZONE, attendees=_lunch_guests()),
        timed("Audit questions", working_day(today, -2), "09:30", _minutes(60), ZONE),
    )
    return SeedUser(Adviser.ELISE, "Élise", "Boudreau", ZONE, events=events)


def _lunch_guests() -> list[dict[str, str]]:
    return guests({Adviser.ELISE: "accepted", Adviser.NOOR: "accepted"})


def _tomasz(today: date) -> SeedUser:
    events = (
        all_day("Payroll week", monday_of(today, weeks=1), days=5, transparency="transparent"),
        all_day(
            "Wedding anniversary",
            year_before(working_day(today, 8)),
            transparency="transparent",
            recurrence=["RRULE:FREQ=YEARLY"],
        ),
        timed("Till upgrade overnight", working_day(today, 2), "21:30", _minutes(240), ZONE),
        lunch(old_series_start(today, Weekday.MONDAY), "13:30", ZONE),
        timed(
            "Cash count",
            old_series_start(today, Weekday.WEDNESDAY),
            "10:00",
            _minutes(30),
            ZONE,
            recurrence=["RRULE:FREQ=WEEKLY;BYDAY=WE"],
        ),
        timed("Till supplier: contract", working_day(today, 1), "14:45", _minutes(60), ZONE),
        timed("Cash forecast", working_day(today, 4), "09:30", _minutes(60), ZONE),
        timed("Gym", working_day(today, 0), "12:05", _minutes(50), ZONE, transparency="transparent"),
        timed("Handover from Dartmouth", working_day(today, -4), "10:00", _minutes(45), ZONE),
    )
    return SeedUser(Adviser.TOMASZ, "Tomasz", "Nowak", ZONE, events=events)
