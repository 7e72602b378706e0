"""The sweep: whatever is due is asked for again, so that a lost job costs seconds and never data."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, When

from lockstep.operations import channels, disconnecting, dry_run, jobs, leftovers, waiting
from lockstep.operations.delays import clear_delays
from lockstep.operations.google_hours import ask_for_hours
from lockstep.operations.hours import extend_working_ranges
from lockstep.operations.mirror import move_horizon
from lockstep.operations.rules import ask_to_expand
from lockstep.operations.time_away import extend_absences
from lockstep.store.locks import lock_staff, unleased
from lockstep.store.models import (
    Appointment,
    CalendarLink,
    Channel,
    Conflict,
    Connection,
    Hold,
    Reservation,
    StaffMember,
    User,
    WrittenEvent,
)
from lockstep.store.quota import clear_quota
from lockstep.sync import pace
from lockstep.sync.link import LinkState
from lockstep.sync.urgency import Urgency

_A_DAY = timedelta(days=1)
_AT_ONCE = 500
"""Rows that one sweep takes up; the next comes in seconds."""
_MOST_WAITING = 1000
"""With so many looks in the queue, no more polls are put there."""


def sweep(*, now: datetime) -> None:
    """Ask again for every look, write and message that is due and has no job, or whose job was lost."""
    _due_calendars(now)
    _due_writes(now)
    _due_messages(now)
    _due_invitations(now)
    _due_questions(now)
    ask_to_expand(now=now)
    disconnecting.ask_again(now=now)
    waiting.ask_again(now=now)
    dry_run.ask_again(now=now)
    leftovers.ask_again(now=now)
    ask_for_hours(now=now)
    _missing_channels(now)
    _due_hours(now)
    _expired(now)


def _due_calendars(now: datetime) -> None:
    """Those whose booking pages are open first; of all, no more than the quota lets us look at until the next sweep.

    After an outage everything is due at once. The rest waits its turn here, where it costs nothing, and not as jobs
    that would be asked for again and again.
    """
    room = min(pace.polls_at_once(settings.GOOGLE_PROJECT_UNITS_A_MINUTE), _MOST_WAITING - jobs.waiting(jobs.CALENDARS))
    # Verified in the future: the clock was put back since, and its own time to be polled is as wrong.
    overdue = Q(next_due__lte=now) | Q(verified_at__gt=now + pace.CLOCK_PUT_BACK)
    due = CalendarLink.objects.filter(overdue, staff__left_at=None, connection__state__in=Connection.READS)
    idle = due.filter(unleased(now))
    shown = Q(interest_at__gt=now - pace.INTEREST_LASTS)
    in_order = idle.order_by(Case(When(shown, then=0), default=1), "next_due")
    with transaction.atomic():
        rows = list(in_order.select_for_update(skip_locked=True, of=("self",))[: max(room, 0)])
        ids = [row.pk for row in rows]
        # A poll is a wish like any other; where one is open already, only its job is asked for again.
        new = CalendarLink.objects.filter(pk__in=ids, wanted=F("done"))
        new.update(wanted=F("wanted") + 1, urgency=Urgency.POLL)
        CalendarLink.objects.filter(pk__in=ids).update(next_due=now + pace.JOB_LOST_AFTER)
        for row in rows:
            open_wish = row.wanted > row.done
            jobs.look_at_calendar(row.pk, Urgency(row.urgency) if open_wish else Urgency.POLL)


def _due_writes(now: datetime) -> None:
    overdue = Q(next_due__lte=now) | Q(wanted_at__gt=now + pace.CLOCK_PUT_BACK)
    due = WrittenEvent.objects.filter(overdue, wanted__gt=F("done"))
    idle = due.filter(unleased(now), link__connection__state=Connection.State.LIVE)
    with transaction.atomic():
        ids = list(idle.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:_AT_ONCE])
        WrittenEvent.objects.filter(pk__in=ids).update(next_due=now + pace.JOB_LOST_AFTER)
        for written_id in ids:
            jobs.write_event(written_id)


def _due_messages(now: datetime) -> None:
    overdue = Appointment.objects.filter(tell_due_at__lte=now - pace.JOB_LOST_AFTER)
    with transaction.atomic():
        for appointment_id in list(overdue.values_list("pk", flat=True)[:_AT_ONCE]):
            jobs.tell_client(appointment_id)


def _due_questions(now: datetime) -> None:
    overdue = Conflict.objects.filter(mail_due_at__lte=now - pace.JOB_LOST_AFTER, closed_at=None)
    with transaction.atomic():
        for conflict_id in list(overdue.values_list("pk", flat=True)[:_AT_ONCE]):
            jobs.ask_about_conflict(conflict_id)


def _due_invitations(now: datetime) -> None:
    overdue = User.objects.filter(invitation_due_at__lte=now - pace.JOB_LOST_AFTER, is_active=True)
    with transaction.atomic():
        for user_id in list(overdue.values_list("pk", flat=True)[:_AT_ONCE]):
            jobs.invite(user_id)


def _due_hours(now: datetime) -> None:
    overdue = StaffMember.objects.filter(hours_due_at__lte=now - pace.JOB_LOST_AFTER)
    with transaction.atomic():
        for organisation_id in set(overdue.values_list("organisation_id", flat=True)):
            overdue.filter(organisation_id=organisation_id).update(hours_due_at=now)
            jobs.follow_hours(organisation_id)


def _missing_channels(now: datetime) -> None:
    """A calendar that was read and has no channel, or one that is due, gets a new one; orphans are stopped."""
    for channel_pk in list(channels.orphans(now).values_list("pk", flat=True)[:50]):
        jobs.stop_channel(channel_pk)
    if not settings.PUSH_URL:
        return
    readable = CalendarLink.objects.filter(verified_at__isnull=False, staff__left_at=None).exclude(
        state__in=[LinkState.BLOCKED, LinkState.DETACHED]
    )
    without = readable.exclude(pk__in=channels.settled(now).values("link_id"))
    for link_id in list(without.filter(connection__state__in=Connection.READS).values_list("pk", flat=True)[:50]):
        jobs.open_channel(link_id)


def _expired(now: datetime) -> None:
    Reservation.objects.filter(expires_at__lte=now - timedelta(hours=1)).delete()
    Hold.objects.filter(expires_at__lte=now - timedelta(hours=1)).delete()
    Channel.objects.filter(Q(closed_at__lte=now - _A_DAY) | Q(expires_at__lte=now - _A_DAY)).delete()
    clear_quota(now)
    clear_delays(now)


def move_horizons(*, now: datetime) -> None:
    """Once a day: working hours and recurring events are expanded as far ahead as clients can book."""
    extend_working_ranges(now=now)
    extend_absences(now=now)
    behind = CalendarLink.objects.filter(expanded_until__lt=now + pace.HORIZON_MARGIN).exclude(time_zone="")
    for link in behind.select_related("connection__organisation"):
        with transaction.atomic():
            lock_staff([link.staff_id])
            locked = CalendarLink.objects.select_for_update(no_key=True).get(pk=link.pk)
            move_horizon(locked, now=now)
            locked.save(update_fields=["expanded_until"])
