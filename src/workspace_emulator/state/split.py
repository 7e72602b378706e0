"""A change of "this and following" instances as Google's own pages make it: a shorter series and a second one.

The second one's id is the first one's with `_R` and its start. Source: a captured series; the API has no such method.
"""

import re
from datetime import UTC, datetime, timedelta

from workspace_emulator.json_values import Json
from workspace_emulator.state import copies, errors, recurrence, series
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.event import Event
from workspace_emulator.state.event_times import duration_between, moment_of, shifted, wall_clock
from workspace_emulator.state.instances import locate
from workspace_emulator.state.workspace import Workspace

_COUNT = re.compile(r";?COUNT=(\d+)", re.IGNORECASE)
_UNTIL = re.compile(r";?UNTIL=[0-9TZ]+", re.IGNORECASE)


def split_series(workspace: Workspace, calendar: Calendar, instance_id: str, now: datetime) -> Event:
    """The second series, which starts with the instance; the first one ends before it.

    Raises: ApiError 404 for what is no instance, 400 for the first instance and for series without a single RRULE.
    """
    item = locate(calendar, instance_id)
    master = calendar.events.get(item.recurring_event_id or "") if item else None
    if item is None or master is None or item.original_start is None:
        raise errors.not_found()
    rules = [line for line in master.fields["recurrence"] if line.upper().startswith("RRULE")]
    at = wall_clock({**item.original_start, **_zone_of(master)})
    first = recurrence.first_start(master.fields["recurrence"], master.fields["start"])
    if len(rules) != 1 or first is None or at <= first:
        raise errors.invalid("The series cannot be split here.")
    counted = _COUNT.search(rules[0])
    before = recurrence.starts(
        rules, master.fields["start"], after=wall_clock(master.fields["start"]), before=at - timedelta(seconds=1)
    )
    passed = sum(1 for _ in before)
    bare = _UNTIL.sub("", _COUNT.sub("", rules[0]))
    second = _second(master, item.original_start)
    second.fields["recurrence"] = [f"{bare};COUNT={int(counted[1]) - passed}" if counted else rules[0]]
    shorter = master.copy()
    others = [line for line in master.fields["recurrence"] if line not in rules]
    shorter.fields["recurrence"] = [f"{bare};UNTIL={_end_before(item.original_start)}", *others]
    copies.spread(workspace, calendar, series.store(workspace, calendar, shorter, now), master, now)
    stored = series.store(workspace, calendar, second, now)
    copies.spread(workspace, calendar, stored, None, now)
    return stored


def _zone_of(master: Event) -> Json:
    zone = master.fields["start"].get("timeZone")
    return {"timeZone": zone} if zone else {}


def _second(master: Event, start: Json) -> Event:
    second = master.copy()
    stamp = start["date"].replace("-", "") if "date" in start else f"{moment_of(start, 'UTC'):%Y%m%dT%H%M%S}"
    second.id = f"{master.id.split('_R')[0]}_R{stamp}"
    second.ical_uid = f"{second.id}@google.com"
    second.sequence, second.former_rules = 0, []
    second.fields["start"] = dict(start)
    second.fields["end"] = shifted(start, duration_between(master.fields["start"], master.fields["end"]))
    return second


def _end_before(start: Json) -> str:
    """UNTIL just before a start: in UTC, or the day before."""
    if "date" in start:
        return f"{wall_clock(start) - timedelta(days=1):%Y%m%d}"
    return f"{moment_of(start, 'UTC').astimezone(UTC) - timedelta(seconds=1):%Y%m%dT%H%M%SZ}"
