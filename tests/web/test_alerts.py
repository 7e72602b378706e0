"""The page of the alerts."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from tests.cast import Company
from tests.web.making import connected

from lockstep.store.models import AlertSettings

ALERTS = "/settings/integrations/gsuite/alerts/"
TEST = f"{ALERTS}test/"


def test_alerts_are_set_and_kept(bank: Company, admin: Client) -> None:
    connected(bank)
    typed = {"by_email": "on", "webhook_url": "https://hooks.example/x", "delay_limit_seconds": "30"}
    assert admin.post(ALERTS, typed).status_code == 302
    page = admin.get(ALERTS).content.decode()
    kept = AlertSettings.objects.get(organisation=bank.organisation)
    assert kept.delay_limit_seconds == 30
    assert kept.webhook_secret in page


@pytest.mark.parametrize("url", ["http://hooks.example/", "nonsense", "javascript:alert(1)"])
def test_an_address_that_cannot_be_posted_to_is_said_beside_its_field(bank: Company, admin: Client, url: str) -> None:
    connected(bank)
    answer = admin.post(ALERTS, {"webhook_url": url, "delay_limit_seconds": "30"})
    assert answer.status_code == 200
    assert not AlertSettings.objects.exists()


def test_the_test_button_sends_an_email_to_the_admins(bank: Company, admin: Client) -> None:
    connected(bank)
    answer = admin.post(TEST, follow=True)
    assert "The test is on its way." in answer.content.decode()
    (sent,) = mail.outbox
    assert sent.to == [bank.admin.email]
    assert "A test of the alerts" in sent.subject


def test_a_webhook_that_cannot_be_reached_is_said_at_once(bank: Company, admin: Client) -> None:
    connected(bank)
    AlertSettings.objects.create(organisation=bank.organisation, by_email=False, webhook_url="https://127.0.0.1/x")
    assert "not on the public Internet" in admin.post(TEST, follow=True).content.decode()


def test_staff_do_not_see_the_alerts(bank: Company, alice: Client) -> None:
    connected(bank)
    assert alice.get(ALERTS).status_code == 404
