"""What belongs to one user alone: settings, and the list of calendars that the user sees, with their colours.

Source: the references of settings and calendarList.
"""

from dataclasses import dataclass, field

from workspace_emulator.json_values import Json
from workspace_emulator.state.change_log import ChangeLog

SETTING_DEFAULTS = {
    "autoAddHangouts": "false",
    "dateFieldOrder": "MDY",
    "defaultEventLength": "60",
    "format24HourTime": "false",
    "hideInvitations": "false",
    "hideWeekends": "false",
    "locale": "en",
    "remindOnRespondedEventsOnly": "false",
    "showDeclinedEvents": "true",
    "timezone": "Etc/GMT",
    "useKeyboardShortcuts": "true",
    "weekStart": "0",
}
"""Source: the reference of settings. A setting at its default is left out of the list."""

INVITATIONS = ("everyone", "known", "responded")
"""Whose invitations appear before they are answered. Google's pages have it, its API does not."""

PRIMARY_ENTRY: Json = {"colorId": "14", "selected": True, "defaultReminders": [{"method": "popup", "minutes": 10}]}


@dataclass(slots=True)
class ListEntry:
    """One calendar on a user's list."""

    key: str
    """The calendar's key in the workspace."""
    fields: Json = field(default_factory=dict)
    """The writable fields of the API."""
    deleted: bool = False
    version: int = 1


@dataclass(slots=True)
class Personal:
    """Everything of one user."""

    settings: dict[str, str] = field(default_factory=dict)
    """Those that were set, whether or not they are at their defaults."""
    settings_log: ChangeLog = field(default_factory=ChangeLog)
    invitations: str = "everyone"
    entries: dict[str, ListEntry] = field(default_factory=dict)
    """By calendar key."""
    list_log: ChangeLog = field(default_factory=ChangeLog)

    def put_entry(self, key: str, fields: Json, now_ms: int, *, deleted: bool = False) -> ListEntry:
        """Set an entry and log the change."""
        old = self.entries.get(key)
        entry = ListEntry(key, fields, deleted, old.version + 1 if old else 1)
        self.entries[key] = entry
        self.list_log.record(key, now_ms)
        return entry

    def set_setting(self, name: str, value: str, now_ms: int) -> None:
        self.settings[name] = value
        self.settings_log.record(name, now_ms)
