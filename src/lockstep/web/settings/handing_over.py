"""The page of a leaver's future appointments: hand over one or all, and undo."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lockstep import wiring
from lockstep.operations import handing_over as operations
from lockstep.operations.history import By
from lockstep.operations.people import gone_words
from lockstep.operations.visible import appointment_of
from lockstep.scheduling.refusals import Refused
from lockstep.store.models import Appointment, AppointmentHistory, Connection, StaffMember
from lockstep.web.access import MemberRequest
from lockstep.web.settings.pages import connected_page


@never_cache
@require_safe
@connected_page
def page(request: MemberRequest, connection: Connection, uuid: UUID) -> HttpResponse:
    """Each appointment with the colleagues who are really free for it."""
    leaver, now = _leaver(request, uuid), timezone.now()
    waiting = operations.to_hand_over(leaver, now=now)
    context = {
        "connection": connection,
        "leaver": leaver,
        "why": gone_words(leaver.missing_because),
        "waiting": waiting,
        "all": operations.appointments_of(leaver, now=now).count(),
        "possible": sum(bool(each.colleagues) for each in waiting),
        "done": operations.handed_over(leaver, now=now),
    }
    return render(request, "settings/hand_over.html", context)


@require_POST
@connected_page
def give(request: MemberRequest, connection: Connection, uuid: UUID, appointment: UUID) -> HttpResponse:
    """Hand over one appointment to the colleague chosen."""
    leaver = _leaver(request, uuid)
    found = _appointment(request, appointment)
    if found.staff_id != leaver.pk:
        messages.error(request, _("%(name)s no longer has this appointment.") % {"name": leaver.name})
        return redirect("settings:gsuite_handover", uuid)
    try:
        to = UUID(request.POST.get("to", ""))
        colleague = operations.hand_over(found, to, by=_by(request), workspace=wiring.workspace(), clock=timezone.now)
    except ValueError as error:
        raise Http404 from error
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s has the appointment now.") % {"name": colleague.name})
    return redirect("settings:gsuite_handover", uuid)


@require_POST
@connected_page
def give_all(request: MemberRequest, connection: Connection, uuid: UUID) -> HttpResponse:
    """Hand over whatever somebody is free for."""
    outcome = operations.hand_over_all(
        _leaver(request, uuid), by=_by(request), workspace=wiring.workspace(), clock=timezone.now
    )
    words = ngettext("%(n)s appointment was handed over.", "%(n)s appointments were handed over.", outcome.done)
    said = words % {"n": outcome.done}
    if outcome.left:
        rest = ngettext("%(n)s is left.", "%(n)s are left.", outcome.left) % {"n": outcome.left}
        messages.warning(request, f"{said} {rest}")
    else:
        messages.success(request, said)
    return redirect("settings:gsuite_handover", uuid)


@require_POST
@connected_page
def take_back(request: MemberRequest, connection: Connection, uuid: UUID, appointment: UUID) -> HttpResponse:
    """Undo one hand-over."""
    leaver = _leaver(request, uuid)
    try:
        operations.take_back(_appointment(request, appointment), leaver, by=_by(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Undone: %(name)s has the appointment again.") % {"name": leaver.name})
    return redirect("settings:gsuite_handover", uuid)


def _leaver(request: MemberRequest, uuid: UUID) -> StaffMember:
    leaver = operations.leaver_of(request.organisation, uuid)
    if leaver is None:
        raise Http404
    return leaver


def _appointment(request: MemberRequest, uuid: UUID) -> Appointment:
    appointment = appointment_of(request.user, uuid)
    if appointment is None:
        raise Http404
    return appointment


def _by(request: MemberRequest) -> By:
    return By(AppointmentHistory.Actor.STAFF, request.user.name)
