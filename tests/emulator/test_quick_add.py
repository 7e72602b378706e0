"""events.quickAdd: the grammar of COVERAGE.md. It is Monday, 23 November 2026, nine in the morning in Berlin."""

import pytest

from tests.emulator.world import ALICE, Answer, Person, World

PATH = "/calendar/v3/calendars/primary/events/quickAdd"


def added(person: Person, text: str) -> Answer:
    return person.call("POST", PATH, text=text)


@pytest.mark.parametrize(
    ("text", "summary", "place", "start", "end"),
    [
        (
            "Appointment at Somewhere on June 3rd 10am-10:25am",
            "Appointment",
            "Somewhere",
            "2027-06-03T10:00:00+02:00",
            "2027-06-03T10:25:00+02:00",
        ),
        ("Lunch tomorrow 12:30", "Lunch", None, "2026-11-24T12:30:00+01:00", "2026-11-24T13:30:00+01:00"),
        ("Call at 15:00", "Call", None, "2026-11-23T15:00:00+01:00", "2026-11-23T16:00:00+01:00"),
        ("Review 11-1pm", "Review", None, "2026-11-23T11:00:00+01:00", "2026-11-23T13:00:00+01:00"),
        ("Shift 10pm to 6am", "Shift", None, "2026-11-23T22:00:00+01:00", "2026-11-24T06:00:00+01:00"),
        ("Noon talk 12pm for 15 min", "Noon talk", None, "2026-11-23T12:00:00+01:00", "2026-11-23T12:15:00+01:00"),
        (
            "Dinner at Luigi's next Friday 7pm for 2 hours",
            "Dinner",
            "Luigi's",
            "2026-11-27T19:00:00+01:00",
            "2026-11-27T21:00:00+01:00",
        ),
        ("2026-12-01 Audit 9:00-9:45", "Audit", None, "2026-12-01T09:00:00+01:00", "2026-12-01T09:45:00+01:00"),
    ],
)
def test_a_timed_sentence(alice: Person, text: str, summary: str, place: str | None, start: str, end: str) -> None:
    event = added(alice, text).json
    assert (event["summary"], event.get("location")) == (summary, place)
    assert (event["start"]["dateTime"], event["end"]["dateTime"]) == (start, end)


@pytest.mark.parametrize(
    ("text", "summary", "start", "end"),
    [
        ("Trip on 24 December for 3 days", "Trip", "2026-12-24", "2026-12-27"),
        ("Birthday Nov 22", "Birthday", "2027-11-22", "2027-11-23"),
        ("Tidy up Monday", "Tidy up", "2026-11-30", "2026-12-01"),
        ("Run 3 miles Sunday", "Run 3 miles", "2026-11-29", "2026-11-30"),
        ("Buy milk", "Buy milk", "2026-11-23", "2026-11-24"),
        ("March 99 plan", "March 99 plan", "2026-11-23", "2026-11-24"),
        ("Room 101", "Room 101", "2026-11-23", "2026-11-24"),
        ("tomorrow", "tomorrow", "2026-11-24", "2026-11-25"),
    ],
)
def test_a_sentence_of_days_or_of_nothing_understood(
    alice: Person, text: str, summary: str, start: str, end: str
) -> None:
    event = added(alice, text).json
    assert (event["summary"], event["start"], event["end"]) == (summary, {"date": start}, {"date": end})


def test_the_length_is_the_persons_setting(world: World, alice: Person) -> None:
    world.control("PATCH", f"settings/{ALICE}", {"defaultEventLength": "25"})
    assert added(alice, "Talk 10am").json["end"]["dateTime"] == "2026-11-23T10:25:00+01:00"


def test_the_text_is_required(alice: Person) -> None:
    answer = alice.call("POST", PATH)
    assert (answer.status, answer.reason) == (400, "required")
