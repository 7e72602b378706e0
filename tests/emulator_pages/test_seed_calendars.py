"""Harbour's calendars as a program reads them from the running emulator, copies for guests included."""

from typing import Any

import pytest
from tests.emulator_pages.emulator_client import Emulator

FORTNIGHT = ("2027-02-24", "2027-03-20")


def items(harbour: Emulator, name: str, title: str) -> list[Any]:
    found = harbour.calendar_of(f"{name}@harbour.example").between(*FORTNIGHT, q=title)
    return [item for item in found if item.get("summary") == title]


def own_answer(item: Any) -> str:
    (own,) = (guest for guest in item["attendees"] if guest.get("self"))
    return str(own["responseStatus"])


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("diego.ramirez", "declined"),
        ("elise.boudreau", "tentative"),
        ("sofia.rossi", "needsAction"),
        ("liam.macdonald", "accepted"),
    ],
)
def test_every_guest_of_the_workshop_has_a_copy_with_an_answer_of_their_own(
    harbour: Emulator, name: str, answer: str
) -> None:
    (copy,) = items(harbour, name, "Workshop: registered savings plans")
    assert own_answer(copy) == answer


def test_the_moved_huddle_moved_in_a_guests_calendar_too(harbour: Emulator) -> None:
    starts = {item["start"]["dateTime"][:16] for item in items(harbour, "jordan.cardinal", "Vancouver huddle")}
    assert "2027-03-08T11:15" in starts
    assert "2027-03-08T08:45" not in starts
    assert "2027-03-09T08:45" in starts


def test_the_vault_check_moved_once_and_fell_out_once(harbour: Emulator) -> None:
    starts = {item["start"]["dateTime"][:16] for item in items(harbour, "harpreet.gill", "Vault check")}
    assert "2027-03-04T11:30" in starts
    assert not any(start.startswith("2027-03-09") for start in starts)
    assert "2027-03-10T16:30" in starts


def test_the_weekly_stand_up_keeps_its_hour_when_the_clocks_go_forward(harbour: Emulator) -> None:
    starts = [item["start"]["dateTime"] for item in items(harbour, "liam.macdonald", "Halifax stand-up")]
    assert starts == ["2027-03-01T09:00:00-04:00", "2027-03-08T09:00:00-04:00", "2027-03-15T09:00:00-03:00"]


def test_a_meeting_of_both_branches_is_at_each_persons_own_hour(harbour: Emulator) -> None:
    title = "Both branches: week in numbers"
    hours = {
        name: {item["start"]["dateTime"][11:16] for item in items(harbour, name, title)}
        for name in ("noor.haddad", "mei.wong")
    }
    assert hours == {"noor.haddad": {"13:00"}, "mei.wong": {"09:00"}}
