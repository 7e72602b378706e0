"""The conflict inbox: what only a person can decide, with both sides, the ways out, and the way back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lockstep import wiring
from lockstep.operations import asking, conflicts, undoing, visible
from lockstep.operations.conflicts import Deciding
from lockstep.operations.history import By
from lockstep.operations.journal_search import decision_of
from lockstep.scheduling.refusals import Refused
from lockstep.scheduling.roles import Ability
from lockstep.scheduling.ways_out import WayOut
from lockstep.store.models import AppointmentHistory, Conflict
from lockstep.web.access import MemberRequest, needs
from lockstep.web.desk.conflict_words import inbox
from lockstep.web.undo_words import outcome

A_PAGE = 10
_DONE = {
    WayOut.GOOGLES_TIME: gettext_lazy("The appointment has moved to Google’s time. The client is told by e-mail."),
    WayOut.LOCKSTEPS_TIME: gettext_lazy("Google’s event is being put back to the appointment’s time."),
    WayOut.HAND_OVER: gettext_lazy("Handed over. Both calendars follow, and the client is told by e-mail."),
    WayOut.ALTERNATIVES: gettext_lazy(
        "The client is offered other times by e-mail. The conflict ends when they choose."
    ),
    WayOut.ASK_STAFF: gettext_lazy(
        "The question is on its way by e-mail. The conflict stays here until it is decided."
    ),
    WayOut.KEEP_BOTH: gettext_lazy("Both are kept. You hear of it again only if more of the time is taken."),
    WayOut.CANCEL: gettext_lazy("The appointment is cancelled. The client is told by e-mail."),
}


@never_cache
@require_safe
@needs(Ability.SEE_CALENDARS)
def conflict_list(request: MemberRequest) -> HttpResponse:
    page = Paginator(visible.open_conflicts(request.user), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/conflicts.html", inbox(request.user, page))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.CHANGE_APPOINTMENTS)
def decide(request: MemberRequest, number: int, way: str) -> HttpResponse:
    """POST takes the way out; GET asks first where the way is to call the appointment off."""
    if way not in set(WayOut):
        raise Http404
    conflict = _open_conflict(request, number)
    if conflict is None:
        messages.warning(request, _("That is decided already."))
        return _back(request)
    if request.method != "POST":
        if way != WayOut.CANCEL:
            return HttpResponseNotAllowed(["POST"])
        return render(request, "desk/conflict_cancel.html", {"conflict": conflict, "back": request.GET.get("back", "")})
    try:
        _take(WayOut(way), conflict, request)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(_DONE[WayOut(way)]))
    return _back(request)


@require_POST
@needs(Ability.CHANGE_APPOINTMENTS)
def undo(request: MemberRequest, number: int) -> HttpResponse:
    """Take a decision back, if it can be."""
    entry = decision_of(visible.staff_within(request.user, Ability.CHANGE_APPOINTMENTS), number)
    if entry is None:
        raise Http404
    result = undoing.undo([entry], _deciding(request))
    (messages.success if result.done else messages.error)(request, outcome(result))
    return _back(request)


def _take(way: WayOut, conflict: Conflict, request: MemberRequest) -> None:
    deciding, now = _deciding(request), timezone.now()
    match way:
        case WayOut.GOOGLES_TIME:
            conflicts.take_googles_time(conflict, deciding)
        case WayOut.LOCKSTEPS_TIME:
            conflicts.put_googles_event_back(conflict, deciding)
        case WayOut.HAND_OVER:
            conflicts.hand_over(conflict, conflicts.colleague(conflict, request.POST.get("to", ""), now=now), deciding)
        case WayOut.ALTERNATIVES:
            asking.offer_alternatives(conflict, by=deciding.by, now=now)
        case WayOut.ASK_STAFF:
            question = request.POST.get("question", "").strip()[:1000]
            asking.ask_staff(conflict, question or _("What shall become of it?"), by=deciding.by, now=now)
        case WayOut.KEEP_BOTH:
            conflicts.keep_both(conflict, deciding)
        case WayOut.CANCEL:
            conflicts.cancel(conflict, deciding)


def _deciding(request: MemberRequest) -> Deciding:
    by = By(AppointmentHistory.Actor.STAFF, request.user.name)
    return Deciding(by, wiring.workspace(), timezone.now)


def _open_conflict(request: MemberRequest, number: int) -> Conflict | None:
    """None when it was decided meanwhile. Whoever sees it and may not change that calendar gets 403."""
    conflict = visible.conflict_of(request.user, number)
    if conflict is None:
        raise Http404
    if not visible.may_for(request.user, Ability.CHANGE_APPOINTMENTS, conflict.staff_id):
        raise PermissionDenied
    return conflict if conflict.closed_at is None else None


def _back(request: MemberRequest) -> HttpResponse:
    return redirect("settings:gsuite_conflicts" if request.POST.get("back") == "settings" else "desk:conflicts")
