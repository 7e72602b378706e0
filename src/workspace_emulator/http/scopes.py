"""The OAuth scopes that each family of methods accepts. Source: the discovery documents."""

_AUTH = "https://www.googleapis.com/auth/"


CALENDAR_PREFIX = f"{_AUTH}calendar"


def _calendar(*names: str) -> frozenset[str]:
    return frozenset({f"{_AUTH}calendar"} | {f"{_AUTH}calendar.{name}" for name in names})


def _directory(*names: str) -> frozenset[str]:
    return frozenset(f"{_AUTH}admin.directory.{name}" for name in names)


EVENTS_READ = _calendar(
    "app.created",
    "events",
    "events.freebusy",
    "events.owned",
    "events.owned.readonly",
    "events.public.readonly",
    "events.readonly",
    "readonly",
)
EVENTS_WRITE = _calendar("app.created", "events", "events.owned")
EVENTS_MOVE = _calendar("events", "events.owned")
FREE_BUSY = _calendar("events.freebusy", "freebusy", "readonly")
CALENDARS_READ = _calendar("app.created", "calendars", "calendars.readonly", "readonly")
CALENDARS_WRITE = _calendar("app.created", "calendars")
CALENDARS_OWN = _calendar("calendars")
CALENDAR_LIST_READ = _calendar("calendarlist", "calendarlist.readonly", "readonly")
CALENDAR_LIST_GET = CALENDAR_LIST_READ | _calendar("app.created")
CALENDAR_LIST_WRITE = _calendar("app.created", "calendarlist")
CALENDAR_LIST_INSERT = _calendar("calendarlist")
SETTINGS = _calendar("readonly", "settings", "settings.readonly")
ACL_READ = _calendar("acls", "acls.readonly")
ACL_GET = ACL_READ | _calendar("readonly")
ACL_WRITE = _calendar("acls")
COLORS = _calendar(
    "app.created",
    "calendarlist",
    "calendarlist.readonly",
    "events.freebusy",
    "events.owned",
    "events.owned.readonly",
    "events.public.readonly",
    "readonly",
)
CHANNELS_STOP = EVENTS_READ | ACL_READ | CALENDAR_LIST_READ | SETTINGS

USERS_READ = _directory("user", "user.readonly")
USERS_LIST = USERS_READ | {f"{_AUTH}cloud-platform"}
USERS_WRITE = _directory("user")
USERS_SECURITY = _directory("user.security")
ALIASES_READ = USERS_READ | _directory("user.alias", "user.alias.readonly")
ALIASES_WRITE = _directory("user", "user.alias")
GROUPS_READ = _directory("group", "group.readonly")
GROUPS_WRITE = _directory("group")
MEMBERS_READ = GROUPS_READ | _directory("group.member", "group.member.readonly")
MEMBERS_WRITE = _directory("group", "group.member")
ROLES_READ = _directory("rolemanagement", "rolemanagement.readonly")
ROLES_WRITE = _directory("rolemanagement")
DIRECTORY_STOP = ALIASES_READ | {f"{_AUTH}cloud-platform"}

EVERYTHING = frozenset({f"{_AUTH}calendar", f"{_AUTH}cloud-platform"} | _directory("user", "group", "rolemanagement"))
"""What the emulator's own pages get: they are clients of the same APIs."""


def is_known(scope: str) -> bool:
    """Whether it looks like a scope that Google has; anything else is refused as `invalid_scope`."""
    rest = scope.removeprefix(_AUTH)
    plain = {"openid", "email", "profile", "https://www.google.com/calendar/feeds", "https://mail.google.com/"}
    return scope in plain or (rest != scope and bool(rest) and rest.replace(".", "").replace("-", "").isalnum())
