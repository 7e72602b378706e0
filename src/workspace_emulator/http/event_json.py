"""Events as Google's JSON: which fields a reader sees, in which zone, in which order.

Source: the reference of events, the sharing guide and captures. Fields at their defaults are left out.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime

from workspace_emulator.json_values import Json
from workspace_emulator.state.access import at_least, sees_details
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.conferences import video_uri
from workspace_emulator.state.directory import User
from workspace_emulator.state.event import Event
from workspace_emulator.state.event_times import rendered, suffix_of
from workspace_emulator.state.workspace import Workspace

_BEFORE_PEOPLE = ("summary", "description", "location", "colorId", "eventLabelId")
_AFTER_UID = (
    "anyoneCanAddSelf",
    "guestsCanInviteOthers",
    "guestsCanModify",
    "guestsCanSeeOtherGuests",
    "gadget",
    "attachments",
    "outOfOfficeProperties",
    "focusTimeProperties",
    "workingLocationProperties",
    "birthdayProperties",
)


def timestamp(at_ms: int) -> str:
    """RFC 3339 in UTC with milliseconds."""
    seconds, rest = divmod(at_ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC).isoformat()[:19]}.{rest:03d}Z"


@dataclass(frozen=True, slots=True)
class View:
    """One reader's view of one calendar."""

    workspace: Workspace
    calendar: Calendar
    reader: User
    role: str
    zone: str
    max_attendees: int | None = None
    bare_tombstones: bool = False
    """Deleted events show their id alone, as in incremental lists without `showDeleted`."""
    only_times: bool = False
    """Details are hidden, whatever the role and the event's visibility say."""

    def event(self, event: Event) -> Json:
        if event.is_cancelled:
            if event.details_gone:
                return self._tombstone(event)
            if event.is_exception:
                return self._tombstone(event) | self._place_in_series(event)
            if self.bare_tombstones:
                return self._tombstone(event)
        attends = any(self._is(row["email"], self.reader.id) for row in event.attendees())
        if self.only_times or not sees_details(self.role, event, attends=attends):
            return self._hidden(event)
        return self._whole(event)

    def _tombstone(self, event: Event) -> Json:
        return {"kind": "calendar#event", "etag": event.etag, "id": event.id, "status": "cancelled"}

    def _place_in_series(self, event: Event) -> Json:
        if event.recurring_event_id is None or event.original_start is None:
            return {}
        return {
            "recurringEventId": event.recurring_event_id,
            "originalStartTime": rendered(event.original_start, self.zone),
        }

    def _hidden(self, event: Event) -> Json:
        """What is left of an event whose details the reader may not see."""
        shown: Json = {
            "kind": "calendar#event",
            "etag": event.etag,
            "id": event.id,
            "status": event.status.value,
            "htmlLink": self._link(event),
            "updated": timestamp(event.updated_ms),
            "start": rendered(event.fields["start"], self.zone),
            "end": rendered(event.fields["end"], self.zone),
        }
        if "recurrence" in event.fields:
            shown["recurrence"] = list(event.fields["recurrence"])
        shown |= self._place_in_series(event)
        if event.fields.get("transparency"):
            shown["transparency"] = event.fields["transparency"]
        return shown | {"visibility": "private", "iCalUID": event.ical_uid, "eventType": event.event_type.value}

    def _whole(self, event: Event) -> Json:
        fields = event.fields
        shown: Json = {
            "kind": "calendar#event",
            "etag": event.etag,
            "id": event.id,
            "status": event.status.value,
            "htmlLink": self._link(event),
            "created": timestamp(event.created_ms),
            "updated": timestamp(event.updated_ms),
        }
        shown |= {name: fields[name] for name in _BEFORE_PEOPLE if name in fields}
        shown["creator"] = {"email": event.creator} | self._self(event.creator)
        shown["organizer"] = dict(event.organizer) | self._self(event.organizer.get("email"))
        shown["start"] = rendered(fields["start"], self.zone)
        shown["end"] = rendered(fields["end"], self.zone)
        if "recurrence" in fields:
            shown["recurrence"] = list(fields["recurrence"])
        shown |= self._place_in_series(event)
        shown |= {name: fields[name] for name in ("transparency", "visibility") if name in fields}
        shown |= {"iCalUID": event.ical_uid, "sequence": event.sequence}
        shown |= self._attendees(event)
        if fields.get("extendedProperties"):
            shown["extendedProperties"] = fields["extendedProperties"]
        if conference := fields.get("conferenceData"):
            if link := video_uri(conference):
                shown["hangoutLink"] = link
            shown["conferenceData"] = conference
        shown |= {name: fields[name] for name in _AFTER_UID if name in fields}
        if "source" in fields and self._is(event.creator, self.reader.id):
            # Source: visible to the creator alone.
            shown["source"] = fields["source"]
        if event.private_copy:
            shown["privateCopy"] = True
        if at_least(self.role, "owner"):
            shown["reminders"] = fields.get("reminders", {"useDefault": True})
        return shown | {"eventType": event.event_type.value}

    def _attendees(self, event: Event) -> Json:
        rows = event.attendees()
        if not rows:
            return {}
        shown = []
        organizer = event.organizer.get("email")
        hidden = event.fields.get("guestsCanSeeOtherGuests") is False and not self.workspace.organizes(
            self.calendar, event
        )
        for row in rows:
            mine = self.workspace.is_owner(self.calendar, row["email"])
            hosts = self._same_person(row["email"], organizer)
            if hidden and not (mine or hosts):
                continue
            marks = ({"organizer": True} if hosts else {}) | ({"self": True} if mine else {})
            shown.append({"email": row["email"]} | marks | {key: row[key] for key in row if key != "email"})
        if self.max_attendees is not None and len(shown) > self.max_attendees:
            own = [row for row in shown if row.get("self")]
            return ({"attendees": own} if own else {}) | {"attendeesOmitted": True}
        return {"attendees": shown} if shown else {}

    def _self(self, email: str | None) -> Json:
        return {"self": True} if self.workspace.is_owner(self.calendar, email) else {}

    def _is(self, email: str, user_id: str) -> bool:
        user = self.workspace.user_of(email)
        return user is not None and user.id == user_id

    def _same_person(self, email: str, other: str | None) -> bool:
        user = self.workspace.user_of(other) if other else None
        return (other or "").lower() == email.lower() or (user is not None and self._is(email, user.id))

    def _link(self, event: Event) -> str:
        """Source: `htmlLink` decoded: the first instance's id and the calendar's, in base64."""
        shown_id = event.id
        if event.is_master:
            shown_id = f"{event.id}_{suffix_of(event.fields['start'])}"
        calendar_id = calendar_id_of(self.workspace, self.calendar)
        calendar_id = calendar_id.replace("@group.calendar.google.com", "@g").replace("@gmail.com", "@m")
        eid = urlsafe_b64encode(f"{shown_id} {calendar_id}".encode()).decode().rstrip("=")
        return f"https://www.google.com/calendar/event?eid={eid}"


def calendar_id_of(workspace: Workspace, calendar: Calendar) -> str:
    """The address by which the API names the calendar."""
    return workspace.address_of(calendar)
