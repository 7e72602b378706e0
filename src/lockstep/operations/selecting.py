"""Choosing who syncs: the appointment-taking switch, manual user syncing, corrected e-mails, and held leavers.

Each is one transaction: the change, what follows for the calendars, and the line in the audit log.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lockstep.operations.attaching import close_channels_of, settle
from lockstep.operations.history import audit
from lockstep.store.models import CalendarLink, Connection, Organisation, StaffMember, User


class NotChanged(Exception):
    """Why it cannot be done, as a sentence for whoever asked."""


def set_appointment_taking(
    organisation: Organisation, people: Collection[UUID], *, on: bool, by: User, now: datetime
) -> int:
    """Say whether these people take appointments; how many were changed. Only those who do sync from Google."""
    return _switch(organisation, people, "appointment_taking", on=on, by=by, now=now)


def set_enabled(organisation: Organisation, people: Collection[UUID], *, on: bool, by: User, now: datetime) -> int:
    """Turn these people's Enabled toggles; how many were changed. They count while manual user syncing is on."""
    return _switch(organisation, people, "sync_enabled", on=on, by=by, now=now)


_ACTIONS = {
    ("appointment_taking", True): "Appointment-taking switched on",
    ("appointment_taking", False): "Appointment-taking switched off",
    ("sync_enabled", True): "User syncing enabled",
    ("sync_enabled", False): "User syncing disabled",
}


def _switch(
    organisation: Organisation, people: Collection[UUID], field: str, *, on: bool, by: User, now: datetime
) -> int:
    with transaction.atomic():
        chosen = list(_locked(organisation).filter(uuid__in=people, **{field: not on}))
        StaffMember.objects.filter(pk__in=[each.pk for each in chosen]).update(**{field: on})
        for staff in chosen:
            setattr(staff, field, on)
        if chosen:
            names = [each.name for each in chosen[:20]]
            audit(organisation, by, _ACTIONS[field, on], now=now, after={"people": len(chosen), "names": names})
            _settle(organisation, chosen, now)
    return len(chosen)


def set_manual(connection: Connection, *, on: bool, by: User, now: datetime) -> None:
    """Turn manual user syncing on (every toggle counts from now on) or off (everyone selected syncs)."""
    with transaction.atomic():
        if not Connection.objects.filter(pk=connection.pk, manual_users=not on).update(manual_users=on):
            return
        action = "Manual user syncing switched on" if on else "Manual user syncing switched off"
        audit(connection.organisation, by, action, now=now)
        _settle(connection.organisation, list(_locked(connection.organisation).filter(sync_enabled=False)), now)


def take_googles_email(organisation: Organisation, person: UUID, *, by: User, now: datetime) -> StaffMember:
    """Mend a mismatch: the person's e-mail becomes their primary e-mail at Google. Raises: NotChanged."""
    staff = StaffMember.objects.filter(organisation=organisation, uuid=person).exclude(google_email="").first()
    if staff is None:
        raise NotChanged(_("Google does not list this person any more."))
    return correct_email(organisation, person, staff.google_email, by=by, now=now)


def correct_email(organisation: Organisation, person: UUID, email: str, *, by: User, now: datetime) -> StaffMember:
    """Save another e-mail for the person; one that is Google's starts their sync, any other stops it.

    Raises: NotChanged where a colleague has that address.
    """
    email = email.strip()
    with transaction.atomic():
        staff = _locked(organisation).filter(uuid=person).first()
        if staff is None:
            raise NotChanged(_("This person is not one of yours."))
        holder = StaffMember.objects.filter(organisation=organisation, email__iexact=email).exclude(pk=staff.pk).first()
        if holder is not None:
            raise NotChanged(
                _("%(name)s has the address %(email)s in Lockstep. Give them another one first.")
                % {"name": holder.name, "email": email}
            )
        before = staff.email
        if before == email:
            return staff
        staff.email = email
        staff.save(update_fields=["email"])
        audit(
            organisation,
            by,
            "E-mail of a staff member changed",
            now=now,
            before={"email": before},
            after={"email": email, "staff": staff.pk},
        )
        # Whatever was known before the address differed is old.
        CalendarLink.objects.filter(staff=staff).update(fresh_until=None)
        _settle(organisation, [staff], now, returned=True)
    return staff


def let_held_go(connection: Connection, *, seen: int, by: User, now: datetime) -> int:
    """Let go the people whom the brake held; how many. Raises: NotChanged where they are no longer the `seen` many."""
    organisation = connection.organisation
    with transaction.atomic():
        current = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        lacking = list(_locked(organisation).filter(missing_since__isnull=False, left_at=None))
        if current.leavers_held != seen:
            raise NotChanged(_("Google’s list has changed since. Look at the numbers again."))
        StaffMember.objects.filter(pk__in=[each.pk for each in lacking]).update(left_at=now, missing_since=None)
        Connection.objects.filter(pk=connection.pk).update(leavers_held=0)
        audit(organisation, by, "Held leavers let go", now=now, after={"people": len(lacking)})
        close_channels_of(lacking)
    return len(lacking)


def _locked(organisation: Organisation) -> QuerySet[StaffMember]:
    return StaffMember.objects.select_for_update(no_key=True).filter(organisation=organisation).order_by("pk")


def _settle(organisation: Organisation, people: list[StaffMember], now: datetime, *, returned: bool = False) -> None:
    """Only where a connection reads or is paused are there calendars to attach; only people whom Google lists."""
    connection = Connection.objects.filter(
        organisation=organisation, state__in=(*Connection.READS, Connection.State.PAUSED)
    ).first()
    if connection is None:
        return
    listed = [each for each in people if each.google_email]
    settle(connection, listed, now=now, returned={each.pk for each in listed} if returned else ())
