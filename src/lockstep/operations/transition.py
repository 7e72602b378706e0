"""From demo to production: what is known here of the steps, and the day that Google may take after the change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from lockstep.operations.history import audit
from lockstep.store.models import Organisation, Transition, User

GOOGLE_SPREADS = timedelta(hours=24)
"""How long Google can take until a changed delegation holds for everybody."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Since when, and until when to be on the safe side."""

    changed_at: datetime
    changed_by: str
    over_at: datetime

    def left(self, now: datetime) -> timedelta:
        return max(self.over_at - now, timedelta())


def waiting_of(organisation: Organisation) -> Waiting | None:
    row = Transition.objects.filter(organisation=organisation).first()
    return Waiting(row.changed_at, row.changed_by, row.changed_at + GOOGLE_SPREADS) if row else None


def client_id_changed(organisation: Organisation, *, by: User, now: datetime) -> None:
    """Somebody says that the Client ID was changed in Google's console just now. Said twice, the first time counts."""
    with transaction.atomic():
        made = Transition.objects.get_or_create(
            organisation=organisation, defaults={"changed_at": now, "changed_by": by.name}
        )[1]
        if made:
            audit(organisation, by, "Client ID changed in Google", now=now)


def not_changed_after_all(organisation: Organisation, *, by: User, now: datetime) -> None:
    """Take it back: the clock stops."""
    with transaction.atomic():
        if Transition.objects.filter(organisation=organisation).delete()[0]:
            audit(organisation, by, "Client ID not changed in Google after all", now=now)
