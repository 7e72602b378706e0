"""Putting appointments into diaries, taking them out and moving them: the part that happens under the staff lock.

Every function here runs inside the caller's transaction, after `lock_staff` for everyone concerned. Reservation rows
are written nowhere else, so that this module and the exclusion constraint together are the whole promise that nobody
is ever double-booked.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from lockstep.calendar.interval import Interval
from lockstep.operations.everyone import everyone
from lockstep.operations.offer import closed_by_limits
from lockstep.store.models import Appointment, Conflict, Location, Reservation, Service, StaffMember, WrittenEvent
from lockstep.store.queries import free_time
from lockstep.store.values import range_of


def is_free(
    *,
    staff_id: int,
    service: Service,
    location: Location,
    interval: Interval,
    now: datetime,
    except_hold: int | None = None,
    except_appointment: int | None = None,
    within_hours: bool = True,
) -> bool:
    """True when an appointment for `service` fits there: working time, buffers, everything that is known to be taken.

    With `within_hours` off it may lie outside working time: the person it belongs to put it there. Says nothing about
    lead time, grid and freshness, which matter when a slot is chosen, not when it is confirmed.
    """
    free = free_time(
        staff_ids=[staff_id],
        location_id=location.pk if within_hours else None,
        window=interval,
        length=interval.length,
        buffer_before=service.buffer_before,
        buffer_after=service.buffer_after,
        now=now,
        except_hold=except_hold,
        except_appointment=except_appointment,
    )
    if staff_id not in free:
        return False
    own = StaffMember.objects.filter(pk=staff_id).values_list("daily_limit", flat=True).first()
    full = closed_by_limits(service, location, {staff_id: own}, interval, except_appointment=except_appointment)
    local_day = interval.start.astimezone(ZoneInfo(location.time_zone)).date()
    return local_day not in full.get(staff_id, ())


def clear_expired(staff_id: int, now: datetime) -> None:
    """Delete what has run out, so that the exclusion constraint does not see it."""
    Reservation.objects.filter(staff_id=staff_id, expires_at__lte=now).delete()


def reserve(appointment: Appointment) -> None:
    """Take the appointment's time for everyone who takes part, by constraint."""
    for staff_id in [_staff_id(appointment), *everyone(appointment)[1:]]:
        reserve_for(appointment, staff_id)


def reserve_for(appointment: Appointment, staff_id: int) -> None:
    """Take the appointment's time for one person."""
    service = appointment.service
    Reservation.objects.create(
        staff_id=staff_id,
        span=range_of(Interval(appointment.starts_at, appointment.ends_at)),
        buffer_before=service.buffer_before,
        buffer_after=service.buffer_after,
        kind=Reservation.Kind.APPOINTMENT,
        appointment=appointment,
    )


def move(appointment: Appointment, to: Interval, *, now: datetime, keep_old_until: datetime | None = None) -> None:
    """Move the appointment and its reservation to `to`; the old time stays blocked until `keep_old_until`."""
    old = Interval(appointment.starts_at, appointment.ends_at)
    appointment.starts_at, appointment.ends_at = to.start, to.end
    appointment.sequence += 1
    appointment.changed_at = now
    appointment.save(update_fields=["starts_at", "ends_at", "sequence", "changed_at"])
    appointment.reservations.filter(kind=Reservation.Kind.APPOINTMENT).update(span=range_of(to))
    if keep_old_until:
        _keep(appointment, old, keep_old_until)
    _decided(appointment, now)


def take_out(appointment: Appointment, *, now: datetime, keep_old_until: datetime | None = None) -> None:
    """Cancel the appointment; its time is free again, at once or after `keep_old_until`."""
    appointment.status = Appointment.Status.CANCELLED
    appointment.sequence += 1
    appointment.changed_at = now
    appointment.save(update_fields=["status", "sequence", "changed_at"])
    appointment.reservations.all().delete()
    if keep_old_until:
        _keep(appointment, Interval(appointment.starts_at, appointment.ends_at), keep_old_until)
    _decided(appointment, now)


def put(appointment: Appointment, to: Interval, *, staff_id: int, now: datetime) -> None:
    """Book the appointment, whatever it was before, at `to` with that person; the old time is free at once."""
    if staff_id != appointment.staff_id:
        appointment.staff = StaffMember.objects.get(pk=staff_id)
        appointment.additional.remove(appointment.staff)
    appointment.starts_at, appointment.ends_at = to.start, to.end
    appointment.status = Appointment.Status.BOOKED
    appointment.sequence += 1
    appointment.changed_at = now
    appointment.save(update_fields=["staff", "starts_at", "ends_at", "status", "sequence", "changed_at"])
    appointment.reservations.all().delete()
    reserve(appointment)
    _decided(appointment, now)


def reinstate(appointment: Appointment, *, now: datetime) -> None:
    """Book a cancelled appointment again at its old time, which is still kept for it."""
    appointment.status = Appointment.Status.BOOKED
    appointment.sequence += 1
    appointment.changed_at = now
    appointment.save(update_fields=["status", "sequence", "changed_at"])
    appointment.reservations.filter(kind=Reservation.Kind.GRACE).delete()
    reserve(appointment)


def is_kept(appointment: Appointment, now: datetime) -> bool:
    """True while the time of an appointment that was cancelled in Google is still blocked for it."""
    time = range_of(Interval(appointment.starts_at, appointment.ends_at))
    return appointment.reservations.filter(kind=Reservation.Kind.GRACE, expires_at__gt=now, span=time).exists()


def _decided(appointment: Appointment, now: datetime) -> None:
    """Whatever was undecided about the appointment's time is so no longer; what overlaps its new time is found anew."""
    Conflict.objects.filter(appointment=appointment, closed_at=None).update(closed_at=now)
    WrittenEvent.objects.filter(appointment=appointment).update(in_conflict=False)


def _keep(appointment: Appointment, interval: Interval, until: datetime) -> None:
    Reservation.objects.bulk_create(
        Reservation(
            staff_id=staff_id,
            span=range_of(interval),
            buffer_before=timedelta(),
            buffer_after=timedelta(),
            kind=Reservation.Kind.GRACE,
            appointment=appointment,
            expires_at=until,
        )
        for staff_id in everyone(appointment)
    )


def _staff_id(appointment: Appointment) -> int:
    if appointment.staff_id is None:
        raise ValueError("An unassigned appointment takes nobody's time.")
    return appointment.staff_id


def staff_of(appointment: Appointment) -> StaffMember:
    """Raises: ValueError for an unassigned appointment."""
    if appointment.staff is None:
        raise ValueError("Nobody is assigned yet.")
    return appointment.staff
