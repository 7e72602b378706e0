"""The mark on every event that Lockstep writes, and the id derived from it.

The id is chosen by us and deterministic, so that a retry after a lost reply meets its own event (409) instead of
making a second one. The mark says which installation wrote the event and for what, so that another installation's
events, copies and leftovers are recognised. Only an event whose id is the one derived from its mark, and that stands
in our map, is ever changed or deleted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from lockstep.calendar.event import EventId

PROPERTY = "lockstep"
"""Key of the private extended property. Source: keys over 44 characters are dropped silently."""

_ALPHABET = "0123456789abcdefghijklmnopqrstuv"
_ID_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """Who wrote an event, for what, and the how-manieth try at an id it is."""

    installation: UUID
    environment: str
    subject: UUID
    """The appointment's or absence's UUID."""
    generation: int

    def properties(self) -> dict[str, str]:
        text = f"{self.installation.hex}.{self.environment}.{self.subject.hex}.{self.generation}"
        return {PROPERTY: text}


def mark_of(properties: Mapping[str, str]) -> Mark | None:
    """The mark among an event's private properties; None where there is none that can be read."""
    parts = properties.get(PROPERTY, "").split(".")
    if len(parts) != 4:
        return None
    try:
        return Mark(UUID(hex=parts[0]), parts[1], UUID(hex=parts[2]), int(parts[3]))
    except ValueError:
        return None


def event_id(mark: Mark, calendar: str) -> EventId:
    """The id of the event that carries `mark` in `calendar` (the owner's immutable Google user id).

    40 characters of base32hex. Source: client ids are 5 to 1024 characters out of 0-9 and a-v.
    """
    source = f"{mark.installation.hex}:{mark.subject.hex}:{calendar}:{mark.generation}"
    number = int.from_bytes(hashlib.sha256(source.encode()).digest(), "big")
    digits = []
    for _ in range(_ID_LENGTH):
        number, digit = divmod(number, 32)
        digits.append(_ALPHABET[digit])
    return EventId("".join(digits))
