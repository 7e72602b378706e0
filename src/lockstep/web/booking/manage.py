"""A client's own appointment, reached by the signed link in their mail: to see, to move, to cancel.

Mail programs and scanners open every link, so no GET changes anything.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from lockstep import wiring
from lockstep.mail.ics import FILE_NAME, Method, calendar_file
from lockstep.operations.asking import was_asked_to_choose
from lockstep.operations.booking import cancel_appointment, reschedule_appointment
from lockstep.operations.history import By
from lockstep.operations.links import appointment_from_token, manage_path
from lockstep.operations.sessions import attendee_of, leave_session, seat_from_token
from lockstep.scheduling.refusals import AlreadyCancelled, AlreadyOver, NotOffered, Refused
from lockstep.scheduling.reminders import may_change
from lockstep.store.models import Appointment, AppointmentHistory, MeetingMethod
from lockstep.web.booking.embedding import may_be_embedded
from lockstep.web.booking.holds import instant
from lockstep.web.booking.language import clients_language, told_language
from lockstep.web.booking.lookup import in_client_zone
from lockstep.web.booking.times import Wish, times_page

View = Callable[[HttpRequest, Appointment], HttpResponse]
BY_CLIENT = By(AppointmentHistory.Actor.CLIENT)


def _with_appointment(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """Give the view the token's appointment, or answer 404 in words. Neither stored nor indexed by anybody."""

    @csrf_exempt  # The address is the key, and no cookie says anything about who asks.
    @never_cache
    @wraps(view)
    def found(request: HttpRequest, token: str) -> HttpResponse:
        appointment = appointment_from_token(token) or seat_from_token(token)
        with clients_language(request, appointment.client_language if appointment else ""):
            if appointment is None:
                response = render(request, "booking/unknown_appointment.html", status=404)
            else:
                response = view(request, appointment)
                may_be_embedded(response, appointment.organisation)
            told_language(response)
        response["X-Robots-Tag"] = "noindex"
        # The address is the key to the appointment: it is never told to the page that a link leads to.
        response.setdefault("Referrer-Policy", "no-referrer")
        return response

    return found


def _with_form(view: View) -> View:
    """For pages with a form: under no-referrer a browser posts with `Origin: null`, which the CSRF check refuses."""

    @wraps(view)
    def answered(request: HttpRequest, appointment: Appointment) -> HttpResponse:
        response = view(request, appointment)
        response["Referrer-Policy"] = "same-origin"
        return response

    return answered


@require_safe
@_with_appointment
def show(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """The appointment's state in one sentence, and what can be done about it."""
    return render(request, "booking/appointment.html", {**_context(appointment), "done": request.GET.get("done", "")})


@require_safe
@_with_appointment
def booked(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """The end of a booking: what was booked, and what happens next."""
    context = _context(appointment)
    if context["state"] != "booked":
        return redirect(manage_path(appointment))
    return render(request, "booking/booked.html", {**context, "mail_page": settings.MAIL_CATCHER})


@require_safe
@_with_appointment
def calendar_entry(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """The appointment as a file for the client's own calendar."""
    file = calendar_file(appointment, method=Method.PUBLISH, manage_url=settings.PUBLIC_URL + manage_path(appointment))
    headers = {"Content-Disposition": f'attachment; filename="{FILE_NAME}"'}
    return HttpResponse(file, content_type="text/calendar; charset=utf-8; method=PUBLISH", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@_with_appointment
@_with_form
def cancel(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """Asks once; a POST cancels."""
    if request.method == "POST":
        if not _in_time(appointment):
            return redirect(manage_path(appointment))
        try:
            _call_off(appointment)
        except AlreadyCancelled:
            # A second click: what was asked for is so.
            return redirect(f"{manage_path(appointment)}?done=cancelled")
        except AlreadyOver:
            return redirect(manage_path(appointment))
        return redirect(f"{manage_path(appointment)}?done=cancelled")
    context = _context(appointment)
    if not context["can_change"]:
        return redirect(manage_path(appointment))
    return render(request, "booking/cancel.html", context)


def _call_off(appointment: Appointment) -> None:
    """The client's own part of it: of a group, their seat alone. Raises: AlreadyCancelled, AlreadyOver."""
    seat = attendee_of(appointment.uuid)
    if seat is None:
        cancel_appointment(appointment, by=BY_CLIENT, now=timezone.now())
    else:
        leave_session(seat, by=BY_CLIENT, now=timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
@_with_appointment
@_with_form
def move(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """Shows the times; then, with `to`, asks once; a POST moves."""
    context = _context(appointment)
    if not context["can_move"]:
        return redirect(manage_path(appointment))
    if request.method == "POST":
        return _move(request, appointment, context)
    to = instant(request.GET.get("to", ""))
    if to is None:
        return _show_times(request, appointment, context, notice="")
    return render(request, "booking/move.html", {**context, "to": to, "to_end": to + appointment.service.duration})


def _move(request: HttpRequest, appointment: Appointment, context: dict[str, Any]) -> HttpResponse:
    to = instant(request.POST.get("to", ""))
    try:
        if to is None:
            raise NotOffered
        reschedule_appointment(
            appointment, starts_at=to, by=BY_CLIENT, workspace=wiring.workspace(), clock=timezone.now
        )
    except (AlreadyCancelled, AlreadyOver):
        return redirect(manage_path(appointment))
    except Refused as refusal:
        # Not 409: the address of an answer from 400 on is written to the log, and here it is a key.
        return _show_times(request, appointment, context, notice=str(refusal), around=to)
    return redirect(f"{manage_path(appointment)}?done=moved")


def _show_times(
    request: HttpRequest,
    appointment: Appointment,
    context: dict[str, Any],
    *,
    notice: str,
    around: datetime | None = None,
) -> HttpResponse:
    now = timezone.now()
    zone = ZoneInfo(appointment.client_time_zone)
    wish = Wish(appointment.service, appointment.location, appointment.staff, zone, moving=appointment)
    day = around.astimezone(zone).date().isoformat() if around else request.GET.get("day", "")
    here = context["move_url"]
    more = {
        "times": times_page(wish, month="" if around else request.GET.get("month", ""), day=day, now=now),
        "here": here + "?",
        "slots_action": here,
        "notice": gettext(notice) if notice else "",
        "zone_is_clients": in_client_zone(MeetingMethod(appointment.meeting_method)),
        "place_name": appointment.location.name,
    }
    return render(request, "booking/move_times.html", {**context, **more})


def _in_time(appointment: Appointment) -> bool:
    """True until the organisation's cut-off, and after it while the organisation itself has asked for another time."""
    cut_off = timedelta(minutes=appointment.organisation.cut_off_minutes)
    return may_change(appointment.starts_at, cut_off, now=timezone.now()) or was_asked_to_choose(appointment)


def _context(appointment: Appointment) -> dict[str, Any]:
    token_path = manage_path(appointment)
    over = appointment.ends_at <= timezone.now()
    cancelled = appointment.status == Appointment.Status.CANCELLED
    stands = not cancelled and not over
    in_time = stands and _in_time(appointment)
    return {
        "organisation": appointment.organisation,
        "appointment": appointment,
        "zone": appointment.client_time_zone,
        "state": "cancelled" if cancelled else "over" if over else "booked",
        "can_change": in_time,
        "too_late": stands and not in_time,
        "can_move": in_time and appointment.staff is not None and not appointment.service.is_for_groups,
        "show_url": token_path,
        "cancel_url": f"{token_path}cancel/",
        "move_url": f"{token_path}move/",
        "calendar_url": f"{token_path}{FILE_NAME}",
        "book_url": reverse("booking:questions", args=[appointment.organisation.slug]),
    }
