"""Rows to core values and back: ranges, event times and contents as they are stored."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from lockstep.calendar.content import Content
from lockstep.calendar.event import (
    AllDay,
    CancelledInstance,
    Event,
    EventId,
    Status,
    Timed,
    Transparency,
    Visibility,
    When,
    ZoneName,
)
from lockstep.calendar.interval import Interval
from lockstep.scheduling.rules import ServiceRules
from lockstep.store.models import MirroredEvent, Service

Json = dict[str, Any]


def range_of(interval: Interval) -> DateTimeTZRange:
    """Half-open, as every range in the database."""
    return DateTimeTZRange(interval.start, interval.end, "[)")


def interval_of(span: Any) -> Interval:
    """The interval of a stored range, which has both bounds."""
    return Interval(span.lower, span.upper)


def rules_of(service: Service) -> ServiceRules:
    return ServiceRules(
        duration=service.duration,
        buffer_before=service.buffer_before,
        buffer_after=service.buffer_after,
        lead_time=service.lead_time,
        furthest=service.furthest,
        increment=service.increment,
        daily_limit=service.daily_limit,
    )


def when_to_json(when: When) -> Json:
    match when:
        case Timed(start=start, end=end, zone=zone):
            return {"start": start.isoformat(), "end": end.isoformat(), "zone": zone}
        case AllDay(start=first, end=last):
            return {"first": first.isoformat(), "last": last.isoformat()}


def when_from_json(stored: Json) -> When:
    if "first" in stored:
        return AllDay(date.fromisoformat(stored["first"]), date.fromisoformat(stored["last"]))
    zone = stored["zone"]
    return Timed(
        datetime.fromisoformat(stored["start"]),
        datetime.fromisoformat(stored["end"]),
        ZoneName(zone) if zone else None,
    )


def content_to_json(content: Content) -> Json:
    return {
        "when": when_to_json(content.when),
        "summary": content.summary,
        "location": content.location,
        "description": content.description,
        "visibility": content.visibility.value,
        "transparency": content.transparency.value,
        "recurrence": list(content.recurrence),
    }


def content_from_json(stored: Json) -> Content:
    return Content(
        when=when_from_json(stored["when"]),
        summary=stored["summary"],
        location=stored["location"],
        description=stored["description"],
        visibility=Visibility(stored["visibility"]),
        transparency=Transparency(stored["transparency"]),
        recurrence=tuple(stored.get("recurrence", ())),
    )


def original_start_from(text: str) -> datetime | date:
    return date.fromisoformat(text) if len(text) == len("2026-01-01") else datetime.fromisoformat(text)


def event_of(row: MirroredEvent) -> Event | CancelledInstance:
    """What is kept of an external event, as a value. A row that was set aside has no times and is not asked for."""
    if row.kind == MirroredEvent.Kind.CANCELLED_INSTANCE:
        return CancelledInstance(EventId(row.event_id), EventId(row.series_id), original_start_from(row.original_start))
    exception = row.kind == MirroredEvent.Kind.EXCEPTION
    return Event(
        id=EventId(row.event_id),
        when=when_from_json(row.when or {}),
        status=Status.TENTATIVE if row.takes == MirroredEvent.Takes.UNDECIDED else Status.CONFIRMED,
        transparency=Transparency.TRANSPARENT if row.takes == MirroredEvent.Takes.FREE else Transparency.OPAQUE,
        recurrence=tuple(row.recurrence),
        recurring_event_id=EventId(row.series_id) if exception else None,
        original_start=original_start_from(row.original_start) if exception and row.original_start else None,
    )
