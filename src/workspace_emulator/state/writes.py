"""Insert, import, update, patch and delete: what each does to the calendar it names and to the copies elsewhere.

Source: the reference of events, the guides to versions, recurring events and attendees. The caller has checked that
the user may write to the calendar.
"""

from base64 import b32hexencode
from datetime import datetime

from workspace_emulator.json_values import Json
from workspace_emulator.state import copies, errors, extended_properties, series
from workspace_emulator.state import event_rules as rules
from workspace_emulator.state.bodies import Overlay, WriteOptions
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.conferences import meet_link
from workspace_emulator.state.directory import User
from workspace_emulator.state.event import Event, EventType, Status
from workspace_emulator.state.instances import locate
from workspace_emulator.state.workspace import Workspace, milliseconds

NO_OPTIONS = WriteOptions()
_RANKS = {"public": 0, "default": 1, "private": 2, "confidential": 2}


def insert(
    workspace: Workspace,
    calendar: Calendar,
    user: User,
    body: Json,
    now: datetime,
    options: WriteOptions = NO_OPTIONS,
) -> Event:
    """A new event, organized by the calendar's owner.

    Raises: ApiError 400 for bodies that Google refuses, 409 for an id that exists or ever existed.
    """
    event_id = body.get("id") or workspace.new_event_id()
    if not isinstance(event_id, str) or not rules.CLIENT_ID.match(event_id):
        raise errors.invalid("Invalid resource id value.")
    if event_id in calendar.events:
        raise errors.duplicate_id()
    uid = str(body.get("iCalUID") or f"{event_id}@google.com")
    draft = _blank(event_id, uid, user, workspace.organizer_of(calendar), now)
    if "eventType" in body:
        draft.event_type = rules.read_event_type(body["eventType"])
    if draft.event_type is not EventType.DEFAULT and not calendar.is_primary:
        message = f"An event of type {draft.event_type} can only be on a primary calendar."
        raise errors.bad_calendar_request("eventTypeRestriction", message)
    if draft.event_type is EventType.WORKING_LOCATION and options.in_batch:
        raise errors.bad_calendar_request("eventTypeRestriction", "Working locations cannot be written in a batch.")
    _overlay(workspace, calendar, options, merge=False).apply(draft, body)
    draft.sequence = _sequence(body, 0)
    if not options.conference_version and _adds_meet(workspace, user):
        draft.fields["conferenceData"] = meet_link(event_id, workspace.random)
    stored = series.store(workspace, calendar, draft, now)
    copies.spread(workspace, calendar, stored, None, now)
    _afterwards(workspace, calendar, stored, now)
    return stored


def import_event(
    workspace: Workspace,
    calendar: Calendar,
    user: User,
    body: Json,
    now: datetime,
    options: WriteOptions = NO_OPTIONS,
) -> Event:
    """A private copy of an event from elsewhere; the same iCalUID addresses the same event again.

    Raises: ApiError 400, also for a sequence below the stored one and for people who have no part in the event.
    """
    uid = body.get("iCalUID")
    if not isinstance(uid, str) or not uid:
        raise errors.required("Missing iCalUID.")
    if body.get("eventType", "default") != "default":
        raise errors.bad_calendar_request("eventTypeRestriction", "Only events of type default can be imported.")
    organizer = rules.read_organizer(body.get("organizer"))
    attendees = rules.read_attendees(body.get("attendees"), [])
    people = [organizer.get("email", ""), *(row["email"] for row in attendees)]
    if organizer.get("email") and not any(workspace.is_owner(calendar, person) for person in people):
        message = "The owner of the calendar must either be the organizer or an attendee of an event that is imported."
        raise errors.bad_calendar_request("participantIsNeitherOrganizerNorAttendee", message)
    known = [calendar.events[key] for key in calendar.ids_by_uid.get(uid, ())]
    old = next((event for event in known if not event.is_exception), None)
    event_id = old.id if old else imported_id(uid)
    draft = old.copy() if old else _blank(event_id, uid, user, workspace.organizer_of(calendar), now)
    sequence = _sequence(body, 0)
    if old is not None and sequence < old.sequence:
        raise errors.stale_sequence()
    draft.organizer = organizer if organizer.get("email") else workspace.organizer_of(calendar)
    draft.private_copy = not workspace.is_owner(calendar, draft.organizer["email"]) or draft.private_copy
    _overlay(workspace, calendar, options, merge=False).apply(draft, body)
    draft.sequence = sequence
    return series.store(workspace, calendar, draft, now)


def imported_id(uid: str) -> str:
    """The id of an imported event: an underscore and the iCalUID in base32hex. Source: captures, decoded."""
    return "_" + b32hexencode(uid.encode()).decode().rstrip("=").lower()


def change(
    workspace: Workspace,
    calendar: Calendar,
    event_id: str,
    body: Json,
    now: datetime,
    options: WriteOptions = NO_OPTIONS,
    *,
    merge: bool,
) -> Event:
    """Patch (`merge`) or update an event or instance.

    Raises: ApiError 404, 412, 400 for refused bodies, 403 for the organizer's rights.
    """
    before = found(calendar, event_id, options)
    draft = before.copy()
    if body.get("eventType", before.event_type) != before.event_type:
        raise errors.bad_calendar_request("eventTypeRestriction", "The type of an event cannot be changed.")
    if before.event_type is EventType.WORKING_LOCATION and options.in_batch:
        raise errors.bad_calendar_request("eventTypeRestriction", "Working locations cannot be written in a batch.")
    sequence = _sequence(body, before.sequence)
    if sequence < before.sequence:
        raise errors.stale_sequence()
    _overlay(workspace, calendar, options, merge=merge).apply(draft, body)
    if body.get("extendedProperties"):
        elsewhere = copies.private_elsewhere(workspace, calendar, draft)
        extended_properties.check_limits(draft.fields.get("extendedProperties"), elsewhere)
    if before.is_cancelled and not draft.is_cancelled and not workspace.switches.restore_deleted:
        raise errors.ApiError(403, "forbidden", "Forbidden")
    if draft.is_cancelled and not before.is_cancelled:
        return _cancel(workspace, calendar, before, now)
    draft.sequence = sequence
    if workspace.organizes(calendar, before):
        return _store_organizers(workspace, calendar, before, draft, now)
    return _store_guests(workspace, calendar, before, draft, now)


def delete(
    workspace: Workspace,
    calendar: Calendar,
    event_id: str,
    now: datetime,
    options: WriteOptions = NO_OPTIONS,
) -> None:
    """Delete an event, cancel an instance, or take an invitation away.

    Raises: ApiError 404 for unknown ids, 410 for what is gone already, 412.
    """
    before = found(calendar, event_id, options, cancelled_is_gone=True)
    if before.event_type is EventType.WORKING_LOCATION and options.in_batch:
        raise errors.bad_calendar_request("eventTypeRestriction", "Working locations cannot be written in a batch.")
    _cancel(workspace, calendar, before, now)


def found(calendar: Calendar, event_id: str, options: WriteOptions, *, cancelled_is_gone: bool = False) -> Event:
    event = locate(calendar, event_id)
    if event is None:
        raise errors.not_found()
    if cancelled_is_gone and (event.is_cancelled or event.details_gone):
        raise errors.deleted()
    if event.details_gone:
        # Only the id is left: nothing that could be changed or restored.
        raise errors.not_found()
    if options.if_match not in (None, "*", event.etag):
        raise errors.precondition_failed()
    return event


def _cancel(workspace: Workspace, calendar: Calendar, before: Event, now: datetime) -> Event:
    draft = before.copy()
    draft.status = Status.CANCELLED
    draft.sequence += 1
    guest = not workspace.organizes(calendar, before)
    if guest:
        copies.set_own_response(workspace, calendar, draft, "declined")
    # An import leaves no details behind, because there is no organizer here who could restore it.
    draft.details_gone = before.private_copy and not before.is_exception
    stored = series.store(workspace, calendar, draft, now)
    if guest:
        copies.answer(workspace, calendar, stored, now)
    else:
        copies.spread(workspace, calendar, stored, before, now)
    return stored


def _store_organizers(workspace: Workspace, calendar: Calendar, before: Event, draft: Event, now: datetime) -> Event:
    names = ("start", "end", "recurrence")
    if any(before.fields.get(name) != draft.fields.get(name) for name in names):
        # Which edits raise the sequence is undocumented; a new time does here, as in iTIP.
        draft.sequence += 1
    _lift_visibility(workspace, calendar, before, draft, now)
    stored = series.store(workspace, calendar, draft, now, main_data=_changes_more_than_reminders(before, draft))
    copies.spread(workspace, calendar, stored, before, now)
    _afterwards(workspace, calendar, stored, now)
    return stored


def _store_guests(workspace: Workspace, calendar: Calendar, before: Event, draft: Event, now: datetime) -> Event:
    if any(before.fields.get(name) != draft.fields.get(name) for name in rules.GUEST_RIGHTS):
        raise errors.forbidden_for_non_organizer()
    old_answer = copies.own_response(workspace, calendar, before)
    stored = series.store(workspace, calendar, draft, now, main_data=_changes_more_than_reminders(before, draft))
    if copies.own_response(workspace, calendar, stored) not in (None, old_answer):
        copies.answer(workspace, calendar, stored, now)
    _afterwards(workspace, calendar, stored, now)
    return stored


def _lift_visibility(workspace: Workspace, calendar: Calendar, before: Event, draft: Event, now: datetime) -> None:
    """More restrictive on one instance holds for the whole series, less restrictive for none. Source: discovery."""
    master = calendar.events.get(draft.recurring_event_id or "")
    old, new = before.fields.get("visibility", "default"), draft.fields.get("visibility", "default")
    if master is None or old == new:
        return
    if _RANKS[new] < _RANKS[old]:
        rules.set_plain_field(draft.fields, "visibility", old)
        return
    changed = master.copy()
    rules.set_plain_field(changed.fields, "visibility", new)
    workspace.commit(calendar, changed, now)
    copies.spread(workspace, calendar, changed, master, now)


def _changes_more_than_reminders(before: Event, draft: Event) -> bool:
    def rest(event: Event) -> Json:
        return {name: value for name, value in event.fields.items() if name != "reminders"}

    only_reminders = before.fields.get("reminders") != draft.fields.get("reminders") and rest(before) == rest(draft)
    return not only_reminders or before.status != draft.status


def _adds_meet(workspace: Workspace, user: User) -> bool:
    """The user's setting `autoAddHangouts`, or the switch for everybody."""
    personal = workspace.people.get(user.id)
    return workspace.switches.auto_add_meet or (
        personal is not None and personal.settings.get("autoAddHangouts") == "true"
    )


def _afterwards(workspace: Workspace, calendar: Calendar, event: Event, now: datetime) -> None:
    if workspace.switches.etag_churn:
        workspace.later("churn", calendar, event.id, now)
    if event.id in calendar.absence_ids:
        workspace.later("absence", calendar, event.id, now)


def _sequence(body: Json, default: int) -> int:
    if body.get("sequence") is None:
        return default
    return int(rules.typed("sequence", body["sequence"], int))


def _overlay(workspace: Workspace, calendar: Calendar, options: WriteOptions, *, merge: bool) -> Overlay:
    return Overlay(merge=merge, calendar_zone=calendar.time_zone, options=options, random=workspace.random)


def _blank(event_id: str, uid: str, creator: User, organizer: Json, now: datetime) -> Event:
    # `created` has whole seconds in Google's answers.
    created = milliseconds(now) // 1000 * 1000
    return Event(event_id, uid, creator.primary_email, organizer, created, 0, 0)
