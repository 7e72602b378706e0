"""The pages of a location, its opening hours, and closures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lockstep.operations.hours import hours_to_follow
from lockstep.operations.setting_up import places as operations
from lockstep.operations.setting_up.reach import (
    location_for,
    locations_for,
    sets_up_everything,
)
from lockstep.operations.setting_up.writing_down import NotSaved
from lockstep.operations.visible import home_zone
from lockstep.scheduling.roles import Ability
from lockstep.store.models import Closure, Location
from lockstep.web.access import MemberRequest, needs
from lockstep.web.booking.zones import zones_by_region
from lockstep.web.setup.forms import ClosureForm, LocationForm, values_of
from lockstep.web.setup.saying import refused, say_saved
from lockstep.web.setup.week import WeekForm, with_monday_on_weekdays

A_PAGE = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.SET_UP)
def location(request: MemberRequest, uuid: UUID | None = None) -> HttpResponse:
    """Add a location, or change one."""
    place = _found(request, uuid) if uuid else None
    initial = values_of(place, LocationForm) or {"time_zone": home_zone(request.user), "active": True}
    form = LocationForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            saved = operations.save_location(place, form.cleaned_data, by=request.user, now=timezone.now())
        except NotSaved as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("setup:location", saved.uuid)
    return render(request, "setup/location.html", _context(place, form))


def _context(place: Location | None, form: LocationForm) -> dict[str, Any]:
    zones = zones_by_region(place.time_zone if place else "UTC")
    context: dict[str, Any] = {
        "place": place,
        "form": form,
        "zones": [name for _r, names in zones for name, _n in names],
    }
    if place:
        context["week"] = WeekForm(operations.opening_hours_of(place), empty=_("Closed"))
        context["always"] = not operations.opening_hours_of(place)
        context["closures"] = operations.closures_of(place, after=_today(place.time_zone))
    return context


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.SET_UP)
def opening_hours(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """When the location is open. "Copy Monday" fills the weekdays and saves nothing yet."""
    place = _found(request, uuid)
    copying = request.POST.get("copy") == "monday"
    data = with_monday_on_weekdays(request.POST) if copying else request.POST or None
    form = WeekForm(operations.opening_hours_of(place), data, empty=_("Closed"))
    if not copying and form.is_valid():
        left = operations.save_opening_hours(place, form.weekly, by=request.user, now=timezone.now())
        say_saved(request, left)
        return redirect("setup:opening_hours", place.uuid)
    always = not operations.opening_hours_of(place)
    context = {"place": place, "week": form, "copied": copying, "always": always}
    context["following"] = hours_to_follow(request.organisation.pk)
    return render(request, "setup/opening_hours.html", context)


@never_cache
@require_safe
@needs(Ability.SET_UP)
def closures(request: MemberRequest) -> HttpResponse:
    """Holidays and other closures, those that are over at request."""
    past = request.GET.get("show") == "past"
    rows = operations.closures_listed(request.user, today=_today(home_zone(request.user)), past=past)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "past": past, "following": hours_to_follow(request.organisation.pk)}
    return render(request, "setup/closures.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.SET_UP)
def closure(request: MemberRequest, uuid: UUID | None = None) -> HttpResponse:
    """Add a closure, or change one."""
    row = _closure(request, uuid) if uuid else None
    everywhere = sets_up_everything(request.user)
    place = request.GET.get("location", "")
    initial: dict[str, Any] = {"location": place}
    if row:
        where = str(row.location.uuid) if row.location else ""
        initial = {"name": row.name, "first_day": row.first_day, "last_day": row.last_day, "location": where}
    form = ClosureForm(locations_for(request.user), request.POST or None, initial=initial, everywhere=everywhere)
    if form.is_valid():
        try:
            left = operations.save_closure(row, _said(request, form), by=request.user, now=timezone.now())
        except NotSaved as refusal:
            refused(form, refusal)
        else:
            say_saved(request, left)
            return redirect("setup:closures")
    return render(request, "setup/closure.html", {"row": row, "form": form})


def _said(request: MemberRequest, form: ClosureForm) -> operations.Closed:
    chosen = form.cleaned_data["location"]
    return operations.Closed(
        form.cleaned_data["name"], form.days, location_for(request.user, UUID(chosen)) if chosen else None
    )


@require_POST
@needs(Ability.SET_UP)
def closure_remove(request: MemberRequest, uuid: UUID) -> HttpResponse:
    left = operations.remove_closure(_closure(request, uuid), by=request.user, now=timezone.now())
    say_saved(request, left, _("Removed. These days are as any other again."))
    return redirect("setup:closures")


def _closure(request: MemberRequest, uuid: UUID) -> Closure:
    row = operations.closure_for(request.user, uuid)
    if row is None:
        raise Http404
    return row


def _found(request: MemberRequest, uuid: UUID) -> Location:
    place = location_for(request.user, uuid)
    if place is None:
        raise Http404
    return place


def _today(zone: str) -> date:
    now: datetime = timezone.now()
    return now.astimezone(ZoneInfo(zone)).date()
