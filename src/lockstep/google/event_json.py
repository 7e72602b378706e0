"""Google's event JSON ⇄ our values: the only place that knows camelCase.

Owns: reading what Google sends, and writing what we own of an event. Defaults that Google leaves out are filled in; a
word that Google added after this was written is read as whatever blocks time and shows least.

Source: Google Calendar API v3, resource `events` (discovery revision 20261030); which fields a cancelled event has:
the description of `Event.status`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from lockstep.calendar.event import (
    AllDay,
    CancelledInstance,
    Event,
    EventId,
    EventType,
    Item,
    Meet,
    ResponseStatus,
    Status,
    Timed,
    Tombstone,
    Transparency,
    Visibility,
    When,
    ZoneName,
)
from lockstep.sync.gateway import EventChange, EventDraft

Json = Mapping[str, Any]
Word = TypeVar("Word", bound=StrEnum)

EVENT_FIELDS = (
    "id,etag,status,updated,sequence,eventType,summary,description,location,start,end,endTimeUnspecified,recurrence,"
    "recurringEventId,originalStartTime,transparency,visibility,attendees(self,responseStatus),"
    "extendedProperties/private,hangoutLink,conferenceData(createRequest/status,entryPoints(entryPointType,uri)),"
    "htmlLink"
)
"""All that is read here, and so all that is asked for: of the guests only the calendar owner's own answer."""


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Unreadable(Exception):
    """This JSON is no event as the reference describes one. Says which field, never what stands in it."""


def item_of(content: Json) -> Item:
    """One entry of a page: an event, a cancelled instance, or a tombstone. Raises: Unreadable."""
    event_id = _id(content, "id")
    if content.get("status") != Status.CANCELLED:
        return event_of(content)
    # Only the fields read here are certain to be there in a cancelled event.
    if "recurringEventId" in content and "originalStartTime" in content:
        moment, _ = _moment(content, "originalStartTime")
        return CancelledInstance(event_id, _id(content, "recurringEventId"), _instant_or_day(moment))
    return Tombstone(event_id)


def items_of(contents: Iterable[Any]) -> tuple[tuple[Item, ...], tuple[EventId, ...]]:
    """The entries of a page that can be read, and the ids of those that cannot, so that one poisons nothing else."""
    items: list[Item] = []
    unreadable: list[EventId] = []
    for content in contents:
        try:
            items.append(item_of(content))
        except Unreadable:
            unreadable.append(EventId(str(content.get("id", ""))) if isinstance(content, Mapping) else EventId(""))
    return tuple(items), tuple(unreadable)


def event_of(content: Json) -> Event:
    """A live event. Raises: Unreadable."""
    original_start = None
    if "originalStartTime" in content:
        original_start = _instant_or_day(_moment(content, "originalStartTime")[0])
    return Event(
        id=_id(content, "id"),
        when=_when(content),
        etag=_text(content, "etag"),
        status=_word(Status, content.get("status"), Status.CONFIRMED, unknown=Status.CONFIRMED),
        summary=_text(content, "summary"),
        description=_text(content, "description"),
        location=_text(content, "location"),
        transparency=_word(Transparency, content.get("transparency"), Transparency.OPAQUE, unknown=Transparency.OPAQUE),
        visibility=_word(Visibility, content.get("visibility"), Visibility.DEFAULT, unknown=Visibility.PRIVATE),
        event_type=_word(EventType, content.get("eventType"), EventType.DEFAULT, unknown=EventType.OTHER),
        own_response=_own_response(content.get("attendees")),
        recurrence=tuple(line for line in _list(content, "recurrence") if isinstance(line, str)),
        recurring_event_id=_id(content, "recurringEventId") if "recurringEventId" in content else None,
        original_start=original_start,
        private_properties=_private_properties(content.get("extendedProperties")),
        updated=_aware(_text(content, "updated"), None, "updated") if "updated" in content else None,
        sequence=_number(content, "sequence"),
        hangout_link=_text(content, "hangoutLink") or _video_uri(content.get("conferenceData")),
        meet=_meet(content),
        end_time_unspecified=content.get("endTimeUnspecified") is True,
        html_link=_text(content, "htmlLink"),
    )


def working_hours_of(value: object) -> tuple[tuple[int, int, int], ...] | None:
    """(weekday from Monday = 0, start, end) for each period; None where there are none set, or they cannot be read."""
    if not isinstance(value, Mapping) or value.get("workingHoursEnabled") is not True:
        return None
    periods = value.get("availableTimes", [])
    if not isinstance(periods, list):
        return None
    found = []
    for each in periods:
        day = each.get("dayOfWeek") if isinstance(each, Mapping) else None
        start, end = (each.get(name) for name in ("periodStart", "periodEnd")) if day in _WEEKDAYS else (None, None)
        if not isinstance(start, int) or not isinstance(end, int):
            return None
        found.append((_WEEKDAYS.index(str(day)), start, end))
    return tuple(found)


def json_of_draft(event_id: EventId, draft: EventDraft) -> dict[str, Any]:
    """The body of an insert. No attendees, so nobody is invited; no `sequence`, which is Google's to count."""
    content: dict[str, Any] = {
        "id": event_id,
        **_json_of_when(draft.when, is_series=bool(draft.recurrence)),
        "summary": draft.summary,
        "location": draft.location,
        "description": draft.description,
        "visibility": draft.visibility.value,
        "transparency": draft.transparency.value,
    }
    if draft.private_properties:
        content["extendedProperties"] = {"private": dict(draft.private_properties)}
    if draft.recurrence:
        content["recurrence"] = list(draft.recurrence)
    if draft.with_meet:
        content["conferenceData"] = _meet_for(event_id)
    return content


def json_of_change(event_id: EventId, change: EventChange) -> dict[str, Any]:
    """The body of a patch: what is not in it stays; null takes a field away, also inside `start` and `end`."""
    content: dict[str, Any] = {}
    if change.when is not None:
        content |= _json_of_when(change.when, is_series=bool(change.recurrence), over_the_other_kind=True)
    for name, text in (
        ("summary", change.summary),
        ("location", change.location),
        ("description", change.description),
    ):
        if text is not None:
            content[name] = text or None
    if change.visibility is not None:
        content["visibility"] = change.visibility.value
    if change.transparency is not None:
        content["transparency"] = change.transparency.value
    if change.recurrence is not None:
        content["recurrence"] = list(change.recurrence) or None
    if change.status_confirmed:
        content["status"] = Status.CONFIRMED.value
    if change.with_meet is not None:
        content["conferenceData"] = _meet_for(event_id) if change.with_meet else None
    return content


def _meet_for(event_id: EventId) -> dict[str, Any]:
    """A request for a Meet link. Its id makes a repeated request the same one: an event gets one link, not two."""
    return {"createRequest": {"requestId": event_id, "conferenceSolutionKey": {"type": "hangoutsMeet"}}}


def _json_of_when(when: When, *, is_series: bool, over_the_other_kind: bool = False) -> dict[str, Any]:
    """`start` and `end`. Over an existing event the fields of the other kind are taken away, or the two would mix."""
    if isinstance(when, AllDay):
        others = {"dateTime": None, "timeZone": None} if over_the_other_kind else {}
        return {"start": {"date": when.start.isoformat(), **others}, "end": {"date": when.end.isoformat(), **others}}
    common: dict[str, Any] = {"date": None} if over_the_other_kind else {}
    zone = when.zone or ("UTC" if is_series else None)  # Without a zone Google cannot expand a series.
    if zone is not None:
        common["timeZone"] = zone
    return {
        "start": {"dateTime": _rfc3339(when.start), **common},
        "end": {"dateTime": _rfc3339(when.end), **common},
    }


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _when(content: Json) -> When:
    start, zone = _moment(content, "start")
    end, _ = _moment(content, "end")
    if isinstance(start, datetime) and isinstance(end, datetime):
        return Timed(start, end, zone)
    if isinstance(start, datetime) or isinstance(end, datetime):
        raise Unreadable("start and end are of two kinds")
    return AllDay(start, end)


def _moment(content: Json, name: str) -> tuple[datetime | date, ZoneName | None]:
    """The instant or day in `name`, with the event's own zone."""
    value = content.get(name)
    if not isinstance(value, Mapping):
        raise Unreadable(name)
    zone = ZoneName(value["timeZone"]) if isinstance(value.get("timeZone"), str) else None
    if isinstance(value.get("dateTime"), str):
        return _aware(value["dateTime"], zone, name), zone
    try:
        return date.fromisoformat(value["date"]), None
    except (KeyError, TypeError, ValueError):
        raise Unreadable(name) from None


def _aware(text: str, zone: ZoneName | None, name: str) -> datetime:
    """Google writes an offset; a time without one is a wall-clock time in the event's zone."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(zone or ""))
        return moment.astimezone(UTC)
    except (ValueError, OverflowError, LookupError, OSError):
        raise Unreadable(name) from None


def _instant_or_day(moment: datetime | date) -> datetime | date:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


def _own_response(attendees: object) -> ResponseStatus | None:
    if not isinstance(attendees, list):
        return None
    for attendee in attendees:
        if isinstance(attendee, Mapping) and attendee.get("self") is True:
            status = attendee.get("responseStatus")
            return _word(ResponseStatus, status, ResponseStatus.NEEDS_ACTION, unknown=ResponseStatus.ACCEPTED)
    return None


def _video_uri(conference: object) -> str:
    """The address to meet at, where `hangoutLink` does not say it."""
    entries = conference.get("entryPoints") if isinstance(conference, Mapping) else None
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, Mapping) and entry.get("entryPointType") == "video" and isinstance(entry.get("uri"), str):
            return str(entry["uri"])
    return ""


def _meet(content: Json) -> Meet:
    """How far the request for a link is. Without a request, a link is one that somebody made."""
    conference = content.get("conferenceData")
    if content.get("hangoutLink") or _video_uri(conference):
        return Meet.READY
    request = conference.get("createRequest") if isinstance(conference, Mapping) else None
    status = request.get("status") if isinstance(request, Mapping) else None
    code = status.get("statusCode") if isinstance(status, Mapping) else None
    return _MEETS.get(str(code), Meet.NONE)


_MEETS = {"pending": Meet.PENDING, "failure": Meet.FAILED}


def _private_properties(extended: object) -> dict[str, str]:
    private = extended.get("private") if isinstance(extended, Mapping) else None
    if not isinstance(private, Mapping):
        return {}
    return {key: value for key, value in private.items() if isinstance(value, str)}


def _id(content: Json, name: str) -> EventId:
    value = content.get(name) if isinstance(content, Mapping) else None
    if not isinstance(value, str) or not value:
        raise Unreadable(name)
    return EventId(value)


def _text(content: Json, name: str) -> str:
    value = content.get(name, "")
    if not isinstance(value, str):
        raise Unreadable(name)
    return value


def _list(content: Json, name: str) -> list[Any]:
    value = content.get(name, [])
    if not isinstance(value, list):
        raise Unreadable(name)
    return value


def _number(content: Json, name: str) -> int:
    """An integer; Google's schema allows one written as a string."""
    try:
        return int(content.get(name, 0))
    except (TypeError, ValueError):
        raise Unreadable(name) from None


def _word(words: type[Word], value: object, missing: Word, *, unknown: Word) -> Word:
    if value is None:
        return missing
    try:
        return words(str(value))
    except ValueError:
        return unknown
