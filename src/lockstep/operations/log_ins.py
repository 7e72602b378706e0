"""The log-ins of an organisation: who may sign in, as what, and their invitations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lockstep.operations import jobs
from lockstep.operations.history import audit
from lockstep.scheduling.refusals import Refused
from lockstep.scheduling.roles import Role
from lockstep.store.models import Location, Organisation, StaffMember, User


class AddressTaken(Refused):
    """Somebody signs in with this address already."""

    def __init__(self) -> None:
        super().__init__(_("Somebody signs in with this e-mail address already."))


class LastAdmin(Refused):
    """Nobody would be left who can change settings."""

    def __init__(self) -> None:
        super().__init__(_("This is the only administrator who can sign in. Make somebody else one first."))


class Inviter(Protocol):
    """Sends invitations."""

    def send(self, user: User) -> None:
        """Send `user` a link to choose a password. Raises OSError when the mail server refuses or is not reached."""


@dataclass(frozen=True, slots=True)
class LogIn:
    """What an admin says of somebody's log-in."""

    name: str
    email: str
    role: Role
    locations: tuple[Location, ...] = ()
    """Whose locations they look after; empty: those where they take appointments."""


def log_ins_of(organisation: Organisation, *, search: str = "") -> QuerySet[User]:
    """Everybody who may sign in or could, by name."""
    users = User.objects.filter(organisation=organisation).order_by("-is_active", "name", "pk")
    if search:
        users = users.filter(Q(name__icontains=search) | Q(email__icontains=search))
    return users.select_related("staff_member").prefetch_related("locations")


def log_in_of(organisation: Organisation, uuid: UUID) -> User | None:
    return User.objects.filter(organisation=organisation, uuid=uuid).first()


def waits_for_password(user: User) -> bool:
    """True for people who were invited and have never signed in."""
    return user.last_login is None and user.password.startswith(UNUSABLE_PASSWORD_PREFIX)


def invite(organisation: Organisation, log_in: LogIn, *, by: User, now: datetime) -> User:
    """Make a log-in and send its invitation. A staff member with the same address is theirs from now on.

    Raises: AddressTaken.
    """
    with transaction.atomic():
        if User.objects.filter(email__iexact=log_in.email).exists():
            raise AddressTaken
        try:
            user = User.objects.create_user(
                log_in.email,
                name=log_in.name,
                role=log_in.role.value,
                organisation=organisation,
                invitation_due_at=now,
            )
        except IntegrityError:
            raise AddressTaken from None
        user.locations.set(_own(organisation, log_in.locations))
        StaffMember.objects.filter(organisation=organisation, email__iexact=log_in.email, user=None).update(user=user)
        audit(organisation, by, "Log-in made", now=now, after=_said(user))
        jobs.invite(user.pk)
    return user


def invite_again(user: User, *, by: User, now: datetime) -> None:
    """Send the invitation once more."""
    with transaction.atomic():
        audit(_organisation(user), by, "Invitation sent again", now=now, after={"e-mail": user.email})
        User.objects.filter(pk=user.pk).update(invitation_due_at=now)
        jobs.invite(user.pk)


def send_invitation(user_id: int, *, inviter: Inviter) -> None:
    """Send the invitation that is due, unless the log-in was closed meanwhile. One that fails stays due."""
    due = User.objects.select_related("organisation").filter(pk=user_id, is_active=True)
    user = due.exclude(invitation_due_at=None).first()
    if user is not None:
        inviter.send(user)
        User.objects.filter(pk=user_id, invitation_due_at=user.invitation_due_at).update(invitation_due_at=None)


def change_log_in(user: User, log_in: LogIn, *, by: User, now: datetime) -> None:
    """Give the log-in another name, role or locations; its address stays. Raises: LastAdmin."""
    with transaction.atomic():
        current = _locked(user)
        if log_in.role is not Role.ADMIN:
            _spare_the_last_admin(current)
        before = _said(current)
        current.name, current.role = log_in.name, log_in.role.value
        current.save(update_fields=["name", "role"])
        current.locations.set(_own(_organisation(current), log_in.locations))
        after = _said(current)
        if before != after:
            audit(_organisation(current), by, "Log-in changed", now=now, before=before, after=after)


def close_log_in(user: User, *, by: User, now: datetime) -> None:
    """Let them sign in no more; where they are signed in, it ends with their next page. Raises: LastAdmin."""
    _set_active(user, active=False, by=by, now=now)


def open_log_in(user: User, *, by: User, now: datetime) -> None:
    """Let them sign in again."""
    _set_active(user, active=True, by=by, now=now)


def _set_active(user: User, *, active: bool, by: User, now: datetime) -> None:
    with transaction.atomic():
        current = _locked(user)
        if current.is_active == active:
            return
        if not active:
            _spare_the_last_admin(current)
        current.is_active = active
        current.save(update_fields=["is_active"])
        action = "Log-in opened again" if active else "Log-in closed"
        audit(_organisation(current), by, action, now=now, after={"e-mail": current.email})


def _locked(user: User) -> User:
    """The row, with every admin of the organisation locked too: two of them must not remove each other at once."""
    concerned = User.objects.filter(Q(role=Role.ADMIN.value) | Q(pk=user.pk), organisation=_organisation(user))
    rows = {row.pk: row for row in concerned.select_for_update(no_key=True).order_by("pk")}
    return rows[user.pk]


def _spare_the_last_admin(user: User) -> None:
    if user.role != Role.ADMIN or not user.is_active:
        return
    others = User.objects.filter(organisation=_organisation(user), role=Role.ADMIN.value, is_active=True)
    if not others.exclude(pk=user.pk).exists():
        raise LastAdmin


def _own(organisation: Organisation, locations: Iterable[Location]) -> list[Location]:
    return [location for location in locations if location.organisation_id == organisation.pk]


def _organisation(user: User) -> Organisation:
    if user.organisation is None:
        raise ValueError("The operator's log-in is not an organisation's.")
    return user.organisation


def _said(user: User) -> dict[str, object]:
    places = sorted(user.locations.values_list("name", flat=True))
    return {"name": user.name, "e-mail": user.email, "role": user.role, "locations": places}
