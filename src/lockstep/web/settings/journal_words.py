"""The journal of synchronisation in words. It holds no titles of external events, so none can appear."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from lockstep.operations.visible import names_of
from lockstep.store.models import Appointment, JournalEntry

KINDS = {
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
    "googles_time": gettext_lazy("Conflict: moved to Google’s time"),
    "locksteps_time": gettext_lazy("Conflict: Google’s event put back"),
    "handed_over": gettext_lazy("Conflict: handed over"),
    "kept_both": gettext_lazy("Conflict: both kept"),
    "alternatives_offered": gettext_lazy("Conflict: other times offered to the client"),
    "staff_asked": gettext_lazy("Conflict: staff member asked"),
    "undone": gettext_lazy("Undone"),
    "inserted": gettext_lazy("Event made"),
    "patched": gettext_lazy("Event changed"),
    "deleted": gettext_lazy("Event removed"),
}


_UNDOABLE = frozenset(
    {
        "moved", "cancelled", "restored", "overwritten", "patched", "googles_time", "locksteps_time", "handed_over",
        "kept_both", "undone",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One change. `before` and `after` are its times, where it has any."""

    entry: JournalEntry
    what: str
    before: datetime | None
    after: datetime | None
    delay_seconds: float | None
    person_before: str
    person_after: str
    """Whose it was and is, where it changed hands."""
    status_before: str
    status_after: str
    """Whether it stood and stands, where that changed."""
    is_undone: bool
    can_undo: bool
    """Whether undoing it makes sense at all; whether it can be done is found out on the next page."""


def lines(entries: Iterable[JournalEntry]) -> list[JournalLine]:
    entries = list(entries)
    ids = {state.get("staff") for entry in entries for state in (entry.before, entry.after)}
    names = names_of(each for each in ids if isinstance(each, int))
    return [_line(entry, names) for entry in entries]


def _line(entry: JournalEntry, names: dict[int, str]) -> JournalLine:
    before, after = _start(entry.before), _start(entry.after)
    was, now_is = entry.before.get("staff"), entry.after.get("staff")
    changed_hands = bool(was and now_is and was != now_is)
    stood, stands = entry.before.get("status", ""), entry.after.get("status", "")
    changed_status = bool(stood and stands and stood != stands)
    is_undone = bool(getattr(entry, "is_undone", False))
    return JournalLine(
        entry=entry,
        what=str(KINDS.get(entry.action) or entry.action.replace("_", " ").capitalize()),
        before=before if before != after else None,
        after=after,
        delay_seconds=entry.delay.total_seconds() if entry.delay is not None else None,
        person_before=names.get(was, "") if changed_hands else "",
        person_after=names.get(now_is, "") if changed_hands else "",
        status_before=str(Appointment.Status(stood).label) if changed_status else "",
        status_after=str(Appointment.Status(stands).label) if changed_status else "",
        is_undone=is_undone,
        can_undo=not is_undone and entry.appointment_id is not None and entry.action in _UNDOABLE,
    )


def csv_rows(entries: Iterable[JournalEntry]) -> Iterator[list[str]]:
    """A heading and a row for each, times in UTC."""
    yield ["at", "direction", "what", "person", "appointment", "starts_before", "starts_after", "by", "delay_s", "run"]
    for entry in entries:
        before, after = _start(entry.before), _start(entry.after)
        yield [
            entry.at.isoformat(),
            entry.direction,
            entry.action,
            entry.staff.name,
            str(entry.appointment.uuid) if entry.appointment else "",
            before.isoformat() if before else "",
            after.isoformat() if after else "",
            entry.actor,
            f"{entry.delay.total_seconds():.3f}" if entry.delay is not None else "",
            entry.run,
        ]


def _start(state: dict[str, Any]) -> datetime | None:
    """When it began, as either side of the synchronisation writes it down."""
    when = state.get("when")
    text = state.get("starts_at") or (when.get("start") if isinstance(when, dict) else None)
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
