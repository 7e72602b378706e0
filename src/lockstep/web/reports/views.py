"""The report's page and its file."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lockstep.operations.reports import LONGEST, Grouping, Line, Period, Report, report
from lockstep.operations.visible import home_zone
from lockstep.scheduling.roles import Ability
from lockstep.web.access import MemberRequest, needs
from lockstep.web.reports.chart import bars
from lockstep.web.reports.words import days_and_hours, percent

_USUAL = timedelta(days=29)
GROUPINGS = {
    Grouping.SERVICE: gettext_lazy("Service"),
    Grouping.LOCATION: gettext_lazy("Location"),
    Grouping.PERSON: gettext_lazy("Person"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. What cannot be used counts as not said."""

    period: Period
    grouping: Grouping

    @property
    def query(self) -> str:
        return urlencode({"from": self.period.first, "to": self.period.last, "by": self.grouping.value})


@never_cache
@require_safe
@needs(Ability.SEE_REPORTS)
def index(request: MemberRequest) -> HttpResponse:
    asked = _asked(request)
    found = report(request.user, asked.period, asked.grouping, now=timezone.now())
    context: dict[str, Any] = {
        "asked": asked,
        "groupings": [(each.value, words, each is asked.grouping) for each, words in GROUPINGS.items()],
        "total": _row(found.total),
        "rows": [_row(line) for line in found.lines],
        "chart": bars(found.by_day),
        "by_day": [(day, count) for day, count in found.by_day if count],
        "spans": _spans(asked),
        "grouping_words": GROUPINGS[asked.grouping],
    }
    return render(request, "reports/index.html", context)


@never_cache
@require_safe
@needs(Ability.SEE_REPORTS)
def download(request: MemberRequest) -> HttpResponse:
    """The table as CSV, with numbers that a spreadsheet understands."""
    asked = _asked(request)
    found = report(request.user, asked.period, asked.grouping, now=timezone.now())
    name = f"appointments-{asked.period.first}-{asked.period.last}-by-{asked.grouping.value}.csv"
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
    # Spreadsheets take a file without this mark for one in another encoding.
    answer.write("\ufeff")
    _write(answer, found, asked.grouping)
    return answer


def _write(answer: HttpResponse, found: Report, grouping: Grouping) -> None:
    table = csv.writer(answer)
    table.writerow(
        [grouping.value, "booked", "cancelled", "finished", "no_shows", "no_show_share", "lead_time_hours", "minutes",
         "working_minutes", "utilisation"]
    )  # fmt: skip
    for line in (*found.lines, found.total):
        table.writerow(
            [_safe(line.name or ("" if line is not found.total else "total")), line.booked, line.cancelled,
             line.finished, line.no_shows, _share(line.no_show_share),
             f"{line.lead_time.total_seconds() / 3600:.1f}" if line.lead_time is not None else "", line.minutes,
             line.working_minutes or "", _share(line.utilisation)]
        )  # fmt: skip


def _safe(text: str) -> str:
    """A name that a spreadsheet would take for a formula is kept as text."""
    return f"'{text}" if text[:1] in set("=+-@\t\r") else text


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.4f}"


def _row(line: Line) -> dict[str, Any]:
    return {
        "name": line.name or _("Nobody yet"),
        "booked": line.booked,
        "cancelled": line.cancelled,
        "finished": line.finished,
        "no_shows": line.no_shows,
        "no_show_share": percent(line.no_show_share),
        "lead_time": days_and_hours(line.lead_time),
        "utilisation": percent(line.utilisation),
    }


def _asked(request: HttpRequest) -> Asked:
    zone = ZoneInfo(home_zone(request.user))  # type: ignore[arg-type]  # signed in: `needs` has seen to it
    today = timezone.now().astimezone(zone).date()
    last = _day(request.GET.get("to", "")) or today
    first = _day(request.GET.get("from", "")) or last - _USUAL
    first, last = min(first, last), max(first, last)
    first = max(first, last - LONGEST)
    by = request.GET.get("by", "")
    return Asked(Period(first, last, zone), Grouping(by) if by in set(Grouping) else Grouping.SERVICE)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2200 else None


def _spans(asked: Asked) -> list[tuple[str, str, bool]]:
    """Periods that one link chooses: words, address, and whether it is the one shown."""
    today = timezone.now().astimezone(asked.period.zone).date()
    month = today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    spans = [
        (_("Last 30 days"), today - _USUAL, today),
        (date_format(before, "F"), before, month - timedelta(days=1)),
        (date_format(month, "F"), month, (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)),
        (_("Next 30 days"), today, today + _USUAL),
    ]
    return [
        (
            words,
            "?" + Asked(Period(first, last, asked.period.zone), asked.grouping).query,
            (first, last) == (asked.period.first, asked.period.last),
        )
        for words, first, last in spans
    ]
