"""Organizers, attendees and their copies: FACTS.md, C.10."""

from typing import Any

import pytest

from tests.emulator.world import ALICE, BOB, CHARLIE, Person, World, meeting


def guests(*emails: str) -> Any:
    return [{"email": email} for email in emails]


def test_an_invitation_appears_on_the_attendees_calendar_under_the_same_id(alice: Person, bob: Person) -> None:
    event = alice.made(meeting(attendees=guests(BOB, "client@x.example")))
    copy = bob.event(event["id"]).json
    assert (copy["id"], copy["iCalUID"], copy["summary"]) == (event["id"], event["iCalUID"], "Talk")
    assert copy["organizer"] == {"email": ALICE}
    assert [row for row in copy["attendees"] if row.get("self")] == [
        {"email": BOB, "self": True, "responseStatus": "needsAction"}
    ]
    assert event["organizer"]["self"] is True


def test_the_organizers_changes_reach_the_copies(alice: Person, bob: Person) -> None:
    event = alice.made(meeting(attendees=guests(BOB)))
    token = bob.sync_token()
    alice.patch(event["id"], {"summary": "New"})
    assert [item["summary"] for item in bob.events(syncToken=token).json["items"]] == ["New"]


def test_an_answer_reaches_the_organizer_and_the_other_copies(world: World, alice: Person, bob: Person) -> None:
    event = alice.made(meeting(attendees=guests(BOB, CHARLIE)))
    token = alice.sync_token()
    rows = [{"email": BOB, "responseStatus": "accepted"}, {"email": CHARLIE}]
    bob.patch(event["id"], {"attendees": rows})
    (seen,) = alice.events(syncToken=token).json["items"]
    assert [row["responseStatus"] for row in seen["attendees"]] == ["accepted", "needsAction"]
    charlies = world.person(CHARLIE).event(event["id"]).json
    assert charlies["attendees"][0]["responseStatus"] == "accepted"


def test_an_attendees_edits_stay_on_the_copy_until_the_organizer_changes_them(alice: Person, bob: Person) -> None:
    event = alice.made(meeting(attendees=guests(BOB)))
    bob.patch(event["id"], {"summary": "Mine"})
    assert alice.event(event["id"]).json["summary"] == "Talk"
    alice.patch(event["id"], {"summary": "Ours"})
    assert bob.event(event["id"]).json["summary"] == "Ours"


def test_private_fields_belong_to_each_copy(alice: Person, bob: Person) -> None:
    properties = {"private": {"mark": "a"}, "shared": {"all": "b"}}
    event = alice.made(meeting(attendees=guests(BOB), extendedProperties=properties))
    assert bob.event(event["id"]).json["extendedProperties"] == {"shared": {"all": "b"}}
    bob.patch(event["id"], {"transparency": "transparent", "extendedProperties": {"private": {"own": "c"}}})
    alice.patch(event["id"], {"summary": "New"})
    copy = bob.event(event["id"]).json
    assert (copy["summary"], copy["transparency"]) == ("New", "transparent")
    assert copy["extendedProperties"] == {"shared": {"all": "b"}, "private": {"own": "c"}}


def test_deleting_an_event_cancels_the_copies(alice: Person, bob: Person) -> None:
    event = alice.made(meeting(attendees=guests(BOB)))
    token = bob.sync_token()
    alice.delete(event["id"])
    assert [item["status"] for item in bob.events(syncToken=token).json["items"]] == ["cancelled"]


def test_removing_an_attendee_cancels_that_copy_and_inviting_again_brings_it_back(alice: Person, bob: Person) -> None:
    event = alice.made(meeting(attendees=guests(BOB)))
    alice.patch(event["id"], {"attendees": []})
    assert bob.event(event["id"]).json["status"] == "cancelled"
    alice.patch(event["id"], {"attendees": guests(BOB)})
    assert bob.event(event["id"]).json["status"] == "confirmed"


def test_deleting_an_invitation_declines_it(alice: Person, bob: Person) -> None:
    event = alice.made(meeting(attendees=guests(BOB)))
    bob.delete(event["id"])
    assert alice.event(event["id"]).json["attendees"][0]["responseStatus"] == "declined"
    alice.patch(event["id"], {"summary": "Again"})
    assert bob.event(event["id"]).json["status"] == "cancelled"


@pytest.mark.parametrize("right", ["guestsCanModify", "anyoneCanAddSelf"])
def test_a_guest_may_not_change_the_guests_rights(alice: Person, bob: Person, right: str) -> None:
    """C.8, G.2"""
    event = alice.made(meeting(attendees=guests(BOB)))
    answer = bob.patch(event["id"], {right: True})
    assert (answer.status, answer.reason) == (403, "forbiddenForNonOrganizer")
    assert answer.message == "Shared properties can only be changed by the organizer of the event."


def test_a_put_that_leaves_out_the_guests_rights_counts_as_changing_them(alice: Person, bob: Person) -> None:
    """C.8"""
    event = alice.made(meeting(attendees=guests(BOB), guestsCanModify=True))
    assert bob.put(event["id"], meeting(attendees=guests(BOB))).reason == "forbiddenForNonOrganizer"


def test_a_guest_sees_only_self_where_guests_are_hidden(alice: Person, bob: Person) -> None:
    event = alice.made(meeting(attendees=guests(BOB, CHARLIE), guestsCanSeeOtherGuests=False))
    assert [row["email"] for row in bob.event(event["id"]).json["attendees"]] == [BOB]


def test_too_many_attendees_are_left_out_but_self(alice: Person, bob: Person) -> None:
    """C.1"""
    event = alice.made(meeting(attendees=guests(BOB, CHARLIE)))
    shown = bob.event(event["id"], maxAttendees=1).json
    assert ([row["email"] for row in shown["attendees"]], shown["attendeesOmitted"]) == ([BOB], True)


def test_somebody_invited_to_one_instance_holds_only_that_one(alice: Person, bob: Person) -> None:
    """C.4"""
    series = alice.made(meeting(start="2026-11-24T10:00:00+01:00", recurrence=["RRULE:FREQ=DAILY;COUNT=3"]))
    instance = f"{series['id']}_20261125T090000Z"
    alice.patch(instance, {"attendees": guests(BOB)})
    assert [item["id"] for item in bob.events().json["items"]] == [instance]
    assert bob.event(series["id"]).status == 404
    assert bob.event(instance).json["recurringEventId"] == series["id"]


def test_a_cancelled_instance_is_cancelled_on_the_copies(alice: Person, bob: Person) -> None:
    body = meeting(recurrence=["RRULE:FREQ=DAILY;COUNT=3"], attendees=guests(BOB))
    series = alice.made(body)
    alice.delete(f"{series['id']}_20261125T090000Z")
    items = bob.events().json["items"]
    assert [item["status"] for item in items] == ["confirmed", "cancelled"]
    assert items[1]["recurringEventId"] == series["id"]


def test_an_answer_to_one_instance_reaches_that_instance_of_the_organizer(alice: Person, bob: Person) -> None:
    series = alice.made(meeting(recurrence=["RRULE:FREQ=DAILY;COUNT=3"], attendees=guests(BOB)))
    instance = f"{series['id']}_20261125T090000Z"
    bob.patch(instance, {"attendees": [{"email": BOB, "responseStatus": "declined"}]})
    assert alice.event(instance).json["attendees"][0]["responseStatus"] == "declined"
    assert alice.event(series["id"]).json["attendees"][0]["responseStatus"] == "needsAction"


def test_copies_can_be_delayed(world: World, alice: Person, bob: Person) -> None:
    """C.10, H"""
    world.switch(attendee_copy_delay_seconds=30)
    event = alice.made(meeting(attendees=guests(BOB)))
    assert bob.event(event["id"]).status == 404
    world.wait(seconds=31)
    assert bob.event(event["id"]).status == 200


def test_an_old_address_still_is_the_attendee(world: World, alice: Person, bob: Person) -> None:
    """H: aliases among attendees"""
    world.control("PATCH", f"users/{BOB}", {"primaryEmail": "robert@bank.example"})
    event = alice.made(meeting(attendees=guests(BOB)))
    assert bob.event(event["id"]).json["attendees"][0]["self"] is True


def test_a_private_event_is_seen_by_its_guests_on_their_own_copies(alice: Person, bob: Person) -> None:
    """C.11"""
    event = alice.made(meeting(attendees=guests(BOB), visibility="private"))
    assert bob.event(event["id"]).json["summary"] == "Talk"
