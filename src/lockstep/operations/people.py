"""Importing people from the directory: who joins, who leaves, who was renamed.

A listing is read to its end before the first row is touched; one that fails anywhere, or is empty, changes nothing.
What a complete one means is decided in `lockstep.sync.people`, and carried out here in one transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from lockstep.operations import jobs
from lockstep.operations.attaching import close_channels_of, settle
from lockstep.operations.clock import Clock
from lockstep.operations.history import audit
from lockstep.store.locks import Lease, LeaseLost, drop_lease, take_lease
from lockstep.store.models import Connection, StaffMember
from lockstep.sync.errors import AccessLost, LookAgain, OurMistake, TryLater
from lockstep.sync.gateway import DirectoryUser, Workspace
from lockstep.sync.people import Follow, Gone, Known, Listed, Listing, PeoplePlan, plan_people

log = logging.getLogger(__name__)

IMPORT_EVERY = timedelta(minutes=30)
LOOK_TWICE_AFTER = timedelta(minutes=2)
"""How soon the directory is listed again when somebody lacks: only two lists that agree let anybody go."""
LEASE = timedelta(minutes=10)
"""Longer than the longest listing that is worth waiting for."""


def import_people(connection_id: int, *, workspace: Workspace, clock: Clock) -> None:
    """Bring staff members in line with the directory, and have every new calendar read.

    Errors of Google are kept on the connection as a sentence; nothing is changed then.
    """
    began = clock()
    lease = take_lease(Connection, connection_id, now=began, lasting=LEASE)
    if lease is None:
        if Connection.objects.filter(pk=connection_id).exists():
            # Somebody is reading it: what was asked for after they began is read after they end.
            jobs.import_people(connection_id, at=began + timedelta(seconds=20))
        return
    try:
        _import(lease, workspace, began, clock)
    except LeaseLost:
        log.warning("connection %s: another import took over", connection_id)
    finally:
        drop_lease(lease)


def import_all(*, now: datetime) -> None:
    """Have every organisation's people imported again; those that were imported lately are left out."""
    _import_again(Q(people_imported_at__lte=now - IMPORT_EVERY), now)


def import_first(*, now: datetime) -> None:
    """Have people imported where that has never succeeded: Google was not reached, or the process died meanwhile."""
    _import_again(Q(people_imported_at=None), now)


def _import_again(due: Q, now: datetime) -> None:
    connections = Connection.objects.filter(due, state__in=Connection.READS).exclude(leased_until__gt=now)
    for connection_id in connections.values_list("pk", flat=True):
        if not jobs.is_import_waiting(connection_id):
            jobs.import_people(connection_id)


def _import(lease: Lease, workspace: Workspace, began: datetime, clock: Clock) -> None:
    # Paused, people are only read where somebody asks for it; their calendars follow when it goes on.
    states = (*Connection.READS, Connection.State.PAUSED)
    connection = Connection.objects.filter(pk=lease.row_id, state__in=states).first()
    if connection is None:
        return
    try:
        listing = _listing(connection, workspace)
    except (TryLater, LookAgain, AccessLost, OurMistake) as error:
        log.warning("connection %s: people not imported: %s", connection.pk, type(error).__name__)
        Connection.objects.filter(pk=connection.pk).update(import_error=str(error))
        return
    if not listing.people:
        sentence = _("Google’s list of people is empty, so nobody was let go. Check the Directory Group’s members.")
        Connection.objects.filter(pk=connection.pk).update(import_error=sentence)
        return
    with transaction.atomic():
        lease.row_for_writing()
        _carry_out(connection.pk, listing, began, clock())


def _listing(connection: Connection, workspace: Workspace) -> Listing:
    """Everyone who takes part: the group's members, or the whole customer. Suspended people do not."""
    directory = workspace.directory(connection.directory_user)
    if connection.directory_group:
        members = directory.group_members(connection.directory_group)
        users = list(directory.users())
        inside = {user.id for user in users} if members.everyone else members.user_ids
    else:
        users = list(directory.users())
        inside = {user.id for user in users}
    return Listing(
        people=tuple(_listed(user) for user in users if user.id in inside and not user.suspended and not user.archived),
        suspended=frozenset(user.id for user in users if user.suspended),
        archived=frozenset(user.id for user in users if user.archived),
        outside=frozenset(user.id for user in users if user.id not in inside),
    )


def _listed(user: DirectoryUser) -> Listed:
    return Listed(
        google_id=user.id,
        email=user.primary_email.lower(),
        name=user.full_name,
        aliases=frozenset(alias.lower() for alias in user.aliases),
    )


def _carry_out(connection_id: int, listing: Listing, began: datetime, now: datetime) -> None:
    connection = Connection.objects.select_related("organisation").get(pk=connection_id)
    colleagues = list(
        StaffMember.objects.select_for_update(no_key=True)
        .filter(organisation_id=connection.organisation_id)
        .order_by("pk")
    )
    plan = plan_people(listing, [_known(each) for each in colleagues], began=began)
    by_id = {each.pk: each for each in colleagues}
    returned = _follow(by_id, plan.follows)
    _miss(by_id, plan, now)
    joined = _take_in(connection, plan.joins)
    settle(connection, [*(by_id[each.person] for each in plan.follows), *joined], now=now, returned=returned)
    close_channels_of([by_id[person] for person in plan.leaves])
    _note(connection, plan, now)


def _known(staff: StaffMember) -> Known:
    return Known(
        id=staff.pk,
        email=staff.email,
        google_id=staff.google_user_id,
        google_email=staff.google_email,
        missing_since=staff.missing_since,
        left=staff.left_at is not None,
    )


def _follow(by_id: Mapping[int, StaffMember], follows: tuple[Follow, ...]) -> set[int]:
    """Write down what the directory says of known people; who of them was away till now."""
    returned: set[int] = set()
    changed: list[StaffMember] = []
    moving: list[int] = []
    for each in follows:
        staff = by_id[each.person]
        before = _about(staff)
        was_mismatched = bool(staff.google_email) and staff.email.lower() != staff.google_email
        if each.email != staff.email:
            moving.append(staff.pk)
        staff.google_user_id, staff.google_email, staff.email = each.google_id, each.google_email, each.email
        staff.missing_since, staff.missing_because, staff.left_at = None, "", None
        if before != _about(staff):
            changed.append(staff)
        if each.returned or (was_mismatched and each.email.lower() == each.google_email):
            returned.add(staff.pk)
    # Out of each other's way first: two may have each other's address.
    StaffMember.objects.filter(pk__in=moving).update(email=Concat(Cast("pk", CharField()), Value("@renamed.invalid")))
    fields = ["google_user_id", "google_email", "email", "missing_since", "missing_because", "left_at"]
    StaffMember.objects.bulk_update(changed, fields, batch_size=500)
    return returned


def _about(staff: StaffMember) -> tuple[object, ...]:
    return staff.google_user_id, staff.google_email, staff.email, staff.missing_since, staff.left_at


def _miss(by_id: Mapping[int, StaffMember], plan: PeoplePlan, now: datetime) -> None:
    """Remember who lacks, and mark leavers: no longer bookable, nothing of theirs deleted."""
    for person, because in plan.missing.items():
        staff = by_id[person]
        staff.missing_since, staff.missing_because = staff.missing_since or now, because.value
    for person, because in plan.leaves.items():
        staff = by_id[person]
        staff.missing_since, staff.missing_because, staff.left_at = None, because.value, now
    lacking = [by_id[person] for person in (*plan.missing, *plan.leaves)]
    StaffMember.objects.bulk_update(lacking, ["missing_since", "missing_because", "left_at"], batch_size=500)


def _take_in(connection: Connection, joins: tuple[Listed, ...]) -> list[StaffMember]:
    """New staff members, without a log-in and without an invitation."""
    return StaffMember.objects.bulk_create(
        (
            StaffMember(
                organisation_id=connection.organisation_id,
                name=each.name or each.email,
                email=each.email,
                google_email=each.email,
                google_user_id=each.google_id,
                appointment_taking=bool(connection.directory_group),
            )
            for each in joins
        ),
        batch_size=500,
    )


def _note(connection: Connection, plan: PeoplePlan, now: datetime) -> None:
    """Keep what the page shows of this import, and list once more where somebody lacks."""
    if plan.missing:
        jobs.import_people(connection.pk, at=now + LOOK_TWICE_AFTER)
    if plan.held and plan.held != connection.leavers_held:
        audit(connection.organisation, None, "Leavers held: too many at once", now=now, after={"people": plan.held})
    if plan.joins or plan.leaves:
        counts = {"joined": len(plan.joins), "left": len(plan.leaves)}
        audit(connection.organisation, None, "People imported from Google", now=now, after=counts)
    Connection.objects.filter(pk=connection.pk).update(
        people_imported_at=now, import_error="", leavers_held=plan.held, unlinked=list(plan.unlinked)
    )


def gone_words(because: str) -> str:
    """Why somebody is not among those who take part, for the person who reads the page."""
    match because:
        case Gone.SUSPENDED:
            return _("suspended in Google")
        case Gone.ARCHIVED:
            return _("archived in Google")
        case Gone.DELETED:
            return _("deleted in Google")
        case Gone.NOT_A_MEMBER:
            return _("no longer in the Directory Group")
        case _:
            return _("no longer in the group, or suspended in Google")
