"""What goes over the wire for each question of the port, and what a call does about a refusal."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from tests.google.key_files import key_file
from tests.google.scripted_server import Received, Reply, ScriptedServer, scripted_server

from lockstep.calendar.event import CancelledInstance, EventId, Timed, Tombstone, Visibility
from lockstep.google.workspace import GoogleWorkspace
from lockstep.sync import errors
from lockstep.sync.gateway import (
    CALENDAR_SCOPE,
    GROUPS_SCOPE,
    USERS_SCOPE,
    CalendarGateway,
    DirectoryGateway,
    EventChange,
    EventDraft,
    GroupMembers,
    Workspace,
)

ALICE = "alice@small.example"
ID = EventId("aaaaa11111")
START = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
WHEN = Timed(START, START + timedelta(hours=1))
DRAFT = EventDraft(WHEN, "Advice", "", "", Visibility.PUBLIC, private_properties={"mark": "1"})
EVENT = {
    "id": ID,
    "etag": '"7"',
    "start": {"dateTime": "2026-11-23T14:00:00Z"},
    "end": {"dateTime": "2026-11-23T15:00:00Z"},
}
LAST_PAGE = {"timeZone": "Europe/London", "accessRole": "owner", "nextSyncToken": "sync-1"}
CREDENTIALS_REFUSED = Reply.json({"error": {"errors": [{"reason": "authError"}], "code": 401}}, 401)


def refused(status: int, reason: str) -> Reply:
    return Reply.json({"error": {"errors": [{"domain": "global", "reason": reason}], "code": status}}, status)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as running:
        yield running


@pytest.fixture
def workspace(server: ScriptedServer, tmp_path: Path) -> Workspace:
    key = key_file(tmp_path / "key.json", f"{server.address}/token")
    return GoogleWorkspace(key, server.address, server.address, seconds_per_call=5)


@pytest.fixture
def calendar(workspace: Workspace) -> CalendarGateway:
    return workspace.calendar(ALICE)


@pytest.fixture
def directory(workspace: Workspace) -> DirectoryGateway:
    return workspace.directory(ALICE)


def always(content: Any) -> Callable[[Received], Reply]:
    return lambda _: Reply.json(content)


def test_a_full_synchronisation_asks_for_masters_deletions_and_the_tokens(
    server: ScriptedServer, calendar: CalendarGateway
) -> None:
    server.for_api = always(LAST_PAGE)
    page = calendar.events_page(time_min=START)
    (request,) = server.api_requests
    assert request.path == "/calendar/v3/calendars/primary/events"
    query = {name: values[0] for name, values in request.query.items()}
    fields = query.pop("fields")
    assert "nextPageToken" in fields
    assert "nextSyncToken" in fields
    assert len(query.pop("quotaUser")) <= 40
    assert query == {
        "singleEvents": "false",
        "showDeleted": "true",
        "maxResults": "2500",
        "maxAttendees": "1",
        "timeMin": "2026-11-23T14:00:00Z",
    }
    assert (page.next_page_token, page.next_sync_token, page.time_zone) == (None, "sync-1", "Europe/London")


def test_a_following_page_repeats_the_question(server: ScriptedServer, calendar: CalendarGateway) -> None:
    server.for_api = always({**LAST_PAGE, "nextPageToken": "page-2", "nextSyncToken": "too early"})
    page = calendar.events_page(sync_token="sync-0", page_token="page-1", time_min=START)
    query = server.api_requests[0].query
    assert query["syncToken"] == ["sync-0"]
    assert query["pageToken"] == ["page-1"]
    assert "timeMin" not in query, "Google refuses timeMin beside a sync token"
    assert (page.next_page_token, page.next_sync_token) == ("page-2", None)


@pytest.mark.parametrize(
    "content", [{}, {"timeZone": "Europe/London"}, {**LAST_PAGE, "items": "none"}, {**LAST_PAGE, "timeZone": None}]
)
def test_a_page_without_an_end_or_a_zone_is_no_page(
    server: ScriptedServer, calendar: CalendarGateway, content: dict[str, Any]
) -> None:
    server.for_api = always(content)
    with pytest.raises(errors.Unreachable):
        calendar.events_page()


@pytest.mark.parametrize("role", ["freeBusyReader", "reader", "none", "writerWithoutPrivateAccess"])
def test_a_list_that_hides_details_is_refused(server: ScriptedServer, calendar: CalendarGateway, role: str) -> None:
    server.for_api = always({**LAST_PAGE, "accessRole": role})
    with pytest.raises(errors.Forbidden):
        calendar.events_page()


def test_a_poisoned_item_does_not_stop_the_page(server: ScriptedServer, calendar: CalendarGateway) -> None:
    server.for_api = always({**LAST_PAGE, "items": [EVENT, {"id": "poison"}, {"id": "gone", "status": "cancelled"}]})
    page = calendar.events_page()
    assert [item.id for item in page.items] == [ID, "gone"]
    assert page.unreadable == ("poison",)


def test_an_insert_sends_no_mails_and_keeps_google_from_adding_a_meeting(
    server: ScriptedServer, calendar: CalendarGateway
) -> None:
    server.for_api = always(EVENT)
    assert calendar.insert(ID, DRAFT).etag == '"7"'
    (request,) = server.api_requests
    assert (request.method, request.path) == ("POST", "/calendar/v3/calendars/primary/events")
    assert request.query["sendUpdates"] == ["none"]
    assert request.query["conferenceDataVersion"] == ["1"]
    body = json.loads(request.body)
    assert body["id"] == ID
    assert body["extendedProperties"] == {"private": {"mark": "1"}}
    assert "attendees" not in body
    assert "conferenceData" not in body


def test_a_patch_carries_the_etag_it_was_made_for(server: ScriptedServer, calendar: CalendarGateway) -> None:
    server.for_api = always(EVENT)
    calendar.patch(ID, EventChange(summary="New"), etag='"6"')
    (request,) = server.api_requests
    assert (request.method, request.path) == ("PATCH", f"/calendar/v3/calendars/primary/events/{ID}")
    assert request.headers["If-Match"] == '"6"'
    assert json.loads(request.body) == {"summary": "New"}
    assert "conferenceDataVersion" not in request.query, "version 0 leaves a conference alone"


def test_a_patch_without_an_etag_has_no_condition(server: ScriptedServer, calendar: CalendarGateway) -> None:
    server.for_api = always(EVENT)
    calendar.patch(ID, EventChange(with_meet=False), etag=None)
    (request,) = server.api_requests
    assert "If-Match" not in request.headers
    assert request.query["conferenceDataVersion"] == ["1"]


def test_a_delete_answers_nothing(server: ScriptedServer, calendar: CalendarGateway) -> None:
    server.for_api = lambda _: Reply(204)
    calendar.delete(ID, etag='"6"')
    (request,) = server.api_requests
    assert (request.method, request.headers["If-Match"]) == ("DELETE", '"6"')
    assert request.query["sendUpdates"] == ["none"]


def test_an_id_cannot_leave_its_place_in_the_path(server: ScriptedServer, calendar: CalendarGateway) -> None:
    server.for_api = always(EVENT)
    calendar.get(EventId("a/../../b?c#d"))
    assert server.api_requests[0].path == "/calendar/v3/calendars/primary/events/a%2F..%2F..%2Fb%3Fc%23d"


@pytest.mark.parametrize(
    ("reply", "item"),
    [
        (refused(410, "deleted"), Tombstone(ID)),
        (Reply.json({"id": ID, "status": "cancelled"}), Tombstone(ID)),
        (
            Reply.json(
                {
                    "id": ID,
                    "status": "cancelled",
                    "recurringEventId": "series",
                    "originalStartTime": {"dateTime": "2026-11-23T14:00:00Z"},
                }
            ),
            CancelledInstance(ID, EventId("series"), START),
        ),
    ],
    ids=["410", "cancelled", "instance"],
)
def test_a_deleted_event_is_got_as_deleted_either_way(
    server: ScriptedServer, calendar: CalendarGateway, reply: Reply, item: object
) -> None:
    server.for_api = lambda _: reply
    assert calendar.get(ID) == item


def test_a_deleted_event_that_google_will_not_restore_needs_a_new_id(
    server: ScriptedServer, calendar: CalendarGateway
) -> None:
    server.for_api = lambda _: refused(403, "forbidden")
    with pytest.raises(errors.AlreadyGone):
        calendar.patch(ID, EventChange(status_confirmed=True), etag=None)
    with pytest.raises(errors.Forbidden):
        calendar.patch(ID, EventChange(summary="New"), etag=None)


def test_a_write_whose_answer_makes_no_sense_may_have_taken_place(
    server: ScriptedServer, calendar: CalendarGateway
) -> None:
    server.for_api = always({"id": ID})
    with pytest.raises(errors.Unreachable):
        calendar.insert(ID, DRAFT)


@pytest.mark.parametrize("expiration", ["1795442400000", 1795442400000])
def test_a_channel_ends_when_google_says(
    server: ScriptedServer, calendar: CalendarGateway, expiration: str | int
) -> None:
    server.for_api = always({"id": "c1", "resourceId": "r1", "expiration": expiration})
    opened = calendar.watch("c1", "https://lockstep.example/push", "secret", 604800)
    assert (opened.channel_id, opened.resource_id) == ("c1", "r1")
    assert opened.expires_at == datetime.fromtimestamp(1795442400, UTC)
    assert json.loads(server.api_requests[0].body) == {
        "id": "c1",
        "type": "web_hook",
        "address": "https://lockstep.example/push",
        "token": "secret",
        "params": {"ttl": "604800"},
    }


def test_a_refused_push_address_is_not_a_refused_token(server: ScriptedServer, calendar: CalendarGateway) -> None:
    server.for_api = lambda _: refused(401, "push.webhookUrlUnauthorized")
    with pytest.raises(errors.OurMistake, match="push"):
        calendar.watch("c1", "https://lockstep.example/push", "secret", 604800)
    assert len(server.api_requests) == 1


@pytest.mark.parametrize("reply", [Reply(204), refused(404, "notFound"), refused(410, "gone"), CREDENTIALS_REFUSED])
def test_a_channel_that_is_not_there_counts_as_closed(
    server: ScriptedServer, calendar: CalendarGateway, reply: Reply
) -> None:
    server.for_api = lambda _: reply
    calendar.stop_channel("c1", "r1")
    assert server.api_requests[0].path == "/calendar/v3/channels/stop"
    assert json.loads(server.api_requests[0].body) == {"id": "c1", "resourceId": "r1"}


def test_a_person_without_a_calendar_is_told_apart_from_a_missing_event(
    server: ScriptedServer, calendar: CalendarGateway
) -> None:
    server.for_api = lambda _: refused(404, "notFound")
    with pytest.raises(errors.NotACalendarUser):
        calendar.facts()
    with pytest.raises(errors.NotFound):
        calendar.get(ID)


def test_a_refused_token_is_replaced_once(server: ScriptedServer, calendar: CalendarGateway) -> None:
    values = iter(["first", "second"])
    server.for_token = lambda _: Reply.json({"access_token": next(values), "expires_in": 3599})

    def refuse_the_first(request: Received) -> Reply:
        return CREDENTIALS_REFUSED if request.headers["Authorization"] == "Bearer first" else Reply.json(EVENT)

    server.for_api = refuse_the_first
    assert calendar.insert(ID, DRAFT).id == ID
    assert [request.headers["Authorization"] for request in server.api_requests] == ["Bearer first", "Bearer second"]
    assert server.api_requests[0].body == server.api_requests[1].body


def test_a_token_that_is_refused_again_is_this_persons_trouble(
    server: ScriptedServer, calendar: CalendarGateway
) -> None:
    server.for_api = lambda _: CREDENTIALS_REFUSED
    with pytest.raises(errors.Forbidden) as caught:
        calendar.get(ID)
    assert caught.value.scope is errors.Scope.PERSON
    assert len(server.api_requests) == 2
    assert len(server.token_requests) == 2


@pytest.mark.parametrize("status", [408, 409, 412, 429, 500, 502, 503, 504])
def test_nothing_else_is_sent_twice(server: ScriptedServer, calendar: CalendarGateway, status: int) -> None:
    server.for_api = lambda _: refused(status, "backendError")
    for write in (
        lambda: calendar.insert(ID, DRAFT),
        lambda: calendar.patch(ID, EventChange(summary="x"), etag=None),
        lambda: calendar.delete(ID),
        lambda: calendar.get(ID),
    ):
        server.received.clear()
        with pytest.raises(errors.SyncError):
            write()
        assert len(server.api_requests) == 1


def test_each_family_of_calls_asks_for_its_own_scope_only(server: ScriptedServer, workspace: Workspace) -> None:
    def granted_scope(request: Received) -> Reply:
        return Reply.json({"access_token": _scope_in(request), "expires_in": 3599})

    server.for_token = granted_scope
    server.for_api = always({"id": "1", "primaryEmail": ALICE, "timeZone": "UTC"})
    workspace.calendar(ALICE).facts()
    workspace.directory(ALICE).user(ALICE)
    list(workspace.directory(ALICE).users())
    workspace.directory(ALICE).group_exists("team@small.example")
    workspace.directory(ALICE).group_members("team@small.example")
    scopes = [request.headers["Authorization"].removeprefix("Bearer ") for request in server.api_requests]
    assert scopes == [CALENDAR_SCOPE, USERS_SCOPE, USERS_SCOPE, GROUPS_SCOPE, GROUPS_SCOPE]


def _scope_in(request: Received) -> str:
    claims = parse_qs(request.body.decode())["assertion"][0].split(".")[1]
    return str(json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["scope"])


def test_calls_of_one_person_count_as_theirs(server: ScriptedServer, workspace: Workspace) -> None:
    server.for_api = always(EVENT)
    for email in (ALICE, "Alice@SMALL.example", "bob@small.example"):
        workspace.calendar(email).get(ID)
    counted = [request.query["quotaUser"][0] for request in server.api_requests]
    assert counted[0] == counted[1] != counted[2]
    assert "alice" not in counted[0]


def test_everyone_is_listed_over_short_and_empty_pages(server: ScriptedServer, directory: DirectoryGateway) -> None:
    pages = {
        None: {"users": [_user("1")], "nextPageToken": "b"},
        "b": {"nextPageToken": "c"},
        "c": {"users": [_user("2"), _user("3") | {"isGuestUser": True}]},
    }
    server.for_api = lambda request: Reply.json(pages[request.query.get("pageToken", [None])[0]])
    assert [user.id for user in directory.users()] == ["1", "2"]
    query = server.api_requests[0].query
    assert query["customer"] == ["my_customer"]
    assert query["maxResults"] == ["500"]
    assert "nextPageToken" in query["fields"][0]


def _user(user_id: str) -> dict[str, Any]:
    return {"id": user_id, "primaryEmail": f"{user_id}@small.example", "customerId": "C1", "name": {"fullName": "A B"}}


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (refused(503, "backendError"), errors.Unreachable),
        (refused(400, "invalid"), errors.OurMistake),
        (Reply.json({"users": [{"id": "2"}]}), errors.OurMistake),
        (Reply.json({"users": "many"}), errors.Unreachable),
        (Reply.json({"users": [], "nextPageToken": "b"}), errors.Unreachable),
    ],
    ids=["fails", "refused", "a row without an address", "no list", "a circle"],
)
def test_a_listing_that_breaks_is_an_error_and_not_a_shorter_list(
    server: ScriptedServer, directory: DirectoryGateway, second: Reply, expected: type[errors.SyncError]
) -> None:
    def answer(request: Received) -> Reply:
        return second if "pageToken" in request.query else Reply.json({"users": [_user("1")], "nextPageToken": "b"})

    server.for_api = answer
    with pytest.raises(expected):
        list(directory.users())


def test_a_group_is_its_people_and_perhaps_everyone(server: ScriptedServer, directory: DirectoryGateway) -> None:
    server.for_api = always(
        {
            "members": [
                {"id": "1", "type": "USER"},
                {"id": "2", "type": "GROUP"},
                {"id": "C1", "type": "CUSTOMER"},
                {"type": "USER"},
                {"id": "1", "type": "USER"},
            ]
        }
    )
    assert directory.group_members("team@small.example") == GroupMembers(frozenset({"1"}), everyone=True, groups=1)
    assert server.api_requests[0].query["includeDerivedMembership"] == ["true"]


def test_a_group_without_members_is_empty(server: ScriptedServer, directory: DirectoryGateway) -> None:
    server.for_api = always({"kind": "admin#directory#members"})
    assert directory.group_members("team@small.example") == GroupMembers(frozenset(), everyone=False)


@pytest.mark.parametrize("reply", [refused(404, "notFound"), refused(400, "invalid")])
def test_a_mistyped_group_does_not_exist(server: ScriptedServer, directory: DirectoryGateway, reply: Reply) -> None:
    server.for_api = lambda _: reply
    assert not directory.group_exists("no such group")


def test_a_hurried_caller_waits_less_and_shares_the_tokens(server: ScriptedServer, tmp_path: Path) -> None:
    key = key_file(tmp_path / "key.json", f"{server.address}/token")
    patient = GoogleWorkspace(key, server.address, server.address)
    server.for_api = always(EVENT)
    patient.calendar(ALICE).get(ID)
    patient.within(2).calendar(ALICE).get(ID)
    assert len(server.token_requests) == 1
    with pytest.raises(errors.Unreachable):
        patient.within(0).calendar(ALICE).get(ID)


def test_a_probe_is_always_asked_of_google(server: ScriptedServer, workspace: Workspace) -> None:
    workspace.probe_token(ALICE, (CALENDAR_SCOPE,))
    workspace.probe_token(ALICE, (CALENDAR_SCOPE,))
    assert len(server.token_requests) == 2
