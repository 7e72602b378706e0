"""Connecting an organisation's Google Workspace: connect, save, update, pause, resume."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from lockstep.operations import jobs
from lockstep.operations.check import check_connection
from lockstep.operations.check_steps import CheckReport
from lockstep.operations.event_settings import EventContent, choose, content_of_connection
from lockstep.operations.history import audit
from lockstep.operations.writing import want_future_events
from lockstep.store.models import (
    CalendarLink,
    Connection,
    Organisation,
    User,
    WrittenEvent,
)
from lockstep.sync import pace
from lockstep.sync.gateway import Workspace
from lockstep.sync.link import LinkState

_AT_ONCE = 200
"""Calendars whose looks are enqueued here when it goes on."""


class ConnectRefused(Exception):
    """The check found something to mend first; nothing was stored."""

    def __init__(self, report: CheckReport) -> None:
        failure = report.failure
        super().__init__(failure.sentence if failure else "")
        self.report = report


def connect_workspace(
    *,
    organisation: Organisation,
    directory_user: str,
    directory_group: str,
    workspace: Workspace | None,
    by: User,
    now: datetime,
) -> Connection:
    """Check, store a pending connection, and have people and calendars read. Raises: ConnectRefused.

    Connecting again while pending takes the new values; a second click finds the first one's connection. Where Google
    does not know a fresh delegation yet, a waiting connection is stored and checked again by itself.
    """
    report = check_connection(
        organisation=organisation,
        directory_user=directory_user,
        directory_group=directory_group,
        workspace=workspace,
        now=now,
    )
    failure = report.failure
    if failure is not None and not failure.may_be_fresh:
        raise ConnectRefused(report)
    typed = {"directory_user": directory_user.strip(), "directory_group": directory_group.strip()}
    try:
        with transaction.atomic():
            Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
            connection, _made = Connection.objects.get_or_create(
                organisation=organisation, defaults={**typed, "state": Connection.State.WAITING, "connected_at": now}
            )
            if failure is not None and connection.state == Connection.State.WAITING:
                _wait(connection, typed, failure.sentence, by=by, now=now)
            elif failure is not None:
                raise ConnectRefused(report)
            elif connection.state in (Connection.State.WAITING, Connection.State.PENDING):
                Connection.objects.filter(pk=connection.pk).update(**typed)
                connection.refresh_from_db()
                bind(connection, report.customer_id, by=by, now=now)
    except IntegrityError as error:
        # Another organisation bound this Google customer between the check and now.
        again = check_connection(organisation=organisation, workspace=workspace, now=now, **typed)
        raise ConnectRefused(again) from error
    return connection


def _wait(connection: Connection, typed: dict[str, str], problem: str, *, by: User, now: datetime) -> None:
    Connection.objects.filter(pk=connection.pk).update(
        **typed, problem=problem, attempts=1, connected_at=now, next_due=pace.next_retest(now, now)
    )
    audit(connection.organisation, by, "Waiting for Google to know the delegation", now=now, after=typed)


def bind(connection: Connection, customer_id: str, *, by: User | None = None, now: datetime) -> None:
    """Make the connection pending and have people read; an unbound organisation is bound to its Google customer.

    Runs in the caller's transaction. Raises: IntegrityError where another organisation has that customer.
    """
    organisation = connection.organisation
    Organisation.objects.filter(pk=organisation.pk, google_customer_id="").update(google_customer_id=customer_id)
    connection.state, connection.customer_id = Connection.State.PENDING, customer_id
    connection.problem, connection.attempts, connection.next_due = "", 0, None
    connection.save(update_fields=["state", "customer_id", "problem", "attempts", "next_due"])
    values = {"directory_user": connection.directory_user, "directory_group": connection.directory_group}
    audit(organisation, by, "Google Workspace connected", now=now, after=values)
    jobs.import_people(connection.pk)


@dataclass(frozen=True, slots=True)
class Stakes:
    """What Pause, Resume and Update are about, in numbers."""

    people: int
    """Whose calendars are read."""
    waiting_writes: int
    """Events that wait to be written."""


def stakes_of(connection: Connection) -> Stakes:
    links = CalendarLink.objects.filter(connection=connection, staff__left_at=None).exclude(state=LinkState.DETACHED)
    writes = WrittenEvent.objects.filter(link__connection=connection, wanted__gt=F("done"))
    return Stakes(people=links.count(), waiting_writes=writes.count())


def save_connection(connection: Connection, *, content: EventContent, by: User, now: datetime) -> None:
    """Make a pending connection live, or change what events contain. Future events are written, or written anew."""
    with transaction.atomic():
        current = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        before = {"state": current.state, **asdict(content_of_connection(current))}
        fields = choose(current, content)
        if current.state == Connection.State.PENDING:
            current.state = Connection.State.LIVE
        current.save(update_fields=["state", *fields])
        after = {"state": current.state, **asdict(content)}
        if before == after:
            return
        audit(current.organisation, by, "Google Workspace settings saved", now=now, before=before, after=after)
        want_future_events(current.links.values_list("staff_id", flat=True), now=now)


def update_people(connection: Connection, *, by: User, now: datetime) -> None:
    """Import people again."""
    with transaction.atomic():
        audit(connection.organisation, by, "People updated from Google", now=now)
        jobs.import_people(connection.pk)


def pause(connection: Connection, *, by: User, now: datetime) -> None:
    """Stop reading and writing. Nothing is removed; while it lasts, the time of people who synchronise is unknown."""
    with transaction.atomic():
        if Connection.objects.filter(pk=connection.pk, state=Connection.State.LIVE).update(
            state=Connection.State.PAUSED
        ):
            audit(connection.organisation, by, "Google Workspace paused", now=now, after=asdict(stakes_of(connection)))


def resume(connection: Connection, *, by: User, now: datetime) -> None:
    """Go on, and catch up with what happened on both sides."""
    with transaction.atomic():
        if not Connection.objects.filter(pk=connection.pk, state=Connection.State.PAUSED).update(
            state=Connection.State.LIVE
        ):
            return
        audit(connection.organisation, by, "Google Workspace resumed", now=now, after=asdict(stakes_of(connection)))
        looked_at = CalendarLink.objects.filter(connection=connection, staff__left_at=None)
        looked_at = looked_at.exclude(state=LinkState.DETACHED)
        looked_at.update(fresh_until=None, wanted=F("wanted") + 1, next_due=now)
        # Whatever was wanted meanwhile has lost its job. The sweep asks for the rest.
        for link_id in list(looked_at.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE]):
            jobs.look_at_calendar(link_id)
        # Here the sweep finds what is due.
        WrittenEvent.objects.filter(link__connection=connection).update(next_due=now)


def connection_of(organisation: Organisation) -> Connection | None:
    return Connection.objects.select_related("organisation").filter(organisation=organisation).first()
