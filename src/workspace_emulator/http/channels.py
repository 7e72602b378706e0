"""Calendar API v3: the four watch methods and channels.stop."""

from urllib.parse import quote

from workspace_emulator.http import scopes
from workspace_emulator.http.event_json import calendar_id_of
from workspace_emulator.http.list_request import read_event_types
from workspace_emulator.http.message import Result
from workspace_emulator.http.method import Call, Method
from workspace_emulator.http.target import Target, target_of
from workspace_emulator.http.watching import stop, watch


def watch_events(call: Call) -> Result:
    """Raises: ApiError 400 for calendars that Google keeps itself."""
    target = target_of(call)
    return watch(
        call,
        target.calendar.key,
        _uri(f"{_path_of(call, target)}/events"),
        event_types=tuple(sorted(read_event_types(call.query))),
        supported=not target.calendar.generated,
    )


def watch_rules(call: Call) -> Result:
    target = target_of(call)
    target.require_owner()
    return watch(call, f"acl {target.calendar.key}", _uri(f"{_path_of(call, target)}/acl"))


def watch_list(call: Call) -> Result:
    return watch(call, f"calendarList {call.user.id}", _uri("users/me/calendarList"))


def watch_settings(call: Call) -> Result:
    return watch(call, f"settings {call.user.id}", _uri("users/me/settings"))


def _path_of(call: Call, target: Target) -> str:
    return f"calendars/{quote(calendar_id_of(call.workspace, target.calendar), safe='@')}"


def _uri(path: str) -> str:
    return f"https://www.googleapis.com/calendar/v3/{path}?alt=json"


_V3 = "/calendar/v3"
_CALENDAR, _ME = f"{_V3}/calendars/{{calendarId}}", f"{_V3}/users/me"
METHODS = (
    Method("calendar.events.watch", "POST", f"{_CALENDAR}/events/watch", scopes.EVENTS_READ, watch_events),
    Method("calendar.acl.watch", "POST", f"{_CALENDAR}/acl/watch", scopes.ACL_READ, watch_rules),
    Method("calendar.calendarList.watch", "POST", f"{_ME}/calendarList/watch", scopes.CALENDAR_LIST_READ, watch_list),
    Method("calendar.settings.watch", "POST", f"{_ME}/settings/watch", scopes.SETTINGS, watch_settings),
    Method("calendar.channels.stop", "POST", f"{_V3}/channels/stop", scopes.CHANNELS_STOP, stop),
)
