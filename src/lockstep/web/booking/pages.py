"""Renders the booking pages that more than one view answers with."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lockstep.operations.holding import current_hold
from lockstep.store.models import Hold
from lockstep.web.booking.addresses import change_url, choices_of_hold, details_url, questions_url
from lockstep.web.booking.answers import answers_of, asked_before
from lockstep.web.booking.choices import ANYONE, Choices, Question
from lockstep.web.booking.flow import flow_from
from lockstep.web.booking.lookup import held_span
from lockstep.web.booking.times import Wish, times_page

NOTICES = {
    "ended": _("We do not hold a time for you any more. Please choose one."),
    "other": _("You chose another time in a second window. This is the time that we hold for you now."),
}
"""What a redirect says on the page that it leads to."""


def notice_of(request: HttpRequest) -> str:
    return str(NOTICES.get(request.GET.get("notice", ""), ""))


def frame_of(choices: Choices, question: Question | None) -> dict[str, Any]:
    """What every page before the confirmation shows around its question."""
    previous = asked_before(choices, question)
    return {
        "organisation": choices.organisation,
        "home_href": questions_url(Choices(choices.organisation)),
        "choices": choices,
        "answers": [(each, change_url(choices, each.question)) for each in answers_of(choices)],
        "back_url": change_url(choices, previous) if previous else "",
    }


def show_times(
    request: HttpRequest, choices: Choices, *, notice: str, around: datetime | None = None, status: int = 200
) -> HttpResponse:
    """The page of days and times, with `notice` above it; on the day of `around` instead of the address's."""
    if choices.service is None or choices.location is None:
        raise ValueError("Times are shown for a service at a location.")
    now = timezone.now()
    zone = ZoneInfo(choices.display_zone)
    wish = Wish(choices.service, choices.location, choices.staff, zone)
    day = around.astimezone(zone).date().isoformat() if around else request.GET.get("day", "")
    times = times_page(wish, month="" if around else request.GET.get("month", ""), day=day, now=now)
    here = questions_url(choices)
    held = _hold_for(choices)
    context = {
        **frame_of(choices, None),
        "times": times,
        "zone": zone,
        "zone_url": questions_url(choices, ask="zone") if choices.zone_is_clients else "",
        "detect_zone": choices.zone_is_clients and not choices.zone,
        "here": here,
        "slots_action": here,
        # A refusal is a sentence of the pure core, which knows no languages.
        "notice": gettext(notice) if notice else "",
        "zone_is_clients": choices.zone_is_clients,
        "place_name": choices.location.name,
        "held": held,
        "held_span": held_span(held) if held else None,
        "details_url": details_url(choices),
        "other_people_url": questions_url(choices, staff=ANYONE) if choices.staff and len(choices.people) > 1 else "",
    }
    return render(request, "booking/times.html", context, status=status)


def _hold_for(choices: Choices) -> Hold | None:
    """The time that this client already holds for the same answers."""
    flow = flow_from(choices.flow_token)
    hold = current_hold(flow=flow, now=timezone.now()) if flow else None
    return hold if hold and matches(choices, hold) else None


def matches(choices: Choices, hold: Hold) -> bool:
    """True when the hold stands for just these answers."""
    return choices_of_hold(choices, hold) == choices
