"""Joining and leaving the sessions of a group service. The appointment is the session; seats are rows in it.

The first to join makes the appointment, with its reservation and its event; the last to leave calls it off. Everything
is checked under the staff lock, and the numbered seats are the database's own promise that none is sold twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from lockstep.calendar.interval import Interval
from lockstep.operations import diary
from lockstep.operations.booking import ClientDetails, GivenAnswer, keep_answers, known_client, new_client
from lockstep.operations.clock import Clock
from lockstep.operations.fairness import by_fairness
from lockstep.operations.history import By, remember, state_of
from lockstep.operations.links import uuid_of_token
from lockstep.operations.looking import look_now
from lockstep.operations.offer import methods_at, offer_slots
from lockstep.operations.telling import tell_seat
from lockstep.operations.writing import want_event
from lockstep.scheduling.refusals import (
    AlreadyCancelled,
    AlreadyOver,
    CalendarUnreadable,
    NotOffered,
    Refused,
    SlotTaken,
)
from lockstep.store.locks import lock_staff
from lockstep.store.models import Appointment, AppointmentHistory, Attendee, Client, Location, Service, StaffMember
from lockstep.store.queries import people_for
from lockstep.sync.gateway import Workspace

Action = AppointmentHistory.Action
_INSTANT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """What Confirm brings for a group service."""

    flow: UUID
    service: Service
    location: Location
    staff: StaffMember | None
    """None: with anyone."""
    meeting_method: str
    starts_at: datetime
    client: ClientDetails
    notes: str
    client_time_zone: str
    answers: tuple[GivenAnswer, ...] = ()
    client_language: str = ""


def join_session(request: JoinRequest, *, by: By, workspace: Workspace | None, clock: Clock) -> Attendee:
    """Take a seat at that time: in a session that has one left, else in a new one with somebody who is free.

    A second Confirm of the same flow gets the same seat. Raises: NotOffered, SlotTaken, CalendarUnreadable.
    """
    if not request.service.is_for_groups or request.meeting_method not in methods_at(request.service, request.location):
        raise NotOffered
    refusal: Refused = SlotTaken()
    for staff_id in _candidates(request, clock()):
        done = seat_of(request.flow)
        if done:
            return done
        try:
            look_now(staff_id, workspace=workspace, clock=clock)
            return _join(request, staff_id, by, clock())
        except (SlotTaken, CalendarUnreadable) as error:
            refusal = error
    done = seat_of(request.flow)
    if done:
        return done
    raise refusal


def seat_of(flow: UUID) -> Attendee | None:
    """The seat that this flow has taken."""
    return attendees().filter(flow=flow, left_at=None).first()


def attendee_of(uuid: UUID) -> Attendee | None:
    return attendees().filter(uuid=uuid).first()


def seat_from_token(token: str) -> Appointment | None:
    """The session as the client of that link sees it; None for a link that is no seat's."""
    uuid = uuid_of_token(token)
    attendee = attendee_of(uuid) if uuid else None
    return as_seen_by(attendee) if attendee else None


def as_seen_by(attendee: Attendee) -> Appointment:
    """The session as one client's own appointment, to be read and never saved: their name, zone, notes and link.

    Its `uuid` is the seat's, so that their link and the entry in their calendar are theirs alone.
    """
    seen = copy(attendee.appointment)
    seen.uuid, seen.client, seen.notes = attendee.uuid, attendee.client, attendee.notes
    seen.client_time_zone, seen.client_language = attendee.client_time_zone, attendee.client_language
    seen.told_status, seen.told_starts_at = attendee.told_status, attendee.told_starts_at
    seen.told_video_url = attendee.told_video_url
    seen.told_ends_at, seen.tell_due_at, seen.remind_at = (
        attendee.told_ends_at,
        attendee.tell_due_at,
        attendee.remind_at,
    )
    if attendee.left_at is not None:
        seen.status = Appointment.Status.CANCELLED
        seen.sequence += 1
    return seen


def attendees() -> QuerySet[Attendee]:
    """Seats with everything that is said of them."""
    return Attendee.objects.select_related(
        "client",
        "appointment__client",
        "appointment__service",
        "appointment__location",
        "appointment__staff",
        "appointment__organisation",
    )


def attendees_of(appointment: Appointment) -> list[Attendee]:
    """Who takes part, in the order of joining."""
    return list(attendees().filter(appointment=appointment, left_at=None))


def _candidates(request: JoinRequest, now: datetime) -> Iterator[int]:
    """With whom to try: whoever has a session with a seat left; then those who are free for a new one, fairly."""
    window = Interval(request.starts_at, request.starts_at + _INSTANT)
    tried: set[int] = set()
    # Twice: while a session had a seat left, nobody was offered for a new one; it may have filled meanwhile.
    for _time in range(2):
        offer = offer_slots(
            service=request.service, location=request.location, staff=request.staff, window=window, now=now
        )
        if not offer.slots and offer.withheld and not tried:
            raise CalendarUnreadable
        found = [each for slot in offer.slots if slot.starts_at == request.starts_at for each in slot.staff_ids]
        for staff_id in by_fairness(found, location=request.location, starts_at=request.starts_at):
            if staff_id not in tried:
                tried.add(staff_id)
                yield staff_id


def _join(request: JoinRequest, staff_id: int, by: By, now: datetime) -> Attendee:
    organisation = request.service.organisation
    try:
        with transaction.atomic():
            lock_staff([staff_id])
            diary.clear_expired(staff_id, now)
            _check_known(request, staff_id, now)
            session = _session_at(request, staff_id)
            client = known_client(organisation, request.client) or new_client(organisation, request.client)
            before = state_of(session) if session else {}
            if session is None:
                session = _begin(request, staff_id, client, now)
                remember(session, Action.BOOKED, by, before=before, now=now)
            attendee = _seat(request, session, client, now)
            keep_answers(session, request.answers, attendee=attendee)
            tell_seat(attendee, at=now, now=now)
            remember(session, Action.JOINED, by, before=state_of(session), now=now)
            return attendee
    except IntegrityError as error:
        raise SlotTaken from error


def _check_known(request: JoinRequest, staff_id: int, now: datetime) -> None:
    people = people_for(service_id=request.service.pk, location_id=request.location.pk, only=staff_id, now=now)
    if staff_id not in people.known:
        raise CalendarUnreadable if people.withheld else SlotTaken
    if request.starts_at <= now:
        raise SlotTaken


def _session_at(request: JoinRequest, staff_id: int) -> Appointment | None:
    sessions = Appointment.objects.select_related("service", "location", "staff", "organisation", "client").filter(
        staff_id=staff_id,
        service=request.service,
        location=request.location,
        starts_at=request.starts_at,
        status=Appointment.Status.BOOKED,
    )
    return sessions.select_for_update(of=("self",), no_key=True).first()


def _begin(request: JoinRequest, staff_id: int, client: Client, now: datetime) -> Appointment:
    interval = Interval(request.starts_at, request.starts_at + request.service.duration)
    free = diary.is_free(
        staff_id=staff_id, service=request.service, location=request.location, interval=interval, now=now
    )
    if not free:
        raise SlotTaken
    appointment = Appointment.objects.create(
        organisation=request.service.organisation,
        client=client,
        service=request.service,
        location=request.location,
        staff_id=staff_id,
        meeting_method=request.meeting_method,
        starts_at=interval.start,
        ends_at=interval.end,
        client_time_zone=request.location.time_zone,
        created_at=now,
        changed_at=now,
    )
    diary.reserve(appointment)
    want_event(appointment, now=now)
    return appointment


def _seat(request: JoinRequest, session: Appointment, client: Client, now: datetime) -> Attendee:
    """Raises: SlotTaken when the session is full, or the client sits in it already."""
    taken = set(session.attendees.filter(left_at=None).values_list("seat", flat=True))
    free = next((seat for seat in range(1, request.service.seats + 1) if seat not in taken), None)
    if free is None:
        raise SlotTaken
    Appointment.objects.filter(pk=session.pk).update(changed_at=now)
    return Attendee.objects.create(
        appointment=session,
        flow=request.flow,
        client=client,
        client_time_zone=request.client_time_zone or session.location.time_zone,
        client_language=request.client_language,
        notes=request.notes,
        seat=free,
        seats=request.service.seats,
        joined_at=now,
    )


def leave_session(attendee: Attendee, *, by: By, now: datetime) -> Appointment:
    """Give the seat back; the last to leave calls the session off. Raises: AlreadyCancelled, AlreadyOver."""
    staff_id = attendee.appointment.staff_id
    with transaction.atomic():
        if staff_id is not None:
            lock_staff([staff_id])
        session = (
            Appointment.objects.select_related("service", "location", "staff", "client", "organisation")
            .select_for_update(of=("self",), no_key=True)
            .get(pk=attendee.appointment_id)
        )
        if session.status == Appointment.Status.CANCELLED or not _give_back(attendee, now):
            raise AlreadyCancelled
        if session.ends_at <= now:
            raise AlreadyOver
        before = state_of(session)
        tell_seat(attendee, at=now, now=now)
        _without(session, now)
        remember(session, Action.LEFT, by, before=before, now=now)
    return session


def _give_back(attendee: Attendee, now: datetime) -> bool:
    return bool(Attendee.objects.filter(pk=attendee.pk, left_at=None).update(left_at=now))


def _without(session: Appointment, now: datetime) -> None:
    """What the session is once somebody has left: somebody else's who is in it, or nobody's."""
    rest = session.attendees.filter(left_at=None).select_related("client").first()
    if rest is None:
        diary.take_out(session, now=now)
        want_event(session, now=now)
        return
    session.client, session.changed_at = rest.client, now
    session.save(update_fields=["client", "changed_at"])
