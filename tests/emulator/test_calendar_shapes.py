"""Answers about calendars, lists, access and colours have the shapes of Google's discovery document."""

from typing import Any

import pytest

from tests.emulator.schemas import discovery, violations
from tests.emulator.test_discovery import CALENDAR
from tests.emulator.world import ALICE, BERLIN, BOB, Person, World, meeting
from workspace_emulator.seed.model import Seed, SeedCalendar, SeedUser

HOLIDAYS = "en.german%23holiday@group.v.calendar.google.com"
ME = "/calendar/v3/users/me"
GROUP = "staff@bank.example"


@pytest.mark.parametrize(
    ("schema", "verb", "path", "body"),
    [
        ("Calendar", "GET", "calendars/{team}", None),
        ("Calendar", "GET", f"calendars/{HOLIDAYS}", None),
        ("Calendar", "PATCH", "calendars/{team}", {"labelProperties": {"eventLabels": []}}),
        ("Events", "GET", "calendars/{team}/events", None),
        ("Events", "GET", f"calendars/{HOLIDAYS}/events", None),
        ("Event", "POST", "calendars/{team}/events/quickAdd?text=Lunch", None),
        ("CalendarListEntry", "POST", "users/me/calendarList", {"id": BOB, "summaryOverride": "Bob"}),
        ("CalendarListEntry", "GET", "users/me/calendarList/{team}", None),
        ("CalendarList", "GET", "users/me/calendarList?showDeleted=true", None),
        ("Settings", "GET", "users/me/settings", None),
        ("Colors", "GET", "colors", None),
        ("Acl", "GET", "calendars/{team}/acl?showDeleted=true", None),
        ("AclRule", "POST", "calendars/{team}/acl", {"role": "reader", "scope": {"type": "default"}}),
        ("AclRule", "GET", "calendars/{team}/acl/user:alice@bank.example", None),
        ("Channel", "POST", "calendars/{team}/acl/watch", "channel"),
        ("Channel", "POST", "users/me/calendarList/watch", "channel"),
        ("Channel", "POST", "users/me/settings/watch", "channel"),
        ("FreeBusyResponse", "POST", "freeBusy", "asked"),
    ],
)
def test_an_answer_has_googles_shape(alice: Person, schema: str, verb: str, path: str, body: Any) -> None:
    team = alice.call("POST", "/calendar/v3/calendars", {"summary": "Team", "description": "d"}).json["id"]
    alice.insert(meeting(attendees=[{"email": BOB}]), team)
    bodies = {
        "channel": {"id": "x", "type": "web_hook", "address": "https://x.example", "token": "t"},
        "asked": {
            "timeMin": "2026-11-24T00:00:00Z",
            "timeMax": "2026-11-25T00:00:00Z",
            "items": [{"id": team}, {"id": GROUP}],
        },
    }
    path, _, query = path.format(team=team).partition("?")
    pairs: dict[str, Any] = dict(pair.split("=") for pair in query.split("&") if pair)
    answer = alice.call(
        verb, f"/calendar/v3/{path}", bodies.get(body, body) if isinstance(body, str) else body, **pairs
    )
    assert answer.status == 200, answer.body
    assert violations(CALENDAR, {"$ref": schema}, answer.json) == []


def test_a_deleted_entry_has_googles_shape(alice: Person) -> None:
    team = alice.call("POST", "/calendar/v3/calendars", {"summary": "Team"}).json["id"]
    alice.call("DELETE", f"/calendar/v3/calendars/{team}")
    answer = alice.call("GET", f"{ME}/calendarList", showDeleted=True)
    assert violations(discovery("calendar.v3.json"), {"$ref": "CalendarList"}, answer.json) == []


def test_a_seed_may_have_secondary_calendars() -> None:
    shared = SeedCalendar("Rooms", BERLIN, rules=(("user", BOB, "reader"),), events=(meeting("Kept"),))
    people = (SeedUser(ALICE, "Alice", "Archer", BERLIN, calendars=(shared,)), SeedUser(BOB, "Bob", "Baker"))
    world = World.of(Seed("seeded", "C0seeded", "bank.example", people))
    (entry,) = world.control("GET", "state").json["secondary_calendars"]
    assert (entry["summary"], entry["data_owner"]) == ("Rooms", ALICE)
    assert [row["summary"] for row in world.person(BOB).events(entry["id"]).json["items"]] == ["Kept"]
