"""What the port says when Google is in trouble, or has troubles for us, over real HTTP against the emulator."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.google.conftest import RunningEmulator

from lockstep.calendar.event import Event, EventId, Status, Timed, Visibility
from lockstep.google.workspace import GoogleWorkspace
from lockstep.sync import errors
from lockstep.sync.gateway import CALENDAR_SCOPE, GROUPS_SCOPE, USERS_SCOPE, CalendarGateway, EventChange, EventDraft

ALICE, BOB, CHARLIE = (f"{name}@small.example" for name in ("alice", "bob", "charlie"))
TEAM = "team@small.example"
START = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
DRAFT = EventDraft(
    Timed(START, START + timedelta(hours=1)), "Advice", "", "", Visibility.PUBLIC, private_properties={"mark": "1"}
)


@pytest.fixture
def google(fresh_emulator: RunningEmulator) -> Iterator[RunningEmulator]:
    yield fresh_emulator
    fresh_emulator.control("POST", "reset", seed="small")


@pytest.fixture
def workspace(google: RunningEmulator) -> GoogleWorkspace:
    return google.workspace()


@pytest.fixture
def calendar(workspace: GoogleWorkspace) -> CalendarGateway:
    return workspace.calendar(BOB)


def new_id() -> EventId:
    return EventId(uuid.uuid4().hex)


FAULTS: list[tuple[dict[str, Any], type[errors.SyncError]]] = [
    ({"reason": "rateLimitExceeded"}, errors.RateLimited),
    ({"reason": "userRateLimitExceeded"}, errors.RateLimited),
    ({"reason": "rateLimitExceeded", "status": 429}, errors.RateLimited),
    ({"reason": "quotaExceeded"}, errors.RateLimited),
    ({"reason": "backendError"}, errors.Unreachable),
    ({"reason": "backendError", "status": 503}, errors.Unreachable),
    ({"status": 502, "html": True}, errors.Unreachable),
    ({"status": 404, "html": True}, errors.Unreachable),
    ({"cut": True}, errors.Unreachable),
    ({"reason": "conditionNotMet"}, errors.Unreachable),
    ({"reason": "notFound"}, errors.NotFound),
    ({"reason": "forbidden"}, errors.Forbidden),
    ({"reason": "notACalendarUser"}, errors.NotACalendarUser),
    ({"reason": "authError"}, errors.Forbidden),
]


@pytest.mark.parametrize(("rule", "expected"), FAULTS, ids=["-".join(map(str, rule.values())) for rule, _ in FAULTS])
def test_each_trouble_has_its_name(
    google: RunningEmulator, calendar: CalendarGateway, rule: dict[str, Any], expected: type[errors.SyncError]
) -> None:
    google.fault(method="calendar.events.*", **rule)
    for question in (
        lambda: calendar.events_page(),
        lambda: calendar.insert(new_id(), DRAFT),
        lambda: calendar.get(new_id()),
    ):
        with pytest.raises(errors.SyncError) as caught:
            question()
        assert type(caught.value) is expected


def test_a_wait_that_google_names_is_passed_on(google: RunningEmulator, calendar: CalendarGateway) -> None:
    google.fault(method="calendar.events.list", reason="rateLimitExceeded", retry_after_seconds=90)
    with pytest.raises(errors.RateLimited) as caught:
        calendar.events_page()
    assert caught.value.until is not None
    assert timedelta(seconds=60) < caught.value.until - datetime.now(UTC) <= timedelta(seconds=90)


@pytest.mark.parametrize("rule", [{"cut": True}, {"status": 503}, {"status": 502, "html": True}])
def test_a_write_whose_answer_is_lost_is_found_again_by_its_id(
    google: RunningEmulator, calendar: CalendarGateway, rule: dict[str, Any]
) -> None:
    google.fault(method="calendar.events.insert", when="after", count=1, **rule)
    event_id = new_id()
    with pytest.raises(errors.Unreachable):
        calendar.insert(event_id, DRAFT)
    with pytest.raises(errors.AlreadyThere):
        calendar.insert(event_id, DRAFT)
    item = calendar.get(event_id)
    assert isinstance(item, Event)
    assert item.private_properties == {"mark": "1"}


def test_a_slow_answer_is_not_waited_for(google: RunningEmulator, workspace: GoogleWorkspace) -> None:
    workspace.calendar(BOB).facts()
    google.fault(method="calendar.events.list", delay_seconds=3)
    began = datetime.now(UTC)
    with pytest.raises(errors.Unreachable):
        workspace.within(0.5).calendar(BOB).events_page()
    assert datetime.now(UTC) - began < timedelta(seconds=2)


@pytest.mark.parametrize("answer", ["token", "invalid_grant", "access_denied"])
def test_a_suspended_person_is_one_persons_trouble(google: RunningEmulator, answer: str) -> None:
    google.switch(suspended_subject=answer)
    google.control("PATCH", f"users/{BOB}", suspended=True)
    with pytest.raises(errors.AccessLost) as caught:
        google.workspace().calendar(BOB).events_page()
    assert caught.value.scope is errors.Scope.PERSON
    assert google.workspace().calendar(CHARLIE).facts().id == CHARLIE
    assert google.workspace().directory(ALICE).user(BOB).suspended


def test_a_person_without_a_licence_has_no_calendar(google: RunningEmulator, calendar: CalendarGateway) -> None:
    google.control("PATCH", f"users/{BOB}", has_calendar=False)
    with pytest.raises(errors.NotACalendarUser):
        calendar.facts()
    with pytest.raises(errors.NotACalendarUser):
        calendar.events_page()


def test_a_deleted_person_is_unknown(google: RunningEmulator) -> None:
    google.control("DELETE", f"users/{BOB}")
    with pytest.raises(errors.UnknownSubject):
        google.workspace().calendar(BOB).facts()
    with pytest.raises(errors.NotFound):
        google.workspace().directory(ALICE).user(BOB)


@pytest.mark.parametrize("accepted", [True, False])
def test_a_renamed_person_is_found_by_id_and_the_old_address_harms_only_them(
    google: RunningEmulator, accepted: bool
) -> None:
    google.switch(alias_subject=accepted)
    directory = google.workspace().directory(ALICE)
    before = directory.user(BOB)
    google.control("PATCH", f"users/{BOB}", primaryEmail="robert@small.example")
    assert directory.user(before.id).primary_email == "robert@small.example"
    assert directory.user(BOB).id == before.id
    assert google.workspace().calendar("robert@small.example").facts().time_zone == "Europe/London"
    if not accepted:
        with pytest.raises(errors.AccessLost) as caught:
            google.workspace().calendar(BOB).facts()
        assert caught.value.scope is errors.Scope.PERSON


@pytest.mark.parametrize("answer", ["unauthorized_client", "unauthorized_scope", "access_denied"])
def test_a_scope_that_is_not_delegated_is_named_and_the_others_work(google: RunningEmulator, answer: str) -> None:
    google.switch(token_refusal=answer)
    workspace = google.workspace()
    google.control("PUT", f"delegations/{workspace.client_id}", scopes=[CALENDAR_SCOPE, USERS_SCOPE])
    directory = workspace.directory(ALICE)
    with pytest.raises(errors.DelegationRefused) as caught:
        directory.group_members(TEAM)
    assert caught.value.scopes == (GROUPS_SCOPE,)
    assert caught.value.scope is errors.Scope.CONNECTION
    assert caught.value.may_be_fresh
    assert len(list(directory.users())) == 3
    assert workspace.calendar(BOB).facts().id == BOB


def test_a_disabled_key_is_the_keys_trouble(google: RunningEmulator) -> None:
    google.control("PATCH", "service-account", key_enabled=False)
    with pytest.raises(errors.KeyRefused):
        google.workspace().calendar(BOB).facts()


def test_a_disabled_api_is_named(google: RunningEmulator, workspace: GoogleWorkspace) -> None:
    google.control("PATCH", "apis/calendar", enabled=False)
    with pytest.raises(errors.ApiDisabled, match="Google Calendar API"):
        workspace.calendar(BOB).events_page()
    google.control("PATCH", "apis/directory", enabled=False)
    with pytest.raises(errors.ApiDisabled, match="Admin SDK API"):
        workspace.directory(ALICE).user(BOB)


def test_ended_sync_tokens_ask_for_a_full_synchronisation(google: RunningEmulator, calendar: CalendarGateway) -> None:
    token = calendar.events_page().next_sync_token
    google.control("POST", f"calendars/{BOB}/end-sync-tokens")
    with pytest.raises(errors.TokenExpired):
        calendar.events_page(sync_token=token)


def test_a_token_that_google_ended_is_replaced_unseen(google: RunningEmulator, calendar: CalendarGateway) -> None:
    calendar.facts()
    google.control("POST", "clock", advance_seconds=7200)
    assert calendar.insert(new_id(), DRAFT).summary == "Advice"


def test_short_and_empty_pages_lose_nobody(google: RunningEmulator, workspace: GoogleWorkspace) -> None:
    calendar, directory = workspace.calendar(BOB), workspace.directory(ALICE)
    ids = {calendar.insert(new_id(), DRAFT).id for _ in range(7)}
    google.switch(short_pages=True)
    found: set[EventId] = set()
    page_token, pages = None, 0
    while True:
        page = calendar.events_page(page_token=page_token)
        found |= {item.id for item in page.items}
        page_token, pages = page.next_page_token, pages + 1
        if page.next_sync_token is not None:
            break
    assert pages > 1
    assert ids <= found
    assert {user.primary_email for user in directory.users()} == {ALICE, BOB, CHARLIE}
    assert len(directory.group_members(TEAM).user_ids) == 2


def test_nested_groups_and_everyone_are_members(google: RunningEmulator, workspace: GoogleWorkspace) -> None:
    google.control("POST", "groups", email="outer@small.example", name="Outer")
    google.control("PUT", f"groups/outer@small.example/members/{TEAM}", type="GROUP")
    directory = workspace.directory(ALICE)
    outer = directory.group_members("outer@small.example")
    assert outer.user_ids == directory.group_members(TEAM).user_ids
    assert not outer.everyone
    google.control("PUT", "groups/outer@small.example/members/*", type="CUSTOMER")
    assert directory.group_members("outer@small.example").everyone


def test_one_persons_quota_is_not_anothers(google: RunningEmulator, workspace: GoogleWorkspace) -> None:
    google.switch(quotas=True, quota_per_user=5)
    for _ in range(5):
        workspace.calendar(BOB).facts()
    with pytest.raises(errors.RateLimited):
        workspace.calendar(BOB).facts()
    assert workspace.calendar(CHARLIE).facts().id == CHARLIE


def test_a_deleted_event_is_restored(calendar: CalendarGateway) -> None:
    event_id = new_id()
    calendar.insert(event_id, DRAFT)
    calendar.delete(event_id)
    assert calendar.patch(event_id, EventChange(status_confirmed=True), etag=None).status is Status.CONFIRMED
    assert isinstance(calendar.get(event_id), Event)


def test_a_deleted_event_that_google_will_not_restore_needs_a_new_id(
    google: RunningEmulator, calendar: CalendarGateway
) -> None:
    google.switch(restore_deleted=False)
    event_id = new_id()
    calendar.insert(event_id, DRAFT)
    calendar.delete(event_id)
    with pytest.raises(errors.AlreadyGone):
        calendar.patch(event_id, EventChange(status_confirmed=True), etag=None)


def test_a_limited_admin_role_is_enough(google: RunningEmulator, workspace: GoogleWorkspace) -> None:
    google.control("PATCH", f"users/{CHARLIE}", privileges=["USERS_RETRIEVE"])
    directory = workspace.directory(CHARLIE)
    assert len(list(directory.users())) == 3
    with pytest.raises(errors.Forbidden):
        directory.group_members(TEAM)
    google.control("PATCH", f"users/{CHARLIE}", privileges=["USERS_RETRIEVE", "GROUPS_RETRIEVE"])
    assert len(directory.group_members(TEAM).user_ids) == 2
