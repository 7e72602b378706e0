"""The events that appointments and absences write into their staff member's calendar.

Rules: product specification, section 4. Texts that a person reads come in with the facts, already in their language.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lockstep.calendar.content import Content
from lockstep.calendar.event import Timed, Visibility, When, ZoneName


@dataclass(frozen=True, slots=True)
class AppointmentFacts:
    """What an event may tell of an appointment."""

    starts_at: datetime
    ends_at: datetime
    zone: ZoneName
    service_name: str
    address: str
    """Of the branch; empty when the appointment does not take place at one."""
    how: str
    """How the meeting takes place, as a sentence."""
    notes: str
    client_id: str
    link: str
    """To the appointment's page, which needs a log-in."""


@dataclass(frozen=True, slots=True)
class AbsenceFacts:
    """What an event may tell of an absence."""

    when: When
    recurrence: tuple[str, ...]
    title: str
    link: str


@dataclass(frozen=True, slots=True)
class ContentRules:
    """What the organisation lets an event tell."""

    visibility: Visibility
    include_notes: bool
    include_client_id: bool
    absence_title: str = ""
    """What every absence is called; empty: each by its own title."""


def event_for(facts: AppointmentFacts, rules: ContentRules) -> Content:
    """The event's content. Busy, and never with an empty description: the link is always there."""
    parts = [
        facts.notes.strip() if rules.include_notes else "",
        facts.how,
        f"Client ID: {facts.client_id}" if rules.include_client_id and facts.client_id else "",
        facts.link,
    ]
    return Content(
        when=Timed(facts.starts_at, facts.ends_at, facts.zone),
        summary=facts.service_name,
        location=facts.address,
        description="\n\n".join(part for part in parts if part),
        visibility=rules.visibility,
    )


NO_TITLE = "Absent"


def event_for_absence(facts: AbsenceFacts, rules: ContentRules) -> Content:
    """One event, or one series where the absence recurs."""
    return Content(
        when=facts.when,
        recurrence=facts.recurrence,
        summary=rules.absence_title or facts.title.strip() or NO_TITLE,
        location="",
        description=facts.link,
        visibility=rules.visibility,
    )
