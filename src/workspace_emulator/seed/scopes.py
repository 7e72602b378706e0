"""The three scopes that a scheduling product asks for under domain-wide delegation, as every seed grants them."""

CALENDAR = "https://www.googleapis.com/auth/calendar"
READ_USERS = "https://www.googleapis.com/auth/admin.directory.user.readonly"
READ_GROUPS = "https://www.googleapis.com/auth/admin.directory.group.readonly"

DELEGATED = frozenset({CALENDAR, READ_USERS, READ_GROUPS})
