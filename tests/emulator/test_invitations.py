"""Invitations that are hidden or declined by themselves: FACTS.md, sections C.10, C.12 and H."""

from typing import Any

import pytest

from tests.emulator.world import ALICE, BOB, Person, World, meeting

ALL, ONLY_NEW, NONE = "declineAllConflictingInvitations", "declineOnlyNewConflictingInvitations", "declineNone"


def away(mode: str, kind: str = "outOfOffice", **more: Any) -> Any:
    properties = {f"{kind}Properties": {"autoDeclineMode": mode, "declineMessage": "Away"}}
    return meeting("Away", "2026-11-24T09:00:00+01:00", 240, eventType=kind, **properties, **more)


def invited(person: Person, **more: Any) -> Any:
    return person.made(meeting(attendees=[{"email": BOB}], **more))


def answer_of(person: Person, event_id: str) -> tuple[str, str | None]:
    (row,) = [row for row in person.event(event_id).json["attendees"] if row["email"] == BOB]
    return row["responseStatus"], row.get("comment")


@pytest.mark.parametrize("kind", ["outOfOffice", "focusTime"])
@pytest.mark.parametrize(("mode", "expected"), [(ALL, "declined"), (ONLY_NEW, "declined"), (NONE, "needsAction")])
def test_a_new_invitation_is_declined_where_somebody_is_away(
    alice: Person, bob: Person, kind: str, mode: str, expected: str
) -> None:
    """C.12"""
    bob.made(away(mode, kind))
    event = invited(alice)
    assert answer_of(alice, event["id"]) == (expected, "Away" if expected == "declined" else None)


@pytest.mark.parametrize(("mode", "expected"), [(ALL, "declined"), (ONLY_NEW, "needsAction"), (NONE, "needsAction")])
def test_an_invitation_from_before_is_declined_only_if_all_are(
    alice: Person, bob: Person, mode: str, expected: str
) -> None:
    """C.12"""
    event = invited(alice)
    bob.made(away(mode))
    assert answer_of(alice, event["id"])[0] == expected


def test_an_unknown_mode_is_refused(bob: Person) -> None:
    """C.12"""
    assert bob.insert(away("declineSome")).status == 400


def test_an_invitation_elsewhere_in_time_is_left_alone(alice: Person, bob: Person) -> None:
    """C.12"""
    bob.made(away(ALL))
    assert answer_of(alice, invited(alice, start="2026-11-25T10:00:00+01:00")["id"])[0] == "needsAction"


def test_of_a_series_only_the_instances_that_conflict_are_declined(alice: Person, bob: Person) -> None:
    """C.12"""
    bob.made(away(ALL))
    series = invited(alice, recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    answers = [answer_of(alice, f"{series['id']}_202611{day}T090000Z")[0] for day in (24, 25, 26)]
    assert answers == ["declined", "needsAction", "needsAction"]


def test_a_recurring_absence_declines_on_each_of_its_days(alice: Person, bob: Person) -> None:
    """C.12"""
    bob.made(away(ALL, recurrence=["RRULE:FREQ=DAILY;COUNT=2"]))
    answers = [answer_of(alice, invited(alice, start=f"2026-11-{day}T10:00:00+01:00")["id"])[0] for day in (24, 25, 26)]
    assert answers == ["declined", "declined", "needsAction"]


def test_an_event_without_guests_is_no_invitation(bob: Person) -> None:
    """C.12"""
    event = bob.made(meeting())
    bob.made(away(ALL))
    assert bob.event(event["id"]).json["status"] == "confirmed"


def test_an_unanswered_invitation_hides_until_it_is_answered_and_then_comes_as_new(
    world: World, alice: Person, bob: Person
) -> None:
    """C.10, H"""
    world.control("PATCH", f"settings/{BOB}", {"invitations": "responded"})
    token = bob.sync_token()
    event = invited(alice)
    assert bob.events().json["items"] == []
    assert bob.events(syncToken=token).json["items"] == []
    assert [row["id"] for row in bob.events(showHiddenInvitations=True).json["items"]] == [event["id"]]
    assert bob.event(event["id"]).status == 200
    bob.patch(event["id"], {"attendees": [{"email": BOB, "responseStatus": "accepted"}]})
    assert [row["id"] for row in bob.events(syncToken=token).json["items"]] == [event["id"]]


def test_a_hidden_invitation_is_not_busy(world: World, alice: Person, bob: Person) -> None:
    world.control("PATCH", f"settings/{BOB}", {"invitations": "responded"})
    invited(alice)
    day = {"timeMin": "2026-11-24T00:00:00Z", "timeMax": "2026-11-25T00:00:00Z", "items": [{"id": BOB}]}
    assert bob.call("POST", "/calendar/v3/freeBusy", day).json["calendars"][BOB]["busy"] == []


def test_known_senders_are_those_with_an_account_here(world: World, alice: Person, bob: Person) -> None:
    """C.10"""
    world.control("PATCH", f"settings/{BOB}", {"invitations": "known"})
    known = invited(alice)
    stranger = meeting(iCalUID="x@y.example", organizer={"email": "x@y.example"}, attendees=[{"email": BOB}])
    bob.call("POST", "/calendar/v3/calendars/primary/events/import", stranger)
    assert [row["id"] for row in bob.events().json["items"]] == [known["id"]]


def test_another_rule_for_invitations_ends_the_sync_tokens(world: World, bob: Person) -> None:
    token = bob.sync_token()
    world.control("PATCH", f"settings/{BOB}", {"invitations": "responded"})
    assert bob.events(syncToken=token).reason == "fullSyncRequired"


def test_a_person_who_adds_meet_by_themselves_gets_a_link(world: World, alice: Person, bob: Person) -> None:
    """H, auto-add Meet"""
    world.control("PATCH", f"settings/{ALICE}", {"autoAddHangouts": "true"})
    assert "hangoutLink" in alice.made(meeting())
    assert "hangoutLink" not in bob.made(meeting())
    assert "hangoutLink" not in alice.made(meeting(), conferenceDataVersion=1)
