"""Putting absences into diaries: the part that happens under the staff lock, whoever asked for it.

What takes time is stored as spans, expanded as far as clients can book, so that SQL only subtracts.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from lockstep.calendar.interval import Interval
from lockstep.operations.history import By
from lockstep.operations.overlaps import check_overlaps_of
from lockstep.scheduling.away import TimeAway, spans
from lockstep.store.locks import lock_staff
from lockstep.store.models import Absence, AbsenceException, AbsenceHistory, AbsenceSpan, CalendarLink
from lockstep.store.values import original_start_from, range_of, when_from_json, when_to_json
from lockstep.sync import pace


def time_away(absence: Absence) -> TimeAway:
    """The stored absence as a value."""
    exceptions = {
        original_start_from(row.original_start): when_from_json(row.when) if row.when else None
        for row in absence.exceptions.all()
    }
    return TimeAway(when_from_json(absence.when), tuple(absence.recurrence), exceptions)


def zone_of(absence: Absence) -> ZoneInfo:
    """Where the absence's whole days lie: in the zone of the person's calendar, once it is known."""
    link = CalendarLink.objects.filter(staff_id=absence.staff_id).exclude(time_zone="").first()
    return ZoneInfo(link.time_zone if link else absence.time_zone)


def lay(absence: Absence, *, now: datetime) -> None:
    """Store the time that the absence takes from now on; what lies on appointments is shown as a conflict."""
    window = Interval(now - pace.READ_BACK, now + pace.HORIZON)
    absence.expanded_until = window.end if absence.recurrence else None
    absence.save(update_fields=["expanded_until"])
    found = [] if absence.removed_at else spans(time_away(absence), zone_of(absence), window)
    absence.spans.all().delete()
    AbsenceSpan.objects.bulk_create(
        AbsenceSpan(staff_id=absence.staff_id, absence=absence, span=range_of(each)) for each in found
    )
    check_overlaps_of(absence.staff_id, now=now)


def state_of_absence(absence: Absence) -> dict[str, Any]:
    """What history keeps: when it is and whether it stands; no title."""
    exceptions = AbsenceException.objects.filter(absence=absence).order_by("original_start")
    return {
        "when": absence.when,
        "recurrence": list(absence.recurrence),
        "exceptions": {row.original_start: row.when for row in exceptions},
        "removed": absence.removed_at is not None,
    }


def remember_absence(
    absence: Absence, action: AbsenceHistory.Action, by: By, *, before: dict[str, Any], now: datetime
) -> None:
    AbsenceHistory.objects.create(
        absence=absence,
        at=now,
        actor=by.actor,
        actor_name=by.name,
        action=action,
        before=before,
        after=state_of_absence(absence),
    )


def set_time(absence: Absence, away: TimeAway, *, now: datetime) -> None:
    """Give the absence another time, and lay it anew. One that no longer recurs has no exceptions either."""
    absence.when, absence.recurrence, absence.changed_at = when_to_json(away.when), list(away.recurrence), now
    absence.save(update_fields=["when", "recurrence", "changed_at"])
    if not absence.recurrence:
        absence.exceptions.all().delete()
    lay(absence, now=now)


def extend_absences(*, now: datetime) -> None:
    """Move the horizon of recurring absences on with the calendar."""
    behind = Absence.objects.filter(removed_at=None, expanded_until__lt=now + pace.HORIZON_MARGIN)
    for absence in behind.order_by("pk"):
        with transaction.atomic():
            lock_staff([absence.staff_id])
            lay(Absence.objects.select_for_update(no_key=True).get(pk=absence.pk), now=now)


def lay_anew(staff_id: int, *, now: datetime) -> None:
    """The person's calendar has another zone: whole days are other instants now. Under the staff lock."""
    for absence in Absence.objects.filter(staff_id=staff_id, removed_at=None).order_by("pk"):
        lay(absence, now=now)
