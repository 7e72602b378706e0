"""Whatever a client sends, the emulator answers as an API does and stays whole."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.emulator.world import ALICE, Person, World, meeting

EVENTS = "/calendar/v3/calendars/primary/events"
FIELDS = [
    "id",
    "iCalUID",
    "summary",
    "start",
    "end",
    "recurrence",
    "attendees",
    "reminders",
    "extendedProperties",
    "conferenceData",
    "status",
    "sequence",
    "visibility",
    "transparency",
    "eventType",
    "organizer",
    "workingLocationProperties",
    "attachments",
]
SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4) | st.just("2026-11-24")
TIMES = st.sampled_from(
    [
        {"date": "2026-11-24"},
        {"date": "0001-01-01"},
        {"date": "9999-12-31"},
        {"dateTime": "2026-11-24T10:00:00Z", "timeZone": "Europe/Berlin"},
        {"dateTime": "0001-01-01T00:00:00+14:00", "timeZone": "Asia/Tokyo"},
        {"dateTime": "9999-12-31T23:59:59-12:00", "timeZone": "Etc/GMT+12"},
        {"date": 5},
        {"dateTime": []},
        {"dateTime": "2026-11-24T10:00:00", "timeZone": "../etc/passwd"},
    ]
)
RULES = st.sampled_from(
    [
        "RRULE:FREQ=DAILY",
        "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "RRULE:",
        "RDATE:x",
        "EXDATE:20261124",
        "RRULE:FREQ=DAILY;COUNT=0",
    ]
)
KEYS = st.sampled_from(["email", "private", "shared", "useDefault", "overrides", "createRequest", "a"])
VALUES = st.recursive(
    SCALARS | TIMES | RULES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)
BODIES = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6)
MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@MANY
@given(body=BODIES, whole=st.booleans())
def test_no_body_breaks_the_emulator(body: Any, whole: bool) -> None:
    world = World.of()
    world.hears_nonsense = True
    alice = world.person(ALICE)
    sent = {**meeting(), **body} if whole else body
    event = alice.made(meeting())
    answers = [
        alice.insert(sent, conferenceDataVersion=1, supportsAttachments=True),
        alice.call("POST", f"{EVENTS}/import", {"iCalUID": "x", **sent}),
        alice.patch(event["id"], body),
        alice.put(event["id"], sent),
        alice.call("POST", "/calendar/v3/freeBusy", {"timeMin": sent.get("start"), "items": sent.get("attendees")}),
        alice.call("PATCH", "/calendar/v3/calendars/primary", {"timeZone": sent.get("id"), "workingHours": body}),
        alice.call("POST", f"{EVENTS}/watch", {**sent, "params": sent.get("reminders")}),
        alice.events(showDeleted=True),
        alice.events(singleEvents=True, orderBy="startTime"),
    ]
    assert [answer.body for answer in answers if answer.status >= 500] == []


NAMES = st.sampled_from(
    ["timeMin", "timeMax", "updatedMin", "maxResults", "pageToken", "syncToken", "orderBy", "fields", "timeZone"]
)
BOUNDS = st.sampled_from(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
WORDS = st.sampled_from(["-1", "0", "99999", "true", "x", "items(", "AAAA", "updated", "startTime"])


@MANY
@given(query=st.dictionaries(NAMES, BOUNDS | WORDS | st.text(max_size=5), max_size=4))
def test_no_query_breaks_the_emulator(query: Any) -> None:
    world = World.of()
    world.hears_nonsense = True
    alice: Person = world.person(ALICE)
    alice.made(meeting(recurrence=["RRULE:FREQ=DAILY"]))
    answers = [
        alice.events(**query),
        alice.events(singleEvents=True, **query),
        alice.call("GET", "/calendar/v3/users/me/calendarList", **query),
    ]
    assert [answer.body for answer in answers if answer.status >= 500] == []
