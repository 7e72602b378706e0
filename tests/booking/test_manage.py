"""The client's own appointment: seen, moved and cancelled by its link, and changed by nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from icalendar import Calendar
from tests.booking.walking import Walk, a_tuesday

from lockstep.operations.links import manage_path
from lockstep.store.models import Appointment, Conflict, Organisation, Reservation


def test_the_page_says_the_state_first(booked: Walk) -> None:
    assert booked.heading.startswith("You are booked for Tuesday")
    assert "1 Cedar Street, Halifax" in booked.page


PAGES = ["", "booked/", "cancel/", "move/", "appointment.ics"]


@pytest.mark.parametrize("page", [*PAGES, "move/?to=2026-12-08T15:00:00Z"])
def test_opening_a_page_changes_nothing(booked: Walk, page: str) -> None:
    before = Appointment.objects.values().get()
    assert booked.open(manage_path(Appointment.objects.get()) + page).status == 200
    assert Appointment.objects.values().get() == before


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_stored_indexed_or_named_to_other_sites(booked: Walk, page: str) -> None:
    booked.open(manage_path(Appointment.objects.get()) + page)
    assert "no-store" in booked.headers["Cache-Control"]
    assert booked.headers["X-Robots-Tag"] == "noindex"
    assert booked.headers["Referrer-Policy"] in {"no-referrer", "same-origin"}


def test_the_page_of_the_mails_link_tells_nobody_its_address(booked: Walk) -> None:
    assert booked.headers["Referrer-Policy"] == "no-referrer"


def test_cancelling_asks_once_and_then_frees_the_time(booked: Walk) -> None:
    booked.open(booked.link("Cancel appointment"))
    assert booked.heading == "Cancel your appointment?"
    booked.send(booked.address)
    assert booked.heading == "Your appointment is cancelled"
    assert Appointment.objects.get().status == "cancelled"
    assert not Reservation.objects.exists()


def test_cancelling_twice_ends_on_the_same_page(booked: Walk) -> None:
    address = booked.link("Cancel appointment")
    booked.send(address)
    assert booked.send(address).heading == "Your appointment is cancelled"
    assert Appointment.objects.get().sequence == 1


def test_moving_asks_once_and_then_moves(booked: Walk) -> None:
    booked.open(f"{booked.link('Move to another time')}?day={a_tuesday()}")
    to = booked.times[5]
    booked.open(f"{manage_path(Appointment.objects.get())}move/?to={to.isoformat().replace('+', '%2B')}")
    assert booked.heading == "Move your appointment?"
    booked.send(f"{manage_path(Appointment.objects.get())}move/", to=booked.hidden("to"))
    assert "Your appointment has moved." in booked.page
    assert Appointment.objects.get().starts_at == to


def test_the_appointments_own_time_is_shown_but_cannot_be_chosen_when_moving(booked: Walk) -> None:
    appointment = Appointment.objects.get()
    booked.open(f"{manage_path(appointment)}move/?day={appointment.starts_at.date()}")
    assert f'id="slot-{appointment.starts_at:%Y%m%d%H%M}" name="to"' in booked.page
    assert appointment.starts_at not in booked.times


def test_moving_to_a_time_that_was_taken_shows_fresh_times(booked: Walk) -> None:
    appointment = Appointment.objects.get()
    other = Walk(booked.company).at_the_branch(staff=str(booked.company.bob.uuid))
    to = other.times[5]
    other.hold(to)
    booked.send(f"{manage_path(appointment)}move/", to=to.isoformat())
    assert "Somebody else has just taken this time." in booked.page
    assert to not in booked.times
    assert Appointment.objects.get().starts_at == appointment.starts_at


def test_moving_to_nonsense_is_refused_in_words(booked: Walk) -> None:
    assert "This time cannot be booked." in booked.send(f"{booked.address}move/", to="soon").page


@pytest.mark.parametrize("page", ["cancel/", "move/", "booked/"])
def test_an_appointment_that_is_over_can_only_be_looked_at(booked: Walk, page: str) -> None:
    appointment = Appointment.objects.get()
    Appointment.objects.update(
        starts_at=appointment.starts_at - timedelta(days=60), ends_at=appointment.ends_at - timedelta(days=60)
    )
    assert booked.open(manage_path(appointment) + page).heading == "This appointment is over"
    assert booked.send(manage_path(appointment) + "cancel/").heading == "This appointment is over"
    assert Appointment.objects.get().status == "booked"


@pytest.mark.parametrize("page", ["cancel/", "move/", "booked/"])
def test_a_cancelled_appointment_says_so_on_every_page(booked: Walk, page: str) -> None:
    booked.send(booked.link("Cancel appointment"))
    assert booked.open(manage_path(Appointment.objects.get()) + page).heading == "Your appointment is cancelled"


@pytest.mark.parametrize("token", ["x", "6f0d2a4e52a74c669a57000000000001", "6f0d2a4e52a74c669a57000000000001:forged"])
def test_a_link_that_was_not_made_here_gives_words_and_404(walk: Walk, token: str) -> None:
    walk.open(f"/appointment/{token}/")
    assert walk.status == 404
    assert walk.heading == "We do not find this appointment"


def test_the_file_for_the_calendar_is_a_copy_to_keep(booked: Walk) -> None:
    booked.open(booked.link("Add to my calendar"))
    assert booked.headers["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(booked.page)
    assert str(calendar["METHOD"]) == "PUBLISH"


def test_only_whoever_has_the_link_can_cancel(booked: Walk) -> None:
    address = booked.link("Cancel appointment")
    forged = address.replace(address.split("/")[2][-6:], "AAAAAA")
    assert Client(enforce_csrf_checks=True).post(forged).status_code == 404
    assert Appointment.objects.get().status == "booked"


def test_an_offered_time_can_be_chosen_after_the_cut_off_by_a_link_that_asks_once(booked: Walk) -> None:
    """The organisation asked; and a mail program that opens the link changes nothing."""
    appointment = Appointment.objects.get()
    Organisation.objects.update(cut_off_minutes=60 * 24 * 60)
    start = appointment.starts_at + timedelta(hours=2)
    link = f"{manage_path(appointment)}move/?to={start:%Y-%m-%dT%H:%M:%SZ}"
    booked.open(link)
    assert booked.heading != "Move your appointment?"
    Conflict.objects.create(
        organisation=appointment.organisation,
        appointment=appointment,
        staff=appointment.staff,
        kind="overlap",
        opened_at=appointment.created_at,
        alternatives=[start],
    )
    booked.open(link)
    assert booked.heading == "Move your appointment?"
    assert Appointment.objects.get().starts_at == appointment.starts_at
    booked.send(f"{manage_path(appointment)}move/", to=start.isoformat())
    assert Appointment.objects.get().starts_at == start
    assert Conflict.objects.get().closed_at is not None
