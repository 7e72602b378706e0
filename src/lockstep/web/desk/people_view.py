"""Who has an appointment: handing it to a colleague who is really free, and having others take part."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lockstep import wiring
from lockstep.operations import team, visible
from lockstep.operations.amending import amend, standing_of
from lockstep.operations.colleagues import free_colleagues
from lockstep.operations.history import By
from lockstep.scheduling.refusals import NotOffered, Refused
from lockstep.scheduling.roles import Ability
from lockstep.store.models import Appointment, AppointmentHistory, StaffMember
from lockstep.web.access import MemberRequest, needs
from lockstep.web.desk.day_view import changeable

MOST_COLLEAGUES = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.CHANGE_APPOINTMENTS)
def people(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Shows who has it and who is free at its time; a POST hands it over, adds or removes somebody."""
    appointment = changeable(request, uuid)
    now = timezone.now()
    if appointment.status != Appointment.Status.BOOKED or appointment.ends_at <= now:
        return redirect("desk:appointment", uuid=uuid)
    additional = list(appointment.additional.order_by("name"))
    free = free_colleagues(appointment, most=MOST_COLLEAGUES, now=now)
    if request.method != "POST":
        context = {"appointment": appointment, "additional": additional, "free": free}
        return render(request, "desk/people.html", context)
    who, deed = request.POST.get("who", ""), request.POST.get("deed", "")
    chosen = next((each for each in [*additional, *free] if str(each.uuid) == who), None)
    try:
        words = _do(request, appointment, deed, chosen)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("desk:people", uuid=uuid)
    messages.success(request, words)
    seen = visible.appointment_of(request.user, uuid) is not None
    return redirect("desk:appointment", uuid=uuid) if seen else redirect("desk:calendar")


def _do(request: MemberRequest, appointment: Appointment, deed: str, chosen: StaffMember | None) -> str:
    """Raises: Refused."""
    by = By(AppointmentHistory.Actor.STAFF, request.user.name)
    if chosen is None:
        raise NotOffered(_("This colleague is not free at that time any more. Choose another."))
    workspace, clock, name = wiring.workspace(), timezone.now, {"name": chosen.name}
    match deed:
        case "hand_over":
            stands = standing_of(appointment)
            to = replace(stands, staff_id=chosen.pk)
            amend(appointment, to, by=by, workspace=workspace, clock=clock, expected=stands, within_hours=True)
            return _("%(name)s has the appointment now. The client is told by e-mail.") % name
        case "add":
            team.add_person(appointment, chosen, by=by, workspace=workspace, clock=clock)
            return _("%(name)s takes part as well.") % name
        case "remove":
            team.remove_person(appointment, chosen, by=by, now=clock())
            return _("%(name)s takes part no longer.") % name
        case _:
            raise NotOffered(_("Choose what to do from the page."))
