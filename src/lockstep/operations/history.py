"""Writing down what happened: an appointment's history, the journal of synchronisation, the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from lockstep.operations.everyone import everyone
from lockstep.store.models import Absence, Appointment, AppointmentHistory, AuditEntry, JournalEntry, Organisation, User
from lockstep.store.models import StaffMember as Staff


@dataclass(frozen=True, slots=True)
class By:
    """Who did something."""

    actor: AppointmentHistory.Actor
    name: str = ""


def state_of(appointment: Appointment) -> dict[str, Any]:
    """What history keeps: when, with whom, and whether it stands. No notes and no names of clients."""
    return {
        "starts_at": appointment.starts_at.isoformat(),
        "ends_at": appointment.ends_at.isoformat(),
        "staff": appointment.staff_id,
        "additional": everyone(appointment)[1:],
        "status": appointment.status,
        "progress": appointment.progress,
    }


def remember(
    appointment: Appointment, action: AppointmentHistory.Action, by: By, *, before: dict[str, Any], now: datetime
) -> None:
    AppointmentHistory.objects.create(
        appointment=appointment,
        at=now,
        actor=by.actor,
        actor_name=by.name,
        action=action,
        before=before,
        after=state_of(appointment),
    )


def journal(
    staff: Staff,
    direction: JournalEntry.Direction,
    action: str,
    *,
    now: datetime,
    appointment: Appointment | None = None,
    absence: Absence | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    delay: timedelta | None = None,
    run: str = "",
    actor: str = "",
    undoes: JournalEntry | None = None,
) -> None:
    JournalEntry.objects.create(
        organisation_id=staff.organisation_id,
        at=now,
        direction=direction,
        staff=staff,
        appointment=appointment,
        absence=absence,
        action=action,
        before=before or {},
        after=after or {},
        delay=delay,
        run=run,
        actor=actor,
        undoes=undoes,
    )


def audit(
    organisation: Organisation,
    by: User | None,
    action: str,
    *,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    AuditEntry.objects.create(
        organisation=organisation,
        at=now,
        actor=by.name if by else "Lockstep",
        action=action,
        before=before or {},
        after=after or {},
    )


def journal_of(organisation: Organisation) -> QuerySet[JournalEntry]:
    """Every change in either direction, the newest first."""
    entries = JournalEntry.objects.filter(organisation=organisation).order_by("-at", "-pk")
    return entries.select_related("staff", "appointment", "appointment__service")


def audit_log_of(organisation: Organisation) -> QuerySet[AuditEntry]:
    """Every change of a setting, the newest first."""
    return AuditEntry.objects.filter(organisation=organisation).order_by("-at", "-pk")
