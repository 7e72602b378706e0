""" "Why is 10:00 not offered?": the strip of a day, with every reason in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lockstep.operations.explaining import Explanation, Start, explain
from lockstep.operations.setting_up.reach import everything_offered
from lockstep.operations.visible import home_zone
from lockstep.scheduling.availability import Reason
from lockstep.scheduling.hours_text import HoursUnreadable, time_in
from lockstep.scheduling.roles import Ability
from lockstep.store.models import Location, Service, StaffMember
from lockstep.web.access import MemberRequest, needs
from lockstep.web.setup.words import reason_words

Row = TypeVar("Row", Service, Location, StaffMember)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Starts one after the other with the same reasons."""

    starts_at: datetime
    last: datetime
    reasons: tuple[str, ...]
    number: int

    @property
    def offered(self) -> bool:
        return not self.reasons


@never_cache
@require_safe
@needs(Ability.SEE_CALENDARS)
def why(request: MemberRequest) -> HttpResponse:
    """The question, and, once it is complete, the answer."""
    choice = everything_offered(request.user)
    service = _named(choice.services, request.GET.get("service", ""))
    location = _named(choice.locations, request.GET.get("location", ""))
    staff = _named(choice.staff, request.GET.get("staff", ""))
    zone = ZoneInfo(location.time_zone if location else home_zone(request.user))
    day = _day(request.GET.get("day", "")) or timezone.now().astimezone(zone).date()
    context: dict[str, Any] = {
        "choice": choice,
        "service": service,
        "location": location,
        "staff": staff,
        "day": day,
        "at": request.GET.get("at", ""),
        "zone": zone.key,
        "earlier": day - timedelta(days=1),
        "later": day + timedelta(days=1),
    }
    if service and location and staff:
        found = explain(service=service, location=location, staff=staff, day=day, now=timezone.now())
        context |= {"found": found, "stretches": list(_stretches(found)), "number": len(found.offered())}
        context |= _asked(found, context["at"], day, zone)
    return render(request, "setup/why.html", context)


def _asked(found: Explanation, at: str, day: date, zone: ZoneInfo) -> dict[str, Any]:
    """The answer for one time that was typed."""
    if not at.strip():
        return {}
    try:
        instant = datetime.combine(day, time_in(at), zone)
    except HoursUnreadable:
        return {"at_error": _("Write a time of day, such as 10:00 or 2:30 pm.")}
    start = found.at(instant)
    if start is None:
        return {"asked_at": instant, "asked": [reason_words(Reason.NOT_ON_GRID)]}
    return {"asked_at": instant, "asked": [reason_words(each) for each in start.reasons]}


def _stretches(found: Explanation) -> Iterator[Stretch]:
    """The starts that the service's grid knows, those with the same reasons together."""
    on_grid = (each for each in found.starts if Reason.NOT_ON_GRID not in each.reasons)
    for reasons, group in groupby(on_grid, key=_reasons):
        starts = list(group)
        yield Stretch(starts[0].at, starts[-1].at, tuple(reason_words(each) for each in reasons), len(starts))


def _reasons(start: Start) -> tuple[Reason, ...]:
    return start.reasons


def _named(rows: Iterable[Row], uuid: str) -> Row | None:
    return next((each for each in rows if str(each.uuid) == uuid), None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
