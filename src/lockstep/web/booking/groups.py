"""Taking a place in a group: who books, and Confirm. Nothing is held: there are as many places as the service says."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language

from lockstep import wiring
from lockstep.calendar.interval import Interval
from lockstep.operations.booking import questions_of
from lockstep.operations.history import By
from lockstep.operations.links import manage_token
from lockstep.operations.sessions import JoinRequest, as_seen_by, join_session
from lockstep.scheduling.refusals import Refused
from lockstep.store.models import AppointmentHistory
from lockstep.web.booking.addresses import change_url, details_url, questions_url
from lockstep.web.booking.choices import Choices, Question
from lockstep.web.booking.forms import DetailsForm
from lockstep.web.booking.holds import instant
from lockstep.web.booking.pages import frame_of, show_times


def join(request: HttpRequest, choices: Choices, flow: UUID) -> HttpResponse:
    """Asks who books; a POST takes the place. A second Confirm of the same flow finds it taken by the first."""
    starts_at = instant(request.GET.get("at", ""))
    if starts_at is None or choices.service is None or choices.location is None:
        return redirect(questions_url(choices))
    if request.method == "POST" and "change" in request.POST:
        question = next((each for each in Question if each.value == request.POST["change"]), None)
        return redirect(change_url(choices, question) if question else questions_url(choices))
    questions = questions_of(choices.service)
    if request.method != "POST":
        return _show(request, choices, starts_at, DetailsForm(method=choices.method or "", questions=questions))
    form = DetailsForm(request.POST, method=choices.method or "", questions=questions)
    if not form.is_valid():
        return _show(request, choices, starts_at, form, status=422)
    wanted = JoinRequest(
        flow=flow,
        service=choices.service,
        location=choices.location,
        staff=choices.staff,
        meeting_method=choices.method or "",
        starts_at=starts_at,
        client=form.client(),
        notes=form.cleaned_data["notes"],
        client_time_zone=choices.display_zone,
        answers=form.answers(),
        client_language=get_language() or "",
    )
    by = By(AppointmentHistory.Actor.CLIENT)
    try:
        seat = join_session(wanted, by=by, workspace=wiring.workspace(), clock=timezone.now)
    except Refused as refusal:
        return show_times(request, choices, notice=str(refusal), around=starts_at, status=409)
    if seat.client.email.lower() != form.cleaned_data["email"].lower():
        # An address may have been passed on: it tells nothing about whoever used it before.
        context = {"organisation": choices.organisation, "again_url": questions_url(choices, "flow")}
        return render(request, "booking/finished.html", context)
    return redirect("appointment:booked", token=manage_token(as_seen_by(seat)))


def _show(
    request: HttpRequest, choices: Choices, starts_at: datetime, form: DetailsForm, *, status: int = 200
) -> HttpResponse:
    if choices.service is None:
        raise ValueError("A place is taken in a service's group.")
    here = details_url(choices, at=starts_at.isoformat())
    context = {
        **frame_of(choices, None),
        "back_url": questions_url(choices),
        "form": form,
        "held": Interval(starts_at, starts_at + choices.service.duration),
        "zone": choices.display_zone,
        "here": here,
    }
    return render(request, "booking/details.html", context, status=status)
