"""The fields of an event that Lockstep writes and compares, and what "the same" means for them.

A difference of bytes is not a difference of meaning: line ends, trailing blanks and the zone in which an instant is
written are ignored, because Google normalises them and an echo of our own write must compare as equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from lockstep.calendar.event import AllDay, Event, Timed, Transparency, Visibility, When


class Field(StrEnum):
    """The fields that converge one by one. Start, end and recurrence are one field: `WHEN`."""

    WHEN = "when"
    SUMMARY = "summary"
    LOCATION = "location"
    DESCRIPTION = "description"
    VISIBILITY = "visibility"
    TRANSPARENCY = "transparency"


@dataclass(frozen=True, slots=True)
class Content:
    """What one copy of an event says."""

    when: When
    summary: str
    location: str
    description: str
    visibility: Visibility
    transparency: Transparency = Transparency.OPAQUE
    recurrence: tuple[str, ...] = ()
    """Belongs to `when`: a series has its time and its rule together."""


def content_of(event: Event) -> Content:
    return Content(
        when=event.when,
        summary=event.summary,
        location=event.location,
        description=event.description,
        visibility=event.visibility,
        transparency=event.transparency,
        recurrence=event.recurrence,
    )


def taking(fields: Iterable[Field], source: Content, *, into: Content) -> Content:
    """`into` with these fields as `source` has them."""
    changes: dict[str, Any] = {field.value: getattr(source, field) for field in fields}
    if Field.WHEN in changes:
        changes["recurrence"] = source.recurrence
    return replace(into, **changes)


def same(field: Field, one: Content, other: Content) -> bool:
    """True when both copies mean the same by `field`."""
    match field:
        case Field.WHEN:
            return _same_time(one.when, other.when) and _rules(one) == _rules(other)
        case Field.SUMMARY | Field.LOCATION | Field.DESCRIPTION:
            return _plain(getattr(one, field)) == _plain(getattr(other, field))
        case Field.VISIBILITY | Field.TRANSPARENCY:
            return bool(getattr(one, field) == getattr(other, field))


def differing(one: Content, other: Content) -> frozenset[Field]:
    return frozenset(field for field in Field if not same(field, one, other))


def _same_time(one: When, other: When) -> bool:
    match one, other:
        case (Timed(), Timed()) | (AllDay(), AllDay()):
            return one.start == other.start and one.end == other.end
        case _:
            return False


def _rules(content: Content) -> frozenset[str]:
    """Without the order of lines, which means nothing."""
    return frozenset(line.strip().upper() for line in content.recurrence)


def _plain(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()
