"""The pages of a staff member: who they are, their assignments, their hours."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lockstep.operations.setting_up import people as operations
from lockstep.operations.setting_up.lists import Kind, chosen
from lockstep.operations.setting_up.reach import (
    hours_owner,
    locations_for,
    services_for,
    staff_member_for,
)
from lockstep.operations.setting_up.writing_down import NotSaved
from lockstep.scheduling.hours import Days
from lockstep.scheduling.roles import Ability, may
from lockstep.store.models import Location, StaffMember
from lockstep.web.access import MemberRequest, needs
from lockstep.web.role_words import role_name
from lockstep.web.setup.forms import StaffForm, values_of
from lockstep.web.setup.lists import ticked
from lockstep.web.setup.saying import refused, say_saved
from lockstep.web.setup.week import DateForm, WeekForm, with_monday_on_weekdays


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.SET_UP)
def staff_member(request: MemberRequest, uuid: UUID | None = None) -> HttpResponse:
    """Add a person, or change one."""
    staff = _found(request, uuid) if uuid else None
    form = StaffForm(request.POST or None, initial=values_of(staff, StaffForm))
    if form.is_valid():
        try:
            saved = operations.save_staff_member(staff, form.cleaned_data, by=request.user, now=timezone.now())
        except NotSaved as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("setup:staff_member", saved.uuid)
    context: dict[str, Any] = {"staff": staff, "form": form}
    if staff:
        context |= _matrix(request, staff)
        context["role"] = role_name(staff.user.role) if staff.user else ""
        context["may_log_ins"] = may(request.user.role, Ability.CHANGE_SETTINGS)
    return render(request, "setup/staff_member.html", context)


def _matrix(request: MemberRequest, staff: StaffMember) -> dict[str, Any]:
    """A line for each service, a column for each location."""
    places = [each for each in locations_for(request.user) if each.archived_at is None]
    services = [each for each in services_for(request.user) if each.archived_at is None]
    assigned = operations.places_of(staff)
    rows = [(each, [(place, (each.pk, place.pk) in assigned) for place in places]) for each in services]
    return {"places": places, "matrix": rows}


@require_POST
@needs(Ability.SET_UP)
def assignments(request: MemberRequest, uuid: UUID) -> HttpResponse:
    staff = _found(request, uuid)
    shown = {(row.pk, place.pk) for row, boxes in _matrix(request, staff)["matrix"] for place, _on in boxes}
    asked = {tuple(text.split(":")) for text in request.POST.getlist("at")}
    wanted = {each for each in shown if (str(each[0]), str(each[1])) in asked}
    operations.assign(staff, wanted, shown, by=request.user, now=timezone.now())
    messages.success(request, _("Assignments saved."))
    return redirect(reverse("setup:staff_member", args=[staff.uuid]) + "#assignments")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.CHANGE_HOURS)
def hours(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """The weekly hours at one location, and the dates that differ. "Copy Monday" fills the weekdays, saving nothing."""
    staff = _owner(request, uuid)
    places = list(operations.locations_to_work_at(staff))
    place = _place(places, request.GET.get("location", ""))
    if place is None:
        context = {"staff": staff, "may_set_up": may(request.user.role, Ability.SET_UP)}
        return render(request, "setup/no_hours.html", context)
    copying = request.POST.get("copy") == "monday"
    data = with_monday_on_weekdays(request.POST) if copying else request.POST or None
    form = WeekForm(operations.weekly_of(staff, place), data, empty=_("Off"))
    if not copying and form.is_valid():
        try:
            left = operations.save_hours([staff], place, form.weekly, by=request.user, now=timezone.now())
        except NotSaved as refusal:
            refused(form, refusal)
        else:
            say_saved(request, left)
            return redirect(_address(staff, place))
    context = _hours_context(request, staff, places, place)
    return render(request, "setup/hours.html", context | {"week": form, "copied": copying})


def _hours_context(
    request: MemberRequest, staff: StaffMember, places: list[Location], place: Location
) -> dict[str, Any]:
    today = timezone.now().astimezone(ZoneInfo(place.time_zone)).date()
    return {
        "staff": staff,
        "places": places,
        "place": place,
        "dates": operations.dates_of(staff, place, after=today),
        "date_form": DateForm(),
        "others": operations.others_at(request.user, staff, place),
        "may_set_up": may(request.user.role, Ability.SET_UP),
    }


@require_POST
@needs(Ability.CHANGE_HOURS)
def dates(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Other hours on a date, off, or the weekly ones again."""
    staff = _owner(request, uuid)
    places = list(operations.locations_to_work_at(staff))
    place = _place(places, request.GET.get("location", ""))
    if place is None:
        raise Http404
    weekly_again = request.POST.get("weekly", "")
    if weekly_again:
        day = _day(weekly_again)
        left = operations.save_date(staff, place, [day], None, by=request.user, now=timezone.now())
        say_saved(request, left, _("The weekly hours count on that date again."))
        return redirect(_address(staff, place) + "#dates")
    form = DateForm(request.POST)
    if form.is_valid():
        first: date = form.cleaned_data["first_day"]
        days = Days(first, form.cleaned_data["last_day"] or first)
        left = operations.save_date(staff, place, days, form.cleaned_data["hours"], by=request.user, now=timezone.now())
        say_saved(request, left)
        return redirect(_address(staff, place) + "#dates")
    context = _hours_context(request, staff, places, place) | {"date_form": form}
    week = WeekForm(operations.weekly_of(staff, place), empty=_("Off"))
    return render(request, "setup/hours.html", context | {"week": week})


@require_POST
@needs(Ability.SET_UP)
def copy_hours(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Give the ticked colleagues the same weekly hours at the location."""
    staff = _owner(request, uuid)
    place = _place(list(operations.locations_to_work_at(staff)), request.GET.get("location", ""))
    if place is None:
        raise Http404
    others = [each for each in chosen(request.user, Kind.STAFF, ticked(request.POST)) if isinstance(each, StaffMember)]
    if not others:
        messages.warning(request, _("Tick the people who are to have these hours."))
        return redirect(_address(staff, place) + "#copy")
    try:
        weekly = operations.weekly_of(staff, place)
        left = operations.save_hours(others, place, weekly, by=request.user, now=timezone.now())
    except NotSaved as refusal:
        messages.error(request, str(refusal))
    else:
        say_saved(request, left, _("%(n)d people have these hours now.") % {"n": len(others)})
    return redirect(_address(staff, place) + "#copy")


def _address(staff: StaffMember, place: Location) -> str:
    return reverse("setup:hours", args=[staff.uuid]) + f"?location={place.uuid}"


def _place(places: list[Location], uuid: str) -> Location | None:
    """The location that the address names, else the first."""
    return next((each for each in places if str(each.uuid) == uuid), places[0] if places else None)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


def _found(request: MemberRequest, uuid: UUID) -> StaffMember:
    staff = staff_member_for(request.user, uuid)
    if staff is None:
        raise Http404
    return staff


def _owner(request: MemberRequest, uuid: UUID) -> StaffMember:
    staff = hours_owner(request.user, uuid)
    if staff is None:
        raise Http404
    return staff
