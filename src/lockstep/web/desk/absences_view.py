"""Absences at the desk: the list, entering one, looking at one, changing and removing it, with undo."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lockstep.calendar.recurrence import BadRecurrence
from lockstep.operations import absences as operations
from lockstep.operations import visible
from lockstep.operations.absences import AbsenceDetails
from lockstep.operations.history import By
from lockstep.operations.time_away import zone_of
from lockstep.scheduling.refusals import Refused
from lockstep.scheduling.roles import Ability
from lockstep.store.models import Absence, AppointmentHistory, StaffMember
from lockstep.store.values import original_start_from
from lockstep.web.access import MemberRequest, needs
from lockstep.web.desk.absence_form import AbsenceForm, initial_for, initial_of
from lockstep.web.desk.absence_words import Stretch, how_often, stretch, stretch_of

A_PAGE = 50


@never_cache
@require_safe
@needs(Ability.CHANGE_HOURS)
def absences(request: MemberRequest) -> HttpResponse:
    """What is ahead, the next one first."""
    found = operations.absences_of(request.user, now=timezone.now())
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    rows = [_shown(each) for each in page]
    several = len(operations.people_for_absences(request.user)) > 1
    return render(request, "desk/absences.html", {"page": page, "rows": rows, "several": several})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.CHANGE_HOURS)
def add(request: MemberRequest) -> HttpResponse:
    people = operations.people_for_absences(request.user)
    if not people:
        return render(request, "desk/no_absences.html")
    today = timezone.now().astimezone(ZoneInfo(visible.home_zone(request.user))).date()
    form = AbsenceForm(request.POST or None, people=people, initial=initial_for(today))
    if form.is_valid():
        staff = next(each for each in people if str(each.uuid) == form.cleaned_data["staff"])
        details = form.details(_zone_for(request, staff))
        try:
            if met := _met(request, staff, details):
                return render(request, "desk/absence_form.html", {"form": form, "met": met})
            made = operations.add_absence(staff, details, by=_by(request), now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The absence is entered. Nobody can book its time any more."))
            return redirect("desk:absence", uuid=made.uuid)
    return render(request, "desk/absence_form.html", {"form": form})


@never_cache
@require_safe
@needs(Ability.SEE_CALENDARS)
def absence(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """One absence: when, how often, what happened to it, and the next occurrences of a series."""
    found = _found(request, uuid)
    zone = zone_of(found)
    context = _shown(found) | {
        "can_change": visible.may_for(request.user, Ability.CHANGE_HOURS, found.staff_id),
        "next": _next(found, zone),
        "history": list(found.history.all())[::-1],
        "own_zone": visible.home_zone(request.user),
    }
    return render(request, "desk/absence.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.CHANGE_HOURS)
def change(request: MemberRequest, uuid: UUID) -> HttpResponse:
    found = _changeable(request, uuid)
    zone = zone_of(found)
    form = AbsenceForm(request.POST or None, people=[found.staff], absence=found, initial=initial_of(found, zone))
    if form.is_valid():
        details = form.details(zone)
        try:
            if met := _met(request, found.staff, details):
                return render(request, "desk/absence_form.html", {"form": form, "absence": found, "met": met})
            operations.change_absence(found, details, by=_by(request), now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The absence is changed."))
            return redirect("desk:absence", uuid=uuid)
    return render(request, "desk/absence_form.html", {"form": form, "absence": found})


@require_POST
@needs(Ability.CHANGE_HOURS)
def remove(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Take it out, a series as a whole. The page that follows offers to undo it."""
    found = _changeable(request, uuid)
    try:
        operations.remove_absence(found, by=_by(request), now=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("desk:absence", uuid=uuid)


@require_POST
@needs(Ability.CHANGE_HOURS)
def restore(request: MemberRequest, uuid: UUID) -> HttpResponse:
    operations.restore_absence(_changeable(request, uuid), by=_by(request), now=timezone.now())
    messages.success(request, _("The absence stands again."))
    return redirect("desk:absence", uuid=uuid)


@require_POST
@needs(Ability.CHANGE_HOURS)
def remove_one(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Take one occurrence out of a series."""
    found = _changeable(request, uuid)
    try:
        key = original_start_from(request.POST.get("occurrence", ""))
        operations.remove_occurrence(found, key, by=_by(request), now=timezone.now())
    except ValueError:
        messages.warning(request, _("Choose an occurrence from the list."))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("This occurrence is taken out; the others stay."))
    return redirect("desk:absence", uuid=uuid)


def _shown(absence: Absence) -> dict[str, Any]:
    zone = zone_of(absence)
    return {
        "absence": absence,
        "zone": zone,
        "stretch": stretch_of(absence, zone),
        "how_often": how_often(absence),
    }


def _next(absence: Absence, zone: ZoneInfo) -> list[Stretch]:
    if absence.removed_at is not None or not absence.recurrence:
        return []
    try:
        return [
            stretch(each.when, zone, once=each) for each in operations.next_occurrences(absence, now=timezone.now())
        ]
    except BadRecurrence:
        return []


def _met(request: MemberRequest, staff: StaffMember, details: AbsenceDetails) -> int:
    """How many appointments lie there, where that was not said yet."""
    if request.POST.get("anyway"):
        return 0
    return operations.appointments_within(staff, details, now=timezone.now())


def _zone_for(request: MemberRequest, staff: StaffMember) -> ZoneInfo:
    return ZoneInfo(visible.zone_of_staff(staff) or visible.home_zone(request.user))


def _by(request: MemberRequest) -> By:
    return By(AppointmentHistory.Actor.STAFF, request.user.name)


def _found(request: MemberRequest, uuid: UUID) -> Absence:
    found = operations.absence_of(request.user, uuid)
    if found is None:
        raise Http404
    return found


def _changeable(request: MemberRequest, uuid: UUID) -> Absence:
    found = _found(request, uuid)
    if not visible.may_for(request.user, Ability.CHANGE_HOURS, found.staff_id):
        raise PermissionDenied
    return found
