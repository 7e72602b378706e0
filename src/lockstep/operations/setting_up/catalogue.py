"""Setting up services, their categories, and the questions that clients are asked. For those who set up everything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext as _

from lockstep.operations.history import audit
from lockstep.operations.setting_up.reach import categories_of, organisation_of, sets_up_everything
from lockstep.operations.setting_up.writing_down import NotSaved, put
from lockstep.store.models import Appointment, Category, Question, Service, User
from lockstep.store.queries import LONGEST_BUFFER


def _only_for_all(by: User) -> None:
    if not sets_up_everything(by):
        raise NotSaved(_("Services are the same at every location, so only an admin changes them. Ask yours."))


def save_service(service: Service | None, values: Mapping[str, Any], *, by: User, now: datetime) -> Service:
    """Add or change a service. Appointments that are booked stay as they are. Raises: NotSaved."""
    _only_for_all(by)
    for field in ("buffer_before", "buffer_after"):
        if values[field] > LONGEST_BUFFER:
            raise NotSaved(_("A buffer is 12 hours at most. Write a smaller number."), field)
    organisation = organisation_of(by)
    if service is not None and values["seats"] < service.seats and _booked(service):
        raise NotSaved(_("Clients have booked, so seats can only be added. Keep at least as many."), "seats")
    row = service or Service(organisation=organisation)
    if service is None:
        row.position = 1 + (Service.objects.filter(organisation=organisation).aggregate(m=Max("position"))["m"] or 0)
    put(row, values, organisation, "Service", by=by, now=now)
    return row


def _booked(service: Service) -> bool:
    return Appointment.objects.filter(service=service, status=Appointment.Status.BOOKED).exists()


def save_category(category: Category | None, name: str, *, by: User, now: datetime) -> Category:
    """Raises: NotSaved."""
    _only_for_all(by)
    organisation = organisation_of(by)
    row = category or Category(organisation=organisation, position=categories_of(organisation).count())
    put(row, {"name": name}, organisation, "Category", by=by, now=now)
    return row


def remove_category(category: Category, *, by: User, now: datetime) -> None:
    """Its services stay, under no heading. Raises: NotSaved."""
    _only_for_all(by)
    with transaction.atomic():
        audit(category.organisation, by, "Category removed", now=now, before={"name": category.name})
        category.delete()


def move_category(category: Category, by_places: int, *, by: User) -> None:
    """Up or down among the headings."""
    _only_for_all(by)
    _reorder(list(categories_of(category.organisation)), category.pk, by_places)


def counted_categories(user: User) -> QuerySet[Category]:
    return categories_of(organisation_of(user)).annotate(number=Count("services"))


def category_of(user: User, uuid: UUID) -> Category | None:
    return categories_of(organisation_of(user)).filter(uuid=uuid).first()


CHOSEN = (Question.Kind.CHOICE, Question.Kind.CHOICES)


def save_question(
    service: Service, question: Question | None, values: Mapping[str, Any], *, by: User, now: datetime
) -> Question:
    """Add or change a question. Answers that were given stay as they were given. Raises: NotSaved."""
    _only_for_all(by)
    if values["kind"] in CHOSEN and len(values["options"]) < 2:
        raise NotSaved(_("Write at least two answers to choose from, each on its own line."), "options")
    row = question or Question(service=service, position=service.questions.count())
    kept = {**values, "options": values["options"] if values["kind"] in CHOSEN else []}
    put(row, kept, service.organisation, "Question", by=by, now=now)
    return row


def remove_question(question: Question, *, by: User, now: datetime) -> None:
    """Raises: NotSaved."""
    _only_for_all(by)
    with transaction.atomic():
        audit(question.service.organisation, by, "Question removed", now=now, before={"words": question.words})
        question.delete()


def move_question(question: Question, by_places: int, *, by: User) -> None:
    """Up or down among the service's questions. Raises: NotSaved."""
    _only_for_all(by)
    _reorder(list(question.service.questions.all()), question.pk, by_places)


def question_of(service: Service, uuid: UUID) -> Question | None:
    return service.questions.filter(uuid=uuid).first()


def _reorder(rows: list[Question] | list[Category], moved: int, by_places: int) -> None:
    keys = [row.pk for row in rows]
    old = keys.index(moved)
    keys.insert(min(max(old + by_places, 0), len(keys) - 1), keys.pop(old))
    with transaction.atomic():
        for row in rows:
            row.position = keys.index(row.pk)
            row.save(update_fields=["position"])
