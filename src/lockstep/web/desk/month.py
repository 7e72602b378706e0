"""The month: whole weeks, with the appointments of each day; whatever does not fit is counted and one click away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone

from lockstep.operations import desk
from lockstep.web.desk.board import touches
from lockstep.web.desk.choice import DAY, Choice
from lockstep.web.desk.faces import Face, face_of

MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class MonthDay:
    """One day of the grid."""

    day: date
    in_month: bool
    shown: tuple[Face, ...]
    more: int
    """How many further appointments there are."""
    away: int
    """How many of the people shown are absent at some time of the day."""
    href: str

    @property
    def total(self) -> int:
        return len(self.shown) + self.more


def month_picture(choice: Choice) -> dict[str, Any]:
    """What the month's page shows."""
    now = timezone.now()
    kinds = {desk.BlockKind.APPOINTMENT, desk.BlockKind.ABSENCE}
    blocks = [
        each for each in desk.blocks(staff=list(choice.staff), window=choice.window, now=now) if each.kind in kinds
    ]
    days = [_day(choice, day, blocks) for day in choice.days]
    appointments = [each for each in blocks if each.kind is desk.BlockKind.APPOINTMENT]
    return {
        "weeks": [days[first : first + 7] for first in range(0, len(days), 7)],
        "appointment_count": len(appointments),
        "conflict_count": sum(each.conflict for each in appointments),
        "today": now.astimezone(choice.zone).date(),
    }


def _day(choice: Choice, day: date, blocks: list[desk.Block]) -> MonthDay:
    of_day = [each for each in blocks if touches(each, day, choice.zone)]
    appointments = [each for each in of_day if each.kind is desk.BlockKind.APPOINTMENT]
    return MonthDay(
        day=day,
        in_month=day.month == choice.day.month,
        shown=tuple(face_of(each) for each in appointments[:MOST_SHOWN]),
        more=max(0, len(appointments) - MOST_SHOWN),
        away=len({each.staff_id for each in of_day if each.kind is desk.BlockKind.ABSENCE}),
        href=replace(choice, view=DAY, day=day).href(),
    )
