"""Appointments by video: one Meet link made with the event, or the staff member's own, and the client hears of it.

Rules: product specification, section 4; Source of the wire's part: `conferenceDataVersion=1`, `createRequest`.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.operations.world import STAFF, World, at

from lockstep.mail.ics import Method, calendar_file
from lockstep.mail.place import place_in_words
from lockstep.operations.booking import cancel_appointment
from lockstep.operations.video import video_url
from lockstep.store.models import Appointment, StaffMember

MEET = "https://meet.google.com/"
OWN = "https://rooms.example/alice"


def fresh(appointment: Appointment) -> Appointment:
    return Appointment.objects.select_related("staff", "service", "client", "location", "organisation").get(
        pk=appointment.pk
    )


def with_own_link(world: World) -> None:
    StaffMember.objects.filter(pk=world.company.alice.pk).update(video_url=OWN)
    world.company.alice.refresh_from_db()


def later(world: World, by: timedelta = timedelta(minutes=2)) -> None:
    world.clock.advance(by)
    world.sweep()
    world.work()


def made_in_google(world: World, appointment: Appointment) -> None:
    """Google comes to the end of what it had pending."""
    written = world.written(appointment)
    entry = {"entryPointType": "video", "uri": f"{MEET}abc-defg-hij"}
    path = f"/calendar/v3/calendars/primary/events/{written.event_id}"
    body = {"conferenceData": {"entryPoints": [entry], "conferenceId": "abc-defg-hij"}}
    world.google.call_as(world.company.alice.email, "PATCH", path, body, conferenceDataVersion=1)


def test_a_meet_link_is_made_with_the_event_and_told_in_the_first_message(live: World) -> None:
    appointment = live.book(live.company.alice, at(10), method="video")
    live.work()
    link = live.event(appointment)["hangoutLink"]
    assert link.startswith(MEET)
    assert video_url(appointment) == link
    assert live.post.news == ["booked"]
    assert live.google.writes() == ["calendar.events.insert"]
    assert link in place_in_words(appointment)
    file = calendar_file(fresh(appointment), method=Method.REQUEST, manage_url="https://x.example").decode()
    assert "CONFERENCE;" in file.replace("\r\n ", "")
    assert link in file.replace("\r\n ", "")


def test_no_other_event_has_a_meet_link_also_where_people_have_them_added(live: World) -> None:
    live.google.switch(auto_add_meet=True)
    appointment, _ = live.booked(live.company.alice, at(10))
    assert "hangoutLink" not in live.event(appointment)


def test_the_link_stays_the_same_when_the_appointment_changes(live: World) -> None:
    appointment = live.book(live.company.alice, at(10), method="video")
    live.work()
    link = video_url(appointment)
    live.reschedule(appointment, 11)
    live.work()
    live.save(include_client_id=True, visibility="private")
    live.work()
    live.look(live.company.alice)
    assert live.event(appointment)["hangoutLink"] == link
    assert video_url(fresh(appointment)) == link


def test_a_pending_link_is_looked_at_until_it_is_there_and_then_told(live: World) -> None:
    live.google.switch(meet_requests="pending")
    appointment = live.book(live.company.alice, at(10), method="video")
    live.work()
    assert live.post.news == []
    assert video_url(appointment) == ""
    later(live)
    assert live.post.news == ["booked"], "The client is not left waiting for Google."
    made_in_google(live, appointment)
    later(live)
    assert video_url(appointment) == f"{MEET}abc-defg-hij"
    assert live.post.news == ["booked", "link"]
    assert live.written(appointment).done == live.written(appointment).wanted


def test_a_failed_link_leaves_the_event_and_gives_their_own(live: World) -> None:
    with_own_link(live)
    live.google.switch(meet_requests="failure")
    appointment = live.book(live.company.alice, at(10), method="video")
    live.work()
    assert len(live.ours(live.company.alice)) == 1
    assert video_url(fresh(appointment)) == OWN
    assert live.written(appointment).done == live.written(appointment).wanted


def test_an_insert_whose_answer_was_lost_keeps_its_link(live: World) -> None:
    live.google.fault(method="calendar.events.insert", when="after", count=1, cut=True)
    appointment = live.book(live.company.alice, at(10), method="video")
    live.work()
    later(live)
    (event,) = live.ours(live.company.alice)
    assert video_url(appointment) == event["hangoutLink"]


def test_a_link_that_a_person_took_away_is_not_made_again(live: World) -> None:
    appointment = live.book(live.company.alice, at(10), method="video")
    live.work()
    written = live.written(appointment)
    path = f"/calendar/v3/calendars/primary/events/{written.event_id}"
    live.google.call_as(live.company.alice.email, "PATCH", path, {"conferenceData": None}, conferenceDataVersion=1)
    live.look(live.company.alice)
    live.reschedule(appointment, 11)
    live.work()
    assert "hangoutLink" not in live.event(appointment)
    assert video_url(appointment) == ""


def test_the_own_link_stands_in_the_description_and_asks_google_for_none(live: World) -> None:
    with_own_link(live)
    live.save(video_link="own")
    live.work()
    appointment = live.book(live.company.alice, at(10), method="video")
    live.work()
    event = live.event(appointment)
    assert f"By video, {OWN}" in event["description"]
    assert "hangoutLink" not in event
    assert event.get("location", "") == ""
    assert live.post.news == ["booked"]


def test_choosing_meet_later_asks_for_links_of_future_events(live: World) -> None:
    live.save(video_link="none")
    live.work()
    appointment = live.book(live.company.alice, at(10), method="video")
    live.work()
    assert "hangoutLink" not in live.event(appointment)
    live.save(video_link="meet")
    live.work()
    assert live.event(appointment)["hangoutLink"] == video_url(appointment)
    assert live.post.news == ["booked", "link"]


@pytest.mark.parametrize(("of_service", "expected"), [("own", OWN), ("none", "")])
def test_a_service_can_have_its_own_choice(live: World, of_service: str, expected: str) -> None:
    with_own_link(live)
    live.company.service.video_link = of_service
    live.company.service.save(update_fields=["video_link"])
    appointment = live.book(live.company.alice, at(10), method="video")
    live.work()
    assert video_url(fresh(appointment)) == expected


def test_a_cancelled_appointment_waits_for_no_link(live: World) -> None:
    live.google.switch(meet_requests="pending")
    appointment = live.book(live.company.alice, at(10), method="video")
    live.work()
    cancel_appointment(appointment, by=STAFF, now=live.now)
    later(live)
    assert live.ours(live.company.alice) == []
    assert live.written(appointment).done == live.written(appointment).wanted


def test_somebody_who_does_not_synchronise_meets_at_their_own_link(world: World) -> None:
    with_own_link(world)
    appointment = world.book(world.company.alice, at(10), method="video")
    world.work()
    assert video_url(appointment) == OWN
    assert world.post.news == ["booked"]
