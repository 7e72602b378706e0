"""The calendar list, settings and colours: FACTS.md, section E and the discovery document."""

from typing import Any

import pytest

from tests.emulator.world import ALICE, BOB, CHARLIE, Person, World
from workspace_emulator.state.personal import SETTING_DEFAULTS

LIST = "/calendar/v3/users/me/calendarList"
SETTINGS = "/calendar/v3/users/me/settings"
HOLIDAYS = "en.german#holiday@group.v.calendar.google.com"


def entries(person: Person, **query: Any) -> list[Any]:
    return list(person.call("GET", LIST, **query).json["items"])


def subscribed(person: Person, calendar: str = BOB, **body: Any) -> Any:
    answer = person.call("POST", LIST, {"id": calendar, **body})
    assert answer.status == 200, answer.body
    return answer.json


def test_a_colleagues_calendar_comes_onto_the_list_with_the_role_there(alice: Person) -> None:
    entry = subscribed(alice, summaryOverride="Bobby")
    assert (entry["id"], entry["accessRole"], entry["summaryOverride"]) == (BOB, "freeBusyReader", "Bobby")
    assert {row["id"] for row in entries(alice)} == {ALICE, BOB}


def test_what_cannot_be_seen_cannot_be_listed(world: World, alice: Person) -> None:
    world.switch(internal_sharing="none")
    assert alice.call("POST", LIST, {"id": BOB}).status == 404
    assert alice.call("POST", LIST, {}).reason == "required"


def test_patch_merges_and_put_replaces(alice: Person) -> None:
    subscribed(alice, summaryOverride="Bobby", selected=True)
    patched = alice.call("PATCH", f"{LIST}/{BOB}", {"hidden": True}).json
    assert (patched["summaryOverride"], patched["hidden"]) == ("Bobby", True)
    put = alice.call("PUT", f"{LIST}/{BOB}", {"selected": True}).json
    assert (put["selected"], "hidden" in put, "summaryOverride" in put) == (True, False, False)


def test_an_entry_is_written_under_its_etag(alice: Person) -> None:
    entry = subscribed(alice)
    assert alice.call("PATCH", f"{LIST}/{BOB}", {"selected": True}, {"if-match": '"other"'}).status == 412
    assert alice.call("PATCH", f"{LIST}/{BOB}", {"selected": True}, {"if-match": entry["etag"]}).status == 200


def test_colours_come_from_the_palette_or_as_rgb_with_the_nearest_id(alice: Person) -> None:
    subscribed(alice)
    path = f"{LIST}/{BOB}"
    by_id = alice.call("PATCH", path, {"colorId": "16", "backgroundColor": "#000000"}).json
    assert (by_id["colorId"], by_id["backgroundColor"]) == ("16", "#4986e7")
    rgb = {"backgroundColor": "#fbe982", "foregroundColor": "#ffffff"}
    by_rgb = alice.call("PATCH", path, rgb, colorRgbFormat=True).json
    assert (by_rgb["colorId"], by_rgb["backgroundColor"], by_rgb["foregroundColor"]) == ("11", "#fbe982", "#ffffff")


@pytest.mark.parametrize(
    "body",
    [
        {"colorId": "99"},
        {"hidden": "yes"},
        {"defaultReminders": [{"method": "popup", "minutes": 50_000}]},
        {"notificationSettings": {"notifications": [{"type": "x", "method": "email"}]}},
    ],
)
def test_bad_fields_are_refused(alice: Person, body: Any) -> None:
    assert alice.call("PATCH", f"{LIST}/primary", body).status == 400


def test_default_reminders_are_the_readers_own_and_head_the_events(alice: Person) -> None:
    rows = [{"method": "email", "minutes": 30}]
    alice.call("PATCH", f"{LIST}/primary", {"defaultReminders": rows})
    assert alice.events().json["defaultReminders"] == rows


def test_changes_deletions_and_hidings_come_with_the_sync_token(alice: Person) -> None:
    """E"""
    subscribed(alice)
    subscribed(alice, CHARLIE)
    token = alice.call("GET", LIST).json["nextSyncToken"]
    alice.call("DELETE", f"{LIST}/{BOB}")
    alice.call("PATCH", f"{LIST}/{CHARLIE}", {"hidden": True})
    found = {row["id"]: (row.get("deleted"), row.get("hidden")) for row in entries(alice, syncToken=token)}
    assert found == {BOB: (True, None), CHARLIE: (None, True)}
    assert [row["id"] for row in entries(alice)] == [ALICE]
    assert len(entries(alice, showHidden=True)) == 2
    assert len(entries(alice, showHidden=True, showDeleted=True)) == 3


def test_a_change_of_what_is_read_only_brings_no_entry_back(world: World, alice: Person) -> None:
    """E"""
    subscribed(alice)
    token = alice.call("GET", LIST).json["nextSyncToken"]
    world.control("PATCH", f"users/{BOB}", {"time_zone": "America/New_York"})
    world.control("PUT", f"calendars/{BOB}/roles/{ALICE}", {"role": "reader"})
    assert entries(alice, syncToken=token) == []
    assert alice.call("GET", f"{LIST}/{BOB}").json["accessRole"] == "reader"


@pytest.mark.parametrize(
    "query",
    [{"minAccessRole": "owner"}, {"showOwnOrganizationOnly": True}, {"showDeleted": False}, {"showHidden": False}],
)
def test_a_sync_token_stands_against_restrictions(alice: Person, query: Any) -> None:
    """E"""
    token = alice.call("GET", LIST).json["nextSyncToken"]
    answer = alice.call("GET", LIST, syncToken=token, **query)
    assert (answer.status, answer.reason) == (400, "syncTokenWithRequestRestrictions")


def test_the_list_is_filtered_by_role_and_by_organisation(alice: Person) -> None:
    subscribed(alice)
    subscribed(alice, HOLIDAYS)
    assert [row["id"] for row in entries(alice, minAccessRole="owner")] == [ALICE]
    assert {row["id"] for row in entries(alice, showOwnOrganizationOnly=True)} == {ALICE, BOB}


def test_the_list_comes_in_pages(alice: Person) -> None:
    subscribed(alice)
    subscribed(alice, CHARLIE)
    first = alice.call("GET", LIST, maxResults=2).json
    second = alice.call("GET", LIST, maxResults=2, pageToken=first["nextPageToken"]).json
    assert {row["id"] for row in first["items"] + second["items"]} == {ALICE, BOB, CHARLIE}
    assert "nextSyncToken" in second


def test_a_token_of_another_list_is_garbage(alice: Person, bob: Person) -> None:
    token = alice.call("GET", LIST).json["nextSyncToken"]
    for answer in (bob.call("GET", LIST, syncToken=token), alice.call("GET", SETTINGS, syncToken=token)):
        assert (answer.status, answer.message) == (400, "Invalid sync token value.")


def test_the_own_primary_calendar_stays_on_the_list(alice: Person) -> None:
    """E"""
    answer = alice.call("DELETE", f"{LIST}/primary")
    assert (answer.status, answer.reason) == (403, "cannotChangeOwnPrimarySubscription")


@pytest.mark.parametrize("name", ["calendarList", "settings"])
def test_lists_of_a_person_are_watched(world: World, alice: Person, name: str) -> None:
    """F.1"""
    channel = {"id": "x", "type": "web_hook", "address": "https://x.example"}
    answer = alice.call("POST", f"/calendar/v3/users/me/{name}/watch", channel)
    assert answer.json["resourceUri"].endswith(f"/users/me/{name}?alt=json")
    world.sent.clear()
    subscribed(world.person(BOB), ALICE)
    assert world.sent == []
    subscribed(alice)
    world.control("PATCH", f"settings/{ALICE}", {"weekStart": "1"})
    assert [row.headers["X-Goog-Resource-State"] for row in world.sent] == ["exists"]


def test_settings_that_change_come_with_the_sync_token_also_back_to_default(world: World, alice: Person) -> None:
    """E"""
    world.control("PATCH", f"settings/{ALICE}", {"weekStart": "1"})
    first = alice.call("GET", SETTINGS).json
    assert {row["id"] for row in first["items"]} == {"timezone", "weekStart"}
    world.control("PATCH", f"settings/{ALICE}", {"weekStart": "0"})
    later = alice.call("GET", SETTINGS, syncToken=first["nextSyncToken"]).json["items"]
    assert [(row["id"], row["value"]) for row in later] == [("weekStart", "0")]


def test_the_persons_zone_and_the_calendars_zone_can_differ(world: World, alice: Person) -> None:
    """E"""
    world.control("PATCH", f"settings/{ALICE}", {"timezone": "Asia/Tokyo"})
    assert alice.call("GET", f"{SETTINGS}/timezone").json["value"] == "Asia/Tokyo"
    assert alice.call("GET", "/calendar/v3/calendars/primary").json["timeZone"] == "Europe/Berlin"


@pytest.mark.parametrize("body", [{"colour": "x"}, {"weekStart": 1}, {"timezone": "Moon"}, {"invitations": "nobody"}])
def test_what_is_no_setting_is_refused(world: World, body: Any) -> None:
    assert world.control("PATCH", f"settings/{ALICE}", body).status == 400


def test_every_documented_setting_can_be_read(alice: Person) -> None:
    """E"""
    assert {alice.call("GET", f"{SETTINGS}/{name}").status for name in SETTING_DEFAULTS} == {200}
    assert alice.call("GET", f"{SETTINGS}/nonsense").status == 404


def test_colours_have_googles_palettes(alice: Person) -> None:
    colours = alice.call("GET", "/calendar/v3/colors").json
    assert (len(colours["calendar"]), len(colours["event"])) == (24, 11)
    assert colours["event"]["11"] == {"background": "#dc2127", "foreground": "#1d1d1d"}
