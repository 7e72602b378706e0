"""The brake: a synchronisation that would change too much at once stops and asks.

Of appointments, what was moved or deleted in Google is held as a conflict each, so that both times stay blocked and
nothing is lost; of external busy time, what a full synchronisation no longer showed stays blocked. An admin releases
or drops the whole. Everything here that pulls or lifts a brake runs in a transaction with the staff lock held.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, QuerySet

from lockstep.scheduling.brake import WINDOW, BrakeRules, too_large_a_share, too_many
from lockstep.store.models import (
    Appointment,
    Brake,
    BusyInterval,
    CalendarLink,
    Conflict,
    JournalEntry,
    MirroredEvent,
    Organisation,
    WrittenEvent,
)

HELD = (Conflict.Kind.HELD_MOVE, Conflict.Kind.HELD_DELETION)
_CHANGED = (JournalEntry.Direction.FROM_GOOGLE, ("moved", "cancelled"))


def open_brakes(organisation: Organisation) -> QuerySet[Brake]:
    """What waits for an admin, the oldest first."""
    waiting = Brake.objects.filter(organisation=organisation, closed_at=None)
    return waiting.select_related("link__staff").order_by("opened_at", "pk")


def open_brake(organisation: Organisation, brake: int) -> Brake | None:
    return open_brakes(organisation).select_related("organisation").filter(pk=brake).first()


def held_by(brake: Brake) -> QuerySet[Conflict]:
    """The appointments that it holds, each as an open conflict."""
    held = Conflict.objects.filter(staff_id=brake.link.staff_id, closed_at=None, kind__in=HELD)
    return held.select_related("appointment__service", "appointment__location", "appointment__staff").order_by("pk")


def is_pulled(link: CalendarLink, kind: Brake.Kind = Brake.Kind.CHANGES) -> bool:
    return Brake.objects.filter(link=link, kind=kind, closed_at=None).exists()


def holds(link: CalendarLink, appointment: Appointment, *, now: datetime) -> bool:
    """True when this change waits: the brake is pulled, or it is pulled by this one more."""
    return pull_if_too_many(link, [appointment.pk], now=now)


def pull_if_too_many(link: CalendarLink, changing: Iterable[int], *, now: datetime) -> bool:
    """Pull the brake if moving or cancelling these appointments, with what this calendar changed a moment ago, is too
    much. True when it is pulled, now or already."""
    if is_pulled(link):
        return True
    asked = set(changing)
    if not asked:
        return False
    recent = _changed_lately(link, now)
    coming = set(
        Appointment.objects.filter(
            staff_id=link.staff_id, status=Appointment.Status.BOOKED, ends_at__gt=now
        ).values_list("pk", flat=True)
    )
    organisation = link.connection.organisation
    rules = BrakeRules(organisation.brake_number, organisation.brake_share)
    total = len(coming | recent | asked)
    if not too_many(len(asked | recent), of=total, rules=rules):
        return False
    _pull(link, Brake.Kind.CHANGES, held=len(asked), total=total, now=now)
    return True


def lift_if_over(link: CalendarLink, *, now: datetime) -> None:
    """End the brake by itself when nothing is held any more: it was all put back, or was never really changed."""
    if not is_pulled(link) or WrittenEvent.objects.filter(link=link, missing=True).exists():
        return
    if not Conflict.objects.filter(staff_id=link.staff_id, closed_at=None, kind__in=HELD).exists():
        _lift(link, Brake.Kind.CHANGES, now)


def stops_sweep(link: CalendarLink, unseen: QuerySet[MirroredEvent], *, now: datetime) -> bool:
    """True when the busy time that a full synchronisation no longer showed is too much to be dropped without asking."""
    coming = BusyInterval.objects.filter(link=link, span__endswith__gt=now)
    total = coming.values("series_id").distinct().count()
    dropped = coming.filter(series_id__in=unseen.values("series_id")).values("series_id").distinct().count()
    if not too_large_a_share(dropped, of=total, share=link.connection.organisation.brake_share):
        _lift(link, Brake.Kind.SWEEP, now)
        return False
    if not is_pulled(link, Brake.Kind.SWEEP):
        _pull(link, Brake.Kind.SWEEP, held=dropped, total=total, now=now)
    Brake.objects.filter(link=link, kind=Brake.Kind.SWEEP, closed_at=None).update(
        generation=link.generation, held=dropped, total=total
    )
    return True


def _changed_lately(link: CalendarLink, now: datetime) -> set[int]:
    """The appointments of this calendar that Google moved or cancelled a moment ago, and since a brake was lifted."""
    lifted = Brake.objects.filter(link=link, kind=Brake.Kind.CHANGES).aggregate(at=Max("closed_at"))["at"]
    since = max(now - WINDOW, lifted) if lifted else now - WINDOW
    direction, actions = _CHANGED
    entries = JournalEntry.objects.filter(
        staff_id=link.staff_id, direction=direction, action__in=actions, at__gt=since, appointment__isnull=False
    )
    return {each for each in entries.values_list("appointment_id", flat=True) if each is not None}


def _pull(link: CalendarLink, kind: Brake.Kind, *, held: int, total: int, now: datetime) -> None:
    Brake.objects.create(
        organisation_id=link.connection.organisation_id,
        link=link,
        kind=kind,
        held=held,
        total=total,
        generation=link.generation,
        opened_at=now,
    )


def _lift(link: CalendarLink, kind: Brake.Kind, now: datetime) -> None:
    Brake.objects.filter(link=link, kind=kind, closed_at=None).update(closed_at=now, decision=Brake.Decision.OVER)
