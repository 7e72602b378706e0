"""Chooses the adapters: the one place that knows which Google and which mail stand behind the ports."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from lockstep.google.budget import CallBudget
from lockstep.google.workspace import GoogleWorkspace
from lockstep.mail.alerts import AlertCourier
from lockstep.mail.conflict_messages import ConflictMailer
from lockstep.mail.invitations import InvitationMailer
from lockstep.mail.messages import DjangoMailer
from lockstep.operations.alerting import Courier
from lockstep.operations.asking import AskingMailer
from lockstep.operations.log_ins import Inviter
from lockstep.operations.telling import Mailer
from lockstep.store.quota import QuotaLedger
from lockstep.sync.gateway import Workspace
from lockstep.sync.quota import Limits


@cache
def _workspace(key_file: str, calendar_url: str, directory_url: str) -> Workspace:
    return GoogleWorkspace(Path(key_file), calendar_url, directory_url, budget=CallBudget(quota_ledger()))


@cache
def quota_ledger() -> QuotaLedger:
    """The budget of calls that all processes share."""
    return QuotaLedger(Limits(settings.GOOGLE_PROJECT_UNITS_A_MINUTE, settings.GOOGLE_USER_UNITS_A_MINUTE))


def workspace() -> Workspace | None:
    """Google through the installation's service account; None where no key is configured. One per process."""
    if not settings.GOOGLE_SERVICE_ACCOUNT_FILE:
        return None
    return _workspace(settings.GOOGLE_SERVICE_ACCOUNT_FILE, settings.GOOGLE_CALENDAR_URL, settings.GOOGLE_DIRECTORY_URL)


def courier() -> Courier:
    return AlertCourier()


def mailer() -> Mailer:
    return DjangoMailer()


def asking_mailer() -> AskingMailer:
    return ConflictMailer()


def inviter() -> Inviter:
    return InvitationMailer()
