"""The `query` of users.list and of groups.list: clauses joined by AND.

Source: the guide to searching for users: `field=value`, `field:value`, `field:prefix*`.
"""

import re

from workspace_emulator.http.directory_json import is_delegated_admin
from workspace_emulator.state.directory import Directory, Group, User
from workspace_emulator.state.errors import directory_error

_CLAUSE = re.compile(r"""\s*([A-Za-z]+)\s*([=:])\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\S+)""")


def matches(directory: Directory, user: User, query: str, *, public: bool = False) -> bool:
    """Whether the user meets every clause; `public` is the view that knows no organisational units.

    Raises: ApiError 400 for what cannot be read.
    """
    at = 0
    text = query.strip()
    while at < len(text):
        clause = _CLAUSE.match(text, at)
        if clause is None:
            raise directory_error(400, "invalid", "Invalid Input: query")
        if public and clause[1].lower() == "orgunitpath":
            raise directory_error(400, "invalid", "Invalid Input: query")
        value = clause[3].strip("'\"").lower()
        if not _clause(directory, user, clause[1], value, contains=clause[2] == ":"):
            return False
        at = clause.end()
    return True


def group_matches(directory: Directory, group: Group, query: str) -> bool:
    """Whether the group meets every clause. Raises: ApiError 400 for what cannot be read."""
    at, text = 0, query.strip()
    while at < len(text):
        clause = _CLAUSE.match(text, at)
        if clause is None or clause[1].lower() not in {"email", "name", "memberkey"}:
            raise directory_error(400, "invalid", "Invalid Input: query")
        value = clause[3].strip("'\"").lower()
        if clause[1].lower() == "memberkey":
            fits = directory.member(group, value) is not None
        else:
            held = group.addresses if clause[1].lower() == "email" else [group.name]
            start = value[:-1] if clause[2] == ":" and value.endswith("*") else None
            fits = any(text == value or (start is not None and text.startswith(start)) for text in map(str.lower, held))
        if not fits:
            return False
        at = clause.end()
    return True


def _clause(directory: Directory, user: User, name: str, value: str, *, contains: bool) -> bool:
    flags = {"issuspended": user.suspended, "isarchived": user.archived, "isadmin": user.is_admin}
    flags |= {"isdelegatedadmin": is_delegated_admin(directory, user), "isguest": user.is_guest}
    texts = {
        "email": user.addresses,
        "givenname": [user.given_name],
        "familyname": [user.family_name],
        "name": [f"{user.given_name} {user.family_name}", user.given_name, user.family_name],
    }
    key = name.lower()
    if key in flags and value in {"true", "false"}:
        return flags[key] == (value == "true")
    if key == "orgunitpath":
        unit = value.rstrip("/")
        return not unit or user.org_unit_path.lower() == unit or user.org_unit_path.lower().startswith(unit + "/")
    if key not in texts:
        raise directory_error(400, "invalid", "Invalid Input: query")
    held = [text.lower() for text in texts[key]]
    if contains and value.endswith("*"):
        return any(text.startswith(value[:-1]) for text in held)
    if contains and key != "email":
        return any(value in text for text in held)
    return value in held
