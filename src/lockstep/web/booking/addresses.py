"""The addresses of the booking pages, with the answers so far in them."""

from __future__ import annotations

from dataclasses import replace

from django.urls import reverse

from lockstep.store.models import Hold, MeetingMethod
from lockstep.web.booking.choices import Choices, Question


def questions_url(choices: Choices, *without: str, **changes: str) -> str:
    """The page that asks what is not answered yet, and then shows the times."""
    return _with_query(
        reverse("booking:questions", args=[choices.organisation.slug]), choices.query(*without, **changes)
    )


def details_url(choices: Choices, **changes: str) -> str:
    """The page that asks who books."""
    return _with_query(reverse("booking:details", args=[choices.organisation.slug]), choices.query(**changes))


def change_url(choices: Choices, question: Question) -> str:
    """The page that asks `question` again; the other answers stay as far as they fit the new one."""
    return questions_url(choices, question.value, change=question.value)


def choices_of_hold(choices: Choices, hold: Hold) -> Choices:
    """The answers that the held time stands for, whatever the address says."""
    reservation = hold.reservations.select_related("staff").first()
    return replace(
        choices,
        service=hold.service,
        location=hold.location,
        method=MeetingMethod(hold.meeting_method),
        staff=reservation.staff if reservation and not hold.anyone else None,
        anyone=hold.anyone,
    )


def _with_query(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
