"""Asking about a conflict by e-mail: the client for another time, the staff member for a word.

Nothing is decided by it. The client chooses through the signed link with which they can move the appointment anyway;
opening it changes nothing. What is to be sent stands on the conflict's row until it was sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from lockstep.calendar.interval import Interval
from lockstep.operations import jobs
from lockstep.operations.history import By, journal, state_of
from lockstep.operations.links import manage_path
from lockstep.operations.offer import offer_slots
from lockstep.scheduling.alternatives import spread_out
from lockstep.scheduling.refusals import AlreadyOver, ChangedSince, NoAlternatives, NotOffered
from lockstep.store.models import Appointment, Conflict, JournalEntry
from lockstep.store.values import interval_of

HOW_MANY = 3
_AHEAD = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Alternative:
    """A time that the client may choose, and the page that asks them to confirm it."""

    starts_at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class AlternativesMessage:
    """To the client: these times instead."""

    appointment: Appointment
    alternatives: tuple[Alternative, ...]
    manage_url: str


@dataclass(frozen=True, slots=True)
class QuestionMessage:
    """To the staff member: what is to become of this?"""

    conflict: Conflict
    zone: str
    desk_url: str


class AskingMailer(Protocol):
    """Sends questions. Both raise OSError when the mail server cannot be reached or refuses."""

    def offer(self, message: AlternativesMessage) -> None: ...

    def ask(self, message: QuestionMessage) -> None: ...


def alternatives_for(conflict: Conflict, *, now: datetime) -> list[datetime]:
    """Free times of the same person, on different days where there are, near the hour that was booked."""
    appointment = conflict.appointment
    if appointment.staff is None:
        return []
    offer = offer_slots(
        service=appointment.service,
        location=appointment.location,
        staff=appointment.staff,
        window=Interval(now, max(now, appointment.starts_at) + _AHEAD),
        now=now,
        excluding=appointment,
    )
    taken = [Interval(appointment.starts_at, appointment.ends_at)]
    if conflict.span is not None:
        taken.append(interval_of(conflict.span))
    free = [
        slot.starts_at
        for slot in offer.slots
        if not any(Interval(slot.starts_at, slot.ends_at).overlaps(each) for each in taken)
    ]
    return spread_out(free, near=appointment.starts_at, zone=ZoneInfo(appointment.location.time_zone), most=HOW_MANY)


def offer_alternatives(conflict: Conflict, *, by: By, now: datetime) -> list[datetime]:
    """Have three free times offered to the client by e-mail. Raises: ChangedSince, AlreadyOver, NoAlternatives."""
    starts = alternatives_for(conflict, now=now)
    if not starts:
        raise NoAlternatives
    with transaction.atomic():
        current = _still_open(conflict, now)
        current.alternatives, current.client_asked_at, current.mail_due_at = starts, None, now
        current.save(update_fields=["alternatives", "client_asked_at", "mail_due_at"])
        _journal(current, "alternatives_offered", by, {"offered": [each.isoformat() for each in starts]}, now)
        jobs.ask_about_conflict(current.pk)
    return starts


def was_asked_to_choose(appointment: Appointment) -> bool:
    """True while an offer of other times waits for the client's answer: they may then choose however late it is."""
    return Conflict.objects.filter(appointment=appointment, closed_at=None).exclude(alternatives=[]).exists()


def ask_staff(conflict: Conflict, question: str, *, by: By, now: datetime) -> None:
    """Have the staff member asked by e-mail, with a link to the conflict. Raises: ChangedSince, AlreadyOver."""
    with transaction.atomic():
        current = _still_open(conflict, now)
        if not current.staff.email:
            raise NotOffered
        current.question, current.staff_asked_at, current.mail_due_at = question, None, now
        current.save(update_fields=["question", "staff_asked_at", "mail_due_at"])
        _journal(current, "staff_asked", by, {}, now)
        jobs.ask_about_conflict(current.pk)


def ask_about_conflict(conflict_id: int, *, mailer: AskingMailer, now: datetime) -> None:
    """Send what is still to be sent about this conflict; nothing once it is decided.

    What was sent is stored afterwards: after a crash in between it is sent again, never lost.
    """
    conflict = _rows().filter(pk=conflict_id, closed_at=None, mail_due_at__isnull=False).first()
    if conflict is None:
        return
    mine = Conflict.objects.filter(pk=conflict_id)
    if conflict.alternatives and conflict.client_asked_at is None:
        mailer.offer(_alternatives_message(conflict))
        mine.filter(alternatives=conflict.alternatives).update(client_asked_at=now)
    if conflict.question and conflict.staff_asked_at is None:
        url = f"{settings.PUBLIC_URL}/desk/conflicts/"
        mailer.ask(QuestionMessage(conflict, conflict.appointment.location.time_zone, url))
        mine.filter(question=conflict.question).update(staff_asked_at=now)
    # Unless more was asked for while this was being sent.
    mine.filter(mail_due_at=conflict.mail_due_at).update(mail_due_at=None)


def _alternatives_message(conflict: Conflict) -> AlternativesMessage:
    appointment = conflict.appointment
    page = settings.PUBLIC_URL + manage_path(appointment)
    return AlternativesMessage(
        appointment=appointment,
        alternatives=tuple(
            Alternative(each, f"{page}move/?{urlencode({'to': each.isoformat()})}") for each in conflict.alternatives
        ),
        manage_url=page,
    )


def _rows() -> QuerySet[Conflict]:
    return Conflict.objects.select_related(
        "staff",
        "appointment__organisation",
        "appointment__client",
        "appointment__service",
        "appointment__location",
        "appointment__staff",
    )


def _still_open(conflict: Conflict, now: datetime) -> Conflict:
    current = _rows().select_for_update(of=("self",), no_key=True).filter(pk=conflict.pk, closed_at=None).first()
    if current is None:
        raise ChangedSince
    if current.appointment.ends_at <= now:
        raise AlreadyOver
    return current


def _journal(conflict: Conflict, action: str, by: By, more: dict[str, object], now: datetime) -> None:
    state = state_of(conflict.appointment)
    journal(
        conflict.staff,
        JournalEntry.Direction.DECIDED,
        action,
        now=now,
        appointment=conflict.appointment,
        before=state,
        after={**state, **more},
        actor=by.name,
    )
