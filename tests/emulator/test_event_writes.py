"""Insert, update, patch, delete, import: FACTS.md, C.6 to C.13."""

from base64 import urlsafe_b64decode
from typing import Any

import pytest

from tests.emulator.world import ALICE, BERLIN, BOB, Person, World, days, meeting
from workspace_emulator.http.message import Request


def test_an_inserted_event_has_googles_shape(alice: Person) -> None:
    """C.6, C.7"""
    event = alice.made(meeting())
    assert event["kind"] == "calendar#event"
    assert len(event["id"]) == 26
    assert event["iCalUID"] == event["id"] + "@google.com"
    assert (event["status"], event["sequence"], event["eventType"]) == ("confirmed", 0, "default")
    assert event["start"] == {"dateTime": "2026-11-24T10:00:00+01:00", "timeZone": BERLIN}
    assert event["organizer"] == event["creator"] == {"email": ALICE, "self": True}
    assert event["created"].endswith(".000Z")
    assert {"transparency", "visibility", "guestsCanModify", "guestsCanInviteOthers", "attendees"}.isdisjoint(event)


def test_the_etag_is_twice_updated_in_microseconds(alice: Person) -> None:
    """C.6"""
    event = alice.made(meeting())
    assert event["updated"] == "2026-11-23T08:00:00.000Z"
    assert event["etag"] == f'"{2 * 1_795_420_800_000 * 1000}"'


def test_the_link_decodes_to_event_and_calendar(alice: Person) -> None:
    """C.6"""
    event = alice.made(meeting())
    code = event["htmlLink"].removeprefix("https://www.google.com/calendar/event?eid=")
    assert urlsafe_b64decode(code + "==").decode() == f"{event['id']} {ALICE}"


def reminding(times: int, minutes: int) -> Any:
    row = {"method": "popup", "minutes": minutes}
    return meeting(reminders={"useDefault": False, "overrides": [row] * times})


REFUSED_BODIES = [
    pytest.param({"start": {"date": "2026-11-24"}}, "required", "Missing end time.", id="no end"),
    pytest.param(
        {"end": {"date": "2026-11-24"}},
        "invalid",
        "Start and end times must either both be date or both be dateTime.",
        id="no start of an all-day event",
    ),
    pytest.param(
        {"start": {"date": "2026-11-24"}, "end": {"dateTime": "2026-11-24T10:00:00Z"}},
        "invalid",
        "Start and end times must either both be date or both be dateTime.",
        id="mixed",
    ),
    pytest.param(
        {"start": {"dateTime": "2026-11-24T10:00:00"}, "end": {"dateTime": "2026-11-24T11:00:00Z"}},
        "required",
        "Missing time zone definition for start time.",
        id="no zone",
    ),
    pytest.param(
        {"start": {"dateTime": "2026-11-24T10:00:00Z"}, "end": {"dateTime": "2026-11-24T09:00:00Z"}},
        "timeRangeEmpty",
        "The specified time range is empty.",
        id="ends before it starts",
    ),
    pytest.param(meeting(id="ABC"), "invalid", "Invalid resource id value.", id="id alphabet"),
    pytest.param(meeting(id="abcd"), "invalid", "Invalid resource id value.", id="id too short"),
    pytest.param(meeting(recurrence=["DTSTART:20261124T100000Z"]), "invalid", "Invalid recurrence rule.", id="rule"),
    pytest.param(meeting(eventType="fromGmail"), "eventTypeRestriction", None, id="fromGmail"),
    pytest.param(
        days("2026-11-24", "2026-11-25", eventType="outOfOffice"), "eventTypeRestriction", None, id="all-day absence"
    ),
    pytest.param(
        meeting(eventType="focusTime", transparency="transparent"), "eventTypeRestriction", None, id="free focus time"
    ),
    pytest.param(
        days("2026-11-24", "2026-11-26", eventType="workingLocation"),
        "malformedWorkingLocationEvent",
        None,
        id="two days of working location",
    ),
    pytest.param(
        meeting(reminders={"useDefault": True, "overrides": [{"method": "popup", "minutes": 5}]}),
        "cannotUseDefaultRemindersAndSpecifyOverride",
        None,
        id="reminders twice",
    ),
    pytest.param(meeting(source={"title": "x", "url": "ftp://x.example"}), "invalid", None, id="a source off the web"),
    pytest.param(reminding(6, 5), "invalid", None, id="six reminders"),
    pytest.param(reminding(1, 40_321), "invalid", None, id="a reminder over four weeks before"),
    pytest.param(reminding(1, -1), "invalid", None, id="a reminder after the start"),
    pytest.param(
        meeting(
            extendedProperties={
                "private": {f"p{n}": "" for n in range(151)},
                "shared": {f"s{n}": "" for n in range(150)},
            }
        ),
        "invalid",
        None,
        id="three hundred and two properties",
    ),
    pytest.param(
        meeting(extendedProperties={"shared": {f"s{n}": "v" * 1024 for n in range(32)}}),
        "invalid",
        None,
        id="properties over 32 kB",
    ),
    pytest.param(meeting(attendees=[{"displayName": "X"}]), "required", "Missing attendee email.", id="no address"),
    pytest.param({**meeting(), "summary": 7}, "invalid", None, id="a number as title"),
]


@pytest.mark.parametrize(("body", "reason", "message"), REFUSED_BODIES)
def test_a_body_that_google_refuses_is_refused(alice: Person, body: Any, reason: str, message: str | None) -> None:
    """C.6, C.7, C.9, C.12, C.13"""
    answer = alice.insert(body)
    assert (answer.status, answer.reason) == (400, reason)
    assert message is None or answer.message == message


def test_a_body_that_is_no_json_is_a_parse_error(world: World, alice: Person) -> None:
    headers = {"authorization": f"Bearer {alice.token}"}
    response = world.call(Request.of("POST", "/calendar/v3/calendars/primary/events", headers=headers, body=b"{"))
    assert response.status == 400
    assert response.json_object()["error"]["errors"][0]["reason"] == "parseError"


def test_a_time_without_offset_is_read_in_its_zone(alice: Person) -> None:
    """C.7"""
    body = meeting()
    body["start"] = {"dateTime": "2026-11-24T04:00:00", "timeZone": "America/New_York"}
    body["end"] = {"dateTime": "2026-11-24T05:00:00", "timeZone": "America/New_York"}
    event = alice.made(body)
    assert event["start"] == {"dateTime": "2026-11-24T10:00:00+01:00", "timeZone": "America/New_York"}


@pytest.mark.parametrize("deleted", [False, True])
def test_an_id_is_never_used_twice(alice: Person, deleted: bool) -> None:
    """C.6"""
    alice.made(meeting(id="abcde12345"))
    if deleted:
        assert alice.delete("abcde12345").status == 204
    answer = alice.insert(meeting(id="abcde12345"))
    assert (answer.status, answer.reason) == (409, "duplicate")
    assert answer.message == "The requested identifier already exists."


def test_versions_grow_strictly_while_the_clock_stands_still(alice: Person) -> None:
    """C.6"""
    event = alice.made(meeting())
    etags = [event["etag"]] + [alice.patch(event["id"], {"summary": str(n)}).json["etag"] for n in range(3)]
    numbers = [int(etag.strip('"')) for etag in etags]
    assert numbers == sorted(set(numbers))


def test_put_clears_what_it_leaves_out_and_patch_does_not(alice: Person) -> None:
    """C.8"""
    event = alice.made(meeting(description="notes", location="room", transparency="transparent"))
    patched = alice.patch(event["id"], {"location": None}).json
    assert (patched.get("description"), patched.get("location")) == ("notes", None)
    put = alice.put(event["id"], meeting()).json
    assert {"description", "location", "transparency"}.isdisjoint(put)


def test_patch_merges_inside_start_and_end(alice: Person) -> None:
    """C.8"""
    event = alice.made(meeting())
    moved = alice.patch(event["id"], {"end": {"dateTime": "2026-11-24T12:00:00+01:00"}}).json
    assert moved["end"] == {"dateTime": "2026-11-24T12:00:00+01:00", "timeZone": BERLIN}


def test_a_timed_event_becomes_all_day_when_its_date_time_is_nulled(alice: Person) -> None:
    """C.7, C.8"""
    event = alice.made(meeting())
    times = {side: {"date": day, "dateTime": None} for side, day in (("start", "2026-11-24"), ("end", "2026-11-25"))}
    assert alice.patch(event["id"], times).json["start"] == {"date": "2026-11-24"}


@pytest.mark.parametrize("method", ["patch", "put", "delete"])
def test_a_write_with_an_old_etag_is_refused(alice: Person, method: str) -> None:
    """C.8, G.2"""
    event = alice.made(meeting())
    alice.patch(event["id"], {"summary": "newer"})
    headers = {"if-match": event["etag"]}
    answer = (
        alice.delete(event["id"], headers)
        if method == "delete"
        else getattr(alice, method)(event["id"], meeting(), headers)
    )
    assert (answer.status, answer.reason) == (412, "conditionNotMet")
    assert answer.json["error"]["errors"][0]["location"] == "If-Match"


@pytest.mark.parametrize("tag", ["same", "*"])
def test_a_write_with_the_right_etag_or_a_star_passes(alice: Person, tag: str) -> None:
    """C.8"""
    event = alice.made(meeting())
    headers = {"if-match": event["etag"] if tag == "same" else tag}
    assert alice.patch(event["id"], {"summary": "x"}, headers).status == 200


def test_an_unchanged_event_is_not_sent_again(alice: Person) -> None:
    """C.8: If-None-Match"""
    event = alice.made(meeting())
    path = f"/calendar/v3/calendars/primary/events/{event['id']}"
    assert alice.call("GET", path, headers={"if-none-match": event["etag"]}).status == 304
    alice.patch(event["id"], {"summary": "new"})
    assert alice.call("GET", path, headers={"if-none-match": event["etag"]}).status == 200


def test_a_sequence_below_the_stored_one_is_refused(alice: Person) -> None:
    """C.8"""
    event = alice.made(meeting(sequence=3))
    answer = alice.patch(event["id"], {"sequence": 2})
    assert answer.status == 400
    assert answer.message.startswith("Invalid sequence value. The specified sequence number is below the current")


def test_a_changed_time_raises_the_sequence_and_a_title_does_not(alice: Person) -> None:
    """C.8, a decision where Google is silent"""
    event = alice.made(meeting())
    assert alice.patch(event["id"], {"summary": "x"}).json["sequence"] == 0
    assert alice.patch(event["id"], {"end": {"dateTime": "2026-11-24T13:00:00+01:00"}}).json["sequence"] == 1


def test_reminders_leave_updated_alone(world: World, alice: Person) -> None:
    """C.8"""
    event = alice.made(meeting())
    world.wait(minutes=5)
    changed = alice.patch(event["id"], {"reminders": {"overrides": [{"method": "popup", "minutes": 5}]}}).json
    assert changed["updated"] == event["updated"]
    assert changed["reminders"] == {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]}


def test_deleting_twice_says_gone_and_an_unknown_id_is_not_found(alice: Person) -> None:
    """C.8"""
    event = alice.made(meeting())
    first = alice.delete(event["id"])
    assert (first.status, first.body) == (204, b"")
    second = alice.delete(event["id"])
    assert (second.status, second.reason, second.message) == (410, "deleted", "Resource has been deleted")
    assert alice.delete("unknown").reason == "notFound"


def test_a_deleted_event_is_still_read_with_its_details(alice: Person) -> None:
    """C.3"""
    event = alice.made(meeting())
    alice.delete(event["id"])
    gone = alice.event(event["id"])
    assert (gone.status, gone.json["status"], gone.json["summary"]) == (200, "cancelled", "Talk")


@pytest.mark.parametrize(("allowed", "status"), [(True, 200), (False, 403)])
def test_a_deleted_event_is_restored_as_switched(world: World, alice: Person, allowed: bool, status: int) -> None:
    """C.6, least certain fact 5"""
    world.switch(restore_deleted=allowed)
    event = alice.made(meeting())
    alice.delete(event["id"])
    assert alice.patch(event["id"], {"status": "confirmed"}).status == status


def test_extended_properties_are_dropped_truncated_merged_and_removed(alice: Person) -> None:
    """C.9"""
    private = {"k" * 45: "dropped", "long": "v" * 1100, "keep": "1"}
    event = alice.made(meeting(extendedProperties={"private": private, "shared": {"all": "x"}}))
    assert event["extendedProperties"] == {"private": {"long": "v" * 1024, "keep": "1"}, "shared": {"all": "x"}}
    patched = alice.patch(event["id"], {"extendedProperties": {"private": {"long": None, "new": "2"}}}).json
    assert patched["extendedProperties"] == {"private": {"keep": "1", "new": "2"}, "shared": {"all": "x"}}
    assert "extendedProperties" not in alice.put(event["id"], meeting()).json


def test_a_meet_link_needs_version_one_and_is_idempotent(alice: Person) -> None:
    """C.13"""
    create = {"requestId": "r1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}
    request: Any = {"conferenceData": {"createRequest": create}}
    assert "conferenceData" not in alice.made(meeting(**request))
    event = alice.made(meeting(**request), conferenceDataVersion=1)
    assert event["hangoutLink"].startswith("https://meet.google.com/")
    assert event["conferenceData"]["createRequest"]["status"] == {"statusCode": "success"}
    again = alice.patch(event["id"], request, conferenceDataVersion=1).json
    assert again["hangoutLink"] == event["hangoutLink"]
    assert alice.put(event["id"], meeting()).json["hangoutLink"] == event["hangoutLink"]
    assert "hangoutLink" not in alice.patch(event["id"], {"conferenceData": None}, conferenceDataVersion=1).json


def test_attachments_are_kept_only_when_supported_and_only_twenty_five(alice: Person) -> None:
    """C.13"""
    files = [{"fileUrl": f"https://drive.google.com/{n}", "title": str(n)} for n in range(26)]
    assert "attachments" not in alice.made(meeting(attachments=files[:1]))
    event = alice.made(meeting(attachments=files[:25]), supportsAttachments=True)
    assert len(event["attachments"]) == 25
    assert alice.insert(meeting(attachments=files), supportsAttachments=True).reason == "invalid"


def test_a_source_is_seen_by_its_creator_alone(alice: Person, bob: Person) -> None:
    """C.13"""
    event = alice.made(meeting(source={"url": "https://x.example", "title": "x"}, attendees=[{"email": BOB}]))
    assert "source" in event
    assert "source" not in bob.event(event["id"]).json


def test_an_import_makes_a_private_copy_under_an_id_of_its_uid(alice: Person) -> None:
    """C.6, C.8"""
    path = "/calendar/v3/calendars/primary/events/import"
    body = meeting(iCalUID="abc@x.example", organizer={"email": "ext@x.example"}, attendees=[{"email": ALICE}])
    event = alice.call("POST", path, body).json
    assert event["id"] == "_c5h66g3o5pingobde1m6a"
    assert (event["iCalUID"], event["privateCopy"]) == ("abc@x.example", True)
    again = alice.call("POST", path, {**body, "summary": "New", "sequence": 1}).json
    assert (again["id"], again["summary"]) == (event["id"], "New")
    assert alice.call("POST", path, body).message.startswith("Invalid sequence value.")


def test_an_import_for_somebody_elses_event_is_refused(alice: Person) -> None:
    """C.8"""
    body = meeting(iCalUID="abc@x.example", organizer={"email": "ext@x.example"})
    answer = alice.call("POST", "/calendar/v3/calendars/primary/events/import", body)
    assert answer.reason == "participantIsNeitherOrganizerNorAttendee"


def test_an_event_type_cannot_be_changed(alice: Person) -> None:
    """C.12"""
    event = alice.made(meeting())
    assert alice.patch(event["id"], {"eventType": "focusTime"}).reason == "eventTypeRestriction"


@pytest.mark.parametrize("calendar", ["primary", ALICE, ALICE.upper(), "al@bank.example"])
def test_a_calendar_is_named_by_primary_address_or_alias(alice: Person, calendar: str) -> None:
    """C.1, H"""
    assert alice.events(calendar).status == 200


def test_a_colleague_with_free_busy_access_may_not_write(alice: Person) -> None:
    """C.8, G.2"""
    answer = alice.insert(meeting(), BOB)
    assert (answer.status, answer.reason) == (403, "requiredAccessLevel")


@pytest.mark.parametrize("change", [{"has_calendar": False}, {"suspended": True}])
def test_a_person_without_calendar_gets_the_literal_403(world: World, alice: Person, change: Any) -> None:
    """G.2, H"""
    world.control("PATCH", f"users/{ALICE}", change)
    answer = alice.events()
    message = "The user must be signed up for Google Calendar."
    inner = {"domain": "calendar", "reason": "notACalendarUser", "message": message}
    assert answer.json == {"error": {"errors": [inner], "code": 403, "message": message}}


def test_the_old_address_names_the_calendar_after_a_rename(world: World, alice: Person) -> None:
    """H"""
    event = alice.made(meeting())
    world.control("PATCH", f"users/{ALICE}", {"primaryEmail": "alicia@bank.example"})
    assert alice.call("GET", "/calendar/v3/calendars/primary").json["id"] == "alicia@bank.example"
    assert alice.event(event["id"], ALICE).json["organizer"] == {"email": ALICE, "self": True}


def test_a_moved_event_leaves_a_bare_tombstone_and_appears_under_the_same_id(
    world: World, alice: Person, bob: Person
) -> None:
    """C.3, H"""
    event = alice.made(meeting())
    path = f"/calendar/v3/calendars/primary/events/{event['id']}/move"
    assert alice.call("POST", path, destination=BOB).reason == "requiredAccessLevel"
    world.control("PUT", f"calendars/{BOB}/roles/{ALICE}", {"role": "writer"})
    token = alice.sync_token()
    moved = alice.call("POST", path, destination=BOB).json
    assert (moved["id"], moved["organizer"]) == (event["id"], {"email": BOB, "self": True})
    assert [set(item) for item in alice.events(syncToken=token, showDeleted=True).json["items"]] == [
        {"kind", "etag", "id", "status"}
    ]
    assert bob.event(event["id"]).json["status"] == "confirmed"


def test_auto_added_meet_is_kept_away_by_version_one(world: World, alice: Person) -> None:
    """H"""
    world.switch(auto_add_meet=True)
    assert "hangoutLink" in alice.made(meeting())
    assert "hangoutLink" not in alice.made(meeting(), conferenceDataVersion=1)


def test_the_limit_of_properties_counts_those_of_every_copy(alice: Person, bob: Person) -> None:
    event = alice.made(meeting(attendees=[{"email": BOB}]))
    half = {"private": {f"key{number}": "x" for number in range(151)}}
    assert alice.patch(event["id"], {"extendedProperties": half}).status == 200
    assert bob.patch(event["id"], {"extendedProperties": half}).status == 400
    fewer = {"private": {f"key{number}": "x" for number in range(149)}}
    assert bob.patch(event["id"], {"extendedProperties": fewer}).status == 200
