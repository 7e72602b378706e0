"""The calendar: a day of several people or a week of one, as a picture and as a list, kept up to date."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lockstep.operations import desk, visible
from lockstep.scheduling.roles import Ability, may
from lockstep.store.models import StaffMember
from lockstep.web.access import MemberRequest, needs
from lockstep.web.clock import hour_words, uses_twelve_hours
from lockstep.web.desk import board as boards
from lockstep.web.desk import faces
from lockstep.web.desk.choice import DAY, MONTH, WEEK, Choice, read_choice
from lockstep.web.desk.month import month_picture


@never_cache
@require_safe
@needs(Ability.SEE_CALENDARS)
def calendar(request: MemberRequest) -> HttpResponse:
    """The page; or, asked by htmx with the version that it shows, the part that changed (204 when nothing did)."""
    people = visible.visible_staff(request.user)
    if not people:
        return render(request, "desk/no_calendar.html")
    choice = read_choice(
        request.GET,
        visible=people,
        own=next((each for each in people if each.user_id == request.user.pk), None),
        at_location=lambda location: visible.team_at(request.user, location) if location else set(),
        home_zone=lambda: visible.home_zone(request.user),
        now=timezone.now(),
    )
    version = _version(choice)
    if request.htmx and request.GET.get("version") == version:
        # htmx leaves the page as it is.
        return HttpResponse(status=204)
    can_change = may(request.user.role, Ability.CHANGE_APPOINTMENTS)
    context = {"choice": choice, "version": version, "can_change": can_change}
    context |= _picture(choice, twelve=uses_twelve_hours(request))
    if request.htmx:
        return render(request, "desk/board.html", context)
    context["teams"] = list(visible.locations_within(request.user, Ability.SEE_CALENDARS))
    zones = dict.fromkeys([visible.home_zone(request.user), *visible.zones_of(request.user), choice.zone.key])
    context["can_book"] = may(request.user.role, Ability.BOOK)
    return render(request, "desk/calendar.html", {**context, **_tools(choice, people, list(zones))})


def _version(choice: Choice) -> str:
    """Changes with anything shown; while today is shown also every five minutes, for the line that says now."""
    now = timezone.now()
    window = choice.window
    minute = int(now.timestamp()) // (boards.ROW_MINUTES * 60) if window.start <= now < window.end else 0
    return f"{desk.version_of(staff=list(choice.staff))}.{minute}"


def _picture(choice: Choice, *, twelve: bool) -> dict[str, Any]:
    if choice.view == MONTH:
        return month_picture(choice)
    now = timezone.now()
    staff = choice.staff
    blocks = desk.blocks(staff=list(staff), window=choice.window, now=now)
    board = boards.draw(blocks, staff_ids=[each.pk for each in staff], days=choice.days, zone=choice.zone)
    now_rows = [board.row_of(now, column.day, choice.zone) for column in board.columns]
    appointments = [each for each in blocks if each.kind is desk.BlockKind.APPOINTMENT]
    return {
        "board": board,
        "columns": faces.column_faces(board, staff, now_rows),
        "groups": faces.groups(blocks, staff, choice.days, choice.zone),
        "appointment_count": len(appointments),
        "conflict_count": sum(each.conflict for each in appointments),
        "today": now.astimezone(choice.zone).date(),
        "hour_marks": [hour_words(hour, twelve=twelve) for hour in board.hours],
    }


def _tools(choice: Choice, people: list[StaffMember], zones: list[str]) -> dict[str, Any]:
    today = timezone.now().astimezone(choice.zone).date()
    return {
        "visible": people,
        "zones": zones,
        "earlier": choice.moved(-1).href(),
        "later": choice.moved(1).href(),
        "to_today": replace(choice, day=today).href(),
        "as_day": replace(choice, view=DAY).href(),
        "as_week": replace(choice, view=WEEK).href(),
        "as_month": replace(choice, view=MONTH).href(),
        "as_list": replace(choice, grid_on_phone=False).href(),
        "as_grid": replace(choice, grid_on_phone=True).href(),
    }
