"""The questions, one a screen, up to the choice of a time, which holds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from lockstep.operations.booking import booked_in
from lockstep.scheduling.refusals import Refused, TooManyHolds
from lockstep.store.models import Location, Organisation, Service, StaffMember
from lockstep.web.booking.addresses import details_url, questions_url
from lockstep.web.booking.choices import ANYONE, Choices, Question, choices_from
from lockstep.web.booking.embedding import may_be_embedded
from lockstep.web.booking.flow import flow_from, flow_token, new_flow
from lockstep.web.booking.holds import hold_for, instant
from lockstep.web.booking.language import clients_language, told_language
from lockstep.web.booking.lookup import organisation_or_404
from lockstep.web.booking.pages import frame_of, notice_of, show_times
from lockstep.web.booking.zones import zones_by_region


@csrf_exempt  # Who books is said by the signed flow in the address, not by a cookie.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    """The first question without an answer, or the times. A POST holds the time that it names."""
    organisation = organisation_or_404(slug)
    with clients_language(request):
        return told_language(may_be_embedded(_questions(request, organisation), organisation))


def _questions(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    choices = choices_from(organisation, request.GET)
    question = choices.question
    if question is not None:
        return _ask(request, choices, question)
    if request.GET.get("ask") == "zone" and choices.zone_is_clients:
        return _ask_zone(request, choices)
    flow = flow_from(choices.flow_token)
    if flow is None or booked_in(flow):
        fresh = replace(choices, flow_token=flow_token(new_flow()))
        if request.method != "POST":
            # The flow stands in the address, so that the back button comes back to it.
            kept = {name: request.GET[name] for name in ("month", "day", "notice") if name in request.GET}
            return redirect(questions_url(fresh, **kept))
        choices = fresh
    if request.method == "POST":
        return _hold(request, choices)
    return show_times(request, choices, notice=notice_of(request))


def _ask(request: HttpRequest, choices: Choices, question: Question) -> HttpResponse:
    context = {
        **frame_of(choices, question),
        "question": question.value,
        "options": _options(choices, question),
        "anyone_url": questions_url(choices, staff=ANYONE),
    }
    return render(request, f"booking/{question.value}.html", context)


def _options(choices: Choices, question: Question) -> list[tuple[object, str]]:
    """The possible answers, each with the address of what comes after it."""
    match question:
        case Question.METHOD:
            return [(each, questions_url(choices, method=each.value)) for each in choices.methods]
        case Question.SERVICE:
            offered: Sequence[Service | Location | StaffMember] = choices.services
        case Question.LOCATION:
            offered = choices.locations
        case Question.STAFF:
            offered = choices.people
    return [(each, questions_url(choices, **{question.value: str(each.uuid)})) for each in offered]


def _ask_zone(request: HttpRequest, choices: Choices) -> HttpResponse:
    context = {
        **frame_of(choices, None),
        "back_url": questions_url(choices),
        "regions": zones_by_region(choices.display_zone),
        "current": choices.display_zone,
        "kept": [(name, value) for name, value in request.GET.items() if name not in {"zone", "ask"}],
    }
    return render(request, "booking/zone.html", context)


def _hold(request: HttpRequest, choices: Choices) -> HttpResponse:
    starts_at = instant(request.POST.get("starts_at", ""))
    if choices.service and choices.service.is_for_groups and starts_at:
        # A place in a group is taken at Confirm: a hold would keep the whole group's time.
        return redirect(details_url(choices, at=starts_at.isoformat()))
    try:
        hold_for(request, choices, starts_at)
    except Refused as refusal:
        status = 429 if isinstance(refusal, TooManyHolds) else 409
        return show_times(request, choices, notice=str(refusal), around=starts_at, status=status)
    return redirect(details_url(choices))
