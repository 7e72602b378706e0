"""The measured part of the Overview: figures, charts as drawings, and the words for what to do.

Drawn here as numbers for SVG attributes, because the pages have no inline styles.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lockstep.operations.delays import Direction, Hour, Percentiles
from lockstep.operations.measures import Cure, Delays, Measures, measures_of
from lockstep.operations.overview import overview
from lockstep.store.models import Connection

WIDTH, HEIGHT, HOURS = 480, 96, 24
_SLOT = WIDTH / HOURS
_LEAST_MS, _GOAL_MS = 10, 1_000


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    width: float
    p50_y: float
    p50_height: float
    p99_y: float
    p99_height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """One direction: its words, its bars of the last 24 hours, and the same as rows of a table."""

    key: str
    title: str
    explained: str
    day: Percentiles | None
    week: Percentiles | None
    bars: tuple[Bar, ...]
    goal_y: float
    hours: tuple[Hour, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    level: str
    title: str
    text: str
    href: str = ""
    action: str = ""


def chart(delays: Delays, *, now: datetime) -> Chart:
    """The bars on a logarithmic scale, as a tenth of a second and a minute have both to be seen."""
    most = max([_GOAL_MS, *(hour.p99 for hour in delays.hours)])
    first = now - timedelta(hours=HOURS)
    title, explained = _titles()[delays.direction]
    return Chart(
        key=str(delays.direction),
        title=title,
        explained=explained,
        day=delays.day,
        week=delays.week,
        bars=tuple(_bar(hour, (hour.began_at - first) / timedelta(hours=1), most) for hour in delays.hours),
        goal_y=round(HEIGHT - _height(_GOAL_MS, most), 1),
        hours=tuple(reversed(delays.hours)),
    )


def _bar(hour: Hour, place: float, most: int) -> Bar:
    p50, p99 = _height(hour.p50, most), _height(hour.p99, most)
    return Bar(
        x=round(place * _SLOT + 2, 1),
        width=round(_SLOT - 4, 1),
        p50_y=round(HEIGHT - p50, 1),
        p50_height=round(p50, 1),
        p99_y=round(HEIGHT - p99, 1),
        p99_height=round(p99, 1),
    )


def _height(milliseconds: int, most: int) -> float:
    part = math.log10(max(milliseconds, _LEAST_MS) / _LEAST_MS) / math.log10(most / _LEAST_MS)
    return max(2.0, part * (HEIGHT - 6))


def advice(measures: Measures, access_error: str) -> list[Advice]:
    """What is off and what to do about it, the most pressing first; empty when all is well."""
    return [_advice(cure, measures, access_error) for cure in measures.cures]


def _advice(cure: Cure, measures: Measures, access_error: str) -> Advice:
    push = measures.push
    match cure:
        case Cure.CHECK:
            return Advice("bad", _("Google gives no access"), access_error, "#check-panel", _("Check the connection"))
        case Cure.RESUME:
            text = _("People who sync are not offered. Resume below when you are ready; it catches up by itself.")
            return Advice("warn", _("Paused"), text, "#resume", _("Go to Resume"))
        case Cure.START_WORKER:
            text = _("Work has waited for more than two minutes. The operator checks that “lockstep worker” runs.")
            return Advice("bad", _("Background work stands still"), text)
        case Cure.PUSH_REFUSED:
            text = _("%(problem)s The address is %(address)s.") % {
                "problem": push.problem,
                "address": settings.PUSH_URL,
            }
            return Advice("warn", _("Google refuses a push channel"), text)
        case Cure.PUSH_SILENT:
            text = _(
                "Channels are open, and no message has arrived at %(address)s. It must be reachable from the Internet "
                "over HTTPS. Until then calendars are polled every 10 minutes."
            ) % {"address": settings.PUSH_URL}
            return Advice("warn", _("No push message has arrived yet"), text)
        case Cure.PUSH_LOST:
            text = ngettext(
                "One change of the last day was found by a poll first. Its calendar is polled every 10 minutes until "
                "its channel speaks again.",
                "%(n)s changes of the last day were found by a poll first. Those calendars are polled every 10 minutes "
                "until their channel speaks again.",
                push.lost_day,
            ) % {"n": push.lost_day}
            return Advice("warn", _("Some pushes were lost"), text)
        case Cure.SLOWED:
            text = _("Lockstep makes fewer calls for some minutes. Nothing is lost, changes come later.")
            return Advice("warn", _("Google asked for fewer calls"), text)
        case Cure.SLOW:
            text = _("One change in a hundred took longer than five seconds. The journal shows which.")
            return Advice(
                "warn", _("Slower than usual"), text, reverse("settings:gsuite_journal"), _("Open the journal")
            )


def _titles() -> dict[Direction, tuple[str, str]]:
    return {
        Direction.GOOGLE_TO_SLOT: (
            _("Google → the slot"),
            _("From a change in Google until the slot is gone here"),
        ),
        Direction.BOOKING_TO_GOOGLE: (
            _("Booking → Google"),
            _("From a booking until Google has the event"),
        ),
    }


def measured_part(connection: Connection, *, now: datetime) -> dict[str, Any]:
    """What the template gets; the version changes with everything that is read there, and not with the clock alone."""
    measures = measures_of(connection, now=now)
    state = overview(connection, now=now)
    seen = (state, measures.push, measures.quota, measures.queue, measures.cures, connection.access_error, now.hour)
    delays = [(each.day, each.week, len(each.hours)) for each in measures.delays]
    return {
        "overview": state,
        "measures": measures,
        "charts": [chart(each, now=now) for each in measures.delays],
        "advice": advice(measures, connection.access_error),
        "chart_width": WIDTH,
        "chart_height": HEIGHT,
        "measured_version": hashlib.sha256(repr((seen, delays)).encode()).hexdigest()[:16],
    }
