"""Events that could not be read: shown with cause and cure, and ignored only when an admin says so.

While there is one, its calendar's time is unknown (`store.queries.people_for`): it could be at any time.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from lockstep.operations.history import audit
from lockstep.store.models import CalendarLink, Connection, MirroredEvent, User


def events_set_aside(connection: Connection) -> QuerySet[MirroredEvent]:
    """Those that keep somebody's time unknown, person by person."""
    waiting = MirroredEvent.objects.filter(link__connection=connection, ignored_at=None).exclude(set_aside="")
    return waiting.select_related("link__staff").order_by("link__staff__name", "pk")


def event_set_aside(connection: Connection, event: int) -> MirroredEvent | None:
    return events_set_aside(connection).filter(pk=event).first()


def ignore_event(event: MirroredEvent, *, by: User, now: datetime) -> None:
    """Count as free whatever time could not be read of this event; what is known of it goes on counting.

    Holds until the event is changed so that it can be read, or is gone.
    """
    with transaction.atomic():
        if not MirroredEvent.objects.filter(pk=event.pk, ignored_at=None).update(ignored_at=now):
            return
        CalendarLink.objects.filter(pk=event.link_id).update(changed_at=now)
        staff = event.link.staff
        audit(staff.organisation, by, "Unreadable event ignored", now=now, after={"staff": staff.name})
