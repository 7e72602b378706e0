"""Who gets an appointment when the client asked for anyone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lockstep.scheduling.assignment import in_fair_order
from lockstep.store.models import Location
from lockstep.store.queries import load_of


def by_fairness(staff_ids: Iterable[int], *, location: Location, starts_at: datetime) -> list[int]:
    """`staff_ids` in the order in which they are to be tried for the slot."""
    staff_ids = list(staff_ids)
    if len(staff_ids) <= 1:
        return staff_ids
    candidates = load_of(staff_ids=staff_ids, at=starts_at, zone=location.time_zone)
    ids = {candidate.staff_id: staff_id for staff_id, candidate in candidates.items()}
    return [ids[each] for each in in_fair_order(candidates.values(), starts_at)]
