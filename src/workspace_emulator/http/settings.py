"""Calendar API v3: settings and colours. Settings are changed by people in Google's pages, here by the control API."""

from workspace_emulator.http import scopes
from workspace_emulator.http.message import Result
from workspace_emulator.http.method import Call, Method
from workspace_emulator.http.rosters import asked_page
from workspace_emulator.json_values import Json
from workspace_emulator.state import errors
from workspace_emulator.state.colours import CALENDAR_COLOURS, EVENT_COLOURS
from workspace_emulator.state.list_tokens import fingerprint
from workspace_emulator.state.personal import SETTING_DEFAULTS


def get_setting(call: Call) -> Result:
    name = call.names["setting"]
    if name not in SETTING_DEFAULTS:
        raise errors.not_found()
    value = _shown(name, _settings(call)[name])
    return Result(value, headers={"etag": value["etag"]})


def list_settings(call: Call) -> Result:
    """A full list leaves out what is at its default; an incremental one shows what was set back to it."""
    settings = _settings(call)
    present = [name for name, value in settings.items() if value != SETTING_DEFAULTS[name]]
    log = call.workspace.personal(call.user.id).settings_log
    page = asked_page(call, ("settings",), log, present)
    etag = f'"{fingerprint(sorted(settings.items()))}"'
    items = [_shown(name, settings[name]) for name in page.keys]
    return Result({"kind": "calendar#settings", "etag": etag} | page.tokens() | {"items": items})


def _settings(call: Call) -> dict[str, str]:
    """The time zone is the calendar's until it is set by itself."""
    calendar = call.workspace.calendars[call.user.id]
    return {**SETTING_DEFAULTS, "timezone": calendar.time_zone} | call.workspace.personal(call.user.id).settings


def _shown(name: str, value: str) -> Json:
    return {"kind": "calendar#setting", "etag": f'"{fingerprint(name, value)}"', "id": name, "value": value}


def get_colours(_call: Call) -> Result:
    def shown(palette: dict[str, str]) -> Json:
        return {key: {"background": colour, "foreground": "#1d1d1d"} for key, colour in palette.items()}

    value = {"kind": "calendar#colors", "updated": "2012-02-14T00:00:00.000Z"}
    return Result(value | {"calendar": shown(CALENDAR_COLOURS), "event": shown(EVENT_COLOURS)})


_SETTINGS = "/calendar/v3/users/me/settings"
METHODS = (
    Method("calendar.settings.get", "GET", _SETTINGS + "/{setting}", scopes.SETTINGS, get_setting),
    Method("calendar.settings.list", "GET", _SETTINGS, scopes.SETTINGS, list_settings),
    Method("calendar.colors.get", "GET", "/calendar/v3/colors", scopes.COLORS, get_colours),
)
