"""Saving a row of the set-up with a line in the audit log that says what it was and what it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from lockstep.operations.history import audit
from lockstep.scheduling.refusals import Refused
from lockstep.store.models import Organisation, User


class NotSaved(Refused):
    """Why something cannot be saved, and beside which field to say so; empty: about the whole."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def put(
    row: models.Model, values: Mapping[str, Any], organisation: Organisation, what: str, *, by: User, now: datetime
) -> bool:
    """Give `row` these values and save it; True when anything changed. Raises: NotSaved where an id is taken."""
    is_new = row.pk is None
    before = {} if is_new else {name: plain(getattr(row, name)) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    after = {name: plain(getattr(row, name)) for name in values}
    changed = {name: value for name, value in after.items() if is_new or value != before[name]}
    if not changed and not is_new:
        return False
    try:
        with transaction.atomic():
            row.save()
            audit(
                organisation,
                by,
                f"{what} {'added' if is_new else 'changed'}",
                now=now,
                before={name: before[name] for name in changed if name in before},
                after={"name": plain(str(row)), **changed},
            )
    except IntegrityError as error:
        raise NotSaved(*_taken(error)) from error
    return True


def _taken(error: IntegrityError) -> tuple[str, str]:
    """The words and the field for a broken rule of uniqueness; anything else is a mistake of ours."""
    text = str(error)
    if "per_external_id" in text:
        return _("Another one has this external ID. Give each its own, or leave it empty."), "external_id"
    if "one_staff_member_per_email" in text:
        return _("Somebody else here has this e-mail address. Write another one."), "email"
    if "one_category_per_name" in text:
        return _("There is a category of this name already."), "name"
    raise error


def plain(value: Any) -> Any:
    """The value as it can stand in JSON."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return str(value)
