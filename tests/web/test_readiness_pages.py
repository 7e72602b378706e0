"""The dry run's page, the way from demo to production, and the proof for an auditor."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.cast import Company
from tests.web.making import booked, connected, tomorrow_at

from lockstep.operations.proof import RaceReport, keep_proof
from lockstep.store.models import AuditEntry, CalendarLink, Connection, DryRun, DryRunPerson, ForeignEvent, Transition

GSUITE = "/settings/integrations/gsuite/"
DRY_RUN = f"{GSUITE}dry-run/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def run(bank: Company) -> DryRun:
    """Over, and with something of everything."""
    connection = connected(bank, Connection.State.PENDING)
    now = timezone.now()
    run = DryRun.objects.create(
        connection=connection, started_by="Ada", started_at=now, touched_at=now, finished_at=now, total=3
    )
    DryRunPerson.objects.create(dry_run=run, staff=bank.alice, blocking=12, double_booked=2)
    DryRunPerson.objects.create(dry_run=run, staff=bank.bob, blocking=4, all_day_free=3, leftovers={"demo": 5})
    DryRunPerson.objects.create(dry_run=run, staff=bank.carol, problem="Google gives no access as carol.")
    return run


def test_it_says_what_it_does_before_the_first_one(bank: Company, admin: Client) -> None:
    connected(bank, Connection.State.PENDING)
    page = admin.get(DRY_RUN).content.decode()
    assert "It writes nothing, here or in Google." in page
    assert "Start the dry run" in page


def test_one_under_way_shows_how_far_it_is_and_is_silent_while_it_stands(run: DryRun, admin: Client) -> None:
    DryRun.objects.update(finished_at=None)
    page = admin.get(DRY_RUN).content.decode()
    assert "3 of 3 calendars" in page
    version = f"{run.pk}-3-on"
    assert admin.get(f"{DRY_RUN}progress/", {"version": version}, headers=HTMX).status_code == 204
    DryRun.objects.update(finished_at=timezone.now())
    assert b'data-state="over"' in admin.get(f"{DRY_RUN}progress/", {"version": version}, headers=HTMX).content


def test_the_report_says_what_to_look_at_first(run: DryRun, admin: Client) -> None:
    page = admin.get(DRY_RUN).content.decode()
    assert "2 appointments overlap something in Google" in page
    assert "3 all-day events are shown as free" in page
    assert "5 events of another Lockstep" in page
    assert "1 calendar could not be read" in page
    assert "Google gives no access as carol." in page


def test_going_live_from_it_saves_what_events_contain(run: DryRun, admin: Client) -> None:
    typed = {"visibility": "private", "absence_titles": "real", "video_link": "meet"}
    assert "Go live" in admin.get(DRY_RUN).content.decode()
    admin.post(f"{GSUITE}save/", typed)
    assert Connection.objects.get().state == Connection.State.LIVE


def test_it_can_be_taken_along_as_csv_and_json(run: DryRun, bank: Company, admin: Client) -> None:
    bank.alice.name = "=Alice"
    bank.alice.save(update_fields=["name"])
    lines = admin.get(f"{GSUITE}dry-run.csv").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "name,email,blocking,all_day_free,double_booked,leftovers,problem"
    assert lines[1] == f"'=Alice,{bank.alice.email},12,0,2,0,"
    said = admin.get(f"{GSUITE}dry-run.json").json()
    assert (said["blocking"], said["leftovers"], len(said["people"])) == (16, {"demo": 5}, 3)


def test_without_one_there_is_nothing_to_take_along(bank: Company, admin: Client) -> None:
    connected(bank)
    assert admin.get(f"{GSUITE}dry-run.csv")["Location"] == DRY_RUN
    assert admin.get(f"{GSUITE}dry-run.json")["Location"] == DRY_RUN


def test_nobody_else_sees_a_dry_run(run: DryRun, alice: Client, stranger: Client) -> None:
    assert alice.get(DRY_RUN).status_code == 404
    assert stranger.get(DRY_RUN)["Location"] == GSUITE


# From demo to production


@pytest.mark.parametrize(
    ("environment", "words"),
    [("demo", "You are in the demo."), ("demo", "Demo environment"), ("production", "You are in production.")],
)
def test_the_page_says_which_environment_it_is_and_whose_step_is_which(
    admin: Client, settings: Settings, environment: str, words: str
) -> None:
    settings.ENVIRONMENT = environment
    page = admin.get(f"{GSUITE}transition/").content.decode()
    assert words in page
    assert ('id="environment">Production' in page) == (environment == "production")


def test_the_day_is_counted_on_the_server(bank: Company, admin: Client) -> None:
    admin.post(f"{GSUITE}transition/changed/")
    assert AuditEntry.objects.filter(action="Client ID changed in Google").exists()
    Transition.objects.update(changed_at=timezone.now() - timedelta(hours=20, seconds=30))
    page = admin.get(f"{GSUITE}transition/").content.decode()
    assert "3 hours" in page
    assert "59 minutes" in page
    Transition.objects.update(changed_at=timezone.now() - timedelta(hours=25))
    assert "The day is over." in admin.get(f"{GSUITE}transition/").content.decode()
    admin.post(f"{GSUITE}transition/unchanged/")
    assert not Transition.objects.exists()


def test_what_the_demo_left_is_said_there_and_offered_for_removal(bank: Company, admin: Client) -> None:
    connected(bank)
    link = CalendarLink.objects.get(staff=bank.alice)
    ForeignEvent.objects.create(
        link=link, event_id="x", installation=uuid4(), environment="demo", derived=True, seen_at=timezone.now()
    )
    page = admin.get(f"{GSUITE}transition/").content.decode()
    assert "1 event of another Lockstep (demo) stands in the calendars." in page
    assert f'href="{GSUITE}leftovers/"' in page


# Proof

SOUND = RaceReport(
    clients=4, slots=2, attempts=8, booked=2, refused={"SlotTaken": 6}, errors={}, overlaps=0, seconds=1.0, slowest_ms=9
)


def test_the_auditor_sees_a_count_of_now_and_the_last_race(bank: Company, admin: Client) -> None:
    booked(bank, bank.alice, tomorrow_at(10))
    page = admin.get("/settings/proof/").content.decode()
    assert "Nobody is double-booked" in page
    assert "No race was run yet" in page
    keep_proof(SOUND, now=timezone.now())
    page = admin.get("/settings/proof/").content.decode()
    assert "each time was booked exactly once" in page
    assert str(asdict(SOUND)["attempts"]) in page


def test_a_race_that_went_wrong_is_not_dressed_up(bank: Company, admin: Client) -> None:
    keep_proof(RaceReport(**{**asdict(SOUND), "booked": 3}), now=timezone.now())
    assert "not as it should be" in admin.get("/settings/proof/").content.decode()


def test_only_those_who_change_settings_see_the_proof(alice: Client) -> None:
    assert alice.get("/settings/proof/").status_code == 403
