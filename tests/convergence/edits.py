"""What people wrote, remembered so that nothing of it can be lost silently.

A text that somebody wrote into an event of ours stands there in the end, or the person wrote another over it, or the
event is gone, or the journal has it. A time that was chosen in Lockstep and had not arrived in Google yet holds against
a time that was chosen in Google meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from tests.convergence.watch import is_lockstep_made, marked

from workspace_emulator.state.event import Event

Json = dict[str, Any]


def subject_of(event: Event) -> UUID | None:
    """The appointment's UUID in the mark."""
    parts = marked(event).split(".")
    return UUID(hex=parts[2]) if len(parts) == 4 else None


@dataclass(slots=True)
class Choice:
    """The time that Lockstep chose last."""

    starts_at: datetime
    landed: bool = False


@dataclass(slots=True)
class Edits:
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    """Event and field to the text that a person wrote there last."""
    choices: dict[UUID, Choice] = field(default_factory=dict)
    resurrected: set[str] = field(default_factory=set)
    """Events that people took out of the bin."""
    forgotten: bool = False
    """A backup was restored."""
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def new_text(self) -> str:
        return f"Note {next(self._numbers)}."

    def wrote(self, event: Event, name: str, text: str) -> None:
        if marked(event):
            self.texts[event.id, name] = text

    def moved(self, event: Event, times: Json | None) -> None:
        """Somebody moves the event in Google; without times they make it something else."""
        subject = subject_of(event)
        choice = self.choices.get(subject) if subject else None
        if subject and choice and (choice.landed or times is None):
            del self.choices[subject]

    def deleted(self, event: Event) -> None:
        """Gone, back from the bin, or carried off: what was written in it is not asked for any more."""
        for key in [key for key in self.texts if key[0] == event.id]:
            del self.texts[key]
        if subject := subject_of(event):
            self.choices.pop(subject, None)

    def chose(self, appointment: UUID, starts_at: datetime) -> None:
        """Somebody moves the appointment in Lockstep."""
        self.choices[appointment] = Choice(starts_at)

    def settled(self, appointment: UUID) -> None:
        """Nothing is claimed about the appointment's time any more."""
        self.choices.pop(appointment, None)

    def landed(self, event: Event) -> None:
        """A write of Lockstep's took place, and made the event this."""
        subject = subject_of(event)
        choice = self.choices.get(subject) if subject else None
        start = event.fields.get("start", {}).get("dateTime")
        if choice and start and datetime.fromisoformat(start) == choice.starts_at:
            choice.landed = True

    def forget(self) -> None:
        """A backup was restored: what was known since is lost, on purpose."""
        self.texts.clear()
        self.choices.clear()
        self.forgotten = True

    def lost_texts(self, owner_id: str, events: dict[str, Event], journal: str) -> list[str]:
        """The texts of one calendar's events that nobody can find any more. `journal` is all that it holds."""
        lost = []
        for (event_id, name), text in self.texts.items():
            event = events.get(event_id)
            if event is None or event.is_cancelled or not is_lockstep_made(event, owner_id):
                continue
            if text not in str(event.fields.get(name, "")) and text not in journal:
                lost.append(f"{text!r}, written into the {name}")
        return lost
