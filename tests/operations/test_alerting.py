"""Admins are told once when something begins, once when it has healed, and nothing in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.cast import NOW, Company

from lockstep.operations import alerting
from lockstep.operations.alerting import AlertMessage, NotDelivered
from lockstep.operations.delays import Direction, note_delays
from lockstep.store.models import AlertSettings, AuditEntry, Brake, CalendarLink, Connection, Incident

A_MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Courier:
    """Keeps what it is given."""

    broken: bool = False
    emails: list[tuple[AlertMessage, list[str]]] = field(default_factory=list)
    posts: list[tuple[AlertMessage, str]] = field(default_factory=list)

    def email(self, message: AlertMessage, to: list[str]) -> None:
        if self.broken:
            raise NotDelivered("The mail server did not take it.")
        self.emails.append((message, to))

    def post(self, message: AlertMessage, url: str, secret: str) -> None:
        self.posts.append((message, url))

    @property
    def told(self) -> list[tuple[str, bool]]:
        return [(message.kind, message.healed) for message, _ in self.emails]


@pytest.fixture
def connection(company: Company) -> Connection:
    return Connection.objects.create(
        organisation=company.organisation,
        state="live",
        directory_user="ada@cedar.example",
        customer_id="C1",
        connected_at=NOW - timedelta(days=9),
    )


@pytest.fixture
def courier() -> Courier:
    return Courier()


def minutes(courier: Courier, first: int, last: int) -> None:
    """Every minute from one to the other, with the jobs that come of it."""
    for minute in range(first, last):
        now = NOW + minute * A_MINUTE
        alerting.look_for_incidents(now=now)
        for incident in Incident.objects.all():
            alerting.send_alert(incident.pk, courier=courier, now=now)


def lose(connection: Connection, why: str = "The Client ID is not authorised.") -> None:
    Connection.objects.filter(pk=connection.pk).update(access_error=why)


def blocked(company: Company, connection: Connection, *, since: timedelta) -> CalendarLink:
    return CalendarLink.objects.create(
        staff=company.alice, connection=connection, state="blocked", returns_to="current", verified_at=NOW - since
    )


def test_a_lost_connection_is_told_once_however_long_it_lasts(connection: Connection, courier: Courier) -> None:
    lose(connection)
    minutes(courier, 0, 90)
    assert courier.told == [("connection_lost", False)]
    message, to = courier.emails[0]
    assert message.detail == "The Client ID is not authorised."
    assert to == ["ada@cedar.example"]


def test_what_has_healed_is_told_once(connection: Connection, courier: Courier) -> None:
    lose(connection)
    minutes(courier, 0, 3)
    lose(connection, "")
    minutes(courier, 3, 40)
    assert courier.told == [("connection_lost", False), ("connection_lost", True)]


def test_what_comes_and_goes_is_one_incident(connection: Connection, courier: Courier) -> None:
    for minute in range(0, 60, 2):
        lose(connection, "Gone." if minute % 4 else "")
        minutes(courier, minute, minute + 2)
    assert courier.told == [("connection_lost", False)]


@pytest.mark.parametrize(("minutes_ago", "told"), [(50, []), (61, [("people_in_error", False)])], ids=["50", "61"])
def test_people_in_error_are_told_after_an_hour(
    company: Company, connection: Connection, courier: Courier, minutes_ago: int, told: list[tuple[str, bool]]
) -> None:
    blocked(company, connection, since=timedelta(minutes=minutes_ago))
    minutes(courier, 0, 1)
    assert courier.told == told


def test_a_lost_connection_says_it_for_everybody(company: Company, connection: Connection, courier: Courier) -> None:
    blocked(company, connection, since=timedelta(hours=5))
    lose(connection)
    minutes(courier, 0, 5)
    assert courier.told == [("connection_lost", False)]


def test_a_pulled_brake_is_told(company: Company, connection: Connection, courier: Courier) -> None:
    link = blocked(company, connection, since=timedelta())
    Brake.objects.create(
        organisation=company.organisation, link=link, kind=Brake.Kind.CHANGES, held=12, total=20, opened_at=NOW
    )
    minutes(courier, 0, 5)
    assert courier.told == [("brake_pulled", False)]


def test_a_delay_over_the_limit_is_told_and_one_slow_change_is_not(
    company: Company, connection: Connection, courier: Courier
) -> None:
    slow = [timedelta(minutes=3)]
    note_delays(company.organisation.pk, Direction.GOOGLE_TO_SLOT, slow, now=NOW)
    minutes(courier, 0, 2)
    assert courier.told == []
    note_delays(company.organisation.pk, Direction.GOOGLE_TO_SLOT, slow * 5, now=NOW)
    minutes(courier, 2, 5)
    assert courier.told == [("delay", False)]


def test_an_alert_that_does_not_arrive_is_tried_again(connection: Connection) -> None:
    courier = Courier(broken=True)
    lose(connection)
    minutes(courier, 0, 3)
    courier.broken = False
    minutes(courier, 3, 6)
    assert courier.told == [("connection_lost", False)]


def test_an_incident_that_nobody_was_told_of_heals_in_silence(connection: Connection) -> None:
    courier = Courier(broken=True)
    lose(connection)
    minutes(courier, 0, 3)
    lose(connection, "")
    minutes(courier, 3, 20)
    courier.broken = False
    minutes(courier, 20, 25)
    assert courier.told == []


def test_the_webhook_is_told_as_well_or_instead(connection: Connection, courier: Courier) -> None:
    AlertSettings.objects.create(
        organisation=connection.organisation, by_email=False, webhook_url="https://hooks.example/x"
    )
    lose(connection)
    minutes(courier, 0, 3)
    assert courier.emails == []
    assert [url for _, url in courier.posts] == ["https://hooks.example/x"]


def test_telling_is_a_job_and_no_part_of_a_transaction(connection: Connection) -> None:
    lose(connection)
    alerting.look_for_incidents(now=NOW)
    assert ProcrastinateJob.objects.filter(task_name="send_alert").count() == 1


def test_a_change_of_the_alerts_is_in_the_audit_log_without_the_secret(company: Company) -> None:
    current = alerting.save_settings(
        company.organisation,
        by_email=False,
        webhook_url="https://hooks.example/x",
        delay_limit_seconds=30,
        by=company.admin,
        now=NOW,
    )
    entry = AuditEntry.objects.get()
    assert entry.after == {"by_email": False, "webhook_url": "https://hooks.example/x", "delay_limit_seconds": 30}
    assert current.webhook_secret not in str(entry.after)
