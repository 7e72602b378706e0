"""One appointment: who, what, where, when; where it stands in Google; what happened to it; and calling it off."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lockstep.operations import visible
from lockstep.operations.booking import cancel_appointment
from lockstep.operations.history import By
from lockstep.operations.sessions import attendees_of
from lockstep.operations.video import video_url
from lockstep.scheduling.refusals import Refused
from lockstep.scheduling.roles import Ability
from lockstep.store.models import Appointment, AppointmentHistory, MeetingMethod
from lockstep.web.access import MemberRequest, needs
from lockstep.web.desk.deed_words import deed_words, progress_word
from lockstep.web.desk.google_words import google_state, video_words
from lockstep.web.desk.history_words import lines


@never_cache
@require_safe
@needs(Ability.SEE_CALENDARS)
def appointment(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """The page; or, asked by htmx with the version that it shows, the part that changed (204 when nothing did)."""
    found = _found(request, uuid)
    google, history = google_state(found), list(lines(found.history.all()))
    video = video_url(found) or video_words(found) if found.meeting_method == MeetingMethod.VIDEO else ""
    conflicts = list(found.conflicts.filter(closed_at=None))
    open_ones = "-".join(str(each.pk) for each in conflicts)
    version = f"{found.changed_at:%s%f}-{len(history)}-{google.word}-{video}-{open_ones}"
    if request.htmx and request.GET.get("known") == version:
        return HttpResponse(status=204)
    now, booked = timezone.now(), found.status == Appointment.Status.BOOKED
    can_change = visible.may_for(request.user, Ability.CHANGE_APPOINTMENTS, found.staff_id)
    context = {
        "appointment": found,
        "version": version,
        "video_words": video,
        "own_zone": visible.home_zone(request.user),
        "google": google,
        "history": history,
        "conflicts": conflicts,
        "can_change": can_change,
        "can_cancel": can_change and booked and found.ends_at > now,
        "deeds": deed_words(found, now) if can_change and booked else (),
        "attendees": attendees_of(found) if found.service.is_for_groups else [],
        "progress_word": progress_word(found),
    }
    return render(request, "desk/appointment_state.html" if request.htmx else "desk/appointment.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.CHANGE_APPOINTMENTS)
def cancel(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """GET asks, POST calls it off."""
    found = _found(request, uuid)
    if not visible.may_for(request.user, Ability.CHANGE_APPOINTMENTS, found.staff_id):
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "desk/cancel.html", {"appointment": found})
    by = By(AppointmentHistory.Actor.STAFF, request.user.name)
    try:
        cancel_appointment(found, by=by, now=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The appointment is cancelled. The client is told by e-mail."))
    return redirect("desk:appointment", uuid=uuid)


def _found(request: MemberRequest, uuid: UUID) -> Appointment:
    found = visible.appointment_of(request.user, uuid)
    if found is None:
        raise Http404
    return found
