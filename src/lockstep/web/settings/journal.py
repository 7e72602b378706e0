"""The Journal tab: every change in either direction, found, exported and undone."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lockstep import wiring
from lockstep.operations import undoing
from lockstep.operations.conflicts import Deciding
from lockstep.operations.history import By
from lockstep.operations.journal_search import JournalFilter, find_entries, people_in_journal
from lockstep.operations.visible import home_zone
from lockstep.store.models import AppointmentHistory, Connection, JournalEntry
from lockstep.web.access import MemberRequest
from lockstep.web.csv_lines import csv_lines
from lockstep.web.settings.journal_words import KINDS, csv_rows, lines
from lockstep.web.settings.pages import connected_page, tab
from lockstep.web.undo_words import counted, outcome

A_PAGE = 50
_SHOWN = 20
_MOST_EXPORTED = 100_000
_TYPED = ("direction", "staff", "kind", "from", "to", "run", "entry", "search")


@never_cache
@require_safe
@connected_page
def journal(request: MemberRequest, connection: Connection) -> HttpResponse:
    """The entries that match, the newest first; htmx takes the table alone."""
    zone = home_zone(request.user)
    wanted = _filter(request.GET, zone)
    page = Paginator(find_entries(request.organisation, wanted), A_PAGE).get_page(request.GET.get("page"))
    context = tab(connection, "journal") | {
        "page": page,
        "lines": lines(page),
        "zone": zone,
        "wanted": wanted,
        "typed": {name: request.GET.get(name, "") for name in _TYPED},
        "query": _query(request.GET),
        "directions": JournalEntry.Direction.choices,
        "kinds": sorted(KINDS.items(), key=lambda each: str(each[1])),
        "people": people_in_journal(request.organisation),
    }
    return render(request, "settings/journal_panel.html" if request.htmx else "settings/gsuite_journal.html", context)


@require_safe
@connected_page
def export(request: MemberRequest, connection: Connection) -> HttpResponse:
    """The entries that match, the newest first, as a table for a spreadsheet."""
    entries = find_entries(request.organisation, _filter(request.GET, home_zone(request.user)))
    name = f"lockstep-journal-{timezone.now():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    rows = csv_rows(entries[:_MOST_EXPORTED].iterator(chunk_size=500))
    return HttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8", headers=headers)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@connected_page
def undo(request: MemberRequest, connection: Connection) -> HttpResponse:
    """GET says in numbers what undoing the entries that match would do; POST does it."""
    values = request.POST if request.method == "POST" else request.GET
    zone = home_zone(request.user)
    wanted = _filter(values, zone)
    entries = list(find_entries(request.organisation, wanted)[: undoing.MOST_AT_ONCE + 1])
    if not wanted.is_narrow or len(entries) > undoing.MOST_AT_ONCE:
        words = _("At most %(n)s changes are undone at once. Choose a person, a run or a time first.")
        messages.warning(request, words % {"n": undoing.MOST_AT_ONCE})
        return redirect("settings:gsuite_journal")
    if request.method == "POST":
        by = By(AppointmentHistory.Actor.STAFF, request.user.name)
        result = undoing.undo(entries, Deciding(by, wiring.workspace(), timezone.now))
        (messages.success if result.done else messages.error)(request, outcome(result))
        return redirect("settings:gsuite_journal")
    plan = undoing.plan_undo(entries, now=timezone.now())
    context = {
        "undos": plan.undos[:_SHOWN],
        "count": len(plan.undos),
        "more": max(0, len(plan.undos) - _SHOWN),
        "reasons": counted(reason for _entry, reason in plan.refused),
        "fields": [(name, values[name]) for name in _TYPED if values.get(name)],
        "zone": zone,
    }
    return render(request, "settings/journal_undo.html", context)


def _filter(typed: QueryDict, zone: str) -> JournalFilter:
    """What was typed, as far as it makes sense; days are those of the reader's zone."""
    direction, kind, entry = typed.get("direction", ""), typed.get("kind", ""), typed.get("entry", "")
    return JournalFilter(
        direction=direction if direction in JournalEntry.Direction.values else "",
        staff=_uuid(typed.get("staff", "")),
        action=kind if kind in KINDS else "",
        since=_midnight(typed.get("from", ""), zone),
        until=_midnight(typed.get("to", ""), zone, days_later=1),
        run=typed.get("run", "").replace("\0", "")[:60],
        entry=int(entry) if entry.isascii() and entry.isdigit() and len(entry) < 18 else None,
        search=typed.get("search", "").replace("\0", "").strip()[:100],
    )


def _query(typed: QueryDict) -> str:
    """The part of the address that leads to the same entries."""
    kept = QueryDict(mutable=True)
    kept.update({name: typed.get(name, "") for name in _TYPED if typed.get(name)})
    return kept.urlencode()


def _midnight(text: str, zone: str, *, days_later: int = 0) -> datetime | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    if day is None or not 2000 <= day.year < 2200:
        return None
    return datetime.combine(day + timedelta(days=days_later), time(), ZoneInfo(zone))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
