"""Event bodies as `events.insert` takes them: timed and all-day events, guests, and Google's other event types.

Owns the shapes and the rules that Google sets for each type; which events a person has is in the company's module.
Source: the reference of the `events` resource and the guide to calendar statuses.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from workspace_emulator.seed.model import EventBody

WEEKDAYS = "MO,TU,WE,TH,FR"


def timed(title: str, day: date, start: str, length: timedelta, zone: str, **more: Any) -> EventBody:
    """An event that begins on `day` at the wall-clock time `start` ("09:15") of `zone` and lasts `length`.

    `more` is merged as it stands: `location="…"`, `visibility="private"`, `recurrence=[…]`, and so on.
    """
    begins = _instant(day, start, zone)
    ends = (begins.astimezone(UTC) + length).astimezone(ZoneInfo(zone))
    return {"summary": title, "start": _date_time(begins, zone), "end": _date_time(ends, zone), **more}


def all_day(title: str, first: date, days: int = 1, **more: Any) -> EventBody:
    """An event of whole days from `first` on. The end that Google wants is the day after the last one."""
    last = first + timedelta(days=days)
    return {"summary": title, "start": {"date": first.isoformat()}, "end": {"date": last.isoformat()}, **more}


def out_of_office(title: str, first: date, days: int, zone: str) -> EventBody:
    """Whole days away. Google takes this type only timed and busy, so it runs from midnight to midnight."""
    return {
        "summary": title,
        "eventType": "outOfOffice",
        "transparency": "opaque",
        "start": _date_time(_instant(first, "00:00", zone), zone),
        "end": _date_time(_instant(first + timedelta(days=days), "00:00", zone), zone),
        "outOfOfficeProperties": {
            "autoDeclineMode": "declineNone",
            "declineMessage": "I am away and will answer when I am back.",
        },
    }


def focus_time(title: str, day: date, start: str, length: timedelta, zone: str, **more: Any) -> EventBody:
    """Time kept free of meetings: timed and busy, as Google demands of this type."""
    properties = {"autoDeclineMode": "declineNone", "chatStatus": "doNotDisturb"}
    kind = {"eventType": "focusTime", "transparency": "opaque", "focusTimeProperties": properties}
    return timed(title, day, start, length, zone, **kind, **more)


def working_from_home(day: date, **more: Any) -> EventBody:
    """One day at home. Google takes this type only public and free, and all-day for exactly one day."""
    place = {"type": "homeOffice", "homeOffice": {}}
    return all_day("Home", day, **_working_location(place), **more)


def working_at_office(label: str, day: date, start: str, length: timedelta, zone: str, **more: Any) -> EventBody:
    """Some hours at the office called `label`."""
    place = {"type": "officeLocation", "officeLocation": {"label": label}}
    return timed(label, day, start, length, zone, **_working_location(place), **more)


def lunch(series_start: date, start: str, zone: str) -> EventBody:
    """Three quarters of an hour on every working day, from an old Monday on."""
    rule = f"RRULE:FREQ=WEEKLY;BYDAY={WEEKDAYS}"
    return timed("Lunch", series_start, start, timedelta(minutes=45), zone, recurrence=[rule])


def guests(answers: Mapping[str, str]) -> list[dict[str, str]]:
    """The attendees of an event from their addresses and answers ("accepted", "declined", "tentative", …)."""
    return [{"email": email, "responseStatus": answer} for email, answer in answers.items()]


def moved(day: date, start: str, length: timedelta, zone: str) -> EventBody:
    """The change that moves an instance to another time."""
    event = timed("", day, start, length, zone)
    return {"start": event["start"], "end": event["end"]}


def instance_suffix(day: date, start: str, zone: str) -> str:
    """What Google appends to a series' id for the instance that was first meant for `day` at `start`."""
    return _instant(day, start, zone).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _working_location(place: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "eventType": "workingLocation",
        "visibility": "public",
        "transparency": "transparent",
        "workingLocationProperties": place,
    }


def _instant(day: date, start: str, zone: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(start), ZoneInfo(zone))


def _date_time(instant: datetime, zone: str) -> dict[str, str]:
    return {"dateTime": instant.isoformat(), "timeZone": zone}
