"""What Google's event JSON becomes, and what ours becomes in it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from lockstep.calendar.event import (
    AllDay,
    CancelledInstance,
    Event,
    EventId,
    EventType,
    Item,
    Meet,
    ResponseStatus,
    Status,
    Timed,
    Tombstone,
    Transparency,
    Visibility,
    ZoneName,
)
from lockstep.google.event_json import (
    Unreadable,
    event_of,
    item_of,
    items_of,
    json_of_change,
    json_of_draft,
    working_hours_of,
)
from lockstep.sync.gateway import EventChange, EventDraft

ID = EventId("349vhhbaojtbj5872kbmagm700")
HALIFAX = ZoneName("America/Halifax")
TIMED = {
    "start": {"dateTime": "2026-11-01T09:00:00-04:00", "timeZone": "America/Halifax"},
    "end": {"dateTime": "2026-11-01T10:30:00-04:00", "timeZone": "America/Halifax"},
}
ONE_DAY = {"start": {"date": "2026-11-23"}, "end": {"date": "2026-11-24"}}
WHEN = Timed(datetime(2026, 11, 1, 13, 0, tzinfo=UTC), datetime(2026, 11, 1, 14, 30, tzinfo=UTC), HALIFAX)


def event(**fields: Any) -> Event:
    return event_of({"id": ID, **TIMED, **fields})


def test_the_defaults_that_google_leaves_out_are_filled_in() -> None:
    assert event() == Event(id=ID, when=WHEN)


def test_every_field_arrives() -> None:
    full = event(
        etag='"3335688274902000"',
        status="tentative",
        summary="Mortgage advice",
        description="Notes",
        location="1 High Street",
        transparency="transparent",
        visibility="confidential",
        eventType="outOfOffice",
        attendees=[{"responseStatus": "accepted"}, {"self": True, "responseStatus": "declined"}],
        recurrence=["RRULE:FREQ=WEEKLY", "EXDATE:20261108T130000Z"],
        extendedProperties={"private": {"lockstep": "1"}, "shared": {"theirs": "2"}},
        updated="2026-10-30T08:07:06.543Z",
        sequence=3,
        hangoutLink="https://meet.google.com/abc-defg-hij",
        htmlLink="https://www.google.com/calendar/event?eid=x",
        endTimeUnspecified=True,
    )
    assert full == Event(
        id=ID,
        when=WHEN,
        etag='"3335688274902000"',
        status=Status.TENTATIVE,
        summary="Mortgage advice",
        description="Notes",
        location="1 High Street",
        transparency=Transparency.TRANSPARENT,
        visibility=Visibility.CONFIDENTIAL,
        event_type=EventType.OUT_OF_OFFICE,
        own_response=ResponseStatus.DECLINED,
        recurrence=("RRULE:FREQ=WEEKLY", "EXDATE:20261108T130000Z"),
        private_properties={"lockstep": "1"},
        updated=datetime(2026, 10, 30, 8, 7, 6, 543000, UTC),
        sequence=3,
        hangout_link="https://meet.google.com/abc-defg-hij",
        meet=Meet.READY,
        html_link="https://www.google.com/calendar/event?eid=x",
        end_time_unspecified=True,
    )


def test_an_exception_keeps_its_key_in_the_series() -> None:
    moved = event(
        recurringEventId="series",
        originalStartTime={"dateTime": "2026-10-31T09:00:00-03:00", "timeZone": "America/Halifax"},
    )
    assert moved.recurring_event_id == "series"
    assert moved.original_start == datetime(2026, 10, 31, 12, 0, tzinfo=UTC)


def test_an_exception_of_an_all_day_series_has_a_day_for_a_key() -> None:
    moved = event_of({"id": ID, **ONE_DAY, "recurringEventId": "series", "originalStartTime": {"date": "2026-11-20"}})
    assert moved.original_start == date(2026, 11, 20)
    assert not isinstance(moved.original_start, datetime)


def test_an_all_day_event_has_no_zone_and_an_exclusive_end() -> None:
    assert event_of({"id": ID, **ONE_DAY}).when == AllDay(date(2026, 11, 23), date(2026, 11, 24))


@pytest.mark.parametrize(
    ("start", "instant"),
    [
        ({"dateTime": "2026-11-23T09:00:00Z"}, datetime(2026, 11, 23, 9, 0, tzinfo=UTC)),
        ({"dateTime": "2026-11-23T09:00:00+05:30"}, datetime(2026, 11, 23, 3, 30, tzinfo=UTC)),
        (
            {"dateTime": "2026-07-01T09:00:00", "timeZone": "America/Halifax"},
            datetime(2026, 7, 1, 12, 0, tzinfo=UTC),
        ),
        (
            {"dateTime": "2026-11-01T01:30:00-04:00", "timeZone": "America/Halifax"},
            datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
        ),
    ],
    ids=["utc", "an offset that is not the zone's", "no offset", "the second 01:30 of the day clocks go back"],
)
def test_a_start_is_an_instant(start: dict[str, str], instant: datetime) -> None:
    when = event(start=start, end={"dateTime": "2026-12-01T00:00:00Z"}).when
    assert when.start == instant


@pytest.mark.parametrize(
    ("content", "item"),
    [
        ({"id": ID, "status": "cancelled", "kind": "calendar#event", "etag": '"1"'}, Tombstone(ID)),
        ({"id": ID, "status": "cancelled", "summary": 7, "start": "rubbish"}, Tombstone(ID)),
        ({"id": ID, "status": "cancelled", "recurringEventId": "series"}, Tombstone(ID)),
        (
            {
                "id": f"{ID}_20190516T132000Z",
                "status": "cancelled",
                "recurringEventId": ID,
                "originalStartTime": {"dateTime": "2019-05-16T18:20:00+05:00", "timeZone": "UTC"},
            },
            CancelledInstance(EventId(f"{ID}_20190516T132000Z"), ID, datetime(2019, 5, 16, 13, 20, tzinfo=UTC)),
        ),
        (
            {
                "id": f"{ID}_20190516",
                "status": "cancelled",
                "recurringEventId": ID,
                "originalStartTime": {"date": "2019-05-16"},
            },
            CancelledInstance(EventId(f"{ID}_20190516"), ID, date(2019, 5, 16)),
        ),
    ],
    ids=["bare", "details are not read", "no key in its series", "instance", "all-day instance"],
)
def test_a_cancelled_item_is_only_what_is_certain_of_it(content: dict[str, Any], item: Item) -> None:
    assert item_of(content) == item


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ({"eventType": "meetingOfTomorrow"}, "event_type", EventType.OTHER),
        ({"transparency": "translucent"}, "transparency", Transparency.OPAQUE),
        ({"visibility": "friends"}, "visibility", Visibility.PRIVATE),
        ({"status": "proposed"}, "status", Status.CONFIRMED),
        ({"attendees": [{"self": True, "responseStatus": "later"}]}, "own_response", ResponseStatus.ACCEPTED),
        ({"attendees": [{"self": True}]}, "own_response", ResponseStatus.NEEDS_ACTION),
        ({"attendees": [{"responseStatus": "declined"}]}, "own_response", None),
    ],
)
def test_a_word_that_google_added_later_blocks_time_and_shows_least(
    fields: dict[str, Any], name: str, value: object
) -> None:
    assert getattr(event(**fields), name) == value


POISON: list[Any] = [
    {"id": "a"},
    {"id": "b", "start": {}, "end": {}},
    {"id": "c", **TIMED, "start": {"dateTime": "yesterday"}},
    {"id": "d", **TIMED, "start": {"dateTime": "2026-11-23T09:00:00", "timeZone": "Mars/Olympus"}},
    {"id": "e", **TIMED, "start": {"dateTime": "2026-11-23T09:00:00", "timeZone": "../etc/passwd"}},
    {"id": "f", **TIMED, "start": {"dateTime": "2026-11-23T09:00:00"}},
    {"id": "g", **TIMED, "start": {"date": "2026-11-23"}},
    {"id": "h", **TIMED, "start": {"dateTime": "0001-01-01T00:00:00+14:00"}},
    {"id": "i", **TIMED, "summary": ["a", "list"]},
    {"id": "j", **TIMED, "recurrence": "RRULE:FREQ=DAILY"},
    {"id": "k", **TIMED, "sequence": "many"},
    {"id": "l", "status": "cancelled", "recurringEventId": "x", "originalStartTime": {"date": "never"}},
    {"id": "m", "status": "cancelled", "recurringEventId": 5, "originalStartTime": {"date": "2026-11-23"}},
    {"summary": "no id", **TIMED},
    "not even an object",
    None,
]


@pytest.mark.parametrize("content", POISON, ids=range(len(POISON)))
def test_what_cannot_be_understood_is_set_aside_and_the_rest_arrives(content: Any) -> None:
    healthy = {"id": ID, **TIMED}
    items, unreadable = items_of([healthy, content, {"id": "z", "status": "cancelled"}])
    assert [item.id for item in items] == [ID, "z"]
    assert unreadable == (content["id"] if isinstance(content, dict) and "id" in content else "",)


def test_the_complaint_about_an_event_does_not_repeat_its_title() -> None:
    with pytest.raises(Unreadable) as caught:
        event(summary={"Therapy": "of Mr Doe"})
    assert "Therapy" not in str(caught.value)


DRAFT = EventDraft(
    when=WHEN,
    summary="Mortgage advice",
    location="",
    description="Notes",
    visibility=Visibility.PUBLIC,
    private_properties={"lockstepMark": "abc"},
)
START = {"dateTime": "2026-11-01T13:00:00Z", "timeZone": "America/Halifax"}


def test_a_draft_carries_our_id_and_mark_and_invites_nobody() -> None:
    assert json_of_draft(ID, DRAFT) == {
        "id": ID,
        "start": START,
        "end": {"dateTime": "2026-11-01T14:30:00Z", "timeZone": "America/Halifax"},
        "summary": "Mortgage advice",
        "location": "",
        "description": "Notes",
        "visibility": "public",
        "transparency": "opaque",
        "extendedProperties": {"private": {"lockstepMark": "abc"}},
    }


def test_a_series_without_a_zone_is_expanded_in_utc() -> None:
    when = Timed(WHEN.start, WHEN.end)
    draft = EventDraft(when, "Away", "", "", Visibility.DEFAULT, recurrence=("RRULE:FREQ=DAILY",))
    content = json_of_draft(ID, draft)
    assert content["recurrence"] == ["RRULE:FREQ=DAILY"]
    assert content["start"]["timeZone"] == "UTC"


def test_a_draft_may_ask_for_a_meet_link_once() -> None:
    draft = EventDraft(WHEN, "Call", "", "", Visibility.DEFAULT, with_meet=True)
    request = json_of_draft(ID, draft)["conferenceData"]["createRequest"]
    assert request == {"requestId": ID, "conferenceSolutionKey": {"type": "hangoutsMeet"}}


@pytest.mark.parametrize(
    ("change", "content"),
    [
        (EventChange(), {}),
        (EventChange(summary="New"), {"summary": "New"}),
        (EventChange(location="", description=""), {"location": None, "description": None}),
        (EventChange(visibility=Visibility.PRIVATE), {"visibility": "private"}),
        (EventChange(transparency=Transparency.TRANSPARENT), {"transparency": "transparent"}),
        (EventChange(status_confirmed=True), {"status": "confirmed"}),
        (EventChange(recurrence=()), {"recurrence": None}),
        (EventChange(with_meet=False), {"conferenceData": None}),
        (
            EventChange(when=WHEN),
            {
                "start": {**START, "date": None},
                "end": {"dateTime": "2026-11-01T14:30:00Z", "timeZone": "America/Halifax", "date": None},
            },
        ),
        (
            EventChange(when=AllDay(date(2026, 11, 23), date(2026, 11, 24))),
            {
                "start": {"date": "2026-11-23", "dateTime": None, "timeZone": None},
                "end": {"date": "2026-11-24", "dateTime": None, "timeZone": None},
            },
        ),
    ],
    ids=["nothing", "title", "cleared", "visibility", "free", "restored", "single", "no Meet", "timed", "all-day"],
)
def test_a_change_names_only_what_changes(change: EventChange, content: dict[str, Any]) -> None:
    assert json_of_change(ID, change) == content


def test_what_we_write_reads_back_as_what_we_meant() -> None:
    read = event_of(json_of_draft(ID, DRAFT))
    assert (read.when, read.summary, read.location, read.description) == (WHEN, "Mortgage advice", "", "Notes")
    assert read.private_properties == {"lockstepMark": "abc"}


MONDAY = {"dayOfWeek": "monday", "periodStart": 540, "periodEnd": 1020}


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (None, None),
        ({"workingHoursEnabled": False, "availableTimes": [MONDAY]}, None),
        ({"workingHoursEnabled": True, "availableTimes": [MONDAY]}, ((0, 540, 1020),)),
        ({"workingHoursEnabled": True}, ()),
        ({"workingHoursEnabled": True, "availableTimes": [{**MONDAY, "dayOfWeek": "someday"}]}, None),
        ({"workingHoursEnabled": True, "availableTimes": [{**MONDAY, "periodStart": "nine"}]}, None),
        ({"workingHoursEnabled": True, "availableTimes": "always"}, None),
        ("nine to five", None),
    ],
    ids=["absent", "off", "on", "no day at all", "no such day", "no number", "no list", "no object"],
)
def test_working_hours_are_read_or_left_alone(sent: object, read: object) -> None:
    assert working_hours_of(sent) == read
