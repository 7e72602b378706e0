"""From the chosen time to the appointment: held, typed, confirmed once, and never at somebody else's cost."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone
from tests.booking.walking import TYPED, Walk
from tests.cast import away

from lockstep.operations.holding import HOLDS_PER_ADDRESS
from lockstep.store.models import Appointment, Hold, Reservation


def held(walk: Walk, index: int = 2) -> Walk:
    walk.at_the_branch()
    return walk.hold(walk.times[index])


def everyone_busy(walk: Walk) -> None:
    """Everybody has something else to do at the held time."""
    span = Reservation.objects.get(hold__isnull=False).span
    for person in (walk.company.alice, walk.company.bob, walk.company.carol):
        away(person, span.lower, span.upper)


def test_choosing_a_time_holds_it_and_asks_who_books(walk: Walk) -> None:
    held(walk)
    assert walk.heading == "How can we reach you?"
    assert "We hold your time until" in walk.page
    assert Hold.objects.count() == 1


def test_another_client_is_not_offered_a_held_time(walk: Walk) -> None:
    bob = str(walk.company.bob.uuid)
    walk.at_the_branch(staff=bob)
    chosen = walk.times[2]
    walk.hold(chosen)
    assert chosen not in Walk(walk.company).at_the_branch(staff=bob).times


def test_confirm_books_and_leads_to_the_end(walk: Walk) -> None:
    held(walk).confirm()
    assert walk.heading == "You are booked"
    assert "dana@client.example" in walk.page
    appointment = Appointment.objects.get()
    assert appointment.client.name == "Dana Diaz"
    assert appointment.notes == "By bus."
    assert appointment.client_time_zone == "America/Halifax"


def test_by_video_the_appointment_keeps_the_clients_zone(walk: Walk) -> None:
    walk.choose(
        service=str(walk.company.service.uuid),
        location=str(walk.company.online.uuid),
        method="video",
        staff="anyone",
        zone="America/Vancouver",
    )
    walk.hold(walk.times[0]).confirm()
    assert Appointment.objects.get().client_time_zone == "America/Vancouver"


def test_a_wrong_e_mail_is_said_at_its_field_and_nothing_is_lost(walk: Walk) -> None:
    held(walk).confirm(email="dana@")
    assert walk.status == 422
    assert 'aria-invalid="true"' in walk.page
    assert "This is not a whole e-mail address." in walk.page
    assert 'value="Dana Diaz"' in walk.page
    assert "By bus." in walk.page
    assert not Appointment.objects.exists()


def test_by_phone_the_number_has_to_be_given(walk: Walk) -> None:
    walk.choose(
        service=str(walk.company.service.uuid), location=str(walk.company.online.uuid), method="phone", staff="anyone"
    )
    walk.hold(walk.times[0]).confirm(phone="")
    assert "Please give us the number that we should call." in walk.page


def test_confirming_twice_books_once(walk: Walk) -> None:
    held(walk)
    details, starts_at = walk.address, walk.hidden("starts_at")
    first = walk.send(details, starts_at=starts_at, **TYPED).address
    second = walk.send(details, starts_at=starts_at, **TYPED).address
    assert first == second
    assert Appointment.objects.count() == 1


def test_a_time_that_was_taken_leads_to_fresh_times_and_keeps_what_was_typed(walk: Walk) -> None:
    held(walk)
    everyone_busy(walk)
    walk.confirm()
    assert walk.status == 409
    assert walk.heading == "When suits you?"
    assert "Somebody else has just taken this time." in walk.page
    assert "Continue with this time" not in walk.page
    walk.send(walk.link_of_times(), starts_at=walk.times[5].isoformat())
    assert 'value="Dana Diaz"' in walk.page
    assert "By bus." in walk.page


def test_a_time_that_is_taken_before_it_is_held_leads_to_fresh_times(walk: Walk) -> None:
    bob = str(walk.company.bob.uuid)
    walk.at_the_branch(staff=bob)
    chosen = walk.times[2]
    Walk(walk.company).at_the_branch(staff=bob).hold(chosen)
    walk.hold(chosen)
    assert walk.status == 409
    assert "Somebody else has just taken this time." in walk.page
    assert chosen not in walk.times


def test_a_hold_that_ran_out_is_taken_again_where_the_time_is_free(walk: Walk) -> None:
    held(walk)
    past = timezone.now() - timedelta(seconds=1)
    Hold.objects.update(expires_at=past)
    Reservation.objects.update(expires_at=past)
    assert walk.confirm().heading == "You are booked"


def test_opening_the_details_after_the_hold_ran_out_leads_back_to_the_times(walk: Walk) -> None:
    details = held(walk).address
    Hold.objects.all().delete()
    walk.open(details)
    assert walk.heading == "When suits you?"
    assert "We do not hold a time for you any more." in walk.page


def test_going_back_shows_the_time_that_is_held(walk: Walk) -> None:
    times = walk.at_the_branch().address
    walk.hold(walk.times[2])
    walk.open(times)
    assert "Continue with this time" in walk.page
    assert walk.open(walk.link("Continue with this time")).heading == "How can we reach you?"


def test_choosing_another_time_gives_the_first_one_back(walk: Walk) -> None:
    times = walk.at_the_branch().address
    first, second = walk.times[2], walk.times[3]
    walk.hold(first)
    walk.open(times).hold(second)
    assert Reservation.objects.get().span.lower == second


def test_changing_an_answer_keeps_what_was_typed_and_gives_the_time_back(walk: Walk) -> None:
    held(walk)
    walk.send(walk.address, change="staff", **{**TYPED, "email": "not yet"})
    assert walk.heading == "Who would you like to see?"
    assert not Hold.objects.exists()
    walk.open(walk.link("Carol"))
    walk.hold(walk.times[0])
    assert 'value="Dana Diaz"' in walk.page
    assert 'value="not yet"' in walk.page


def test_a_confirm_never_books_a_time_that_its_page_did_not_show(walk: Walk) -> None:
    times = walk.at_the_branch().address
    first, second = walk.times[2], walk.times[3]
    details = walk.hold(first).address
    starts_at = walk.hidden("starts_at")
    walk.open(times).hold(second)
    walk.send(details, starts_at=starts_at, **TYPED)
    assert not Appointment.objects.exists()
    assert "You chose another time in a second window." in walk.page
    assert walk.confirm().heading == "You are booked"
    assert Appointment.objects.get().starts_at == second


def test_a_link_that_was_passed_on_shows_nothing_of_the_first_clients_booking(walk: Walk) -> None:
    details = held(walk).address
    starts_at = walk.hidden("starts_at")
    walk.confirm()
    stranger = Walk(walk.company, Client())
    stranger.send(details, starts_at=starts_at, **{**TYPED, "name": "Eve", "email": "eve@other.example"})
    assert stranger.heading == "This booking is complete"
    assert "Dana" not in stranger.page
    assert "dana@client.example" not in stranger.page
    assert stranger.open(details).heading == "This booking is complete"


def test_what_was_typed_is_not_shown_to_somebody_else_with_the_same_link(walk: Walk) -> None:
    details = held(walk).confirm(email="dana@").address
    assert "Dana" not in Walk(walk.company, Client()).open(details).page


def test_after_a_booking_the_same_address_begins_a_new_one(walk: Walk) -> None:
    times = walk.at_the_branch().address
    walk.hold(walk.times[2]).confirm()
    walk.open(times)
    walk.hold(walk.times[4]).confirm()
    assert walk.heading == "You are booked"
    assert Appointment.objects.count() == 2


def test_too_many_holds_from_one_address_are_refused_in_words(walk: Walk) -> None:
    for _each in range(HOLDS_PER_ADDRESS):
        other = Walk(walk.company).at_the_branch()
        other.hold(other.times[-1] if len(other.times) < 3 else other.times[_each % len(other.times)])
    walk.at_the_branch()
    walk.hold(walk.times[0])
    assert walk.status == 429
    assert "Please try again in a few minutes." in walk.page
