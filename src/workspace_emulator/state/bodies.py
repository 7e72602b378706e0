"""A body of insert, update or patch laid over an event: what each field of the event is afterwards.

Source: the reference of events. PUT clears what it leaves out, PATCH merges, arrays are replaced as a whole, null
removes.
"""

from dataclasses import dataclass
from random import Random

from workspace_emulator.json_values import Json
from workspace_emulator.state import conferences, errors, extended_properties, recurrence
from workspace_emulator.state import event_rules as rules
from workspace_emulator.state.event import Event
from workspace_emulator.state.event_times import read_pair


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """The query parameters and headers of a write that change its meaning."""

    conference_version: int = 0
    supports_attachments: bool = False
    if_match: str | None = None
    in_batch: bool = False
    meet_requests: str = "success"


@dataclass(frozen=True, slots=True)
class Overlay:
    """How a body is laid over an event."""

    merge: bool
    """True for PATCH."""
    calendar_zone: str
    options: WriteOptions
    random: Random

    def apply(self, draft: Event, body: Json) -> None:
        """Change the draft. Raises: ApiError 400 for what Google refuses."""
        fields = draft.fields
        for name in rules.PLAIN_FIELDS:
            if name in body:
                rules.set_plain_field(fields, name, body[name])
            elif not self.merge and fields:
                fields.pop(name, None)
        self._times(draft, body)
        if "attendees" in body or not self.merge:
            rows = rules.read_attendees(body.get("attendees"), draft.attendees())
            _set_or_drop(fields, "attendees", rows)
        if "reminders" in body or not self.merge:
            fields["reminders"] = rules.read_reminders(body.get("reminders"))
        if "extendedProperties" in body or not self.merge:
            properties = extended_properties.merged(
                fields.get("extendedProperties"), body.get("extendedProperties"), keep_old=self.merge
            )
            _set_or_drop(fields, "extendedProperties", properties)
        if self.options.supports_attachments and ("attachments" in body or not self.merge):
            _set_or_drop(fields, "attachments", rules.read_attachments(body.get("attachments")))
        if self.options.conference_version and ("conferenceData" in body or not self.merge):
            conference = conferences.conference_after(
                fields.get("conferenceData"),
                body.get("conferenceData"),
                self.random,
                outcome=self.options.meet_requests,
            )
            _set_or_drop(fields, "conferenceData", conference)
        if "status" in body or not self.merge:
            draft.status = rules.read_status(body.get("status") or "confirmed")
        rules.check_type_rules(draft)

    def _times(self, draft: Event, body: Json) -> None:
        fields = draft.fields
        lines = body.get("recurrence") if "recurrence" in body or not self.merge else fields.get("recurrence")
        if draft.is_exception:
            # An instance has no rule of its own; whatever a client echoes is ignored.
            lines = None
        times: Json = {}
        for side in ("start", "end"):
            given = body.get(side)
            if given is not None and not isinstance(given, dict):
                raise errors.invalid(f"Invalid value for: {side}")
            old = fields.get(side, {}) if self.merge else {}
            merged = {key: value for key, value in {**old, **(given or {})}.items() if value is not None}
            times[side] = merged
        if self.merge and "start" not in body and "end" not in body and "recurrence" not in body:
            return
        start, end = read_pair(times, self.calendar_zone, recurring=bool(lines))
        fields["start"], fields["end"] = start, end
        _set_or_drop(fields, "recurrence", recurrence.checked(lines, start) if lines is not None else None)


def _set_or_drop(fields: Json, name: str, value: object) -> None:
    if value:
        fields[name] = value
    else:
        fields.pop(name, None)
