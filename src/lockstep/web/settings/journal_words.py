"""The journal of synchronisation in words. It holds no titles of external events, so none can appear."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from lockstep.store.models import JournalEntry

_WHAT = {
    "booked": gettext_lazy("Appointment booked"),
    "moved": gettext_lazy("Appointment moved"),
    "cancelled": gettext_lazy("Appointment cancelled"),
    "restored": gettext_lazy("Appointment restored"),
    "absence_changed": gettext_lazy("Absence changed"),
    "absence_occurrence": gettext_lazy("One occurrence of an absence changed"),
    "absence_removed": gettext_lazy("Absence removed"),
    "absence_restored": gettext_lazy("Absence restored"),
    "kept": gettext_lazy("Left as it was"),
    "overwritten": gettext_lazy("Google’s version replaced by Lockstep’s"),
    "inserted": gettext_lazy("Event made"),
    "patched": gettext_lazy("Event changed"),
    "deleted": gettext_lazy("Event removed"),
}


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One change. `before` and `after` are its times, where it has any."""

    entry: JournalEntry
    what: str
    before: datetime | None
    after: datetime | None
    delay_seconds: float | None


def lines(entries: Iterable[JournalEntry]) -> list[JournalLine]:
    return [
        JournalLine(
            entry=entry,
            what=str(_WHAT.get(entry.action) or entry.action.replace("_", " ").capitalize()),
            before=_start(entry.before),
            after=_start(entry.after),
            delay_seconds=entry.delay.total_seconds() if entry.delay is not None else None,
        )
        for entry in entries
    ]


def _start(state: dict[str, Any]) -> datetime | None:
    """When it began, as either side of the synchronisation writes it down."""
    when = state.get("when")
    text = state.get("starts_at") or (when.get("start") if isinstance(when, dict) else None)
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
