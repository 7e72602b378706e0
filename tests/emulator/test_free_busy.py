"""freeBusy, calendars and settings: FACTS.md, sections D and E."""

from typing import Any

import pytest

from tests.emulator.world import ALICE, BERLIN, BOB, Person, World, days, meeting

DAY = {"timeMin": "2026-11-24T00:00:00Z", "timeMax": "2026-11-25T00:00:00Z"}


def ask(person: Person, *calendars: str, **more: Any) -> Any:
    return person.call("POST", "/calendar/v3/freeBusy", {**DAY, "items": [{"id": key} for key in calendars], **more})


def busy(person: Person, calendar: str = "primary") -> list[tuple[str, str]]:
    rows = ask(person, calendar).json["calendars"][calendar]["busy"]
    return [(row["start"][11:16], row["end"][11:16]) for row in rows]


def test_opaque_events_are_merged_and_titles_never_shown(alice: Person, bob: Person) -> None:
    alice.made(meeting("Secret", "2026-11-24T10:00:00+01:00", 60))
    alice.made(meeting("Secret", "2026-11-24T10:30:00+01:00", 60))
    alice.made(meeting("Secret", "2026-11-24T15:00:00+01:00", 30))
    answer = ask(bob, ALICE)
    assert busy(bob, ALICE) == [("09:00", "10:30"), ("14:00", "14:30")]
    assert b"Secret" not in answer.body


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(meeting(transparency="transparent"), [], id="free"),
        pytest.param(days("2026-11-24", "2026-11-25"), [("00:00", "23:00")], id="all-day, cut to the window"),
        pytest.param(meeting(eventType="outOfOffice"), [("09:00", "09:30")], id="out of office"),
        pytest.param(
            days(
                "2026-11-24",
                "2026-11-25",
                eventType="workingLocation",
                visibility="public",
                transparency="transparent",
                workingLocationProperties={"type": "homeOffice", "homeOffice": {}},
            ),
            [],
            id="working location",
        ),
        pytest.param(
            meeting(start="2026-11-23T10:00:00+01:00", recurrence=["RRULE:FREQ=DAILY;COUNT=3"]),
            [("09:00", "09:30")],
            id="an instance",
        ),
        pytest.param(meeting(attendees=[{"email": ALICE, "responseStatus": "declined"}]), [], id="declined"),
    ],
)
def test_what_counts_as_busy(alice: Person, body: Any, expected: list[tuple[str, str]]) -> None:
    alice.made(body)
    assert busy(alice) == expected


@pytest.mark.parametrize(("answer", "switch"), [("needsAction", "busy_needs_action"), ("tentative", "busy_tentative")])
def test_open_answers_count_as_switched(world: World, alice: Person, answer: str, switch: str) -> None:
    """Least certain fact 8"""
    alice.made(meeting(attendees=[{"email": ALICE, "responseStatus": answer}]))
    assert busy(alice) == [("09:00", "09:30")]
    world.switch(**{switch: False})
    assert busy(alice) == []


def test_an_unknown_calendar_is_an_error_of_its_own(alice: Person) -> None:
    answer = ask(alice, "primary", "nobody@bank.example")
    assert answer.status == 200
    assert answer.json["calendars"]["nobody@bank.example"] == {
        "errors": [{"domain": "global", "reason": "notFound"}],
        "busy": [],
    }


def test_over_fifty_calendars_are_too_many(alice: Person) -> None:
    calendars = ask(alice, *[f"u{number}@bank.example" for number in range(50)], BOB).json["calendars"]
    assert calendars[BOB]["errors"][0]["reason"] == "tooManyCalendarsRequested"


def test_a_missing_bound_is_named(alice: Person) -> None:
    answer = alice.call("POST", "/calendar/v3/freeBusy", {"timeMax": DAY["timeMax"]})
    assert (answer.status, answer.reason, answer.message) == (400, "required", "Missing timeMin parameter.")


def test_the_calendar_has_its_zone_and_working_hours_when_set(alice: Person) -> None:
    """E"""
    path = "/calendar/v3/calendars/primary"
    before = alice.call("GET", path).json
    assert (before["id"], before["timeZone"], "workingHours" in before) == (ALICE, BERLIN, False)
    hours = {
        "workingHoursEnabled": True,
        "availableTimes": [{"dayOfWeek": "monday", "periodStart": 540, "periodEnd": 1020}],
    }
    assert alice.call("PATCH", path, {"workingHours": hours}).json["workingHours"] == hours
    assert alice.call("PATCH", path, {"workingHours": {"availableTimes": [{"dayOfWeek": "x"}]}}).status == 400


def test_the_calendar_list_names_the_primary_calendar(alice: Person) -> None:
    """E"""
    (entry,) = alice.call("GET", "/calendar/v3/users/me/calendarList").json["items"]
    assert (entry["id"], entry["primary"], entry["accessRole"]) == (ALICE, True, "owner")


def test_settings_at_their_default_are_left_out_of_the_list(alice: Person) -> None:
    """E"""
    path = "/calendar/v3/users/me/settings"
    assert [item["id"] for item in alice.call("GET", path).json["items"]] == ["timezone"]
    assert alice.call("GET", f"{path}/timezone").json["value"] == BERLIN
    assert alice.call("GET", f"{path}/weekStart").json["value"] == "0"


def test_a_group_is_replaced_by_its_members(alice: Person) -> None:
    """D"""
    answer = ask(alice, "staff@bank.example").json
    assert answer["groups"] == {"staff@bank.example": {"calendars": [ALICE, BOB]}}
    assert set(answer["calendars"]) == {ALICE, BOB}


def test_a_group_of_everyone_is_everyone(alice: Person) -> None:
    """D"""
    assert len(ask(alice, "all@bank.example").json["calendars"]) == 4


def test_a_group_of_more_than_is_asked_for_is_too_big(alice: Person) -> None:
    """D"""
    answer = ask(alice, "staff@bank.example", groupExpansionMax=1).json
    assert answer["groups"]["staff@bank.example"]["errors"] == [{"domain": "global", "reason": "groupTooBig"}]
    assert answer["calendars"] == {}


def test_members_count_towards_the_calendars(alice: Person) -> None:
    """D"""
    answer = ask(alice, "staff@bank.example", calendarExpansionMax=1).json["calendars"]
    assert [("errors" in answer[key]) for key in (ALICE, BOB)] == [False, True]


def test_a_secondary_calendar_is_asked_by_its_id(alice: Person, bob: Person) -> None:
    """D"""
    calendar = alice.call("POST", "/calendar/v3/calendars", {"summary": "Team"}).json["id"]
    alice.insert(meeting(), calendar)
    assert busy(alice, calendar) == [("09:00", "09:30")]
    assert ask(bob, calendar).json["calendars"][calendar]["errors"][0]["reason"] == "notFound"


def test_a_null_is_as_good_as_nothing(alice: Person) -> None:
    """D: gcsa sends the two limits as null."""
    window = {"timeMin": "2026-11-24T00:00:00Z", "timeMax": "2026-11-25T00:00:00Z", "items": [{"id": "primary"}]}
    nothing = {"groupExpansionMax": None, "calendarExpansionMax": None, "timeZone": None}
    assert alice.call("POST", "/calendar/v3/freeBusy", window | nothing).status == 200
