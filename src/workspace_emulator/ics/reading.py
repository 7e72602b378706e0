"""An .ics file as bodies for Google's Calendar API, with the reasons for whatever cannot be taken.

Reads with the icalendar library; knows nothing of HTTP. Source: RFC 5545 and the reference of events.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from workspace_emulator.ics.zones import iana_name
from workspace_emulator.json_values import Json

Component = Any
"""A VEVENT. icalendar types each property as any of thirty kinds; which one it is follows from its name."""

_DAY = timedelta(days=1)


class Unusable(ValueError):
    """Why one entry of the file cannot be taken."""


@dataclass(frozen=True, slots=True)
class ChangedInstance:
    """An exception of a series: which start it replaces and by what."""

    uid: str
    original: date | datetime
    changes: Json


@dataclass(slots=True)
class Contents:
    """What a file holds."""

    events: list[Json] = field(default_factory=list)
    """Bodies for events.import, masters and single events."""
    changed: list[ChangedInstance] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    """One sentence for each entry that is not taken; without its title."""


def read(text: bytes, calendar_zone: str, addresses: set[str]) -> Contents:
    """The contents of a file for the owner of `addresses`; times without a zone are the calendar's.

    Raises: ValueError for a file that is no iCalendar at all.
    """
    contents = Contents()
    for calendar in Calendar.from_ical(text, multiple=True):
        for component in calendar.walk():
            if component.name == "VEVENT":
                _take(contents, component, calendar_zone, addresses)
            elif component.name in {"VTODO", "VJOURNAL"}:
                contents.skipped.append(f"A {component.name}: calendars of this kind hold events only.")
    return contents


def _take(contents: Contents, component: Component, calendar_zone: str, addresses: set[str]) -> None:
    uid = str(component.get("UID") or sha256(component.to_ical()).hexdigest()[:32])
    try:
        if (original := component.get("RECURRENCE-ID")) is None:
            body = _body(component, calendar_zone, addresses) | {"iCalUID": uid}
            if body.get("status") == "cancelled":
                raise Unusable("it is cancelled")
            contents.events.append(body)
        elif str(original.params.get("RANGE", "")).upper() == "THISANDFUTURE":
            raise Unusable("a change of this and all following instances has no counterpart in the API")
        else:
            changes = _body(component, calendar_zone, addresses, exception=True)
            contents.changed.append(ChangedInstance(uid, _in_zone(original.dt, calendar_zone), changes))
    except Unusable as reason:
        contents.skipped.append(f"{_place(component, uid)}: {reason}.")
    except (AttributeError, TypeError, ValueError, OverflowError):
        # A property of another kind than its name promises.
        contents.skipped.append(f"{_place(component, uid)}: it cannot be read.")


def _place(component: Component, uid: str) -> str:
    start = getattr(component.get("DTSTART"), "dt", None)
    when = f" of {start:%Y-%m-%d}" if isinstance(start, date) else ""
    return f"The event{when} with UID {uid}"


def _body(component: Component, calendar_zone: str, addresses: set[str], *, exception: bool = False) -> Json:
    if component.errors:
        name, problem = component.errors[0]
        raise Unusable(f"its {name or 'contents'} cannot be read ({problem})")
    body: Json = {}
    for name, key in (("SUMMARY", "summary"), ("DESCRIPTION", "description"), ("LOCATION", "location")):
        if component.get(name):
            body[key] = str(component[name])
    body |= _times(component, calendar_zone)
    if not exception and (lines := list(_recurrence(component, body, calendar_zone))):
        body["recurrence"] = lines
    status = str(component.get("STATUS") or "CONFIRMED").lower()
    body["status"] = status if status in {"confirmed", "tentative", "cancelled"} else "confirmed"
    busy = str(component.get("X-MICROSOFT-CDO-BUSYSTATUS") or "")
    if str(component.get("TRANSP") or "").upper() == "TRANSPARENT" or busy.upper() == "FREE":
        body["transparency"] = "transparent"
    visibility = str(component.get("CLASS") or "").lower()
    if visibility in {"private", "confidential"}:
        body["visibility"] = visibility
    if not exception and component.get("SEQUENCE") is not None:
        body["sequence"] = int(component["SEQUENCE"])
    return body | _people(component, addresses)


def _times(component: Component, calendar_zone: str) -> Json:
    if component.get("DTSTART") is None:
        raise Unusable("it has no start")
    start = component["DTSTART"].dt
    if component.get("DTEND") is not None:
        end = component["DTEND"].dt
    elif component.get("DURATION") is not None:
        end = start + component["DURATION"].dt
    else:
        # RFC 5545, 3.6.1: a day lasts a day, a moment ends at once.
        end = start if isinstance(start, datetime) else start + _DAY
    if isinstance(start, datetime) != isinstance(end, datetime):
        raise Unusable("its start and end are of different kinds")
    start_zone = component["DTSTART"].params.get("TZID")
    end_zone = component["DTEND"].params.get("TZID") if component.get("DTEND") is not None else start_zone
    return {"start": _point(start, start_zone, calendar_zone), "end": _point(end, end_zone, calendar_zone)}


def _point(value: date | datetime, named: str | None, calendar_zone: str) -> Json:
    if not isinstance(value, datetime):
        return {"date": value.isoformat()}
    zone_name = _zone_of(value, named, calendar_zone)
    local = value.replace(microsecond=0)
    if value.tzinfo is UTC or zone_name == "UTC":
        return {"dateTime": local.replace(tzinfo=None).isoformat() + "Z", "timeZone": "UTC"}
    return {"dateTime": local.replace(tzinfo=None).isoformat(), "timeZone": zone_name}


def _zone_of(value: datetime, named: str | None, calendar_zone: str) -> str:
    if value.tzinfo is None:
        if named:
            raise Unusable(f"its time zone {named!r} is unknown")
        return calendar_zone
    found = iana_name(named, value.tzinfo, value.year)
    if found is None:
        raise Unusable(f"its time zone {named!r} fits none of the IANA zones")
    return found


def _recurrence(component: Component, body: Json, calendar_zone: str) -> Iterator[str]:
    for name in ("RRULE", "EXRULE"):
        for rule in _listed(component.get(name)):
            yield f"{name}:{_with_utc_until(rule, body)}"
    for name in ("RDATE", "EXDATE"):
        for dates in _listed(component.get(name)):
            for entry in dates.dts:
                value = entry.dt[0] if isinstance(entry.dt, tuple) else entry.dt
                yield _date_line(name, value, dates.params.get("TZID"), calendar_zone)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _with_utc_until(rule: Any, body: Json) -> str:
    """The rule's text; UNTIL of a timed series is in UTC, as Google wants it."""
    rule = rule.copy()
    untils = rule.get("UNTIL") or []
    if untils and "date" not in body["start"]:
        until = untils[0]
        zone = ZoneInfo(body["start"]["timeZone"])
        if not isinstance(until, datetime):
            until = datetime.combine(until, datetime.max.time().replace(microsecond=0), zone)
        elif until.tzinfo is None:
            until = until.replace(tzinfo=zone)
        rule["UNTIL"] = [until.astimezone(UTC)]
    return str(rule.to_ical().decode())


def _date_line(name: str, value: date | datetime, named: str | None, calendar_zone: str) -> str:
    if not isinstance(value, datetime):
        return f"{name};VALUE=DATE:{value:%Y%m%d}"
    zone_name = _zone_of(value, named, calendar_zone)
    if zone_name == "UTC":
        return f"{name}:{value:%Y%m%dT%H%M%S}Z"
    return f"{name};TZID={zone_name}:{value:%Y%m%dT%H%M%S}"


def _in_zone(value: date | datetime, calendar_zone: str) -> date | datetime:
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=ZoneInfo(calendar_zone))
    return value


def _people(component: Component, addresses: set[str]) -> Json:
    """Organizer and attendees, where the calendar's owner is one of them; an import for others is refused."""
    organizer = _email(component.get("ORGANIZER"))
    attendees = []
    for row in _listed(component.get("ATTENDEE")):
        if (email := _email(row)) is not None:
            attendees.append({"email": email, "responseStatus": _response(row)} | _named(row))
    present = {organizer or "", *(row["email"] for row in attendees)}
    if not {email.lower() for email in present} & addresses:
        return {}
    shown: Json = {"attendees": attendees} if attendees else {}
    if organizer is not None:
        shown["organizer"] = {"email": organizer} | _named(component["ORGANIZER"])
    return shown


def _email(value: Any) -> str | None:
    text = str(value or "")
    email = text[7:] if text.lower().startswith("mailto:") else text
    return email if "@" in email else None


def _named(value: Any) -> Json:
    name = value.params.get("CN")
    return {"displayName": str(name)} if name and "@" not in str(name) else {}


def _response(value: Any) -> str:
    answers = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
    return answers.get(str(value.params.get("PARTSTAT", "")).upper(), "needsAction")
