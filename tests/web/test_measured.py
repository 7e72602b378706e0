"""The measured part of the Overview, what it asks of Google, and /metrics."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.cast import Company
from tests.web.making import connected

from lockstep.operations.delays import note_delays
from lockstep.store.models import CalendarLink, Channel, Connection, LostPush, MeasuredDelay

OVERVIEW = "/settings/integrations/gsuite/"
PANEL = f"{OVERVIEW}measured/"
HTMX = {"HTTP_HX_REQUEST": "true"}
DIRECTION = MeasuredDelay.Direction


def linked(bank: Company) -> CalendarLink:
    """Alice's calendar, in step like everybody's."""
    connected(bank)
    now = timezone.now()
    later = now + timedelta(hours=1)
    CalendarLink.objects.update(
        state="current", returns_to="", verified_at=now, fresh_until=later, next_due=later, problem="", attempts=0
    )
    return CalendarLink.objects.get(staff=bank.alice)


def delays(bank: Company, *seconds: float, direction: DIRECTION = DIRECTION.GOOGLE_TO_SLOT) -> None:
    each = [timedelta(seconds=one) for one in seconds]
    note_delays(bank.organisation.pk, direction, each, now=timezone.now())


def test_the_delays_stand_as_figures_a_drawing_and_a_table(bank: Company, admin: Client) -> None:
    linked(bank)
    delays(bank, *[0.4] * 40, 2.5)
    page = admin.get(OVERVIEW).content.decode()
    assert "In step with Google, 0.4 s behind." in page
    assert "2.5 s" in page
    assert page.count('<svg class="delay-chart"') == 1
    assert "Hour by hour" in page
    assert " style=" not in page


def test_nothing_measured_yet_says_what_will_come(bank: Company, admin: Client) -> None:
    linked(bank)
    page = admin.get(OVERVIEW).content.decode()
    assert "The first change will be measured here." in page


def test_the_panel_is_silent_until_something_changes(bank: Company, admin: Client) -> None:
    linked(bank)
    page = admin.get(OVERVIEW)
    version = page.context["measured_version"]
    assert admin.get(PANEL, {"version": version}, **HTMX).status_code == 204
    delays(bank, 1)
    answer = admin.get(PANEL, {"version": version}, **HTMX)
    assert answer.status_code == 200
    assert 'id="state" hx-swap-oob="true"' in answer.content.decode()


def test_without_a_worker_the_page_says_who_does_what(bank: Company, admin: Client) -> None:
    link = linked(bank)
    link.next_due = timezone.now() - timedelta(minutes=5)
    link.save()
    assert "Background work stands still" in admin.get(OVERVIEW).content.decode()


def test_a_refused_push_address_is_said_in_googles_stead(bank: Company, admin: Client) -> None:
    link = linked(bank)
    now = timezone.now()
    Channel.objects.create(link=link, token_digest="x", opened_at=now, closed_at=now, problem="Google refuses it.")
    page = admin.get(OVERVIEW).content.decode()
    assert "Google refuses a push channel" in page
    assert "Google refuses it." in page


def test_lost_pushes_are_counted_and_explained(bank: Company, admin: Client) -> None:
    linked(bank)
    LostPush.objects.create(organisation=bank.organisation, at=timezone.now())
    LostPush.objects.create(organisation=bank.organisation, at=timezone.now() - timedelta(days=3))
    page = admin.get(OVERVIEW).content.decode()
    assert "1 in 24 hours, 2 in 7 days" in page
    assert "Some pushes were lost" in page


def test_another_organisation_sees_nothing_of_it(bank: Company, stranger: Client) -> None:
    linked(bank)
    assert stranger.get(PANEL, **HTMX).status_code == 302


@pytest.mark.parametrize("typed", ["1000", "", "many", "-3", "99999999999"])
def test_what_it_will_ask_of_google_is_said_before_connecting(bank: Company, admin: Client, typed: str) -> None:
    page = admin.get(OVERVIEW, {"people": typed}).content.decode()
    assert "Calls a day" in page
    assert "10 minutes" in page or typed.startswith("9")


def test_metrics_are_not_there_without_a_token(bank: Company, client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize("said", ["", "Bearer wrong", "secre"])
def test_metrics_are_for_who_has_the_token(bank: Company, client: Client, settings: Settings, said: str) -> None:
    settings.METRICS_TOKEN = "secret"
    assert client.get("/metrics", HTTP_AUTHORIZATION=said).status_code == 401


def test_metrics_say_the_figures_and_name_nobody(bank: Company, client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "secret"
    linked(bank)
    delays(bank, *[0.25] * 10)
    text = client.get("/metrics", HTTP_AUTHORIZATION="Bearer secret").content.decode()
    where = 'direction="google_to_slot",organisation="cedar",period="24h",quantile="0.99"'
    assert f"lockstep_delay_seconds{{{where}}} 0.25" in text
    assert 'lockstep_calendars{organisation="cedar"' in text
    assert "@" not in text
    assert not [person for person in ("Alice", "Bob", "Carol") if person in text]


def test_a_connection_that_is_paused_says_what_to_do(bank: Company, admin: Client) -> None:
    linked(bank)
    Connection.objects.update(state=Connection.State.PAUSED)
    assert 'href="#resume"' in admin.get(OVERVIEW).content.decode()
