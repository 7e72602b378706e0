"""Whatever a client sends about calendars, lists and access, the emulator answers as an API does and stays whole."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.emulator.world import ALICE, BOB, World, meeting

FIELDS = [
    "id",
    "summary",
    "description",
    "timeZone",
    "labelProperties",
    "workingHours",
    "role",
    "scope",
    "colorId",
    "backgroundColor",
    "foregroundColor",
    "hidden",
    "selected",
    "summaryOverride",
    "defaultReminders",
    "notificationSettings",
    "groupExpansionMax",
    "calendarExpansionMax",
    "items",
]
KEYS = st.sampled_from(["id", "type", "value", "method", "minutes", "notifications", "eventLabels", "availableTimes"])
WORDS = st.sampled_from(
    ["user", "default", "group", BOB, "staff@bank.example", "reader", "none", "#aabbcc", "7", "email", "popup", "UTC"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 50) | st.text(max_size=4) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
)
BODIES = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6)
PIECES = [
    "at",
    "on",
    "for",
    "to",
    "3",
    "31",
    "feb",
    "Feb",
    "29",
    "2027",
    "10am",
    "25:00",
    "0am",
    "9-5",
    "-",
    "12:30",
    "monday",
]
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.slow
@FEW
@given(body=BODIES, rgb=st.booleans())
def test_no_body_about_calendars_breaks_the_emulator(body: Any, rgb: bool) -> None:
    world = World.of()
    world.hears_nonsense = True
    alice = world.person(ALICE)
    calendars, mine = "/calendar/v3/calendars", "/calendar/v3/users/me/calendarList"
    team = alice.call("POST", calendars, {"summary": "Team"}).json["id"]
    times = {"timeMin": "2026-11-24T00:00:00Z", "timeMax": "2026-11-25T00:00:00Z"}
    answers = [
        alice.call("POST", calendars, body),
        alice.call("PATCH", f"{calendars}/{team}", body),
        alice.call("PUT", f"{calendars}/primary", body),
        alice.call("POST", mine, {"id": BOB, **body}, colorRgbFormat=rgb),
        alice.call("PATCH", f"{mine}/{team}", body, colorRgbFormat=rgb),
        alice.call("PUT", f"{mine}/primary", body, colorRgbFormat=rgb),
        alice.call("POST", f"{calendars}/{team}/acl", body),
        alice.call("PUT", f"{calendars}/primary/acl/domain:bank.example", body),
        alice.call("POST", "/calendar/v3/freeBusy", {**body, **times}),
        alice.call("GET", mine, showHidden=True, showDeleted=True),
        alice.call("GET", f"{calendars}/{team}/acl", showDeleted=True),
        alice.insert(meeting(), team),
        alice.events(team),
    ]
    assert [answer.body for answer in answers if answer.status >= 500] == []
    assert world.control("PUT", "snapshot", world.control("GET", "snapshot").json).status == 200


@pytest.mark.slow
@FEW
@given(words=st.lists(st.sampled_from(PIECES)))
def test_no_sentence_breaks_quick_add(words: list[str]) -> None:
    alice = World.of().person(ALICE)
    answer = alice.call("POST", "/calendar/v3/calendars/primary/events/quickAdd", text=" ".join(words))
    assert answer.status == (200 if words else 400)
