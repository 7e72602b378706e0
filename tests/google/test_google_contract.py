"""The port's promises, kept over real HTTP against the emulator: what operations may rely on."""

from __future__ import annotations

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.google.conftest import RunningEmulator
from tests.google.key_files import key_file

from lockstep.calendar.event import (
    AllDay,
    CancelledInstance,
    Event,
    EventId,
    Item,
    ResponseStatus,
    Timed,
    Tombstone,
    Transparency,
    Visibility,
    ZoneName,
)
from lockstep.google.transport import OPEN_CONNECTIONS
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
    Page,
)

ALICE, BOB, CHARLIE = (f"{name}@small.example" for name in ("alice", "bob", "charlie"))
TEAM = "team@small.example"
LONDON = ZoneName("Europe/London")


@pytest.fixture(scope="module")
def workspace(emulator: RunningEmulator) -> GoogleWorkspace:
    return emulator.workspace()


@pytest.fixture
def calendar(workspace: GoogleWorkspace) -> CalendarGateway:
    return workspace.calendar(BOB)


@pytest.fixture
def directory(workspace: GoogleWorkspace) -> DirectoryGateway:
    return workspace.directory(ALICE)


def new_id() -> EventId:
    return EventId(uuid.uuid4().hex)


def tomorrow(hour: int) -> datetime:
    day = datetime.now(UTC).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def draft(summary: str = "Advice", recurrence: tuple[str, ...] = ()) -> EventDraft:
    return EventDraft(
        when=Timed(tomorrow(9), tomorrow(10), LONDON),
        summary=summary,
        location="1 High Street",
        description="Bring papers",
        visibility=Visibility.PUBLIC,
        private_properties={"lockstepMark": "m1"},
        recurrence=recurrence,
    )


def chain(calendar: CalendarGateway, sync_token: str | None) -> tuple[list[Item], str]:
    """All items of a chain of pages, and the token at its end."""
    items: list[Item] = []
    page_token: str | None = None
    while True:
        page: Page = calendar.events_page(sync_token=sync_token, page_token=page_token)
        assert (page.next_page_token is None) != (page.next_sync_token is None)
        assert page.unreadable == ()
        items.extend(page.items)
        if page.next_sync_token is not None:
            return items, page.next_sync_token
        page_token = page.next_page_token


def only(items: list[Item], event_id: EventId) -> Item:
    (item,) = [item for item in items if item.id == event_id]
    return item


def test_the_facts_are_the_persons(calendar: CalendarGateway) -> None:
    facts = calendar.facts()
    assert (facts.id, facts.time_zone) == (BOB, LONDON)


def test_a_full_synchronisation_brings_masters_and_ends_with_a_token(workspace: GoogleWorkspace) -> None:
    items, token = chain(workspace.calendar(ALICE), None)
    series = [item for item in items if isinstance(item, Event) and item.recurrence]
    assert [master.summary for master in series] == ["Plans for the week"]
    assert series[0].own_response is not None
    assert chain(workspace.calendar(ALICE), token)[0] == []


def test_everyone_reads_their_own_answer_only(workspace: GoogleWorkspace) -> None:
    answers = {}
    for person in (ALICE, BOB, CHARLIE):
        items, _ = chain(workspace.calendar(person), None)
        (plans,) = [item for item in items if isinstance(item, Event) and item.summary == "Plans for the week"]
        answers[person] = plans.own_response
    assert answers == {
        ALICE: ResponseStatus.ACCEPTED,
        BOB: ResponseStatus.ACCEPTED,
        CHARLIE: ResponseStatus.DECLINED,
    }


def test_many_threads_share_one_workspace(workspace: GoogleWorkspace) -> None:
    """More threads than connections are kept, so some are opened for one call only."""

    def write_and_read(number: int) -> str:
        calendar = workspace.calendar((ALICE, BOB, CHARLIE)[number % 3])
        event_id = new_id()
        calendar.insert(event_id, draft(summary=f"Advice {number}"))
        item = calendar.get(event_id)
        return item.summary if isinstance(item, Event) else ""

    with ThreadPoolExecutor(2 * OPEN_CONNECTIONS) as threads:
        summaries = list(threads.map(write_and_read, range(200)))
    assert summaries == [f"Advice {number}" for number in range(200)]


def test_the_beginning_of_a_full_synchronisation_can_be_bounded(calendar: CalendarGateway) -> None:
    past = new_id()
    ended = datetime.now(UTC) - timedelta(days=30)
    when = Timed(ended - timedelta(hours=1), ended)
    calendar.insert(past, EventDraft(when, "Past", "", "", Visibility.DEFAULT))
    page = calendar.events_page(time_min=datetime.now(UTC) - timedelta(days=1))
    assert past not in [item.id for item in page.items]


def test_an_insert_comes_back_as_it_was_meant(calendar: CalendarGateway) -> None:
    _, token = chain(calendar, None)
    event_id = new_id()
    written = calendar.insert(event_id, draft())
    assert written.when == Timed(tomorrow(9), tomorrow(10), LONDON)
    assert (written.summary, written.location, written.description) == ("Advice", "1 High Street", "Bring papers")
    assert written.visibility is Visibility.PUBLIC
    assert written.transparency is Transparency.OPAQUE
    assert written.private_properties == {"lockstepMark": "m1"}
    assert written.etag
    assert calendar.get(event_id) == written
    assert only(chain(calendar, token)[0], event_id) == written


def test_an_id_can_be_used_once(calendar: CalendarGateway) -> None:
    event_id = new_id()
    calendar.insert(event_id, draft())
    with pytest.raises(errors.AlreadyThere):
        calendar.insert(event_id, draft())
    calendar.delete(event_id)
    with pytest.raises(errors.AlreadyThere):
        calendar.insert(event_id, draft())


def test_a_patch_changes_what_it_names_and_keeps_the_rest(calendar: CalendarGateway) -> None:
    event_id = new_id()
    before = calendar.insert(event_id, draft())
    moved = Timed(tomorrow(11), tomorrow(12), LONDON)
    after = calendar.patch(event_id, EventChange(when=moved, description=""), etag=before.etag)
    assert (after.when, after.description) == (moved, "")
    assert (after.summary, after.location, after.private_properties) == (
        before.summary,
        before.location,
        before.private_properties,
    )
    assert after.etag != before.etag


def test_a_patch_over_another_change_is_refused(calendar: CalendarGateway) -> None:
    event_id = new_id()
    before = calendar.insert(event_id, draft())
    calendar.patch(event_id, EventChange(summary="First"), etag=before.etag)
    with pytest.raises(errors.EtagMismatch):
        calendar.patch(event_id, EventChange(summary="Second"), etag=before.etag)
    item = calendar.get(event_id)
    assert isinstance(item, Event)
    assert item.summary == "First"


def test_a_timed_event_becomes_all_day_and_timed_again(calendar: CalendarGateway) -> None:
    event_id = new_id()
    calendar.insert(event_id, draft())
    day = AllDay(date(2027, 3, 28), date(2027, 3, 30))
    assert calendar.patch(event_id, EventChange(when=day), etag=None).when == day
    timed = Timed(tomorrow(9), tomorrow(10), LONDON)
    assert calendar.patch(event_id, EventChange(when=timed), etag=None).when == timed


def test_a_deleted_event_leaves_a_tombstone_everywhere(calendar: CalendarGateway) -> None:
    event_id = new_id()
    calendar.insert(event_id, draft())
    _, token = chain(calendar, None)
    calendar.delete(event_id)
    assert calendar.get(event_id) == Tombstone(event_id)
    assert only(chain(calendar, token)[0], event_id) == Tombstone(event_id)
    with pytest.raises(errors.AlreadyGone):
        calendar.delete(event_id)


def test_a_delete_over_another_change_is_refused(calendar: CalendarGateway) -> None:
    event_id = new_id()
    before = calendar.insert(event_id, draft())
    calendar.patch(event_id, EventChange(summary="Theirs"), etag=None)
    with pytest.raises(errors.EtagMismatch):
        calendar.delete(event_id, etag=before.etag)


def test_what_never_was_is_not_found(calendar: CalendarGateway) -> None:
    event_id = new_id()
    for question in (
        lambda: calendar.get(event_id),
        lambda: calendar.patch(event_id, EventChange(summary="x"), etag=None),
        lambda: calendar.delete(event_id),
    ):
        with pytest.raises(errors.NotFound):
            question()


def test_an_instance_is_cancelled_and_another_moved(calendar: CalendarGateway) -> None:
    series = new_id()
    calendar.insert(series, draft(recurrence=("RRULE:FREQ=DAILY;COUNT=5",)))
    _, token = chain(calendar, None)
    starts = [tomorrow(9) + timedelta(days=days) for days in (1, 2)]
    cancelled, moved = (EventId(f"{series}_{start:%Y%m%dT%H%M%SZ}") for start in starts)
    calendar.delete(cancelled)
    elsewhere = Timed(starts[1] + timedelta(hours=4), starts[1] + timedelta(hours=5), LONDON)
    calendar.patch(moved, EventChange(when=elsewhere), etag=None)
    items, _ = chain(calendar, token)
    assert only(items, cancelled) == CancelledInstance(cancelled, series, starts[0])
    exception = only(items, moved)
    assert isinstance(exception, Event)
    assert (exception.when, exception.recurring_event_id, exception.original_start) == (elsewhere, series, starts[1])


def test_a_series_becomes_shorter(calendar: CalendarGateway) -> None:
    series = new_id()
    calendar.insert(series, draft(recurrence=("RRULE:FREQ=DAILY;COUNT=5",)))
    shorter = ("RRULE:FREQ=DAILY;COUNT=2",)
    assert calendar.patch(series, EventChange(recurrence=shorter), etag=None).recurrence == shorter
    assert calendar.patch(series, EventChange(recurrence=()), etag=None).recurrence == ()


def test_a_meeting_gets_a_link(calendar: CalendarGateway) -> None:
    event_id = new_id()
    asked = EventDraft(Timed(tomorrow(9), tomorrow(10), LONDON), "Call", "", "", Visibility.DEFAULT, with_meet=True)
    calendar.insert(event_id, asked)
    item = calendar.get(event_id)
    assert isinstance(item, Event)
    assert item.hangout_link.startswith("https://")
    assert calendar.patch(event_id, EventChange(with_meet=False), etag=None).hangout_link == ""


@pytest.mark.parametrize("token", ["rubbish", "CPDAlvWDx70CEPDAlvWDx70CGAU="])
def test_a_sync_token_that_is_no_longer_good_asks_for_a_full_synchronisation(
    calendar: CalendarGateway, token: str
) -> None:
    with pytest.raises(errors.TokenExpired):
        calendar.events_page(sync_token=token)


def test_a_channel_is_opened_and_closed_twice(calendar: CalendarGateway) -> None:
    channel_id = str(uuid.uuid4())
    opened = calendar.watch(channel_id, "https://lockstep.example/push", "secret", 3600)
    assert opened.channel_id == channel_id
    assert timedelta() < opened.expires_at - datetime.now(UTC) <= timedelta(seconds=3660)
    with pytest.raises(errors.AlreadyThere):
        calendar.watch(channel_id, "https://lockstep.example/push", "secret", 3600)
    calendar.stop_channel(channel_id, opened.resource_id)
    calendar.stop_channel(channel_id, opened.resource_id)


def test_the_directory_knows_its_people(directory: DirectoryGateway) -> None:
    alice = directory.user(ALICE)
    assert (alice.primary_email, alice.full_name, alice.is_admin) == (ALICE, "Alice Archer", True)
    assert alice.customer_id == "C0small001"
    assert not alice.suspended
    assert directory.user(alice.id) == alice
    assert alice in list(directory.users())
    assert {user.primary_email for user in directory.users()} == {ALICE, BOB, CHARLIE}


@pytest.mark.parametrize("key", ["nobody@small.example", "12345678901234567890", "not an address"])
def test_an_unknown_person_is_not_found(directory: DirectoryGateway, key: str) -> None:
    with pytest.raises(errors.NotFound):
        directory.user(key)


def test_a_group_has_its_members(directory: DirectoryGateway) -> None:
    assert directory.group_exists(TEAM)
    members = directory.group_members(TEAM)
    assert members.user_ids == {directory.user(BOB).id, directory.user(CHARLIE).id}
    assert not members.everyone


def test_an_unknown_group_does_not_exist(directory: DirectoryGateway) -> None:
    assert not directory.group_exists("nobody@small.example")
    with pytest.raises(errors.NotFound):
        directory.group_members("nobody@small.example")


def test_who_is_no_admin_may_not_read_the_directory(workspace: GoogleWorkspace) -> None:
    with pytest.raises(errors.Forbidden):
        list(workspace.directory(BOB).users())
    with pytest.raises(errors.Forbidden):
        workspace.directory(BOB).group_members(TEAM)


def test_a_probe_tells_what_stands_in_the_way(workspace: GoogleWorkspace) -> None:
    workspace.probe_token(ALICE, (CALENDAR_SCOPE, USERS_SCOPE, GROUPS_SCOPE))
    with pytest.raises(errors.DelegationRefused) as refused:
        workspace.probe_token(ALICE, (CALENDAR_SCOPE, "https://www.googleapis.com/auth/drive"))
    assert refused.value.scope is errors.Scope.CONNECTION
    with pytest.raises(errors.UnknownSubject) as unknown:
        workspace.probe_token("nobody@small.example", (CALENDAR_SCOPE,))
    assert unknown.value.scope is errors.Scope.PERSON


def test_a_key_that_is_not_the_accounts_is_refused(emulator: RunningEmulator, tmp_path: Path) -> None:
    real = json.loads(emulator.key_file.read_text())
    kept = {name: real[name] for name in ("client_email", "client_id", "private_key_id")}
    path = key_file(tmp_path / "key.json", real["token_uri"], **kept)
    with pytest.raises(errors.KeyRefused):
        GoogleWorkspace(path, emulator.address, emulator.address).probe_token(ALICE, (CALENDAR_SCOPE,))


def test_a_wrong_clock_is_named(emulator: RunningEmulator) -> None:
    behind = GoogleWorkspace(
        emulator.key_file,
        emulator.address,
        emulator.address,
        now=lambda: datetime.now(UTC) - timedelta(hours=3),
    )
    with pytest.raises(errors.KeyRefused, match="clock"):
        behind.probe_token(ALICE, (CALENDAR_SCOPE,))


def test_the_client_id_is_the_key_files(emulator: RunningEmulator, workspace: GoogleWorkspace) -> None:
    assert workspace.client_id == json.loads(emulator.key_file.read_text())["client_id"]
