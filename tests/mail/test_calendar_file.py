"""The iCalendar file of an appointment, read back by another program's eyes."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from icalendar import Calendar

from lockstep.mail.ics import Method, calendar_file
from lockstep.store.models import Appointment, Client, Location, MeetingMethod, Organisation, Service, StaffMember

MANAGE = "https://book.example/appointment/token/"


def an_appointment(**changes: object) -> Appointment:
    """Alice's appointment with Bob in Halifax, on the Monday after the clocks went back (10:30 AST)."""
    organisation = Organisation(name="Harbour Credit Union", slug="harbour")
    fields: dict[str, object] = {
        "organisation": organisation,
        "uuid": UUID("6f0d2a4e-52a7-4c66-9a57-000000000001"),
        "client": Client(organisation=organisation, name="Alice Archer", email="alice@client.example"),
        "service": Service(organisation=organisation, name="Mortgage advice"),
        "location": Location(
            organisation=organisation,
            name="Harbour Street",
            address="12 Harbour Street, Halifax",
            time_zone="America/Halifax",
        ),
        "staff": StaffMember(organisation=organisation, name="Bob Byrne", email="bob@harbour.example"),
        "meeting_method": MeetingMethod.AT_LOCATION,
        "starts_at": datetime(2026, 11, 2, 14, 30, tzinfo=UTC),
        "ends_at": datetime(2026, 11, 2, 15, 15, tzinfo=UTC),
        "client_time_zone": "America/Halifax",
        "created_at": datetime(2026, 10, 20, 9, 0, tzinfo=UTC),
        "changed_at": datetime(2026, 10, 20, 9, 0, tzinfo=UTC),
    }
    return Appointment(**{**fields, **changes})


def the_event(appointment: Appointment, method: Method = Method.REQUEST):  # type: ignore[no-untyped-def]  # icalendar's component
    calendar = Calendar.from_ical(calendar_file(appointment, method=method, manage_url=MANAGE))
    assert str(calendar["METHOD"]) == method.value
    (event,) = calendar.walk("VEVENT")
    return event


def test_the_file_says_what_where_and_when() -> None:
    event = the_event(an_appointment())
    assert str(event["SUMMARY"]) == "Mortgage advice, Harbour Credit Union"
    assert str(event["LOCATION"]) == "Harbour Street, 12 Harbour Street, Halifax"
    assert event["DTSTART"].dt == datetime(2026, 11, 2, 14, 30, tzinfo=UTC)
    assert event["DTEND"].dt == datetime(2026, 11, 2, 15, 15, tzinfo=UTC)
    assert str(event["STATUS"]) == "CONFIRMED"


def test_times_are_written_in_utc() -> None:
    file = calendar_file(an_appointment(), method=Method.REQUEST, manage_url=MANAGE).decode()
    assert "DTSTART:20261102T143000Z\r\n" in file
    assert "DTEND:20261102T151500Z\r\n" in file


def test_a_later_state_has_the_same_uid_and_a_higher_sequence() -> None:
    first = the_event(an_appointment())
    moved = the_event(an_appointment(sequence=1, starts_at=datetime(2026, 11, 2, 16, 0, tzinfo=UTC)))
    assert first["UID"] == moved["UID"]
    assert (first["SEQUENCE"], moved["SEQUENCE"]) == (0, 1)


def test_a_cancelled_appointment_asks_to_be_taken_out() -> None:
    event = the_event(an_appointment(status=Appointment.Status.CANCELLED, sequence=1), Method.CANCEL)
    assert str(event["STATUS"]) == "CANCELLED"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "words"),
    [(MeetingMethod.PHONE, "By phone"), (MeetingMethod.VIDEO, "By video"), (MeetingMethod.OFF_SITE, "At your place")],
)
def test_the_place_is_how_the_two_meet_when_not_at_a_branch(method: MeetingMethod, words: str) -> None:
    assert str(the_event(an_appointment(meeting_method=method))["LOCATION"]) == words


def test_no_member_of_staff_is_named_as_an_attendee() -> None:
    for method in Method:
        assert b"bob@harbour.example" not in calendar_file(an_appointment(), method=method, manage_url=MANAGE)


def test_a_copy_to_keep_has_no_attendee_at_all() -> None:
    assert "ATTENDEE" not in the_event(an_appointment(), Method.PUBLISH)


def test_a_request_has_the_client_who_is_not_asked_to_answer() -> None:
    attendee = the_event(an_appointment())["ATTENDEE"]
    assert attendee == "mailto:alice@client.example"
    assert attendee.params["RSVP"] == "FALSE"


def test_names_cannot_add_lines_of_their_own() -> None:
    appointment = an_appointment()
    appointment.service.name = "Advice\r\nATTENDEE:mailto:eve@evil.example"
    appointment.client.name = 'Eve "X"\nBEGIN:VALARM'
    lines = calendar_file(appointment, method=Method.REQUEST, manage_url=MANAGE).decode().split("\r\n")
    assert not [line for line in lines if line.startswith(("ATTENDEE:mailto:eve", "BEGIN:VALARM"))]
