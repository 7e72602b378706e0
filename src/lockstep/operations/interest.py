"""Which calendars clients are looking at: those are verified first, and at once where they are not known.

A page view is not worth a write: each process remembers for some seconds what it has noted, and a row says it to the
minute.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock

from django.db import transaction
from django.db.models import F, Q

from lockstep.operations.looking import ask_for_look
from lockstep.store.models import CalendarLink, Connection, Location, Service, StaffMember
from lockstep.sync.link import LinkState
from lockstep.sync.urgency import Urgency

NOTED_FOR = timedelta(seconds=15)
_TO_THE_MINUTE = timedelta(minutes=1)
_LOOKS_AT_ONCE = 50
"""Of a page that shows anyone of hundreds; the next view asks for more."""
_MOST_NOTED = 10_000


class Noted:
    """What this process has noted lately."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._until: dict[tuple[int, int, int | None], datetime] = {}

    def is_new(self, key: tuple[int, int, int | None], now: datetime) -> bool:
        with self._lock:
            # A clock that was set back must not silence a page.
            if now < self._until.get(key, now) <= now + NOTED_FOR:
                return False
            if len(self._until) > _MOST_NOTED:
                self._until.clear()
            self._until[key] = now + NOTED_FOR
            return True


_noted = Noted()


def note_interest(
    *, service: Service, location: Location, staff: StaffMember | None, now: datetime, noted: Noted = _noted
) -> None:
    """Somebody looks at the times of these people. Whose calendar is not known is looked at ahead of all polls."""
    if not noted.is_new((service.pk, location.pk, staff.pk if staff else None), now):
        return
    links = CalendarLink.objects.filter(
        staff__assignments__service=service,
        staff__assignments__location=location,
        staff__appointment_taking=True,
        staff__left_at=None,
        connection__state__in=Connection.READS,
        connection__access_error="",
    )
    if staff:
        links = links.filter(staff=staff)
    with transaction.atomic():
        old = CalendarLink.objects.filter(pk__in=links.values("pk")).exclude(interest_at__gt=now - _TO_THE_MINUTE)
        # A row that is being written is passed over: the client does not wait for it.
        ids = list(old.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
        CalendarLink.objects.filter(pk__in=ids).update(interest_at=now)
    stale = links.filter(Q(fresh_until=None) | Q(fresh_until__lte=now), attempts=0).exclude(
        state__in=[LinkState.BLOCKED, LinkState.DETACHED]
    )
    unasked = stale.filter(Q(wanted=F("done")) | Q(urgency__lt=Urgency.PAGE))
    for link_id in list(unasked.order_by("verified_at").values_list("pk", flat=True).distinct()[:_LOOKS_AT_ONCE]):
        ask_for_look(link_id, now=now, urgency=Urgency.PAGE)
