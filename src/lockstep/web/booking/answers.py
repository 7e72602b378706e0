"""The answers so far, as they stand above every question, and the way back to each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lockstep.web.booking.choices import Choices, Question


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the summary."""

    question: Question
    label: str
    """What was asked, in a word; also what "Change" is about."""
    value: str
    changeable: bool
    """False where there is only one possible answer."""


def answers_of(choices: Choices) -> list[Answer]:
    """What the client has answered, in the order of the questions. What goes without saying is left out."""
    return list(_answers(choices))


def _answers(choices: Choices) -> Iterator[Answer]:
    first = {Question.SERVICE: _service(choices), Question.LOCATION: _location(choices)}
    yield from (answer for question in choices.order if (answer := first.get(question)))
    if choices.method and len(choices.methods) > 1:
        yield Answer(Question.METHOD, _("How"), str(choices.method.label), changeable=True)
    if choices.staff:
        yield Answer(Question.STAFF, _("With"), choices.staff.name, len(choices.people) > 1)
    elif choices.anyone:
        yield Answer(Question.STAFF, _("With"), _("Anyone"), changeable=True)


def _service(choices: Choices) -> Answer | None:
    if choices.service is None:
        return None
    return Answer(Question.SERVICE, _("Service"), choices.service.name, len(choices.services) > 1)


def _location(choices: Choices) -> Answer | None:
    location = choices.location or (choices.wanted_location if choices.organisation.location_first else None)
    if location is None:
        return None
    return Answer(Question.LOCATION, _("Where"), location.name, len(choices.locations) > 1)


def asked_before(choices: Choices, question: Question | None) -> Question | None:
    """The last question before `question` that really has a choice, for the link back."""
    order = list(choices.order)
    earlier = order[: order.index(question)] if question else order
    open_ones = [each.question for each in answers_of(choices) if each.changeable and each.question in earlier]
    return open_ones[-1] if open_ones else None
