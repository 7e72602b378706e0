"""Holding a slot while a client types: one hold per booking flow, limited per network address, ended by itself."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from lockstep.calendar.interval import Interval
from lockstep.operations import diary
from lockstep.operations.fairness import by_fairness
from lockstep.operations.offer import methods_at, offer_slots
from lockstep.scheduling.refusals import NotOffered, SlotTaken, TooManyHolds
from lockstep.store.locks import lock_staff
from lockstep.store.models import Hold, Location, Reservation, Service, StaffMember
from lockstep.store.values import range_of

HOLDS_PER_ADDRESS = 20
"""At one time. A branch with a shared connection stays far below it; emptying a diary from one place does not work."""
_INSTANT = timedelta(seconds=1)


def hold_slot(
    *,
    flow: UUID,
    address: str,
    service: Service,
    location: Location,
    staff: StaffMember | None,
    meeting_method: str,
    starts_at: datetime,
    now: datetime,
) -> Hold:
    """Keep the slot for this flow; a hold that the flow already has is given up for it.

    With no `staff`, the least loaded of those who are free is held. Raises: NotOffered, SlotTaken, TooManyHolds.
    """
    if meeting_method not in methods_at(service, location):
        raise NotOffered
    digest = hashlib.sha256(address.encode()).hexdigest()
    lasting = Hold.objects.filter(Q(address_digest=digest, expires_at__gt=now) | Q(flow=flow))
    flows = list(lasting.values_list("flow", flat=True))
    if sum(each != flow for each in flows) >= HOLDS_PER_ADDRESS:
        raise TooManyHolds
    if flow in flows:
        release_hold(flow=flow)
    window = Interval(starts_at, starts_at + _INSTANT)
    offer = offer_slots(service=service, location=location, staff=staff, window=window, now=now)
    slot = next((each for each in offer.slots if each.starts_at == starts_at), None)
    if slot is None:
        raise SlotTaken
    hold = Hold(
        organisation=service.organisation,
        flow=flow,
        address_digest=digest,
        service=service,
        location=location,
        meeting_method=meeting_method,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        anyone=staff is None,
        expires_at=now + timedelta(minutes=service.organisation.hold_minutes),
    )
    interval = Interval(slot.starts_at, slot.ends_at)
    for staff_id in by_fairness(slot.staff_ids, location=location, starts_at=starts_at):
        if _hold_with(hold, staff_id, interval, now):
            return hold
    raise SlotTaken


def _hold_with(hold: Hold, staff_id: int, interval: Interval, now: datetime) -> bool:
    """One transaction for one person, so that no two flows ever wait for each other's people in turn."""
    try:
        with transaction.atomic():
            lock_staff([staff_id])
            diary.clear_expired(staff_id, now)
            if not diary.is_free(
                staff_id=staff_id, service=hold.service, location=hold.location, interval=interval, now=now
            ):
                return False
            hold.pk, hold.staff_id = None, staff_id
            hold.save(force_insert=True)
            Reservation.objects.create(
                staff_id=staff_id,
                span=range_of(interval),
                buffer_before=hold.service.buffer_before,
                buffer_after=hold.service.buffer_after,
                kind=Reservation.Kind.HOLD,
                hold=hold,
                expires_at=hold.expires_at,
            )
    except IntegrityError:
        # The same flow in a second tab came first, or the constraint spoke: either way the slot is not this one's.
        return False
    return True


def release_hold(*, flow: UUID) -> None:
    """Give the flow's slot back; nothing happens when it has none."""
    Hold.objects.filter(flow=flow).delete()


def current_hold(*, flow: UUID, now: datetime) -> Hold | None:
    """The flow's hold while it lasts."""
    return Hold.objects.select_related("service", "location", "staff").filter(flow=flow, expires_at__gt=now).first()
