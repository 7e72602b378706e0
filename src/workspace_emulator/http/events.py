"""Calendar API v3: events. Reads and writes; listing's and writes' rules live in state."""

from dataclasses import replace
from functools import partial

from workspace_emulator.http import scopes
from workspace_emulator.http.event_json import View, timestamp
from workspace_emulator.http.list_request import read_list_query
from workspace_emulator.http.message import Result
from workspace_emulator.http.method import Call, Method
from workspace_emulator.http.target import Target, target_of
from workspace_emulator.json_values import Json
from workspace_emulator.state import access, errors, writes
from workspace_emulator.state.bodies import WriteOptions
from workspace_emulator.state.event import Event
from workspace_emulator.state.event_times import moment_of, read_instant, suffix_of
from workspace_emulator.state.instances import Window, computed_instances, locate
from workspace_emulator.state.list_tokens import fingerprint, opened, sealed
from workspace_emulator.state.listing import Page, list_events
from workspace_emulator.state.moves import move as move_event
from workspace_emulator.state.quick_add import read_sentence

_PAGING = frozenset({"pageToken", "maxResults", "fields", "prettyPrint", "quotaUser", "key", "alt"})


def list_(call: Call) -> Result:
    target = target_of(call)
    query = read_list_query(call.query, call.workspace.switches)
    if not access.at_least(target.role, "reader"):
        # Source: with freeBusyReader access a list behaves as if singleEvents were true.
        query = replace(query, single_events=True)
    if not access.at_least(target.role, "writer"):
        query = replace(query, sees=partial(_sees, call, target))
    page = list_events(call.workspace, target.calendar, call.user.id, query, call.now)
    view = _view(call, target, bare=query.sync_token is not None and not query.show_deleted)
    return _collection(call, target, view, page)


def _sees(call: Call, target: Target, event: Event) -> bool:
    if target.only_times:
        return False
    attends = any(call.workspace.user_of(row["email"]) is call.user for row in event.attendees())
    return access.sees_details(target.role, event, attends=attends)


def get(call: Call) -> Result:
    target = target_of(call)
    event = locate(target.calendar, call.names["eventId"])
    if event is None:
        raise errors.not_found()
    return _shown(_view(call, target), event)


def insert(call: Call) -> Result:
    target = target_of(call)
    target.require_writer()
    event = writes.insert(call.workspace, target.calendar, call.user, call.body(), call.now, _options(call))
    return _shown(_view(call, target), event)


def import_(call: Call) -> Result:
    target = target_of(call)
    target.require_writer()
    event = writes.import_event(call.workspace, target.calendar, call.user, call.body(), call.now, _options(call))
    return _shown(_view(call, target), event)


def quick_add(call: Call) -> Result:
    """An event out of one sentence, as far as the emulator understands it."""
    target = target_of(call)
    target.require_writer()
    text = call.query.text("text")
    if text is None:
        raise errors.required("Required parameter: text", location="text")
    personal = call.workspace.people.get(call.user.id)
    minutes = int(personal.settings.get("defaultEventLength", "60")) if personal else 60
    body = read_sentence(text, call.now, target.calendar.time_zone, minutes)
    event = writes.insert(call.workspace, target.calendar, call.user, body, call.now, _options(call))
    return _shown(_view(call, target), event)


def update(call: Call) -> Result:
    return _change(call, merge=False)


def patch(call: Call) -> Result:
    return _change(call, merge=True)


def delete(call: Call) -> Result:
    target = target_of(call)
    target.require_writer()
    target.require_sight(locate(target.calendar, call.names["eventId"]))
    writes.delete(call.workspace, target.calendar, call.names["eventId"], call.now, _options(call))
    return Result(None, 204)


def move(call: Call) -> Result:
    """To another calendar that the user may write to."""
    source = target_of(call)
    source.require_writer()
    source.require_sight(locate(source.calendar, call.names["eventId"]))
    destination = call.query.text("destination")
    if destination is None:
        raise errors.required("Required parameter: destination", location="destination")
    target = target_of(call, destination)
    target.require_writer()
    event = move_event(call.workspace, source.calendar, target.calendar, call.names["eventId"], call.now)
    return _shown(_view(call, target), event)


def instances(call: Call) -> Result:
    """The instances of one series, exceptions among them, by original start."""
    target = target_of(call)
    calendar = target.calendar
    master = calendar.events.get(call.names["eventId"])
    if master is None or (master.is_cancelled and not master.is_master):
        raise errors.not_found()
    if not master.is_master:
        raise errors.invalid("The requested event is not a recurring event.")
    query = call.query
    window = Window(query.instant("timeMin"), query.instant("timeMax"), min_inclusive=True)
    if window.time_min and window.time_max and window.time_min >= window.time_max:
        raise errors.time_range_empty("timeMax")
    show_deleted = query.flag("showDeleted") or False
    found = {} if master.is_cancelled else _series(call, target, master, window, show_deleted=show_deleted)
    if wanted := query.text("originalStart"):
        moment = read_instant(wanted)
        found = {key: item for key, item in found.items() if _starts_at(item, wanted, moment)}
    limit = query.number("maxResults", 250, least=1, most=2500)
    mark = ["instances", calendar.key, master.id, fingerprint(query.spelling(without=_PAGING))]
    after = _after(query.text("pageToken"), mark)
    keys = sorted(key for key in found if after is None or key > after)
    token = sealed([*mark, keys[limit - 1]]) if len(keys) > limit else None
    page = Page([found[key] for key in keys[:limit]], token, None)
    return _collection(call, target, _view(call, target), page)


def _series(call: Call, target: Target, master: Event, window: Window, *, show_deleted: bool) -> dict[str, Event]:
    calendar = target.calendar
    until = window.time_max or call.workspace.horizon(call.now)
    found = {}
    for item in computed_instances(calendar, master, window, until):
        found[suffix_of(item.original_start or {})] = item
    for item in calendar.exceptions(master.id):
        if (show_deleted or not item.is_cancelled) and window.holds(item, calendar.time_zone):
            found[suffix_of(item.original_start or {})] = item
    return found


def _starts_at(item: Event, wanted: str, moment: object) -> bool:
    original = item.original_start or {}
    if "date" in original:
        return bool(original["date"] == wanted[:10])
    return moment_of(original, "UTC") == moment


def _after(token: str | None, mark: list[str]) -> str | None:
    if token is None:
        return None
    payload = opened(token)
    if payload is None or payload[:-1] != mark:
        raise errors.invalid("Invalid page token value.", location="pageToken")
    return str(payload[-1])


def _change(call: Call, *, merge: bool) -> Result:
    target = target_of(call)
    target.require_writer()
    target.require_sight(locate(target.calendar, call.names["eventId"]))
    event = writes.change(
        call.workspace, target.calendar, call.names["eventId"], call.body(), call.now, _options(call), merge=merge
    )
    return _shown(_view(call, target), event)


def _options(call: Call) -> WriteOptions:
    query = call.query
    if query.text("sendUpdates") not in (None, "all", "externalOnly", "none"):
        raise errors.invalid("Invalid value for: sendUpdates", location="sendUpdates")
    return WriteOptions(
        conference_version=query.number("conferenceDataVersion", 0, most=1),
        supports_attachments=query.flag("supportsAttachments") or False,
        meet_requests=call.workspace.switches.meet_requests,
        if_match=call.request.headers.get("if-match"),
        in_batch=call.in_batch,
    )


def _view(call: Call, target: Target, *, bare: bool = False) -> View:
    query = call.query
    attendees = query.number("maxAttendees", 0, least=1)
    zone = query.zone_name("timeZone", target.calendar.time_zone)
    return View(
        call.workspace, target.calendar, call.user, target.role, zone, attendees or None, bare, target.only_times
    )


def _shown(view: View, event: Event) -> Result:
    return Result(view.event(event), headers={"etag": event.etag})


def _collection(call: Call, target: Target, view: View, page: Page) -> Result:
    calendar = target.calendar
    owner = call.workspace.directory.users.get(calendar.owner_id)
    changed = max(calendar.log.entries[-1][2] if calendar.log.entries else 0, owner.created_ms if owner else 0)
    entry = call.workspace.personal(call.user.id).entries.get(calendar.key)
    etag = f'"p{fingerprint(calendar.key, calendar.log.head, call.request.query)}o"'
    value: Json = {
        "kind": "calendar#events",
        "etag": etag,
        "summary": calendar.summary or call.workspace.address_of(calendar),
    }
    if calendar.description:
        value["description"] = calendar.description
    value |= {
        "updated": timestamp(changed),
        "timeZone": calendar.time_zone,
        "accessRole": target.role,
        "defaultReminders": entry.fields.get("defaultReminders", []) if entry and not entry.deleted else [],
    }
    if page.next_page_token:
        value["nextPageToken"] = page.next_page_token
    if page.next_sync_token:
        value["nextSyncToken"] = page.next_sync_token
    value["items"] = [view.event(event) for event in page.items]
    return Result(value, headers={"etag": etag})


_EVENTS = "/calendar/v3/calendars/{calendarId}/events"
METHODS = (
    Method("calendar.events.list", "GET", _EVENTS, scopes.EVENTS_READ, list_),
    Method("calendar.events.insert", "POST", _EVENTS, scopes.EVENTS_WRITE, insert),
    Method("calendar.events.import", "POST", _EVENTS + "/import", scopes.EVENTS_WRITE, import_),
    Method("calendar.events.quickAdd", "POST", _EVENTS + "/quickAdd", scopes.EVENTS_WRITE, quick_add),
    Method("calendar.events.get", "GET", _EVENTS + "/{eventId}", scopes.EVENTS_READ, get),
    Method("calendar.events.update", "PUT", _EVENTS + "/{eventId}", scopes.EVENTS_WRITE, update),
    Method("calendar.events.patch", "PATCH", _EVENTS + "/{eventId}", scopes.EVENTS_WRITE, patch),
    Method("calendar.events.delete", "DELETE", _EVENTS + "/{eventId}", scopes.EVENTS_WRITE, delete),
    Method("calendar.events.instances", "GET", _EVENTS + "/{eventId}/instances", scopes.EVENTS_READ, instances),
    Method("calendar.events.move", "POST", _EVENTS + "/{eventId}/move", scopes.EVENTS_MOVE, move),
)
