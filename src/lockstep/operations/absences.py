"""Adding, changing and removing absences, by people in Lockstep. What is done here is written to Google."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Min, Q, QuerySet

from lockstep.calendar.event import When
from lockstep.calendar.interval import Interval
from lockstep.operations import visible
from lockstep.operations.history import By
from lockstep.operations.time_away import lay, remember_absence, set_time, state_of_absence, time_away, zone_of
from lockstep.operations.writing import want_absence
from lockstep.scheduling.away import AwayOnce, TimeAway, is_readable, occurrences, spans, without
from lockstep.scheduling.refusals import ChangedInGoogle, NotATime, OccurrenceGone
from lockstep.scheduling.roles import Ability
from lockstep.store.locks import lock_staff
from lockstep.store.models import Absence, AbsenceHistory, Appointment, StaffMember, User
from lockstep.store.values import when_to_json
from lockstep.sync import pace

Action = AbsenceHistory.Action


@dataclass(frozen=True, slots=True)
class AbsenceDetails:
    """What a person enters of an absence."""

    title: str
    when: When
    zone: ZoneInfo
    recurrence: tuple[str, ...] = ()


def add_absence(staff: StaffMember, details: AbsenceDetails, *, by: By, now: datetime) -> Absence:
    """Enter an absence; it takes its time at once. Raises: NotATime.

    Appointments that it lies on stay, and are shown among the conflicts.
    """
    _check(details)
    with transaction.atomic():
        lock_staff([staff.pk])
        absence = Absence.objects.create(
            staff=staff,
            title=details.title,
            when=when_to_json(details.when),
            recurrence=list(details.recurrence),
            time_zone=details.zone.key,
            created_at=now,
            changed_at=now,
        )
        lay(absence, now=now)
        remember_absence(absence, Action.ADDED, by, before={}, now=now)
        want_absence(absence, now=now)
    return absence


def change_absence(absence: Absence, details: AbsenceDetails, *, by: By, now: datetime) -> Absence:
    """Give the absence another title or time, a series as a whole. Raises: NotATime, OccurrenceGone."""
    _check(details)
    with transaction.atomic():
        current = _locked(absence)
        before = state_of_absence(current)
        current.title, current.time_zone = details.title, details.zone.key
        current.save(update_fields=["title", "time_zone"])
        set_time(current, TimeAway(details.when, details.recurrence), now=now)
        remember_absence(current, Action.CHANGED, by, before=before, now=now)
        want_absence(current, now=now)
    return current


def remove_absence(absence: Absence, *, by: By, now: datetime) -> None:
    """Take the absence out, a series as a whole; its time is free again. Can be undone by `restore_absence`."""
    with transaction.atomic():
        current = _locked(absence)
        before = state_of_absence(current)
        current.removed_at, current.removed_in_google, current.changed_at = now, False, now
        current.save(update_fields=["removed_at", "removed_in_google", "changed_at"])
        lay(current, now=now)
        remember_absence(current, Action.REMOVED, by, before=before, now=now)
        want_absence(current, now=now)


def restore_absence(absence: Absence, *, by: By, now: datetime) -> None:
    """Undo the removal. An absence that stands already stays as it is."""
    with transaction.atomic():
        lock_staff([absence.staff_id])
        current = Absence.objects.select_for_update(no_key=True).get(pk=absence.pk)
        if current.removed_at is None:
            return
        before = state_of_absence(current)
        current.removed_at, current.removed_in_google, current.changed_at = None, False, now
        current.save(update_fields=["removed_at", "removed_in_google", "changed_at"])
        lay(current, now=now)
        remember_absence(current, Action.RESTORED, by, before=before, now=now)
        want_absence(current, now=now)


def remove_occurrence(absence: Absence, original_start: datetime | date, *, by: By, now: datetime) -> None:
    """Take one occurrence out of a series. Raises: OccurrenceGone, ChangedInGoogle."""
    with transaction.atomic():
        _take_out(_locked(absence), original_start, by=by, now=now)


def change_occurrence(
    absence: Absence, original_start: datetime | date, details: AbsenceDetails, *, by: By, now: datetime
) -> Absence:
    """Give one occurrence another time: it leaves its series and becomes an absence of its own.

    Raises: NotATime, OccurrenceGone, ChangedInGoogle.
    """
    with transaction.atomic():
        _take_out(_locked(absence), original_start, by=by, now=now)
        return add_absence(absence.staff, details, by=by, now=now)


def _take_out(current: Absence, original_start: datetime | date, *, by: By, now: datetime) -> None:
    away = time_away(current)
    if original_start in away.exceptions:
        raise ChangedInGoogle
    ahead = Interval(now - pace.READ_BACK, now + pace.HORIZON)
    given = occurrences(away, zone_of(current), ahead) if away.recurrence else []
    if original_start not in {each.original_start for each in given}:
        raise OccurrenceGone
    before = state_of_absence(current)
    set_time(current, without(away, original_start), now=now)
    remember_absence(current, Action.OCCURRENCE, by, before=before, now=now)
    want_absence(current, now=now)


def _locked(absence: Absence) -> Absence:
    """The absence as it is now, with its person's diary locked. Raises: OccurrenceGone."""
    lock_staff([absence.staff_id])
    current = Absence.objects.select_related("staff").select_for_update(of=("self",), no_key=True).get(pk=absence.pk)
    if current.removed_at is not None:
        raise OccurrenceGone
    return current


def _check(details: AbsenceDetails) -> None:
    if not is_readable(TimeAway(details.when, details.recurrence), details.zone):
        raise NotATime


def appointments_within(staff: StaffMember, details: AbsenceDetails, *, now: datetime) -> int:
    """How many of the person's future appointments such an absence would lie on. Raises: NotATime."""
    _check(details)
    window = Interval(now, now + pace.HORIZON)
    taken = spans(TimeAway(details.when, details.recurrence), details.zone, window)
    if not taken:
        return 0
    booked = Appointment.objects.filter(
        reservations__staff=staff, status=Appointment.Status.BOOKED, ends_at__gt=now, starts_at__lt=window.end
    ).distinct()
    times = list(booked.values_list("starts_at", "ends_at"))
    return sum(any(Interval(*time).overlaps(each) for each in taken) for time in times)


def people_for_absences(user: User) -> list[StaffMember]:
    """Whose absences `user` may enter, themselves first."""
    staff = list(visible.staff_within(user, Ability.CHANGE_HOURS).filter(left_at=None).order_by("name"))
    return sorted(staff, key=lambda each: each.user_id != user.pk)


def absences_of(user: User, *, now: datetime) -> QuerySet[Absence]:
    """The absences that `user` may change and that are not over, the next one first."""
    staff = visible.staff_within(user, Ability.CHANGE_HOURS)
    ahead = Q(spans__span__endswith__gt=now)
    absences = Absence.objects.filter(ahead, staff__in=staff, removed_at=None).select_related("staff")
    return absences.annotate(next_span=Min("spans__span__startswith", filter=ahead)).order_by("next_span", "pk")


def absence_of(user: User, uuid: UUID) -> Absence | None:
    """The absence of somebody whose calendar `user` sees; removed ones as well."""
    staff = visible.staff_within(user, Ability.SEE_CALENDARS)
    return Absence.objects.filter(staff__in=staff, uuid=uuid).select_related("staff").first()


def next_occurrences(absence: Absence, *, now: datetime, most: int = 12) -> list[AwayOnce]:
    """The occurrences of a series that are still to come. Raises: BadRecurrence."""
    return occurrences(time_away(absence), zone_of(absence), Interval(now, now + pace.HORIZON))[:most]
