"""An event with attendees on their calendars: copies of the organizer's, and answers on their way back.

Source: the guide to inviting attendees. Copies carry the organizer's event id. Shared fields flow from the organizer;
reminders, colour, transparency and private properties belong to each copy; only answers flow back.
"""

from copy import deepcopy
from datetime import datetime, timedelta
from typing import TypeGuard

from workspace_emulator.json_values import Json
from workspace_emulator.state import series
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.event import Event, Status
from workspace_emulator.state.instances import locate
from workspace_emulator.state.workspace import Workspace

_OWN_FIELDS = ("reminders", "colorId", "eventLabelId", "transparency", "source", "attachments")
_ANSWER_FIELDS = ("responseStatus", "comment", "additionalGuests")


def spread(
    workspace: Workspace,
    calendar: Calendar,
    event: Event,
    before: Event | None,
    now: datetime,
    *,
    except_for: str | None = None,
) -> None:
    """Bring the copies of an organizer's event up to date, at once or after the delay that is switched on."""
    if event.private_copy or not workspace.is_owner(calendar, event.organizer.get("email")):
        return
    invited = guests(workspace, calendar, event) | (guests(workspace, calendar, before) if before else set())
    delay = workspace.switches.attendee_copy_delay_seconds
    for guest_id in sorted(invited - {except_for}):
        if delay > 0:
            workspace.later("copy", calendar, event.id, now + timedelta(seconds=delay), guest_id=guest_id)
        else:
            copy_to(workspace, calendar, event.id, guest_id, now)


def answer(workspace: Workspace, calendar: Calendar, copy: Event, now: datetime) -> None:
    """Carry the owner's answer on a copy back to the organizer, and from there to the other copies."""
    home = workspace.calendar_at(copy.organizer.get("email", ""))
    original = locate(home, copy.id) if home else None
    given = _row_of(workspace, calendar, copy)
    if home is None or original is None or original.is_cancelled or given is None:
        return
    draft = original.copy()
    row = _row_of(workspace, calendar, draft)
    answer_given = {name: given[name] for name in _ANSWER_FIELDS if name in given}
    if row is None or {name: row[name] for name in _ANSWER_FIELDS if name in row} == answer_given:
        return
    for name in _ANSWER_FIELDS:
        row.pop(name, None)
    row |= answer_given
    workspace.commit(home, draft, now)
    spread(workspace, home, draft, original, now, except_for=calendar.key)


def _row_of(workspace: Workspace, calendar: Calendar, event: Event) -> Json | None:
    """The attendee row of the calendar's owner, for reading and changing in a draft."""
    rows: list[Json] = event.fields.get("attendees", [])
    return next((row for row in rows if workspace.is_owner(calendar, row["email"])), None)


def own_response(workspace: Workspace, calendar: Calendar, event: Event) -> str | None:
    """How the calendar's owner answered; None where they are not an attendee."""
    row = _row_of(workspace, calendar, event)
    return row["responseStatus"] if row else None


def set_own_response(
    workspace: Workspace, calendar: Calendar, draft: Event, response: str, *, comment: str | None = None
) -> None:
    row = _row_of(workspace, calendar, draft)
    if row is not None:
        row |= {"responseStatus": response} | ({"comment": comment} if comment else {})


def guests(workspace: Workspace, calendar: Calendar, event: Event) -> set[str]:
    """The keys of the calendars of attendees who have one here, the organizer's aside."""
    found = (workspace.calendar_at(row["email"]) for row in event.attendees())
    return {guest.key for guest in found if guest is not None and not guest.generated} - {calendar.key}


def private_elsewhere(workspace: Workspace, calendar: Calendar, event: Event) -> list[Json]:
    """The private properties that the event's other copies carry."""
    addresses = [event.organizer.get("email", ""), *(row["email"] for row in event.attendees())]
    others = {
        found.key: found
        for address in addresses
        if (found := workspace.calendar_at(address)) is not None and found.key != calendar.key
    }
    found_there = (other.events.get(event.id) for other in others.values())
    held = (
        copy.fields.get("extendedProperties", {}).get("private", {}) for copy in found_there if _is_copy(copy, event)
    )
    return [private for private in held if private]


def _is_copy(found: Event | None, event: Event) -> TypeGuard[Event]:
    return found is not None and found.ical_uid == event.ical_uid


def copy_to(workspace: Workspace, home: Calendar, event_id: str, guest_id: str, now: datetime) -> None:
    """Make one guest's calendar show the organizer's event as it is now."""
    event = home.events.get(event_id)
    target = workspace.calendars.get(guest_id)
    if event is None or target is None:
        return
    old = locate(target, event_id)
    if old is not None and old.ical_uid != event.ical_uid:
        # The guest's calendar holds an event of its own under this id; Google does not promise to detect this.
        return
    invited = guest_id in guests(workspace, home, event) and not event.is_cancelled
    if old is None and not invited:
        return
    draft = _draft_copy(event, old)
    if not invited:
        if old is not None and old.is_cancelled:
            return
        draft.status = Status.CANCELLED
    elif old is not None and old.is_cancelled and own_response(workspace, target, old) == "declined":
        # The guest removed the invitation; the organizer's later changes do not bring it back.
        return
    elif old is not None and _same(old, draft):
        return
    series.store(workspace, target, draft, now)
    if old is None and target.absence_ids:
        workspace.later("invitation", target, event_id, now)


def _draft_copy(event: Event, old: Event | None) -> Event:
    draft = event.copy()
    shared = {name: value for name, value in event.fields.items() if name not in _OWN_FIELDS}
    own = {"reminders": {"useDefault": True}}
    if old is not None:
        own = {name: old.fields[name] for name in _OWN_FIELDS if name in old.fields}
        draft.created_ms, draft.updated_ms, draft.version_ms = old.created_ms, old.updated_ms, old.version_ms
        draft.serial, draft.born_at, draft.former_rules = old.serial, old.born_at, list(old.former_rules)
    elif "transparency" in event.fields:
        own["transparency"] = event.fields["transparency"]
    properties = {
        "shared": event.fields.get("extendedProperties", {}).get("shared"),
        "private": (old.fields if old else {}).get("extendedProperties", {}).get("private"),
    }
    kept = {kind: value for kind, value in properties.items() if value}
    draft.fields = deepcopy(shared | own)
    draft.fields.pop("extendedProperties", None)
    if kept:
        draft.fields["extendedProperties"] = deepcopy(kept)
    return draft


def _same(old: Event, new: Event) -> bool:
    parts = ((event.fields, event.status, event.sequence, event.organizer) for event in (old, new))
    return next(parts) == next(parts)
