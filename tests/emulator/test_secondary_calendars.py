"""Secondary and generated calendars: FACTS.md, sections C.8, C.12, E, F.2 and H."""

from typing import Any

import pytest

from tests.emulator.world import ADMIN, ALICE, BOB, Answer, Person, World, days, meeting

CALENDARS = "/calendar/v3/calendars"
LIST = "/calendar/v3/users/me/calendarList"
HOLIDAYS = "en.german#holiday@group.v.calendar.google.com"


def of(calendar: str, *rest: str) -> str:
    return "/".join([CALENDARS, calendar.replace("#", "%23"), *rest])


def created(person: Person, **body: Any) -> Any:
    answer = person.call("POST", CALENDARS, {"summary": "Team", **body})
    assert answer.status == 200, answer.body
    return answer.json


def share(person: Person, calendar: str, reader: str, role: str) -> Answer:
    return person.call("POST", of(calendar, "acl"), {"role": role, "scope": {"type": "user", "value": reader}})


def channel(name: str = "x") -> Any:
    return {"id": name, "type": "web_hook", "address": "https://x.example"}


def test_the_caller_is_the_data_owner_and_finds_the_calendar_on_the_list(alice: Person) -> None:
    """E"""
    made = created(alice, timeZone="Europe/Paris", description="d")
    assert made["id"].endswith("@group.calendar.google.com")
    assert (made["dataOwner"], made["timeZone"], made["description"]) == (ALICE, "Europe/Paris", "d")
    entry = alice.call("GET", f"{LIST}/{made['id']}").json
    assert (entry["accessRole"], entry["dataOwner"], entry["selected"]) == ("owner", ALICE, True)
    assert "primary" not in entry


def test_a_calendar_without_a_title_is_refused(alice: Person) -> None:
    answer = alice.call("POST", CALENDARS, {})
    assert (answer.status, answer.reason) == (400, "required")


def test_colleagues_do_not_see_a_secondary_calendar_until_it_is_shared(alice: Person, bob: Person) -> None:
    """C.11"""
    calendar = created(alice)["id"]
    assert bob.events(calendar).status == 404
    share(alice, calendar, BOB, "reader")
    assert bob.events(calendar).status == 200


def test_events_are_organized_by_the_calendar_and_made_by_the_person(alice: Person) -> None:
    """C.10"""
    calendar = created(alice)["id"]
    event = alice.insert(meeting(), calendar).json
    assert event["organizer"] == {"email": calendar, "displayName": "Team", "self": True}
    assert event["creator"] == {"email": ALICE}


def test_guests_of_a_secondary_calendar_get_copies_and_answer(alice: Person, bob: Person) -> None:
    """C.10"""
    calendar = created(alice)["id"]
    event = alice.insert(meeting(attendees=[{"email": BOB}, {"email": ALICE}]), calendar).json
    assert alice.event(event["id"]).json["organizer"] == {"email": calendar, "displayName": "Team"}
    bob.patch(event["id"], {"attendees": [{"email": BOB, "responseStatus": "accepted"}]})
    answers = {row["email"]: row["responseStatus"] for row in alice.event(event["id"], calendar).json["attendees"]}
    assert answers[BOB] == "accepted"


@pytest.mark.parametrize("kind", ["outOfOffice", "focusTime", "workingLocation"])
def test_status_events_are_for_primary_calendars_alone(alice: Person, kind: str) -> None:
    """C.12"""
    answer = alice.insert(meeting(eventType=kind), created(alice)["id"])
    assert (answer.status, answer.reason) == (400, "eventTypeRestriction")


def test_only_the_data_owner_deletes_a_calendar(world: World, alice: Person, bob: Person) -> None:
    """E"""
    calendar = created(alice)["id"]
    share(alice, calendar, BOB, "owner")
    assert bob.call("DELETE", of(calendar)).status == 403
    token = alice.call("GET", LIST).json["nextSyncToken"]
    alice.call("POST", of(calendar, "events", "watch"), channel())
    world.sent.clear()
    assert alice.call("DELETE", of(calendar)).status == 204
    assert alice.events(calendar).status == 404
    assert [row.headers["X-Goog-Resource-State"] for row in world.sent] == ["not_exists"]
    (entry,) = alice.call("GET", LIST, syncToken=token).json["items"]
    assert (entry["id"], entry["deleted"]) == (calendar, True)


def test_a_primary_calendar_cannot_be_deleted(alice: Person) -> None:
    """E"""
    answer = alice.call("DELETE", of("primary"))
    assert (answer.status, answer.reason) == (403, "cannotDeletePrimaryCalendar")


def test_clearing_deletes_the_events_of_a_primary_calendar_for_guests_too(alice: Person, bob: Person) -> None:
    """E"""
    event = alice.made(meeting(attendees=[{"email": BOB}]))
    alice.made(meeting(recurrence=["RRULE:FREQ=DAILY;COUNT=2"]))
    token = alice.sync_token()
    assert alice.call("POST", of("primary", "clear")).status == 204
    assert alice.events().json["items"] == []
    assert {row["status"] for row in alice.events(syncToken=token).json["items"]} == {"cancelled"}
    assert bob.event(event["id"]).json["status"] == "cancelled"


def test_clearing_is_for_primary_calendars_alone(alice: Person) -> None:
    assert alice.call("POST", of(created(alice)["id"], "clear")).status == 400


def test_put_clears_texts_and_only_owners_change_a_calendar(alice: Person, bob: Person) -> None:
    calendar = created(alice, description="d")["id"]
    share(alice, calendar, BOB, "writer")
    refused = bob.call("PATCH", of(calendar), {"summary": "Mine"})
    assert (refused.status, refused.reason) == (403, "requiredAccessLevel")
    changed = alice.call("PUT", of(calendar), {"summary": "New"}).json
    assert (changed["summary"], "description" in changed) == ("New", False)


def test_working_hours_are_for_primary_calendars_alone(alice: Person) -> None:
    """E"""
    body = {"workingHours": {"workingHoursEnabled": False}}
    assert alice.call("PATCH", of(created(alice)["id"]), body).status == 400


def test_an_administrator_gives_a_calendar_to_another_data_owner(admin: Person, alice: Person, bob: Person) -> None:
    """E"""
    calendar = created(alice)["id"]
    path = of(calendar, "transferOwnership")
    assert alice.call("POST", path, newDataOwner=BOB, useAdminAccess=True).status == 403
    assert admin.call("POST", path, newDataOwner=BOB).status == 400
    assert admin.call("POST", path, newDataOwner=BOB, useAdminAccess=True).status == 204
    assert bob.call("GET", of(calendar)).json["dataOwner"] == BOB
    assert alice.call("DELETE", of(calendar)).status == 403


def test_a_move_leaves_a_bare_tombstone_and_takes_exceptions_along(alice: Person) -> None:
    """H, moves between calendars"""
    calendar = created(alice)["id"]
    series = alice.made(meeting(recurrence=["RRULE:FREQ=DAILY;COUNT=3"]))
    moved = alice.patch(f"{series['id']}_20261125T090000Z", {"summary": "Other"}).json
    token = alice.sync_token()
    path = of("primary", "events", series["id"], "move")
    assert alice.call("POST", path, destination=calendar).json["organizer"]["email"] == calendar
    left = {row["id"]: row for row in alice.events(syncToken=token).json["items"]}
    assert set(left[series["id"]]) == {"kind", "etag", "id", "status"}
    there = {row["id"]: row.get("summary") for row in alice.events(calendar).json["items"]}
    assert there == {series["id"]: "Talk", moved["id"]: "Other"}


def test_a_moved_event_can_come_back(alice: Person) -> None:
    calendar = created(alice)["id"]
    event = alice.made(meeting())
    alice.call("POST", of("primary", "events", event["id"], "move"), destination=calendar)
    back = alice.call("POST", of(calendar, "events", event["id"], "move"), destination="primary")
    assert (back.status, back.json["organizer"]["email"]) == (200, ALICE)
    assert [row["id"] for row in alice.events().json["items"]] == [event["id"]]


def test_an_old_organizer_who_attends_keeps_a_copy(alice: Person) -> None:
    """C.3"""
    calendar = created(alice)["id"]
    event = alice.made(meeting(attendees=[{"email": ALICE}, {"email": BOB}]))
    alice.call("POST", of("primary", "events", event["id"], "move"), destination=calendar)
    kept = alice.event(event["id"]).json
    assert (kept["status"], kept["organizer"]["email"]) == ("confirmed", calendar)


def test_a_move_onto_a_guests_calendar_makes_the_guest_the_organizer(alice: Person, bob: Person, world: World) -> None:
    """C.8"""
    world.control("PUT", f"calendars/{BOB}/roles/{ALICE}", {"role": "writer"})
    event = alice.made(meeting(attendees=[{"email": BOB}]))
    answer = alice.call("POST", of("primary", "events", event["id"], "move"), destination=BOB)
    assert answer.status == 200
    assert bob.event(event["id"]).json["organizer"] == {"email": BOB, "self": True}


def test_a_move_needs_a_writer_on_both_calendars(alice: Person, bob: Person) -> None:
    """C.8"""
    calendar = created(bob)["id"]
    share(bob, calendar, ALICE, "reader")
    event = alice.made(meeting())
    answer = alice.call("POST", of("primary", "events", event["id"], "move"), destination=calendar)
    assert (answer.status, answer.reason) == (403, "requiredAccessLevel")


def test_only_whole_default_events_move(alice: Person) -> None:
    """C.8"""
    calendar = created(alice)["id"]
    away = alice.made(meeting(eventType="outOfOffice"))
    series = alice.made(meeting(recurrence=["RRULE:FREQ=DAILY;COUNT=3"]))
    for event_id in (away["id"], f"{series['id']}_20261125T090000Z"):
        assert alice.call("POST", of("primary", "events", event_id, "move"), destination=calendar).status == 400


def test_a_generated_calendar_is_read_by_everybody_and_refuses_push(alice: Person) -> None:
    """F.2"""
    items = alice.call("GET", of(HOLIDAYS, "events"), timeMin="2026-12-01T00:00:00Z", timeMax="2026-12-31T00:00:00Z")
    assert [row["summary"] for row in items.json["items"]] == ["Christmas Day", "Boxing Day"]
    assert items.json["accessRole"] == "reader"
    assert alice.call("POST", of(HOLIDAYS, "events"), days("2026-12-24", "2026-12-25")).status == 403
    refused = alice.call("POST", of(HOLIDAYS, "events", "watch"), channel())
    assert (refused.status, refused.reason) == (400, "pushNotSupportedForRequestedResource")
    assert refused.message == "Push notifications are not supported by this resource."


def test_ordinary_secondary_calendars_send_push(world: World, alice: Person) -> None:
    """F.2"""
    calendar = created(alice)["id"]
    assert alice.call("POST", of(calendar, "events", "watch"), channel()).status == 200
    world.sent.clear()
    alice.made(meeting())
    assert world.sent == []
    alice.insert(meeting(), calendar)
    assert [row.headers["X-Goog-Resource-State"] for row in world.sent] == ["exists"]


def test_a_deleted_persons_calendars_go_with_the_account(world: World, alice: Person, bob: Person) -> None:
    calendar = created(alice)["id"]
    share(alice, calendar, BOB, "reader")
    world.control("DELETE", f"users/{ALICE}")
    assert bob.events(calendar).status == 404


def test_a_snapshot_holds_secondary_calendars_rules_lists_and_settings(
    world: World, alice: Person, bob: Person
) -> None:
    calendar = created(alice)["id"]
    share(alice, calendar, BOB, "writer")
    event = alice.insert(meeting(), calendar).json
    world.control("PATCH", f"settings/{ALICE}", {"weekStart": "1"})
    token = alice.call("GET", LIST).json["nextSyncToken"]
    saved = world.control("GET", "snapshot").json
    world.control("POST", "reset", {"seed": "small"})
    assert world.control("PUT", "snapshot", saved).status == 200
    assert bob.event(event["id"], calendar).json["summary"] == "Talk"
    assert alice.call("GET", LIST, syncToken=token).json["items"] == []
    assert alice.call("GET", "/calendar/v3/users/me/settings/weekStart").json["value"] == "1"


def test_a_snapshot_of_an_earlier_version_is_read(world: World, alice: Person, bob: Person) -> None:
    saved = world.control("GET", "snapshot").json
    bob_id = world.core.workspace.directory.user(BOB)
    assert bob_id is not None
    del saved["people"]
    for row in saved["calendars"]:
        for name in ("access", "access_log", "secondary_id", "generated", "client_id", "labels"):
            del row[name]
        row["settings"], row["roles"] = {}, {bob_id.id: "reader"}
    assert world.control("PUT", "snapshot", saved).status == 200
    alice.made(meeting())
    assert bob.events(ALICE).json["accessRole"] == "reader"
    assert world.person(ADMIN).events(ALICE).json["accessRole"] == "freeBusyReader"


def test_labels_are_kept_as_a_whole_and_unknown_names_are_dropped(alice: Person) -> None:
    labels = {"eventLabels": [{"id": "1", "name": "Red", "backgroundColor": "#ff0000"}]}
    made = created(alice, labelProperties=labels)
    assert made["labelProperties"] == labels
    changed = alice.call("PATCH", of(made["id"]), {"labelProperties": {"eventLabels": []}}).json
    assert changed["labelProperties"] == {"eventLabels": []}
    kept = alice.call("PATCH", of(made["id"]), {"summary": "New"}).json
    assert kept["labelProperties"] == {"eventLabels": []}
