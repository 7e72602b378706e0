"""A connection that waits for Google: a fresh delegation can take a day until it is known everywhere.

What was typed is stored, nothing else: nobody is listed and nothing is read before the check has passed as a whole,
the customer's identity included. It is checked again by itself, less and less often, for a day.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lockstep.operations import jobs
from lockstep.operations.check import check_connection
from lockstep.operations.check_steps import CheckReport, CheckStep, Outcome
from lockstep.operations.clock import Clock
from lockstep.operations.connection import bind
from lockstep.operations.history import audit
from lockstep.store.locks import Lease, LeaseLost, drop_lease, take_lease
from lockstep.store.models import Connection, User
from lockstep.sync import pace
from lockstep.sync.gateway import Workspace

log = logging.getLogger(__name__)


def retest_connection(connection_id: int, *, workspace: Workspace | None, clock: Clock) -> None:
    """Check again; on success the connection is pending, and people are read. What stands in the way is kept on it."""
    lease = take_lease(Connection, connection_id, now=clock(), lasting=pace.CHECK_LEASE)
    if lease is None:
        return
    try:
        connection = (
            Connection.objects.select_related("organisation")
            .filter(pk=connection_id, state=Connection.State.WAITING)
            .first()
        )
        if connection is not None:
            _retest(lease, connection, workspace, clock)
    except LeaseLost:
        log.warning("connection %s: somebody else checks it", connection_id)
    finally:
        drop_lease(lease)


def ask_again(*, now: datetime) -> None:
    """Connections that are to be checked again, or whose job was lost."""
    due = Connection.objects.filter(state=Connection.State.WAITING, next_due__lte=now)
    idle = due.filter(Q(leased_until=None) | Q(leased_until__lte=now))
    for connection_id in list(idle.values_list("pk", flat=True)):
        with transaction.atomic():
            Connection.objects.filter(pk=connection_id).update(next_due=now + pace.CHECK_LEASE)
            jobs.retest_connection(connection_id)


def check_now(connection: Connection, *, now: datetime) -> None:
    """Do not wait for the next time; one that was given up is checked for another day."""
    with transaction.atomic():
        current = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        if current.state != Connection.State.WAITING:
            return
        if current.next_due is None:
            current.connected_at = now
        current.next_due = now + pace.CHECK_LEASE
        current.save(update_fields=["connected_at", "next_due"])
        jobs.retest_connection(current.pk)


def stop_waiting(connection: Connection, *, by: User, now: datetime) -> None:
    """Forget what was typed; nothing else was stored."""
    with transaction.atomic():
        if Connection.objects.filter(pk=connection.pk, state=Connection.State.WAITING).delete()[0]:
            audit(connection.organisation, by, "Stopped waiting for Google", now=now)


def _retest(lease: Lease, connection: Connection, workspace: Workspace | None, clock: Clock) -> None:
    report = _report(connection, workspace, clock())
    if report.ok:
        try:
            with transaction.atomic():
                lease.row_for_writing()
                bind(connection, report.customer_id, now=clock())
        except IntegrityError:
            # Another organisation bound this customer a moment ago: the check names it now.
            report = _report(connection, workspace, clock())
        else:
            return
    if report.failure is not None:
        with transaction.atomic():
            lease.row_for_writing()
            _wait_on(connection, report.failure, clock())


def _report(connection: Connection, workspace: Workspace | None, now: datetime) -> CheckReport:
    return check_connection(
        organisation=connection.organisation,
        directory_user=connection.directory_user,
        directory_group=connection.directory_group,
        workspace=workspace,
        now=now,
    )


def _wait_on(connection: Connection, failure: CheckStep, now: datetime) -> None:
    """When to check again; never for what waiting does not mend, nor after a day."""
    passes = failure.may_be_fresh or failure.outcome is Outcome.WAITING
    next_due = pace.next_retest(connection.connected_at, now) if passes else None
    problem = failure.sentence
    if passes and next_due is None:
        problem = _(
            "A day has passed, and Google still refuses: %(problem)s Check that the Client ID is the number, not the "
            "e-mail address, that every scope below is there, and that it is the right Google Workspace."
        ) % {"problem": failure.sentence}
    if next_due is None:
        audit(connection.organisation, None, "Gave up waiting for Google", now=now, after={"step": failure.name})
    Connection.objects.filter(pk=connection.pk).update(
        problem=problem, next_due=next_due, attempts=connection.attempts + 1
    )
