"""Who books: the details, and Confirm.

A second Confirm of the same flow finds the appointment of the first. Confirm takes only the time that its own page
showed: another window may have held another one since.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from lockstep import wiring
from lockstep.operations.booking import BookingRequest, book, booked_in, questions_of
from lockstep.operations.holding import current_hold, release_hold
from lockstep.operations.links import manage_token
from lockstep.scheduling.refusals import CalendarUnreadable, Refused
from lockstep.store.models import Appointment, Hold, Organisation
from lockstep.web.booking.addresses import change_url, choices_of_hold, details_url, questions_url
from lockstep.web.booking.choices import Choices, Question, choices_from
from lockstep.web.booking.drafts import draft_of, forget_draft, keep_draft
from lockstep.web.booking.embedding import may_be_embedded
from lockstep.web.booking.flow import flow_from
from lockstep.web.booking.forms import DetailsForm
from lockstep.web.booking.groups import join
from lockstep.web.booking.holds import hold_for, instant
from lockstep.web.booking.language import clients_language, told_language
from lockstep.web.booking.lookup import held_span, organisation_or_404
from lockstep.web.booking.pages import frame_of, matches, notice_of, show_times
from lockstep.web.booking.question_fields import PREFIX

TYPED = list(DetailsForm.base_fields)


@csrf_exempt  # Who books is said by the signed flow in the address, not by a cookie.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks who books while the time is held; a POST confirms, or goes back to change an answer."""
    organisation = organisation_or_404(slug)
    with clients_language(request):
        return told_language(may_be_embedded(_details(request, organisation), organisation))


def _details(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    choices = choices_from(organisation, request.GET)
    flow = flow_from(choices.flow_token)
    if flow is None or choices.question is not None:
        return redirect(questions_url(choices, notice="ended"))
    if choices.service and choices.service.is_for_groups:
        return join(request, choices, flow)
    if request.method == "POST":
        return _change(request, choices, flow) if "change" in request.POST else _confirm(request, choices, flow)
    hold = current_hold(flow=flow, now=timezone.now())
    if hold is None:
        return _finished(request, choices) if booked_in(flow) else redirect(questions_url(choices, notice="ended"))
    if not matches(choices, hold):
        return redirect(details_url(choices_of_hold(choices, hold), notice="other"))
    form = DetailsForm(
        method=hold.meeting_method, questions=questions_of(hold.service), initial=draft_of(request, flow)
    )
    return _show(request, choices, hold, form)


def _typed(request: HttpRequest) -> list[str]:
    """The fields whose text is kept while another time is chosen."""
    return [*TYPED, *(name for name in request.POST if name.startswith(PREFIX))]


def _change(request: HttpRequest, choices: Choices, flow: UUID) -> HttpResponse:
    """Back to an earlier question: the time is given back, what was typed is kept."""
    keep_draft(request, flow, request.POST, _typed(request))
    release_hold(flow=flow)
    question = next((each for each in Question if each.value == request.POST["change"]), None)
    return redirect(change_url(choices, question) if question else questions_url(choices))


def _confirm(request: HttpRequest, choices: Choices, flow: UUID) -> HttpResponse:
    asked = questions_of(choices.service) if choices.service else []
    form = DetailsForm(request.POST, method=choices.method or "", questions=asked)
    hold = current_hold(flow=flow, now=timezone.now())
    starts_at = instant(request.POST.get("starts_at", ""))
    if hold is None and (booked := booked_in(flow)):
        return _told(request, choices, booked, form)
    if hold and not (matches(choices, hold) and starts_at == held_span(hold).start):
        keep_draft(request, flow, request.POST, _typed(request))
        return redirect(details_url(choices_of_hold(choices, hold), notice="other"))
    try:
        # The hold ran out while the client typed: their time may still be free.
        hold = hold or hold_for(request, choices, starts_at)
        if not form.is_valid():
            return _show(request, choices, hold, form, status=422)
        appointment = book(
            BookingRequest(
                flow=flow,
                client=form.client(),
                notes=form.cleaned_data["notes"],
                client_time_zone=choices.display_zone,
                answers=form.answers(),
                client_language=get_language() or "",
            ),
            workspace=wiring.workspace(),
            clock=timezone.now,
        )
    except Refused as refusal:
        keep_draft(request, flow, request.POST, _typed(request))
        if not isinstance(refusal, CalendarUnreadable):
            # The time is gone; where only the calendar is silent, it stays held for another try.
            release_hold(flow=flow)
        return show_times(request, choices, notice=str(refusal), around=starts_at, status=409)
    return _told(request, choices, appointment, form)


def _show(request: HttpRequest, choices: Choices, hold: Hold, form: DetailsForm, *, status: int = 200) -> HttpResponse:
    context = {
        **frame_of(choices, None),
        "back_url": questions_url(choices),
        "form": form,
        "notice": notice_of(request),
        "hold": hold,
        "held": held_span(hold),
        "zone": choices.display_zone,
        "here": details_url(choices),
    }
    return render(request, "booking/details.html", context, status=status)


def _told(request: HttpRequest, choices: Choices, appointment: Appointment, form: DetailsForm) -> HttpResponse:
    """To the appointment's own page, if it is of the person who sent the form: an address may have been passed on."""
    forget_draft(request)
    if form.is_valid() and form.cleaned_data["email"].lower() == appointment.client.email.lower():
        return redirect("appointment:booked", token=manage_token(appointment))
    return _finished(request, choices)


def _finished(request: HttpRequest, choices: Choices) -> HttpResponse:
    """Says that this flow has made its appointment, and nothing about it."""
    context = {"organisation": choices.organisation, "again_url": questions_url(choices, "flow")}
    return render(request, "booking/finished.html", context)
