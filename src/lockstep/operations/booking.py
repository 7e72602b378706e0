"""Booking, cancelling and moving appointments, by people.

Confirm looks live: the calendar of the person is read once more before the slot is taken, and then lock, check and
insert are one transaction. What has to be written to Google and told to the client is enqueued in that transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from lockstep.calendar.interval import Interval
from lockstep.operations import diary
from lockstep.operations.clock import Clock
from lockstep.operations.everyone import everyone
from lockstep.operations.fairness import by_fairness
from lockstep.operations.history import By, remember, state_of
from lockstep.operations.looking import look_now
from lockstep.operations.offer import offer_slots
from lockstep.operations.team import check_free
from lockstep.operations.telling import tell
from lockstep.operations.writing import want_event
from lockstep.scheduling.refusals import (
    AlreadyCancelled,
    AlreadyOver,
    CalendarUnreadable,
    ChangedSince,
    HoldExpired,
    Refused,
    SlotTaken,
)
from lockstep.store.locks import lock_staff
from lockstep.store.models import (
    Answer,
    Appointment,
    AppointmentHistory,
    Attendee,
    Client,
    Hold,
    Organisation,
    Question,
    Reservation,
    Service,
    StaffMember,
)
from lockstep.store.queries import people_for
from lockstep.sync.gateway import Workspace

Action = AppointmentHistory.Action


@dataclass(frozen=True, slots=True)
class ClientDetails:
    """What a client says of themselves."""

    name: str
    email: str
    phone: str = ""
    client_id: str = ""


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What a client says to one of the service's questions."""

    question: Question
    text: str


_CLIENT = By(AppointmentHistory.Actor.CLIENT)


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """What Confirm brings: the flow whose hold becomes the appointment, for whom, and who books."""

    flow: UUID
    client: ClientDetails | Client
    """A client whom staff have found, or what somebody says of themselves."""
    notes: str
    client_time_zone: str
    by: By = _CLIENT
    answers: tuple[GivenAnswer, ...] = ()
    client_language: str = ""


def book(request: BookingRequest, *, workspace: Workspace | None, clock: Clock) -> Appointment:
    """Turn the flow's hold into an appointment; a second Confirm of the same flow gets the same appointment.

    Where the held person's calendar has meanwhile become busy or cannot be read, and the client asked for anyone,
    the next one who is free gets it. Raises: HoldExpired, SlotTaken, CalendarUnreadable.
    """
    hold = Hold.objects.select_related("service", "location", "organisation", "staff").filter(flow=request.flow).first()
    if hold is None:
        # It goes when its appointment comes, so only now is there something to find.
        done = Appointment.objects.filter(flow=request.flow).first()
        if done:
            return done
        raise HoldExpired
    interval = Interval(hold.starts_at, hold.ends_at)
    refusal: Refused = SlotTaken()
    for staff_id in _in_order(hold, interval, clock()):
        try:
            look_now(staff_id, workspace=workspace, clock=clock)
            return _confirm(request, hold, staff_id, interval, clock())
        except (SlotTaken, CalendarUnreadable) as error:
            refusal = error
    raise refusal


def booked_in(flow: UUID) -> Appointment | None:
    """The appointment that this flow has already made."""
    return Appointment.objects.select_related("client").filter(flow=flow).first()


def _in_order(hold: Hold, interval: Interval, now: datetime) -> Iterator[int]:
    """The person held first; then, where the client asked for anyone, the others who are free, fairly."""
    yield hold.staff_id
    if not hold.anyone:
        return
    window = Interval(interval.start, interval.start + (interval.end - interval.start) / 2)
    offer = offer_slots(service=hold.service, location=hold.location, staff=None, window=window, now=now)
    others = [each for slot in offer.slots if slot.starts_at == interval.start for each in slot.staff_ids]
    yield from by_fairness(
        (each for each in others if each != hold.staff_id), location=hold.location, starts_at=interval.start
    )


def _confirm(request: BookingRequest, hold: Hold, staff_id: int, interval: Interval, now: datetime) -> Appointment:
    """Others wait for the lock meanwhile, so what can be read before it is."""
    client = known_client(hold.organisation, request.client)
    staff = hold.staff if staff_id == hold.staff_id else StaffMember.objects.get(pk=staff_id)
    try:
        with transaction.atomic():
            lock_staff([staff_id])
            diary.clear_expired(staff_id, now)
            _check(hold, staff_id, interval, now)
            return _insert(request, hold, client or new_client(hold.organisation, request.client), staff, now)
    except (IntegrityError, Refused) as error:
        # A second Confirm of this flow waits for the lock, and then finds taken what the first one took.
        done = Appointment.objects.filter(flow=request.flow).first()
        if done:
            return done
        if isinstance(error, Refused):
            raise
        raise SlotTaken from error


def _check(hold: Hold, staff_id: int, interval: Interval, now: datetime) -> None:
    people = people_for(service_id=hold.service_id, location_id=hold.location_id, only=staff_id, now=now)
    if staff_id not in people.known:
        raise CalendarUnreadable if people.withheld else SlotTaken
    if interval.start <= now or not diary.is_free(
        staff_id=staff_id,
        service=hold.service,
        location=hold.location,
        interval=interval,
        now=now,
        except_hold=hold.pk,
    ):
        raise SlotTaken


def _insert(request: BookingRequest, hold: Hold, client: Client, staff: StaffMember, now: datetime) -> Appointment:
    appointment = Appointment.objects.create(
        organisation=hold.organisation,
        flow=request.flow,
        client=client,
        service=hold.service,
        location=hold.location,
        staff=staff,
        meeting_method=hold.meeting_method,
        starts_at=hold.starts_at,
        ends_at=hold.ends_at,
        client_time_zone=request.client_time_zone or hold.location.time_zone,
        client_language=request.client_language,
        notes=request.notes,
        created_at=now,
        changed_at=now,
    )
    keep_answers(appointment, request.answers)
    # The hold becomes the appointment in place, so there is no moment at which its time is free.
    turned = hold.reservations.filter(staff=staff).update(
        kind=Reservation.Kind.APPOINTMENT, appointment=appointment, hold=None, expires_at=None
    )
    if not turned:
        diary.reserve(appointment)
    hold.delete()
    remember(appointment, Action.BOOKED, request.by, before={}, now=now)
    want_event(appointment, now=now)
    tell(appointment, at=now, now=now)
    return appointment


def known_client(organisation: Organisation, details: ClientDetails | Client) -> Client | None:
    """The client of that name and address. What is known of them is not changed by a public page."""
    if isinstance(details, Client):
        return details if details.organisation_id == organisation.pk else None
    return Client.objects.filter(
        organisation=organisation, email__iexact=details.email, name__iexact=details.name
    ).first()


def new_client(organisation: Organisation, details: ClientDetails | Client) -> Client:
    return Client.objects.create(
        organisation=organisation,
        name=details.name,
        email=details.email,
        phone=details.phone,
        client_id=details.client_id,
    )


def cancel_appointment(appointment: Appointment, *, by: By, now: datetime) -> Appointment:
    """Call the appointment off. Raises: AlreadyCancelled, AlreadyOver."""
    with transaction.atomic():
        current = _locked(appointment, now)
        before = state_of(current)
        diary.take_out(current, now=now)
        remember(current, Action.CANCELLED, by, before=before, now=now)
        want_event(current, now=now)
        tell(current, at=now, now=now)
    return current


def reschedule_appointment(
    appointment: Appointment, *, starts_at: datetime, by: By, workspace: Workspace | None, clock: Clock
) -> Appointment:
    """Move the appointment to another slot of the same person. Raises: as `book`, AlreadyCancelled, AlreadyOver."""
    staff = diary.staff_of(appointment)
    to = Interval(starts_at, starts_at + appointment.service.duration)
    for staff_id in everyone(appointment):
        look_now(staff_id, workspace=workspace, clock=clock)
    now = clock()
    try:
        with transaction.atomic():
            current = _locked(appointment, now)
            if Interval(current.starts_at, current.ends_at) == to:
                return current
            diary.clear_expired(staff.pk, now)
            _check_offered(current, staff, to, now)
            for staff_id in everyone(current)[1:]:
                check_free(current, staff_id, to, now=now)
            before = state_of(current)
            diary.move(current, to, now=now)
            remember(current, Action.MOVED, by, before=before, now=now)
            want_event(current, now=now)
            tell(current, at=now, now=now)
    except IntegrityError as error:
        raise SlotTaken from error
    return current


def _check_offered(appointment: Appointment, staff: StaffMember, to: Interval, now: datetime) -> None:
    offer = offer_slots(
        service=appointment.service,
        location=appointment.location,
        staff=staff,
        window=Interval(to.start, to.start + appointment.service.duration / 2),
        now=now,
        excluding=appointment,
    )
    if offer.withheld:
        raise CalendarUnreadable
    if all(slot.starts_at != to.start for slot in offer.slots):
        raise SlotTaken


def _locked(appointment: Appointment, now: datetime) -> Appointment:
    """The appointment as it is now, with the diaries of everyone who takes part locked."""
    people = everyone(appointment)
    lock_staff(people)
    current = (
        Appointment.objects.select_related("service", "location", "staff", "client", "organisation")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=appointment.pk)
    )
    if not set(everyone(current)) <= set(people):
        raise ChangedSince
    if current.status == Appointment.Status.CANCELLED:
        raise AlreadyCancelled
    if current.ends_at <= now:
        raise AlreadyOver
    return current


def keep_answers(appointment: Appointment, answers: Iterable[GivenAnswer], *, attendee: Attendee | None = None) -> None:
    """Keep what a client said to the questions of the appointment's service."""
    Answer.objects.bulk_create(
        Answer(
            appointment=appointment,
            attendee=attendee,
            question=each.question,
            words=each.question.words,
            text=each.text,
            position=each.question.position,
        )
        for each in answers
        if each.question.service_id == appointment.service_id
    )


def questions_of(service: Service) -> list[Question]:
    """What clients are asked when they book the service, in order."""
    return list(service.questions.all())
