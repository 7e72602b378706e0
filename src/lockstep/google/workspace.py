"""The entrance: a customer's Google Workspace, through the installation's service account.

Owns: putting the parts together. One `GoogleWorkspace` serves all customers and threads of a process; make it after
forking.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lockstep.google.authorised import Caller
from lockstep.google.budget import CallBudget
from lockstep.google.calendar_api import GoogleCalendar
from lockstep.google.delegation import Delegation
from lockstep.google.directory_api import GoogleDirectory
from lockstep.google.service_account import KeyFile
from lockstep.google.skew import ClockWatch
from lockstep.google.transport import Deadline, PooledTransport, Transport
from lockstep.sync.gateway import CalendarGateway, DirectoryGateway
from lockstep.sync.urgency import Urgency

CALENDAR_URL = "https://www.googleapis.com"
DIRECTORY_URL = "https://admin.googleapis.com"

SECONDS_PER_CALL = 30.0
"""Token, request and answer together. A full page of 2,500 events takes Google some seconds."""


class GoogleWorkspace:
    """Implements `lockstep.sync.gateway.Workspace`. Reads nothing when made: a bad key is the first call's error."""

    def __init__(
        self,
        key_file: Path | str,
        calendar_url: str = CALENDAR_URL,
        directory_url: str = DIRECTORY_URL,
        *,
        seconds_per_call: float = SECONDS_PER_CALL,
        budget: CallBudget | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        transport: Transport | None = None,
    ) -> None:
        transport, watch = transport or PooledTransport(), ClockWatch()
        delegation = Delegation(KeyFile(Path(key_file)), transport, now, watch)
        self._caller = Caller(delegation, transport, now, seconds_per_call, budget, watch=watch)
        self._calendar_url = calendar_url.rstrip("/")
        self._directory_url = directory_url.rstrip("/")

    def within(self, seconds_per_call: float) -> GoogleWorkspace:
        """The same workspace, tokens and connections, for someone who can wait only so long for each call."""
        hurried = copy(self)
        hurried._caller = replace(self._caller, seconds_per_call=seconds_per_call)
        return hurried

    def paying(self, account: str, urgency: Urgency) -> GoogleWorkspace:
        """See `Workspace.paying`."""
        theirs = copy(self)
        theirs._caller = replace(self._caller, account=account, urgency=urgency)
        return theirs

    @property
    def clock_skew(self) -> timedelta:
        """See `Workspace.clock_skew`."""
        return self._caller.watch.skew

    @property
    def client_id(self) -> str:
        """See `Workspace.client_id`. Raises: KeyRefused when the key file cannot be used."""
        return self._caller.delegation.client_id

    @property
    def account_email(self) -> str:
        """See `Workspace.account_email`. Raises: KeyRefused when the key file cannot be used."""
        return self._caller.delegation.account_email

    def probe_token(self, subject: str, scopes: tuple[str, ...]) -> None:
        """See `Workspace.probe_token`."""
        self._caller.delegation.fetch(subject, scopes, Deadline.after(self._caller.seconds_per_call))

    def calendar(self, email: str) -> CalendarGateway:
        """See `Workspace.calendar`."""
        return GoogleCalendar(self._caller, self._calendar_url, email)

    def directory(self, directory_user: str) -> DirectoryGateway:
        """See `Workspace.directory`."""
        return GoogleDirectory(self._caller, self._directory_url, directory_user)
