"""Settings → Integrations & API → GSuite, against a running emulated Google, and against none."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.cast import Company
from tests.web.conftest import EmulatedGoogle
from tests.web.making import booked, busy, connected, in_conflict, journalled, tomorrow_at

from lockstep import wiring
from lockstep.operations.disconnecting import disconnect_workspace
from lockstep.operations.people import import_people
from lockstep.store.models import CalendarLink, Connection, StaffMember, WrittenEvent

GSUITE = "/settings/integrations/gsuite/"
HTMX = {"HX-Request": "true"}
GROUPS = "https://www.googleapis.com/auth/admin.directory.group.readonly"


@pytest.fixture
def unbound(bank: Company) -> Company:
    """Bound to no Google customer yet: the first connection binds."""
    bank.organisation.google_customer_id = ""
    bank.organisation.save()
    return bank


def outcomes(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-step="(\w+)" data-outcome="(\w+)"', page))


def test_without_a_service_account_the_page_says_who_sees_to_it(admin: Client, settings: Settings) -> None:
    settings.GOOGLE_SERVICE_ACCOUNT_FILE = ""
    assert "The operator of this installation does that first" in admin.get(GSUITE).content.decode()


def test_an_unreadable_key_is_a_sentence(admin: Client, settings: Settings) -> None:
    settings.GOOGLE_SERVICE_ACCOUNT_FILE = "/nowhere/key.json"
    answer = admin.get(GSUITE)
    assert (answer.status_code, "key file cannot be read" in answer.content.decode()) == (200, True)


def test_a_word_that_is_no_address_is_said_beside_its_field(google: EmulatedGoogle, admin: Client) -> None:
    page = admin.post(f"{GSUITE}connect/", {"directory_user": "lockstep"}).content.decode()
    assert "Enter a valid email address" in page
    assert not Connection.objects.exists()


def test_google_out_of_reach_is_a_sentence_and_stores_nothing(no_google: None, admin: Client) -> None:
    page = admin.post(f"{GSUITE}connect/", {"directory_user": "alice@small.example"}).content.decode()
    assert outcomes(page)["key"] == "passed"
    assert "waiting" in outcomes(page).values()
    assert "Google does not answer at the moment" in page
    assert not Connection.objects.exists()


def test_a_wrong_directory_user_is_named_with_its_cure(google: EmulatedGoogle, admin: Client) -> None:
    page = admin.post(f"{GSUITE}connect/", {"directory_user": "nobody@small.example"}).content.decode()
    assert "failed" in outcomes(page).values()
    assert "skipped" in outcomes(page).values()
    assert "nobody@small.example" in page
    assert not Connection.objects.exists()


def test_what_was_typed_is_still_there_after_a_walk_to_googles_console(no_google: None, admin: Client) -> None:
    admin.post(f"{GSUITE}connect/", {"directory_user": "alice@small.example", "directory_group": "g@small.example"})
    page = admin.get(GSUITE).content.decode()
    assert 'value="alice@small.example"' in page
    assert 'value="g@small.example"' in page


def test_a_refusal_over_htmx_brings_only_the_panel(no_google: None, admin: Client) -> None:
    answer = admin.post(f"{GSUITE}connect/", {"directory_user": "alice@small.example"}, headers=HTMX)
    assert "<html" not in answer.content.decode()
    assert 'id="connect-panel"' in answer.content.decode()


def test_from_connect_to_live(google: EmulatedGoogle, unbound: Company, admin: Client) -> None:
    typed = {"directory_user": "alice@small.example", "directory_group": ""}
    assert admin.post(f"{GSUITE}connect/", typed, headers=HTMX)["HX-Redirect"] == GSUITE
    connection = Connection.objects.get()
    assert connection.state == Connection.State.PENDING
    assert "Reading people from Google" in admin.get(GSUITE).content.decode()

    workspace = wiring.workspace()
    assert workspace is not None
    import_people(connection.pk, workspace=workspace, clock=timezone.now)
    page = admin.get(GSUITE).content.decode()
    assert "3 people" in page
    assert "nobody takes appointments yet" in page
    people = StaffMember.objects.filter(email__endswith="@small.example")
    admin.post(f"{GSUITE}users/do/", {"deed": "take", "people": [each.uuid for each in people]})
    page = admin.get(GSUITE).content.decode()
    assert "Reading calendars" in page
    assert all(f"{name}@small.example" in page for name in ("alice", "bob", "charlie"))

    CalendarLink.objects.update(verified_at=timezone.now(), events_seen=3)
    page = admin.get(GSUITE).content.decode()
    assert "People and calendars are read" in page
    assert "data-live" not in page

    answer = admin.post(
        f"{GSUITE}save/",
        {"include_client_id": "on", "visibility": "public", "absence_titles": "real", "video_link": "meet"},
        follow=True,
    )
    connection.refresh_from_db()
    assert (connection.state, connection.include_client_id, connection.include_notes) == ("live", True, False)
    assert "Live. From now on" in answer.content.decode()


def test_a_second_connect_finds_the_first_ones_connection(
    google: EmulatedGoogle, unbound: Company, admin: Client
) -> None:
    typed = {"directory_user": "alice@small.example"}
    answers = [admin.post(f"{GSUITE}connect/", typed)["Location"] for _click in range(2)]
    assert (answers, Connection.objects.count()) == ([GSUITE, GSUITE], 1)


def test_the_check_of_a_connection_shows_every_step(google: EmulatedGoogle, unbound: Company, admin: Client) -> None:
    admin.post(f"{GSUITE}connect/", {"directory_user": "alice@small.example"})
    page = admin.post(f"{GSUITE}check/").content.decode()
    # Nobody can post to this machine from outside, which is worth saying and stands in nobody's way.
    assert {name for name, outcome in outcomes(page).items() if outcome != "passed"} == {"push"}
    assert "Everything that the connection needs is there" in page


def test_the_check_is_there_for_machines(google: EmulatedGoogle, unbound: Company, admin: Client) -> None:
    admin.post(f"{GSUITE}connect/", {"directory_user": "alice@small.example"})
    answer = admin.get(f"{GSUITE}check.json")
    assert (answer.status_code, answer.json()["ok"]) == (200, True)
    assert {"name", "outcome", "title", "sentence", "who", "where", "paste"} <= answer.json()["steps"][0].keys()
    Connection.objects.update(directory_user="nobody@small.example")
    assert admin.get(f"{GSUITE}check.json").status_code == 503


def test_progress_is_silent_while_it_stands_still(bank: Company, admin: Client) -> None:
    connection = connected(bank, Connection.State.PENDING)
    CalendarLink.objects.filter(connection=connection).update(verified_at=None)
    page = admin.get(GSUITE).content.decode()
    version = re.search(r"progress/\?version=([\d.]+)", page)
    assert version
    still = admin.get(f"{GSUITE}progress/", {"version": version[1]}, headers=HTMX)
    CalendarLink.objects.filter(staff=bank.alice).update(verified_at=timezone.now())
    moved = admin.get(f"{GSUITE}progress/", {"version": version[1]}, headers=HTMX)
    assert (still.status_code, moved.status_code) == (204, 200)
    assert "1 of 3 calendars read" in moved.content.decode()


def test_a_failed_import_says_why_and_offers_to_try_again(bank: Company, admin: Client) -> None:
    connection = connected(bank, Connection.State.PENDING)
    connection.import_error = "Google does not answer."
    connection.save()
    page = admin.get(GSUITE).content.decode()
    assert "People could not be read" in page
    assert "Google does not answer." in page
    assert "Try again" in page


def test_the_state_comes_first_and_the_tiles_count(bank: Company, admin: Client) -> None:
    connected(bank)
    page = admin.get(GSUITE).content.decode()
    assert "2 people need you" in page
    numbers = re.findall(r'id="tile-(\w+)".*?tile-number \w+">(\d+)<', page, re.DOTALL)
    assert numbers == [("syncing", "1"), ("warnings", "1"), ("errors", "1")]


def test_event_content_shows_and_saves_what_is_chosen(bank: Company, admin: Client) -> None:
    connection = connected(bank)
    page = admin.get(f"{GSUITE}content/").content.decode()
    assert "Include client ID in the synced event description" in page
    assert "Leave this off where staff should not see client IDs" in page
    admin.post(
        f"{GSUITE}save/",
        {"include_notes": "on", "visibility": "private", "absence_titles": "busy", "video_link": "own"},
    )
    connection.refresh_from_db()
    assert (connection.visibility, connection.include_client_id, connection.state) == ("private", False, "live")


def test_a_visibility_that_google_does_not_have_is_refused(bank: Company, admin: Client) -> None:
    connection = connected(bank)
    answer = admin.post(f"{GSUITE}save/", {"visibility": "secret"})
    connection.refresh_from_db()
    assert (answer.status_code, connection.visibility) == (200, "public")
    assert 'class="errorlist' in answer.content.decode()


def test_pausing_and_resuming_are_written_down(bank: Company, admin: Client) -> None:
    connection = connected(bank)
    states = []
    for deed in ("pause", "resume"):
        admin.post(f"{GSUITE}{deed}/")
        connection.refresh_from_db()
        states.append(connection.state)
    assert states == ["paused", "live"]
    page = admin.get("/settings/audit/").content.decode()
    assert page.index("Google Workspace resumed") < page.index("Google Workspace paused")


def test_a_calendar_is_read_anew_for_one_person(bank: Company, admin: Client) -> None:
    connected(bank)
    answer = admin.post(f"{GSUITE}users/{bank.alice.uuid}/resync/", follow=True)
    assert "Alice’s calendar is being read anew" in answer.content.decode()
    assert CalendarLink.objects.get(staff=bank.alice).state == "full_sync"


def test_nobody_resyncs_somebody_of_another_organisation(bank: Company, stranger: Client) -> None:
    connected(bank)
    answer = stranger.post(f"{GSUITE}users/{bank.alice.uuid}/resync/")
    assert (answer.status_code, answer["Location"]) == (302, GSUITE)
    assert CalendarLink.objects.get(staff=bank.alice).state == "current"


def test_disconnecting_says_the_numbers_and_asks(bank: Company, admin: Client) -> None:
    connected(bank)
    busy(bank.alice, tomorrow_at(10))
    page = admin.get(f"{GSUITE}disconnect/").content.decode()
    numbers = re.findall(r'id="count-(\w+)".*?tile-number ">(\d+)<', page, re.DOTALL)
    assert numbers == [("people", "3"), ("busy", "1"), ("events", "0")]
    assert Connection.objects.exists()


def test_disconnecting_without_a_choice_changes_nothing(bank: Company, admin: Client) -> None:
    connected(bank)
    admin.post(f"{GSUITE}disconnect/")
    assert Connection.objects.exists()


def leaving(company: Company) -> Connection:
    """Two of five events are removed from Google."""
    connection = connected(company)
    link = CalendarLink.objects.get(staff=company.alice)
    for hour in (9, 11, 13):
        WrittenEvent.objects.create(
            link=link,
            appointment=booked(company, company.alice, tomorrow_at(hour)),
            event_id=f"event{hour}",
            in_google=True,
            wanted_at=timezone.now(),
        )
    connection.state, connection.total_to_remove = Connection.State.DISCONNECTING, 5
    connection.save()
    return connection


def test_disconnecting_shows_its_progress_until_it_has_ended(bank: Company, admin: Client) -> None:
    connected(bank)
    page = admin.post(f"{GSUITE}disconnect/", {"keep_events": "remove"}, follow=True).content.decode()
    assert "Disconnecting from Google Workspace" in page
    connection = Connection.objects.get()
    disconnect_workspace(connection.pk, workspace=None, clock=timezone.now)
    answer = admin.get(f"{GSUITE}unfinished/", headers=HTMX)
    assert answer["HX-Redirect"] == GSUITE
    assert "Disconnected. Lockstep no longer reads" in admin.get(GSUITE).content.decode()


def test_the_progress_is_silent_while_it_stands_still(bank: Company, admin: Client) -> None:
    leaving(bank)
    page = admin.get(GSUITE).content.decode()
    assert "2 of 5 events removed from Google" in page
    version = re.search(r"unfinished/\?version=([\w-]+)", page)
    assert version
    still = admin.get(f"{GSUITE}unfinished/", {"version": version[1]}, headers=HTMX)
    WrittenEvent.objects.filter(event_id="event9").update(in_google=False)
    moved = admin.get(f"{GSUITE}unfinished/", {"version": version[1]}, headers=HTMX)
    assert (still.status_code, moved.status_code) == (204, 200)
    assert "3 of 5 events removed" in moved.content.decode()


def test_what_cannot_be_removed_may_be_left(bank: Company, admin: Client) -> None:
    connection = leaving(bank)
    Connection.objects.update(problem="alice@cedar.example cannot use Google Calendar.", attempts=1)
    page = admin.get(GSUITE).content.decode()
    assert "3 events could not be removed yet" in page
    assert "Leave 3 events in Google" in page
    admin.post(f"{GSUITE}unfinished/keep/")
    connection.refresh_from_db()
    assert connection.keep_events


@pytest.mark.parametrize("path", ["users/", "content/", "disconnect/"])
def test_while_it_is_being_left_there_is_one_page(bank: Company, admin: Client, path: str) -> None:
    leaving(bank)
    assert admin.get(f"{GSUITE}{path}")["Location"] == GSUITE


def test_a_connection_that_waits_shows_what_to_compare_and_goes_back_to_the_form(
    google: EmulatedGoogle, bank: Company, admin: Client
) -> None:
    Connection.objects.create(
        organisation=bank.organisation,
        state=Connection.State.WAITING,
        directory_user="lockstep@cedar.example",
        directory_group="appointments@cedar.example",
        connected_at=timezone.now(),
        next_due=timezone.now(),
        problem="The Client ID is not authorised.",
        attempts=3,
    )
    page = admin.get(GSUITE).content.decode()
    assert "Waiting for Google to let us in" in page
    assert "The Client ID is not authorised." in page
    assert GROUPS in page.replace("<wbr>", "")
    assert "3 times" in page
    page = admin.post(f"{GSUITE}unfinished/stop/", follow=True).content.decode()
    assert 'value="lockstep@cedar.example"' in page
    assert not Connection.objects.exists()


def test_the_journal_shows_both_times_and_the_delay(bank: Company, admin: Client) -> None:
    connected(bank)
    journalled(booked(bank, bank.alice, tomorrow_at(11)))
    page = admin.get(f"{GSUITE}journal/").content.decode()
    assert "Appointment moved" in page
    assert "From Google" in page
    assert "0.4 s" in page
    assert (page.index("10:00"), page.index("11:00")) == tuple(sorted((page.index("10:00"), page.index("11:00"))))


def test_the_conflicts_tab_shows_both_sides(bank: Company, admin: Client) -> None:
    connected(bank)
    in_conflict(booked(bank, bank.alice, tomorrow_at(11)))
    page = admin.get(f"{GSUITE}conflicts/").content.decode()
    assert "In Lockstep" in page
    assert "In Google" in page
