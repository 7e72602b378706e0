"""The instances of a series: computed from its master, replaced by stored exceptions.

An instance is known by its original start: `<master id>_<UTC start>` or, all-day, `<master id>_<day>`.
Source: the guide to recurring events.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from workspace_emulator.json_values import Json
from workspace_emulator.state import recurrence
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.event import Event
from workspace_emulator.state.event_times import (
    at_wall_clock,
    duration_between,
    is_all_day,
    known_zone,
    moment_of,
    shifted,
    suffix_of,
)

_INSTANCE_ID = re.compile(r"^(.+)_(\d{8})(T\d{6}Z)?$")
_DAY = timedelta(days=1)
_TEN_YEARS = timedelta(days=3660)
_DAWN = datetime(1, 1, 1)  # noqa: DTZ001  (a wall-clock time has no zone here)
_DUSK = datetime(2500, 1, 1)  # noqa: DTZ001  (as above; an endless series ends here for everybody)


@dataclass(frozen=True, slots=True)
class Window:
    """Instants that an event must touch: it ends after `time_min` and starts before `time_max`."""

    time_min: datetime | None = None
    time_max: datetime | None = None
    min_inclusive: bool = False
    """Whether an event that ends exactly at `time_min` counts, as events.instances documents."""

    def holds(self, event: Event, calendar_zone: str) -> bool:
        if self.time_min is not None:
            end = moment_of(event.fields["end"], calendar_zone)
            if end < self.time_min or (end == self.time_min and not self.min_inclusive):
                return False
        return self.time_max is None or moment_of(event.fields["start"], calendar_zone) < self.time_max


def instance(master: Event, local_start: datetime) -> Event:
    """The computed instance of a live master that originally starts at a naive local time."""
    draft = master.copy()
    start = at_wall_clock(local_start, master.fields["start"])
    draft.fields["start"] = start
    draft.fields["end"] = shifted(start, duration_between(master.fields["start"], master.fields["end"]))
    del draft.fields["recurrence"]
    draft.original_start = start
    draft.recurring_event_id = master.id
    draft.id = f"{master.id}_{suffix_of(start)}"
    draft.former_rules = []
    return draft


def locate(calendar: Calendar, event_id: str) -> Event | None:
    """The stored event of that id, or the computed instance that the id names, or None."""
    stored = calendar.events.get(event_id)
    if stored is not None and not (stored.details_gone and stored.is_exception):
        return stored
    return _computed(calendar, event_id) or stored


def _computed(calendar: Calendar, event_id: str) -> Event | None:
    matched = _INSTANCE_ID.match(event_id)
    master = calendar.events.get(matched[1]) if matched else None
    if matched is None or master is None or not master.is_master:
        return None
    start: Json = master.fields["start"]
    all_day = is_all_day(start)
    if all_day != (matched[3] is None):
        return None
    try:
        local = datetime.strptime(matched[2] + (matched[3] or "T000000Z"), "%Y%m%dT%H%M%SZ")  # noqa: DTZ007  (see below)
    except ValueError:
        return None
    if not all_day:
        # The id is in UTC; the series expands in its own zone.
        local = local.replace(tzinfo=UTC).astimezone(known_zone(start["timeZone"])).replace(tzinfo=None)
    if not recurrence.has_start(master.fields["recurrence"], start, local):
        return _in_gap(master, event_id, local)
    return instance(master, local)


def _in_gap(master: Event, event_id: str, local: datetime) -> Event | None:
    """The instance whose wall-clock time a change of the clock skipped: its id names the shifted time.

    The longest gap is a day: Samoa went without 30 December 2011.
    """
    midnight = local.replace(hour=0, minute=0, second=0)
    earliest, latest = midnight - _DAY, midnight + _DAY - timedelta(seconds=1)
    for start in recurrence.starts(master.fields["recurrence"], master.fields["start"], after=earliest, before=latest):
        candidate = instance(master, start)
        if candidate.id == event_id:
            return candidate
    return None


def computed_instances(calendar: Calendar, master: Event, window: Window, until: datetime) -> Iterator[Event]:
    """Instances within the window that have no exception and start before `until`, by original start."""
    start: Json = master.fields["start"]
    duration = duration_between(start, master.fields["end"])
    zone = known_zone(calendar.time_zone if is_all_day(start) else start["timeZone"])
    # One day of slack on both sides for offsets; the exact test follows on instants.
    after = _DAWN
    if window.time_min is not None:
        earliest = window.time_min.astimezone(zone).replace(tzinfo=None)
        after = max(_DAWN, earliest - _DAY - duration) if earliest - _DAWN > duration + _DAY else _DAWN
    if window.time_max is None or window.time_max > until:
        window = replace(window, time_max=until)
    last = min(window.time_max or until, until).astimezone(zone).replace(tzinfo=None)
    before = min(last + _DAY, _DUSK)
    taken = calendar.overridden(master.id)
    for local in recurrence.starts(master.fields["recurrence"], start, after=after, before=before):
        candidate = instance(master, local)
        original = candidate.original_start
        if original and suffix_of(original) not in taken and window.holds(candidate, calendar.time_zone):
            yield candidate


def touches_window(calendar: Calendar, event: Event, window: Window, horizon: datetime) -> bool:
    """Whether an event, or for a master any computed instance of it, lies in the window."""
    if not event.is_master:
        return window.holds(event, calendar.time_zone)
    if window.time_min is None and window.time_max is None:
        return True
    until = window.time_max or max(horizon, window.time_min or horizon) + _TEN_YEARS
    return next(computed_instances(calendar, event, window, until), None) is not None
