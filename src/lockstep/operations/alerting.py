"""Telling admins what is wrong for longer: once when it begins, once when it has healed, and nothing in between."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lockstep.operations import jobs
from lockstep.operations.delays import Direction, percentiles
from lockstep.operations.history import audit
from lockstep.store.models import (
    AlertSettings,
    Brake,
    CalendarLink,
    Connection,
    Incident,
    Organisation,
    User,
)
from lockstep.sync.link import LinkState

log = logging.getLogger(__name__)
Kind = Incident.Kind

AN_HOUR = timedelta(hours=1)
HEALED_AFTER = timedelta(minutes=10)
"""What comes and goes is one incident, told once."""
LEAST_CHANGES = 5
"""Of fewer changes in an hour no limit is said to be exceeded."""
MOST_TRIES = 20


@dataclass(frozen=True, slots=True)
class AlertMessage:
    """What an alert says."""

    kind: str
    title: str
    detail: str
    organisation: str
    healed: bool
    at: datetime


class NotDelivered(Exception):
    """The message did not arrive. The sentence says why, for the person who set the address."""


class Courier(Protocol):
    """Takes alerts to people and machines."""

    def email(self, message: AlertMessage, to: list[str]) -> None:
        """Raises: NotDelivered."""

    def post(self, message: AlertMessage, url: str, secret: str) -> None:
        """Raises: NotDelivered."""


def look_for_incidents(*, now: datetime) -> None:
    """Once a minute: begin and end incidents, and have told what is not told yet."""
    for connection in Connection.objects.select_related("organisation").order_by("pk"):
        found = dict(_found(connection, now))
        with transaction.atomic():
            _take_down(connection.organisation, found, now)
    for incident in Incident.objects.filter(_untold(), tries__lt=MOST_TRIES):
        jobs.send_alert(incident.pk)
    Incident.objects.filter(healed_at__lt=now - timedelta(days=90)).delete()


def _untold() -> Q:
    return Q(told_at=None, healed_at=None) | Q(told_at__isnull=False, healed_at__isnull=False, healed_told_at=None)


def _take_down(organisation: Organisation, found: dict[Kind, str], now: datetime) -> None:
    still_open = {each.kind: each for each in Incident.objects.select_for_update().filter(
        organisation=organisation, healed_at=None
    )}  # fmt: skip
    for kind, detail in found.items():
        known = still_open.get(kind)
        if known is None:
            Incident.objects.create(organisation=organisation, kind=kind, opened_at=now, seen_at=now, detail=detail)
        else:
            Incident.objects.filter(pk=known.pk).update(seen_at=now)
    for name, incident in still_open.items():
        if Kind(name) not in found and now - incident.seen_at >= HEALED_AFTER:
            Incident.objects.filter(pk=incident.pk).update(healed_at=now, tries=0)


def _found(connection: Connection, now: datetime) -> list[tuple[Kind, str]]:
    """What is wrong now. While the whole connection is lost, that everybody is in error says nothing new."""
    found = []
    if connection.access_error:
        found.append((Kind.CONNECTION_LOST, connection.access_error))
    elif people := _people_in_error(connection, now):
        text = ngettext(
            "One person’s calendar cannot be read for over an hour. They are not offered to clients.",
            "The calendars of %(n)s people cannot be read for over an hour. They are not offered to clients.",
            people,
        )
        found.append((Kind.PEOPLE_IN_ERROR, text % {"n": people}))
    brakes = Brake.objects.filter(organisation=connection.organisation, closed_at=None).count()
    if brakes:
        text = ngettext(
            "Much changed at once in one calendar. Lockstep stopped and waits for your decision.",
            "Much changed at once in %(n)s calendars. Lockstep stopped and waits for your decision.",
            brakes,
        )
        found.append((Kind.BRAKE_PULLED, text % {"n": brakes}))
    if slow := _slow(connection, now):
        found.append((Kind.DELAY, slow))
    return found


def _people_in_error(connection: Connection, now: datetime) -> int:
    blocked = CalendarLink.objects.filter(connection=connection, state=LinkState.BLOCKED, staff__left_at=None)
    since_long = Q(verified_at__lt=now - AN_HOUR) | Q(verified_at=None, connection__connected_at__lt=now - AN_HOUR)
    return blocked.filter(since_long).count() if connection.state in Connection.READS else 0


def _slow(connection: Connection, now: datetime) -> str:
    limit = settings_of(connection.organisation).delay_limit_seconds
    for direction in Direction:
        measured = percentiles(connection.organisation, direction, now=now, lasting=AN_HOUR)
        if measured and measured.n >= LEAST_CHANGES and measured.p95 > limit * 1000:
            return _("%(direction)s: one change in twenty took longer than %(limit)s seconds in the last hour.") % {
                "direction": direction.label,
                "limit": limit,
            }
    return ""


def settings_of(organisation: Organisation) -> AlertSettings:
    """How the organisation is told; not stored before somebody changes it."""
    return AlertSettings.objects.filter(organisation=organisation).first() or AlertSettings(organisation=organisation)


def save_settings(
    organisation: Organisation, *, by_email: bool, webhook_url: str, delay_limit_seconds: int, by: User, now: datetime
) -> AlertSettings:
    """The secret stays what it is; it is no part of the audit log."""
    with transaction.atomic():
        current = settings_of(organisation)
        before = _shown(current)
        current.by_email, current.webhook_url = by_email, webhook_url
        current.delay_limit_seconds = delay_limit_seconds
        current.save()
        if before != _shown(current):
            audit(organisation, by, "alerts_changed", now=now, before=before, after=_shown(current))
    return current


def _shown(current: AlertSettings) -> dict[str, object]:
    return {
        "by_email": current.by_email,
        "webhook_url": current.webhook_url,
        "delay_limit_seconds": current.delay_limit_seconds,
    }


def send_alert(incident_id: int, *, courier: Courier, now: datetime) -> None:
    """Tell what has begun or has healed, if it is not told yet. What does not arrive is tried again each minute."""
    incident = Incident.objects.select_related("organisation").filter(_untold(), pk=incident_id).first()
    if incident is None:
        return
    healed = incident.healed_at is not None
    message = AlertMessage(
        kind=incident.kind,
        title=str(Kind(incident.kind).label),
        detail=incident.detail,
        organisation=incident.organisation.name,
        healed=healed,
        at=incident.healed_at or incident.opened_at,
    )
    Incident.objects.filter(pk=incident.pk).update(tries=incident.tries + 1)
    try:
        deliver(message, incident.organisation, courier=courier)
    except NotDelivered as error:
        log.warning("incident %s is not told yet: %s", incident.pk, error)
        return
    Incident.objects.filter(pk=incident.pk).update(**{"healed_told_at" if healed else "told_at": now, "tries": 0})


def send_test(organisation: Organisation, *, courier: Courier, now: datetime) -> None:
    """Raises: NotDelivered."""
    text = _("Nothing is wrong: somebody pressed the test button.")
    message = AlertMessage("test", _("A test of the alerts"), text, organisation.name, healed=False, at=now)
    deliver(message, organisation, courier=courier)


def deliver(message: AlertMessage, organisation: Organisation, *, courier: Courier) -> None:
    """Raises: NotDelivered when one of the ways did not take it, after all were tried."""
    chosen, problems = settings_of(organisation), []
    recipients = admins_of(organisation) if chosen.by_email else []
    if recipients:
        try:
            courier.email(message, recipients)
        except NotDelivered as error:
            problems.append(str(error))
    if chosen.webhook_url:
        try:
            courier.post(message, chosen.webhook_url, chosen.webhook_secret)
        except NotDelivered as error:
            problems.append(str(error))
    if problems:
        raise NotDelivered(" ".join(problems))


def recent_incidents(organisation: Organisation) -> list[Incident]:
    """The newest first."""
    return list(Incident.objects.filter(organisation=organisation).order_by("-opened_at")[:10])


def admins_of(organisation: Organisation) -> list[str]:
    """The addresses of the people who connect integrations."""
    admins = User.objects.filter(organisation=organisation, role="admin", is_active=True)
    return list(admins.order_by("email").values_list("email", flat=True))
