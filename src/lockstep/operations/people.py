"""Importing people from the directory: who joins, who leaves, who was renamed.

A listing that fails anywhere changes nothing: it is read to its end before the first row is touched, and an empty one
removes nobody. People are known by Google's immutable id; e-mail addresses can pass to somebody else.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat

from lockstep.operations import jobs
from lockstep.operations.clock import Clock
from lockstep.operations.looking import ask_for_look
from lockstep.store.models import CalendarLink, Connection, StaffMember
from lockstep.sync import pace
from lockstep.sync.errors import AccessLost, LookAgain, OurMistake, TryLater
from lockstep.sync.gateway import DirectoryUser, Workspace
from lockstep.sync.link import LinkState, Position, Signal, step

log = logging.getLogger(__name__)

IMPORT_EVERY = timedelta(minutes=30)


def import_people(connection_id: int, *, workspace: Workspace, clock: Clock) -> None:
    """Bring staff members in line with the directory, and have every new calendar read.

    Errors of Google are kept on the connection as a sentence; nothing is changed then.
    """
    connection = Connection.objects.select_related("organisation").filter(pk=connection_id).first()
    if connection is None:
        return
    try:
        users = _listed(connection, workspace)
    except (TryLater, LookAgain, AccessLost, OurMistake) as error:
        log.warning("connection %s: people not imported: %s", connection_id, type(error).__name__)
        Connection.objects.filter(pk=connection_id).update(import_error=str(error))
        return
    now = clock()
    _follow_renames(connection, users)
    for user in users:
        _take_in(connection, user, now)
    if users:
        _let_go(connection, {user.id for user in users}, now)
    Connection.objects.filter(pk=connection_id).update(people_imported_at=now, import_error="")


def import_all(*, now: datetime) -> None:
    """Have every organisation's people imported again; those that were imported lately are left out."""
    due = Connection.objects.exclude(state=Connection.State.PAUSED).exclude(people_imported_at__gt=now - IMPORT_EVERY)
    for connection_id in due.values_list("pk", flat=True):
        jobs.import_people(connection_id)


def _listed(connection: Connection, workspace: Workspace) -> list[DirectoryUser]:
    """Everyone who takes part: the group's members, or the whole customer. Suspended people do not."""
    directory = workspace.directory(connection.directory_user)
    if connection.directory_group:
        members = directory.group_members(connection.directory_group)
        users = [user for user in directory.users() if members.everyone or user.id in members.user_ids]
    else:
        users = list(directory.users())
    return [user for user in users if not user.suspended and not user.archived]


def _follow_renames(connection: Connection, users: list[DirectoryUser]) -> None:
    """Give linked people the addresses that they have now, two who have swapped theirs included."""
    addresses = {user.id: user.primary_email.lower() for user in users}
    colleagues = StaffMember.objects.filter(organisation=connection.organisation)
    with transaction.atomic():
        linked = colleagues.select_for_update(no_key=True).filter(google_user_id__in=addresses).order_by("pk")
        renamed = [staff for staff in linked if staff.email != addresses[staff.google_user_id]]
        # Out of each other's way first: two may have each other's address.
        colleagues.filter(pk__in=[staff.pk for staff in renamed]).update(
            email=Concat("google_user_id", Value("@renamed.invalid"))
        )
        for staff in renamed:
            address = addresses[staff.google_user_id]
            if colleagues.filter(email__iexact=address).exists():
                # Somebody whom the directory does not list has it: an admin has to say who is who.
                log.warning("connection %s: a new address belongs to another staff member", connection.pk)
                address = staff.email
            colleagues.filter(pk=staff.pk).update(email=address)


def _take_in(connection: Connection, user: DirectoryUser, now: datetime) -> None:
    with transaction.atomic():
        staff = _staff_member(connection, user)
        if staff is None:
            return
        came_back = staff.left_at is not None
        if came_back:
            staff.left_at = None
            staff.save(update_fields=["left_at"])
        link, made = CalendarLink.objects.get_or_create(
            staff=staff, defaults={"connection": connection, **_attached(now)}
        )
        if made or came_back or link.verified_at is None:
            ask_for_look(link.pk, now=now)
        if made or came_back:
            jobs.open_channel(link.pk)


def _attached(now: datetime) -> dict[str, object]:
    position = step(Position(LinkState.DETACHED), Signal.ATTACHED).position
    return {
        "state": position.state,
        "generation": position.generation,
        "reads_from": now - pace.READ_BACK,
        "expanded_until": now + pace.HORIZON,
    }


def _staff_member(connection: Connection, user: DirectoryUser) -> StaffMember | None:
    """The person, linked or newly made; None where their address belongs to somebody else in Lockstep."""
    organisation = connection.organisation
    email = user.primary_email.lower()
    staff = StaffMember.objects.filter(organisation=organisation, google_user_id=user.id).first()
    if staff is None:
        staff = StaffMember.objects.filter(organisation=organisation, email__iexact=email, google_user_id="").first()
    if staff is None:
        if StaffMember.objects.filter(organisation=organisation, email__iexact=email).exists():
            # The address belonged to somebody else before: never give their diary to this person.
            log.warning("connection %s: an address has passed to another person; not linked", connection.pk)
            return None
        return StaffMember.objects.create(
            organisation=organisation,
            name=user.full_name or email,
            email=email,
            google_user_id=user.id,
            appointment_taking=bool(connection.directory_group),
        )
    if not staff.google_user_id:
        staff.google_user_id, staff.email = user.id, email
        staff.save(update_fields=["google_user_id", "email"])
    return staff


def _let_go(connection: Connection, present: set[str], now: datetime) -> None:
    """Mark leavers: no longer bookable, nothing of theirs deleted."""
    gone = StaffMember.objects.filter(link__connection=connection, left_at=None).exclude(google_user_id__in=present)
    gone.update(left_at=now)
