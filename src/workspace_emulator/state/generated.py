"""Calendars that Google keeps itself, such as the holidays of a country: everybody reads them, they send no push.

Each comes into being when somebody first names it. The holidays are those on fixed days, of four years.
"""

from datetime import date, datetime, timedelta

from workspace_emulator.json_values import Json
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.event import Event
from workspace_emulator.state.workspace import Workspace, milliseconds

_SUFFIX = "#holiday@group.v.calendar.google.com"
_NEW_YEAR, _CHRISTMAS = (1, 1, "New Year's Day"), (12, 25, "Christmas Day")
_HOLIDAYS: dict[str, tuple[str, str, tuple[tuple[int, int, str], ...]]] = {
    f"en.german{_SUFFIX}": (
        "Holidays in Germany",
        "Europe/Berlin",
        (_NEW_YEAR, (5, 1, "Labour Day"), (10, 3, "Day of German Unity"), _CHRISTMAS, (12, 26, "Boxing Day")),
    ),
    f"en.canadian{_SUFFIX}": (
        "Holidays in Canada",
        "America/Toronto",
        (_NEW_YEAR, (7, 1, "Canada Day"), (11, 11, "Remembrance Day"), _CHRISTMAS, (12, 26, "Boxing Day")),
    ),
    f"en.usa{_SUFFIX}": (
        "Holidays in United States",
        "America/New_York",
        (_NEW_YEAR, (6, 19, "Juneteenth"), (7, 4, "Independence Day"), (11, 11, "Veterans Day"), _CHRISTMAS),
    ),
}


def generated_calendar(workspace: Workspace, address: str, now: datetime) -> Calendar | None:
    """The calendar of that address, made if need be; None where there is no such calendar."""
    address = address.lower()
    if address not in _HOLIDAYS:
        return None
    if address not in workspace.calendars:
        summary, zone, holidays = _HOLIDAYS[address]
        calendar = Calendar("", secondary_id=address, generated=True, time_zone=zone, summary=summary)
        for year in range(now.year - 1, now.year + 3):
            for month, day, name in holidays:
                calendar.commit(_holiday(calendar, date(year, month, day), name, now), milliseconds(now))
        workspace.calendars[address] = calendar
    return workspace.calendars[address]


def _holiday(calendar: Calendar, day: date, name: str, now: datetime) -> Event:
    event_id = f"{day:%Y%m%d}_{calendar.key.split('#')[0].replace('.', '')}{'0' * 10}"
    fields: Json = {
        "summary": name,
        "description": "Public holiday",
        "start": {"date": day.isoformat()},
        "end": {"date": (day + timedelta(days=1)).isoformat()},
        "transparency": "transparent",
        "visibility": "public",
    }
    organizer = {"email": calendar.key, "displayName": calendar.summary}
    created = milliseconds(now) // 1000 * 1000
    return Event(event_id, f"{event_id}@google.com", calendar.key, organizer, created, 0, 0, fields)
