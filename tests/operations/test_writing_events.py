"""From Lockstep to Google: exactly one event for one appointment, whatever fails in between.

Rules: product specification, section 4; architecture, invariants 4, 8 and 11.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from tests.cast import ZONE
from tests.google_side import WRITES
from tests.operations.meddling import Killed, Meddling
from tests.operations.world import CLIENT, HALF_HOUR, STAFF, World, at

from lockstep.operations.booking import cancel_appointment, reschedule_appointment
from lockstep.operations.connection import pause, resume
from lockstep.operations.writing import want_event
from lockstep.store.models import Appointment, JournalEntry, WrittenEvent
from lockstep.sync.errors import RateLimited, TryLater, Unreachable


def retry(world: World, after: timedelta = timedelta(minutes=1)) -> None:
    """Wait until whatever failed is tried again."""
    world.clock.advance(after)
    world.sweep()
    world.work()


def test_a_booking_becomes_one_event_in_the_persons_calendar(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10), notes="Bring papers", client_id="C-7")
    (event,) = live.ours(live.company.alice)
    assert event["summary"] == "Advice"
    assert event["location"] == "1 Cedar Street, Halifax"
    assert event["visibility"] == "public"
    assert event["start"] == {"dateTime": "2026-12-01T10:00:00-04:00", "timeZone": ZONE}
    assert event["end"]["dateTime"] == "2026-12-01T10:30:00-04:00"
    assert event["description"].startswith("Bring papers\n\nIn person, Cedar Street\n\nhttp")
    assert str(appointment.uuid) in event["description"]
    assert "C-7" not in event["description"]
    assert "attendees" not in event
    assert live.ours(live.company.bob) == []


def test_no_write_asks_google_for_mails(live: World) -> None:
    """The request log keeps no queries, so the calls are refused unless they say so: see the contract of the client."""
    appointment, _ = live.booked(live.company.alice, at(10))
    live.reschedule(appointment, 11)
    live.work()
    cancel_appointment(appointment, by=CLIENT, now=live.now)
    live.work()
    assert live.google.writes() == ["calendar.events.insert", "calendar.events.patch", "calendar.events.delete"]


def test_the_client_id_is_told_only_where_the_box_is_ticked_and_taken_out_again(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10), client_id="C-7")
    live.save(include_client_id=True)
    live.work()
    assert "Client ID: C-7" in live.event(appointment)["description"]
    live.save(include_client_id=False, include_notes=False, visibility="private")
    live.work()
    assert "C-7" not in live.event(appointment)["description"]
    assert live.event(appointment)["visibility"] == "private"


def test_an_insert_whose_answer_was_lost_is_adopted(live: World) -> None:
    appointment = live.book(live.company.alice, at(10))
    live.google.fault(method="calendar.events.insert", when="after", count=1, cut=True)
    live.work()
    assert not live.written(appointment).in_google
    retry(live)
    assert len(live.ours(live.company.alice)) == 1
    assert live.written(appointment).in_google
    assert live.written(appointment).generation == 0


def test_an_insert_whose_answer_was_lost_is_recognised_when_it_is_read(live: World) -> None:
    appointment = live.book(live.company.alice, at(10))
    live.google.fault(method="calendar.events.insert", when="after", count=1, cut=True)
    live.work()
    live.look(live.company.alice)
    assert live.written(appointment).in_google
    assert live.busy(live.company.alice) == []
    assert live.conflicts() == []
    assert [entry.action for entry in appointment.history.all()] == ["booked"]


@pytest.mark.parametrize("status", [500, 503])
def test_an_insert_that_failed_before_anything_was_done_is_repeated(live: World, status: int) -> None:
    appointment = live.book(live.company.alice, at(10))
    live.google.fault(method="calendar.events.insert", count=2, status=status)
    live.work()
    assert live.ours(live.company.alice) == []
    retry(live)
    retry(live)
    assert len(live.ours(live.company.alice)) == 1
    assert live.written(appointment).done == live.written(appointment).wanted


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_killed_during_an_insert_leaves_one_event(live: World, moment: str) -> None:
    appointment = live.book(live.company.alice, at(10))

    def die(name: str, _: str) -> None:
        if name == "insert":
            raise Killed

    meddling = Meddling(live.workspace, before=die) if moment == "before" else Meddling(live.workspace, after=die)
    with pytest.raises(Killed):
        live.write(appointment, meddling)
    live.lose_jobs()
    retry(live)
    assert len(live.ours(live.company.alice)) == 1
    assert live.written(appointment).in_google


def test_a_reschedule_whose_answer_was_lost_keeps_what_a_person_wrote_around_ours(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10), notes="Bring papers")
    alice = live.person(live.company.alice)
    alice.change(event_id, description=live.event(appointment)["description"] + "\nParking: yard")
    live.look(live.company.alice)
    Appointment.objects.filter(pk=appointment.pk).update(notes="Bring nothing")
    live.google.fault(method="calendar.events.patch", when="after", count=1, cut=True)
    with transaction.atomic():
        want_event(appointment, now=live.now)
    live.work()
    live.look(live.company.alice)
    retry(live)
    description = live.event(appointment)["description"]
    assert description.startswith("Bring nothing\n\n")
    assert description.endswith("Parking: yard")
    assert not JournalEntry.objects.filter(action="overwritten").exists()


def test_an_event_of_somebody_else_on_our_id_is_left_alone(live: World) -> None:
    appointment = live.book(live.company.alice, at(10))
    taken = live.written(appointment).event_id
    live.person(live.company.alice).add(at(15), at(16), id=taken, summary="Not ours")
    live.work()
    written = live.written(appointment)
    assert written.generation == 1
    assert written.event_id != taken
    assert live.person(live.company.alice).get(taken)["summary"] == "Not ours"
    assert live.event(appointment)["summary"] == "Advice"


def test_an_event_of_somebody_else_on_our_id_survives_the_cancellation(live: World) -> None:
    """Invariant 11: the id alone proves nothing."""
    appointment = live.book(live.company.alice, at(10))
    taken = live.written(appointment).event_id
    live.google.fault(method="calendar.events.insert", count=1, status=503)
    live.work()
    live.person(live.company.alice).add(at(15), at(16), id=taken, summary="Not ours")
    cancel_appointment(appointment, by=CLIENT, now=live.now)
    retry(live)
    assert live.person(live.company.alice).get(taken)["status"] == "confirmed"
    assert live.written(appointment).done == live.written(appointment).wanted


def test_a_reschedule_patches_the_same_event(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.reschedule(appointment, 11)
    live.work()
    (event,) = live.ours(live.company.alice)
    assert event["id"] == event_id
    assert event["start"]["dateTime"] == "2026-12-01T11:00:00-04:00"


def test_a_change_over_one_that_we_have_not_seen_converges_field_by_field(live: World) -> None:
    """412: the title is theirs, the time is ours."""
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).change(event_id, summary="Advice for Maria", transparency="transparent")
    reschedule_appointment(appointment, starts_at=at(11), by=CLIENT, workspace=live.workspace, clock=live.clock)
    WrittenEvent.objects.filter(appointment=appointment).update(etag='"1"')
    live.work()
    event = live.event(appointment)
    assert event["summary"] == "Advice for Maria"
    assert event["transparency"] == "transparent"
    assert event["start"]["dateTime"] == "2026-12-01T11:00:00-04:00"
    appointment.refresh_from_db()
    assert appointment.starts_at == at(11)


def test_a_time_that_both_changed_becomes_ours_and_theirs_is_kept_in_the_journal(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))

    def theirs(name: str, _: str) -> None:
        if name == "patch" and meddling.calls.count("patch") == 1:
            live.person(live.company.alice).move(event_id, at(15), at(15, 30))

    live.reschedule(appointment, 11)
    meddling = Meddling(live.workspace, before=theirs)
    live.lose_jobs()
    live.write(appointment, meddling)
    assert live.event(appointment)["start"]["dateTime"] == "2026-12-01T11:00:00-04:00"
    appointment.refresh_from_db()
    assert appointment.starts_at == at(11)
    entry = JournalEntry.objects.get(action="overwritten")
    assert entry.before["fields"] == ["when"]
    assert entry.before["when"]["start"] == at(15).isoformat()
    live.look(live.company.alice)
    appointment.refresh_from_db()
    assert appointment.starts_at == at(11)


def test_a_title_that_a_person_gave_stays_through_our_changes(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).change(event_id, summary="Maria, mortgage")
    live.look(live.company.alice)
    live.reschedule(appointment, 11)
    live.work()
    assert live.event(appointment)["summary"] == "Maria, mortgage"


def test_text_that_a_person_wrote_around_ours_stays_when_ours_changes(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10), client_id="C-7")
    text = "Coffee first.\n" + live.event(appointment)["description"] + "\nParking: yard"
    live.person(live.company.alice).change(event_id, description=text)
    live.look(live.company.alice)
    live.save(include_client_id=True)
    live.work()
    description = live.event(appointment)["description"]
    assert description.startswith("Coffee first.\n")
    assert "Client ID: C-7" in description
    assert description.endswith("\nParking: yard")


def test_text_of_a_person_that_ours_replaces_is_kept_in_the_journal(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10), client_id="C-7")
    live.person(live.company.alice).change(event_id, description="All mine")
    live.look(live.company.alice)
    live.save(include_client_id=True)
    live.work()
    assert "All mine" not in live.event(appointment)["description"]
    kept = JournalEntry.objects.filter(direction=JournalEntry.Direction.TO_GOOGLE, action="patched").get()
    assert kept.before["description"] == "All mine"


def test_a_cancelled_appointment_takes_its_event_along(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    cancel_appointment(appointment, by=CLIENT, now=live.now)
    live.work()
    assert live.ours(live.company.alice) == []
    assert not live.written(appointment).in_google


def test_an_event_that_is_gone_already_counts_as_deleted(live: World) -> None:
    appointment, event_id = live.booked(live.company.alice, at(10))
    cancel_appointment(appointment, by=CLIENT, now=live.now)
    live.person(live.company.alice).delete(event_id)
    live.work()
    assert not live.written(appointment).in_google
    assert live.written(appointment).done == live.written(appointment).wanted
    assert live.written(appointment).attempts == 0


def test_a_404_alone_is_not_read_as_deleted(live: World) -> None:
    """It can mean "not there", and "not to be seen yet"."""
    appointment, _ = live.booked(live.company.alice, at(10))
    cancel_appointment(appointment, by=CLIENT, now=live.now)
    live.google.fault(method="calendar.events.delete", reason="notFound", count=1)
    live.work()
    assert live.written(appointment).in_google
    retry(live)
    assert live.ours(live.company.alice) == []
    assert not live.written(appointment).in_google


def test_a_second_404_is_believed(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    cancel_appointment(appointment, by=CLIENT, now=live.now)
    live.google.fault(method="calendar.events.*", reason="notFound")
    live.work()
    retry(live)
    assert not live.written(appointment).in_google
    assert live.written(appointment).done == live.written(appointment).wanted


def test_a_404_on_an_insert_cancels_nothing(live: World) -> None:
    appointment = live.book(live.company.alice, at(10))
    live.google.fault(method="calendar.events.insert", reason="notFound", count=2)
    live.work()
    retry(live)
    retry(live)
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.BOOKED
    assert len(live.ours(live.company.alice)) == 1


def test_an_id_that_is_taken_and_cannot_be_read_cancels_nothing(live: World) -> None:
    appointment = live.book(live.company.alice, at(10))
    live.google.fault(method="calendar.events.insert", when="after", count=1, cut=True)
    live.google.fault(method="calendar.events.get", reason="notFound", count=2)
    live.work()
    retry(live)
    retry(live)
    retry(live)
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.BOOKED
    assert len(live.ours(live.company.alice)) == 1
    assert live.written(appointment).in_google


def test_an_appointment_given_to_somebody_else_moves_to_their_calendar(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    live.hand_over(appointment, live.company.bob)
    live.work()
    assert live.ours(live.company.alice) == []
    assert len(live.ours(live.company.bob)) == 1


def test_an_appointment_that_comes_back_gets_a_new_event(live: World) -> None:
    """An id that was deleted in Google can never be used again."""
    appointment, first_id = live.booked(live.company.alice, at(10))
    live.hand_over(appointment, live.company.bob)
    live.work()
    live.hand_over(appointment, live.company.alice)
    live.google.fault(method="calendar.events.insert", status=503, count=1)
    live.work()
    live.run(live.company.alice)
    retry(live)
    (event,) = live.ours(live.company.alice)
    assert event["id"] != first_id
    assert live.ours(live.company.bob) == []
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.BOOKED


def test_a_removal_that_access_forbids_is_parked_and_does_not_hold_up_the_new_event(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    live.google.control("PATCH", f"users/{live.company.alice.email}", has_calendar=False)
    live.hand_over(appointment, live.company.bob)
    live.work()
    assert len(live.ours(live.company.bob)) == 1
    parked = WrittenEvent.objects.get(appointment=appointment, link__staff=live.company.alice)
    assert "cannot use Google Calendar" in parked.parked
    live.google.control("PATCH", f"users/{live.company.alice.email}", has_calendar=True)
    retry(live, timedelta(minutes=11))
    assert live.ours(live.company.alice) == []
    parked.refresh_from_db()
    assert parked.parked == ""


def test_a_pending_connection_writes_nothing(world: World) -> None:
    world.connect()
    world.work()
    world.book(world.company.alice, at(10))
    world.work()
    assert world.google.writes() == []
    world.save()
    world.work()
    assert world.google.writes() == ["calendar.events.insert"]


def test_a_paused_connection_writes_nothing_and_catches_up_afterwards(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    before = live.google.last_request()
    pause(live.connection, by=live.company.admin, now=live.now)
    cancel_appointment(appointment, by=CLIENT, now=live.now)
    live.work()
    retry(live)
    assert live.google.writes(before) == []
    assert live.google.requests(before) == []
    resume(live.connection, by=live.company.admin, now=live.now)
    live.sweep()
    live.work()
    assert live.google.writes(before) == ["calendar.events.delete"]


def test_an_idle_system_writes_nothing(live: World) -> None:
    live.booked(live.company.alice, at(10))
    before = live.google.last_request()
    for _ in range(8):
        live.clock.advance(timedelta(minutes=10))
        live.sweep()
        live.work()
    assert len(live.google.requests(before)) > 8
    assert live.google.writes(before) == []
    assert WRITES


def test_wanting_an_event_that_says_all_that_already_calls_nobody(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    before = live.google.last_request()
    with transaction.atomic():
        want_event(appointment, now=live.now)
    live.work()
    assert live.google.requests(before) == []


def test_appointments_made_before_the_connection_are_written_when_it_goes_live(world: World) -> None:
    appointment = world.book(world.company.alice, at(10))
    world.go_live()
    assert world.event(appointment)["start"]["dateTime"] == "2026-12-01T10:00:00-04:00"


def test_a_burst_of_changes_before_the_writer_comes_is_one_call(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    before = live.google.last_request()
    for hour in (11, 12, 13, 14):
        live.reschedule(appointment, hour)
    assert live.waiting("write_event") == 1
    live.work()
    assert live.google.writes(before) == ["calendar.events.patch"]
    assert live.event(appointment)["start"]["dateTime"] == "2026-12-01T14:00:00-04:00"


def test_a_change_made_while_the_writer_is_at_it_is_written_too(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    live.reschedule(appointment, 11)

    def meanwhile(name: str, _: str) -> None:
        if name == "patch" and meddling.calls.count("patch") == 1:
            live.reschedule(appointment, 12)

    meddling = Meddling(live.workspace, after=meanwhile)
    live.lose_jobs()
    live.write(appointment, meddling)
    assert live.event(appointment)["start"]["dateTime"] == "2026-12-01T12:00:00-04:00"
    assert live.written(appointment).done == live.written(appointment).wanted


def test_a_writer_killed_between_two_wishes_is_followed_by_another(live: World) -> None:
    """The first write clears nothing that says when to come back for the second."""
    appointment, _ = live.booked(live.company.alice, at(10))
    live.reschedule(appointment, 11)

    def meanwhile(name: str, _: str) -> None:
        if name == "patch":
            if meddling.calls.count("patch") == 2:
                raise Killed
            live.reschedule(appointment, 12)

    meddling = Meddling(live.workspace, before=meanwhile)
    with pytest.raises(Killed):
        live.write(appointment, meddling)
    live.lose_jobs()
    live.clock.advance(timedelta(minutes=2))
    live.sweep()
    live.work()
    assert live.event(appointment)["start"]["dateTime"] == "2026-12-01T12:00:00-04:00"


DELAYS: list[tuple[str, Callable[[datetime], TryLater], timedelta]] = [
    ("rate limit", lambda _: RateLimited(""), timedelta(seconds=4)),
    ("no answer", lambda _: Unreachable(""), timedelta(seconds=4)),
    ("rate limit with a time", lambda now: RateLimited("", until=now + timedelta(seconds=50)), timedelta(seconds=51)),
    ("503 with a time", lambda now: Unreachable("", until=now + timedelta(seconds=50)), timedelta(seconds=51)),
    ("use limits", lambda _: RateLimited("", for_hours=True), timedelta(minutes=61)),
]


@pytest.mark.parametrize(("error", "wait"), [row[1:] for row in DELAYS], ids=[row[0] for row in DELAYS])
def test_a_write_that_google_delays_waits_as_long_as_it_should(
    live: World, error: Callable[[datetime], TryLater], wait: timedelta
) -> None:
    appointment = live.book(live.company.alice, at(10))

    def refuse(name: str, _: str) -> None:
        raise error(live.now)

    live.lose_jobs()
    live.write(appointment, Meddling(live.workspace, before=refuse))
    due = live.written(appointment).next_due
    assert due is not None
    assert wait / 3 < due - live.now <= wait
    live.clock.advance(wait)
    live.sweep()
    live.work()
    assert live.written(appointment).in_google


def test_one_persons_trouble_does_not_hold_up_anothers_events(live: World) -> None:
    live.google.fault(method="calendar.events.*", user=live.company.alice.email, reason="backendError")
    carols = live.book(live.company.carol, at(10))
    live.work()
    assert live.written(carols).in_google


def test_what_staff_and_clients_do_is_told_apart_in_the_history(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    cancel_appointment(appointment, by=STAFF, now=live.now)
    assert [entry.actor for entry in appointment.history.all()] == ["client", "staff"]


Change = Callable[[World, Appointment], None]
CHANGES: list[Change] = [
    lambda world, appointment: None,
    lambda world, appointment: void(world.reschedule(appointment, 11)),
    lambda world, appointment: void(cancel_appointment(appointment, by=CLIENT, now=world.now)),
]


def void(_: object) -> None:
    return


@pytest.mark.parametrize("change", CHANGES, ids=["left alone", "rescheduled", "cancelled"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_whatever_follows_a_lost_answer_there_are_no_two_events(live: World, moment: str, change: Change) -> None:
    appointment = live.book(live.company.alice, at(10))
    live.google.fault(method="calendar.events.insert", when=moment, count=1, cut=True)
    live.work()
    change(live, appointment)
    retry(live)
    retry(live)
    retry(live)
    appointment.refresh_from_db()
    expected = [] if appointment.status == Appointment.Status.CANCELLED else [appointment.starts_at]
    found = [event["start"]["dateTime"] for event in live.ours(live.company.alice)]
    assert len(found) == len(expected)
    if expected:
        assert found == [f"2026-12-01T{expected[0].hour - 4}:00:00-04:00"]
        assert appointment.ends_at - appointment.starts_at == HALF_HOUR
    assert live.written(appointment).done == live.written(appointment).wanted
