"""Whether an event takes its owner's time.

Owns: the rule that turns an event's own attributes into busy or not. Where and how long is for `busy`.
"""

from __future__ import annotations

from lockstep.calendar.event import Event, EventType, ResponseStatus, Status, Transparency

NEVER_BLOCKING = frozenset({EventType.WORKING_LOCATION, EventType.BIRTHDAY})
UNDECIDED = frozenset({ResponseStatus.TENTATIVE, ResponseStatus.NEEDS_ACTION})


def blocks_time(event: Event, *, tentative_blocks: bool = True) -> bool:
    """True when the event blocks its owner's time: shown as busy, with an end, not declined and not cancelled.

    A tentative event, and one whose owner answered "maybe" or not at all, blocks if `tentative_blocks`. Out-of-office
    and focus time block like any other event, and so does a type that Google added since; working locations and
    birthdays never do.
    """
    if event.status is Status.CANCELLED or event.transparency is Transparency.TRANSPARENT:
        return False
    if event.event_type in NEVER_BLOCKING or event.own_response is ResponseStatus.DECLINED:
        return False
    # Google sends an end even for these; it means nothing.
    if event.end_time_unspecified:
        return False
    if event.status is Status.TENTATIVE or event.own_response in UNDECIDED:
        return tentative_blocks
    return True
