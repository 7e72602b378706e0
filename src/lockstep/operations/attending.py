"""What staff say of an appointment on its day: it began, it is finished, nobody came; and their own notes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lockstep.operations.history import By, remember, state_of
from lockstep.scheduling.progress import Deed, Progress, after
from lockstep.scheduling.refusals import AlreadyCancelled
from lockstep.store.models import Appointment, AppointmentHistory

Action = AppointmentHistory.Action
_ACTIONS = {
    Deed.START: Action.STARTED,
    Deed.FINISH: Action.FINISHED,
    Deed.NO_SHOW: Action.NO_SHOW,
    Deed.TAKE_BACK: Action.TAKEN_BACK,
}


def say(appointment: Appointment, deed: Deed, *, by: By, now: datetime) -> None:
    """Say `deed` of the appointment. Raises: SaidAlready, TooEarly, AlreadyCancelled."""
    with transaction.atomic():
        current = _locked(appointment)
        if current.status == Appointment.Status.CANCELLED:
            raise AlreadyCancelled
        progress = after(Progress(current.progress), deed, starts_at=current.starts_at, now=now)
        if progress == current.progress:
            return
        before = state_of(current)
        current.progress, current.changed_at = progress.value, now
        current.save(update_fields=["progress", "changed_at"])
        remember(current, _ACTIONS[deed], by, before=before, now=now)


def note(appointment: Appointment, text: str, *, by: By, now: datetime) -> None:
    """Keep the staff's own notes. They stay in Lockstep: neither the client nor Google sees them."""
    with transaction.atomic():
        current = _locked(appointment)
        if current.staff_notes == text.strip():
            return
        before = state_of(current)
        current.staff_notes, current.changed_at = text.strip(), now
        current.save(update_fields=["staff_notes", "changed_at"])
        # That they were changed, not what they say: history is exported.
        remember(current, Action.NOTED, by, before=before, now=now)


def _locked(appointment: Appointment) -> Appointment:
    return Appointment.objects.select_for_update(no_key=True).get(pk=appointment.pk)
