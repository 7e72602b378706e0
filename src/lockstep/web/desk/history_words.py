"""An appointment's history in words: who, when, what, before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lockstep.operations.visible import names_of
from lockstep.store.models import AppointmentHistory


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened. The times are set when it moved the appointment, the people when it changed hands."""

    at: datetime
    what: str
    who: str
    before: datetime | None
    after: datetime | None
    staff_before: str
    staff_after: str


def lines(entries: Iterable[AppointmentHistory]) -> Iterator[HistoryLine]:
    """The newest first."""
    ordered = sorted(entries, key=lambda each: (each.at, each.pk), reverse=True)
    ids = {state.get("staff") for entry in ordered for state in (entry.before, entry.after)}
    names = names_of(each for each in ids if each)
    for entry in ordered:
        before, after = _instant(entry.before), _instant(entry.after)
        was, is_now = entry.before.get("staff"), entry.after.get("staff")
        moved = bool(before and after and before != after)
        handed_over = bool(entry.before) and was != is_now
        yield HistoryLine(
            at=entry.at,
            what=str(entry.get_action_display()),
            who=_who(entry),
            before=before if moved else None,
            after=after if moved else None,
            staff_before=names.get(was, _("nobody")) if handed_over else "",
            staff_after=names.get(is_now, _("nobody")) if handed_over else "",
        )


def _who(entry: AppointmentHistory) -> str:
    label = str(entry.get_actor_display())
    if entry.actor == AppointmentHistory.Actor.STAFF and entry.actor_name:
        return entry.actor_name
    return label


def _instant(state: dict[str, Any]) -> datetime | None:
    text = state.get("starts_at")
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
