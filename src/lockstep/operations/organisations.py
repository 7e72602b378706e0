"""Organisations: finding them, and what they decide about their booking pages."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from lockstep.operations.history import audit
from lockstep.operations.reminding import plan_reminders
from lockstep.store.models import Organisation, User


@dataclass(frozen=True, slots=True)
class BookingRules:
    """What an organisation decides about its booking pages."""

    location_first: bool
    cut_off_minutes: int
    hold_minutes: int
    reminder_minutes: list[int]
    """The longest before first."""
    embed_origins: list[str]


def organisation_of(slug: str) -> Organisation | None:
    return Organisation.objects.filter(slug=slug).first()


def organisation_by_uuid(uuid: UUID) -> Organisation | None:
    return Organisation.objects.filter(uuid=uuid).first()


def all_organisations() -> QuerySet[Organisation]:
    return Organisation.objects.order_by("name")


def organisations_with_google() -> QuerySet[Organisation]:
    """Those for which the operator has enabled the integration, with their connection where there is one."""
    return Organisation.objects.filter(gsuite_enabled=True).select_related("connection").order_by("name")


def booking_rules_of(organisation: Organisation) -> BookingRules:
    names = BookingRules.__dataclass_fields__
    return BookingRules(**{name: getattr(organisation, name) for name in names})


def change_booking_rules(organisation: Organisation, rules: BookingRules, *, by: User, now: datetime) -> None:
    """Take the rules over; where clients are reminded at other times, every reminder is planned anew."""
    with transaction.atomic():
        current = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        before, after = asdict(booking_rules_of(current)), asdict(rules)
        if before == after:
            return
        for name, value in after.items():
            setattr(current, name, value)
        current.save(update_fields=list(after))
        changed = [name for name in after if before[name] != after[name]]
        audit(
            current,
            by,
            "Booking pages changed",
            now=now,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
        if "reminder_minutes" in changed:
            plan_reminders(current, now=now)
