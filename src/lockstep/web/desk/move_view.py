"""Moving an appointment at the desk: choose a time or drop it on the calendar, be asked once, and it moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lockstep import wiring
from lockstep.calendar.interval import Interval
from lockstep.operations import visible
from lockstep.operations.amending import Standing, amend, standing_of
from lockstep.operations.history import By
from lockstep.operations.offer import bookable_staff
from lockstep.scheduling.refusals import Refused
from lockstep.scheduling.roles import Ability
from lockstep.store.models import Appointment, AppointmentHistory, StaffMember
from lockstep.web.access import MemberRequest, needs
from lockstep.web.booking.holds import instant
from lockstep.web.booking.times import Wish, times_page
from lockstep.web.desk.choice import zone_named
from lockstep.web.desk.day_view import changeable

MINUTES_OF_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Move:
    """Where to: from when to when, and with whom. The length stays."""

    interval: Interval
    staff: StaffMember


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.CHANGE_APPOINTMENTS)
def move(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Shows the times; with a time in the address asks once; a POST moves."""
    appointment = changeable(request, uuid)
    if appointment.staff is None or appointment.status != Appointment.Status.BOOKED:
        return redirect("desk:appointment", uuid=uuid)
    people = _people(request, appointment)
    to = _asked(request.POST if request.method == "POST" else request.GET, appointment, people)
    if to is None:
        return _show_times(request, appointment, people)
    if request.method == "POST":
        return _move(request, appointment, to)
    context = {"appointment": appointment, "to": to, "zone": _shown_zone(request, appointment), **_back(request.GET)}
    return render(request, "desk/move_ask.html" if request.htmx else "desk/move.html", context)


def _move(request: MemberRequest, appointment: Appointment, to: Move) -> HttpResponse:
    """Moves, if it still stands as the page showed it. Staff may put it outside working hours."""
    by = By(AppointmentHistory.Actor.STAFF, request.user.name)
    starts_at = instant(request.POST.get("from", "")) or appointment.starts_at
    length = appointment.ends_at - appointment.starts_at
    expected = Standing(Interval(starts_at, starts_at + length), standing_of(appointment).staff_id)
    try:
        amend(
            appointment,
            Standing(to.interval, to.staff.pk),
            by=by,
            workspace=wiring.workspace(),
            clock=timezone.now,
            expected=expected,
        )
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Moved. The client is told by e-mail, and the event in Google follows."))
    back = request.POST.get("back", "")
    return redirect(f"{reverse('desk:calendar')}?{QueryDict(back).urlencode()}" if back else _page(appointment))


def _show_times(request: MemberRequest, appointment: Appointment, people: list[StaffMember]) -> HttpResponse:
    zone = ZoneInfo(appointment.location.time_zone)
    staff = next((each for each in people if str(each.uuid) == request.GET.get("who")), None) or appointment.staff
    wish = Wish(appointment.service, appointment.location, staff, zone, moving=appointment)
    here = f"{request.path}?who={staff.uuid if staff else ''}"
    context: dict[str, Any] = {
        "appointment": appointment,
        "people": people,
        "staff": staff,
        "times": times_page(
            wish, month=request.GET.get("month", ""), day=request.GET.get("day", ""), now=timezone.now()
        ),
        "zone": zone,
        "zone_is_clients": False,
        "place_name": appointment.location.name,
        "here": here,
        "slots_action": request.path,
    }
    return render(request, "desk/move_times.html", context)


def _people(request: MemberRequest, appointment: Appointment) -> list[StaffMember]:
    """Whom it can be moved to: whoever has it, and those of the same service there whom the person may change."""
    reached = set(visible.staff_within(request.user, Ability.CHANGE_APPOINTMENTS).values_list("pk", flat=True))
    others = bookable_staff(service=appointment.service, location=appointment.location)
    people = [each for each in others if each.pk in reached]
    if appointment.staff and appointment.staff not in people:
        people.insert(0, appointment.staff)
    return people


def _asked(said: QueryDict, appointment: Appointment, people: list[StaffMember]) -> Move | None:
    """The move that the address or form names; None where it names none that is possible."""
    starts_at = instant(said.get("to", "")) or _dropped(said)
    wanted = said.get("who", "")
    staff = next((each for each in people if str(each.uuid) == wanted), None if wanted else appointment.staff)
    if starts_at is None or staff is None:
        return None
    return Move(Interval(starts_at, starts_at + (appointment.ends_at - appointment.starts_at)), staff)


def _dropped(said: QueryDict) -> datetime | None:
    """Where it was dropped on the calendar: a day, minutes by its clock, and the zone that is shown."""
    zone = zone_named(said.get("zone", ""))
    try:
        day, minutes = date.fromisoformat(said.get("date", "")), int(said.get("minutes", ""))
    except ValueError:
        return None
    if zone is None or not 0 <= minutes < MINUTES_OF_A_DAY:
        return None
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    # An hour that the clocks leave out is the one after it.
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _shown_zone(request: MemberRequest, appointment: Appointment) -> ZoneInfo:
    return zone_named(request.GET.get("zone", "")) or ZoneInfo(appointment.location.time_zone)


def _back(said: QueryDict) -> dict[str, str]:
    return {"back": said.get("back", "")}


def _page(appointment: Appointment) -> str:
    return reverse("desk:appointment", args=[appointment.uuid])
