"""The customer's directory over HTTP, as the Directory User: the `DirectoryGateway` of `lockstep.sync.gateway`.

Owns: paths and query parameters of the Directory API. Users and groups are asked for with a token each, so that without
a group the group scope is never needed.

Source: Admin SDK Directory API v1, resources `users`, `groups`, `members` (discovery revision 20261104).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from lockstep.google.authorised import Caller, Json
from lockstep.google.errors import Api, Asked
from lockstep.sync.errors import NotFound, OurMistake, Unreachable
from lockstep.sync.gateway import GROUPS_SCOPE, USERS_SCOPE, DirectoryUser, GroupMembers

USERS_PER_PAGE = 500
MEMBERS_PER_PAGE = 200

USER_FIELDS = (
    "id,primaryEmail,name/fullName,suspended,archived,customerId,isAdmin,isDelegatedAdmin,isGuestUser,"
    "aliases,nonEditableAliases"
)
USERS_FIELDS = f"nextPageToken,users({USER_FIELDS})"
MEMBERS_FIELDS = "nextPageToken,members(id,type)"

Query = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class GoogleDirectory:
    """The directory as `directory_user` sees it."""

    caller: Caller
    base_url: str
    directory_user: str

    def user(self, key: str) -> DirectoryUser:
        """See `DirectoryGateway.user`."""
        path = f"users/{quote(key, safe='')}"
        return _user_of(self._call(path, USERS_SCOPE, {"fields": USER_FIELDS}, by_typed_key=True))

    def users(self) -> Iterator[DirectoryUser]:
        """See `DirectoryGateway.users`. Guests from outside, whom Google lists too, are left out."""
        query: Query = {"customer": "my_customer", "maxResults": USERS_PER_PAGE, "fields": USERS_FIELDS}
        for row in self._rows("users", "users", USERS_SCOPE, query):
            if row.get("isGuestUser") is not True:
                yield _user_of(row)

    def group_exists(self, email: str) -> bool:
        """See `DirectoryGateway.group_exists`."""
        try:
            self._call(_group_path(email), GROUPS_SCOPE, {"fields": "id"}, by_typed_key=True)
        except NotFound:
            return False
        return True

    def group_members(self, email: str) -> GroupMembers:
        """See `DirectoryGateway.group_members`.

        Google flattens nested groups. Walking them ourselves would meet nested groups that the Directory User may not
        read, and leave their people out without anyone knowing.
        """
        query: Query = {"includeDerivedMembership": "true", "maxResults": MEMBERS_PER_PAGE, "fields": MEMBERS_FIELDS}
        user_ids: set[str] = set()
        everyone, groups = False, 0
        for row in self._rows(f"{_group_path(email)}/members", "members", GROUPS_SCOPE, query):
            if row.get("type") == "CUSTOMER":
                everyone = True
            elif row.get("type") == "GROUP":
                groups += 1
            elif row.get("type") == "USER" and isinstance(row.get("id"), str):
                user_ids.add(row["id"])
        return GroupMembers(frozenset(user_ids), everyone, groups)

    def _rows(self, path: str, collection: str, scope: str, query: Query) -> Iterator[Json]:
        """Every row of every page; an empty page and a missing collection are no end. Raises rather than ends early."""
        page_token: str | None = None
        while True:
            page_query = {**query, "pageToken": page_token} if page_token else query
            content = self._call(path, scope, page_query, by_typed_key=page_token is None)
            rows = content.get(collection, [])
            if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
                raise Unreachable("Google's list could not be read. Lockstep tries again by itself.")
            yield from rows
            following = content.get("nextPageToken")
            if not following:
                return
            if following == page_token:
                raise Unreachable("Google's list leads in a circle. Lockstep tries again by itself.")
            page_token = str(following)

    def _call(self, path: str, scope: str, query: Query, *, by_typed_key: bool) -> Json:
        asked = Asked(Api.DIRECTORY, scope, self.directory_user, by_typed_key=by_typed_key)
        return self.caller.call("GET", f"{self.base_url}/admin/directory/v1/{path}", asked, query=query)


def _group_path(email: str) -> str:
    return f"groups/{quote(email, safe='')}"


def _user_of(row: Json) -> DirectoryUser:
    user_id, email, name = row.get("id"), row.get("primaryEmail"), row.get("name")
    if not isinstance(user_id, str) or not isinstance(email, str):
        # Leaving the row out would make a shorter list, which reads as "this person has left".
        raise OurMistake("Google's directory lists a user in a way that Lockstep does not understand.")
    full_name = name.get("fullName") if isinstance(name, Mapping) else None
    return DirectoryUser(
        id=user_id,
        primary_email=email,
        full_name=full_name if isinstance(full_name, str) else "",
        suspended=row.get("suspended") is True,
        archived=row.get("archived") is True,
        customer_id=str(row.get("customerId", "")),
        is_admin=row.get("isAdmin") is True,
        is_delegated_admin=row.get("isDelegatedAdmin") is True,
        aliases=(*_texts(row.get("aliases")), *_texts(row.get("nonEditableAliases"))),
    )


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
