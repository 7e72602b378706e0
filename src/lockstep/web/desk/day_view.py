"""What staff say of an appointment on its day: buttons and notes on the appointment's page."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lockstep.operations import attending, visible
from lockstep.operations.history import By
from lockstep.scheduling.progress import Deed
from lockstep.scheduling.refusals import Refused
from lockstep.scheduling.roles import Ability
from lockstep.store.models import Appointment, AppointmentHistory
from lockstep.web.access import MemberRequest, needs

LONGEST_NOTE = 10_000


@require_POST
@needs(Ability.CHANGE_APPOINTMENTS)
def progress(request: MemberRequest, uuid: UUID) -> HttpResponse:
    appointment = changeable(request, uuid)
    said = request.POST.get("deed", "")
    if said not in set(Deed):
        raise Http404
    try:
        attending.say(appointment, Deed(said), by=_by(request), now=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("desk:appointment", uuid=uuid)


@require_POST
@needs(Ability.CHANGE_APPOINTMENTS)
def notes(request: MemberRequest, uuid: UUID) -> HttpResponse:
    appointment = changeable(request, uuid)
    attending.note(appointment, request.POST.get("notes", "")[:LONGEST_NOTE], by=_by(request), now=timezone.now())
    messages.success(request, _("Your notes are saved."))
    return redirect("desk:appointment", uuid=uuid)


def changeable(request: MemberRequest, uuid: UUID) -> Appointment:
    """The appointment, if the person may change it: 404 where it is not theirs to see, 403 where it is only that."""
    found = visible.appointment_of(request.user, uuid)
    if found is None:
        raise Http404
    if not visible.may_for(request.user, Ability.CHANGE_APPOINTMENTS, found.staff_id):
        raise PermissionDenied
    return found


def _by(request: MemberRequest) -> By:
    return By(AppointmentHistory.Actor.STAFF, request.user.name)
