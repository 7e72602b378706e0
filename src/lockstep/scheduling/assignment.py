"""Who gets an appointment that a client booked with "anyone".

Owns: the order of fairness. Who is free at all is for `availability`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Candidate:
    """A staff member who is free for the slot, and how much is booked with them on its local day and in its week."""

    staff_id: UUID
    booked_that_day: timedelta
    booked_that_week: timedelta


def in_fair_order(candidates: Iterable[Candidate], slot_start: datetime) -> list[UUID]:
    """Who takes the slot first, and who next if that fails: least booked that day, then that week, then by lot.

    The lot is a hash of the person and the slot: asking again gives the same answer, the order of the candidates and
    the machine do not matter, and over many slots nobody is favoured for a low id.

    Raises: ValueError when `slot_start` is naive.
    """
    if slot_start.tzinfo is None:
        raise ValueError("A slot starts at an aware datetime.")
    slot = slot_start.astimezone(UTC).isoformat().encode()

    def order(candidate: Candidate) -> tuple[timedelta, timedelta, bytes]:
        lot = blake2b(candidate.staff_id.bytes + slot, digest_size=8).digest()
        return candidate.booked_that_day, candidate.booked_that_week, lot

    return [candidate.staff_id for candidate in sorted(candidates, key=order)]


def fairest(candidates: Iterable[Candidate], slot_start: datetime) -> UUID:
    """The first in fair order. Raises: ValueError when there is no candidate, or `slot_start` is naive."""
    order = in_fair_order(candidates, slot_start)
    if not order:
        raise ValueError("Nobody is free to take this slot.")
    return order[0]
