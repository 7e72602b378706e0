"""The questions of a service: asked, checked, kept in the words in which they were asked, and read by staff."""

from __future__ import annotations

import pytest
from tests.booking.walking import Walk
from tests.web.conftest import signed_in

from lockstep.store.models import Answer, Appointment, Question

Kind = Question.Kind


def asked(walk: Walk, kind: Kind, *, required: bool = False, options: tuple[str, ...] = ()) -> str:
    """A question of the service; the name of its field."""
    question = Question.objects.create(
        service=walk.company.service, words="What brings you?", kind=kind, required=required, options=list(options)
    )
    return f"question-{question.uuid}"


def at_the_details(walk: Walk) -> Walk:
    walk.at_the_branch()
    return walk.hold(walk.times[0])


@pytest.mark.parametrize(
    ("kind", "options", "typed", "kept"),
    [
        (Kind.TEXT, (), "A first home", "A first home"),
        (Kind.LONG_TEXT, (), "One\nTwo", "One\nTwo"),
        (Kind.CHOICE, ("Buying", "Selling"), "Selling", "Selling"),
        (Kind.YES_NO, (), "yes", "Yes"),
        (Kind.DATE, (), "2026-12-24", "24 December 2026"),
        (Kind.NUMBER, (), "12.5", "12.5"),
        (Kind.EMAIL, (), "dana@work.example", "dana@work.example"),
        (Kind.PHONE, (), "+1 902 555 0100", "+1 902 555 0100"),
    ],
    ids=lambda value: str(value) if isinstance(value, Kind) else "",
)
def test_every_kind_of_answer_is_kept_as_text(
    walk: Walk, kind: Kind, options: tuple[str, ...], typed: str, kept: str
) -> None:
    name = asked(walk, kind, options=options)
    at_the_details(walk).confirm(**{name: typed})
    answer = Answer.objects.get()
    assert (answer.words, answer.text.replace("\r", "")) == ("What brings you?", kept)


def test_a_required_answer_that_is_missing_is_asked_for_and_nothing_is_lost(walk: Walk) -> None:
    asked(walk, Kind.TEXT, required=True)
    at_the_details(walk).confirm()
    assert walk.status == 422
    assert "Dana Diaz" in walk.page
    assert not Appointment.objects.exists()


def test_what_is_not_among_the_options_is_refused(walk: Walk) -> None:
    name = asked(walk, Kind.CHOICE, options=("Buying", "Selling"))
    at_the_details(walk).confirm(**{name: "Stealing"})
    assert walk.status == 422


def test_a_question_that_is_left_out_has_no_answer(walk: Walk) -> None:
    asked(walk, Kind.TEXT)
    at_the_details(walk).confirm()
    assert walk.heading == "You are booked"
    assert not Answer.objects.exists()


def test_what_was_answered_stays_when_the_question_goes(walk: Walk) -> None:
    name = asked(walk, Kind.TEXT)
    at_the_details(walk).confirm(**{name: "A first home"})
    Question.objects.all().delete()
    assert Answer.objects.get().words == "What brings you?"


def test_staff_read_the_answers_with_the_appointment(walk: Walk) -> None:
    name = asked(walk, Kind.TEXT)
    at_the_details(walk).confirm(**{name: "A first home"})
    page = signed_in(walk.company.admin).get(f"/desk/appointments/{Appointment.objects.get().uuid}/").content.decode()
    assert ("What brings you?" in page, "A first home" in page) == (True, True)
