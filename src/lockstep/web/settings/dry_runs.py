"""The dry run's page: started before Save, followed while it runs, read and downloaded, and gone live from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lockstep.operations import dry_run as operations
from lockstep.store.models import Connection, DryRun
from lockstep.web.access import MemberRequest
from lockstep.web.csv_lines import csv_lines
from lockstep.web.settings.living import content_part
from lockstep.web.settings.pages import connected_page

A_PAGE = 50


@never_cache
@require_safe
@connected_page
def dry_run(request: MemberRequest, connection: Connection) -> HttpResponse:
    """What going live would mean; before the first one, what it does."""
    context = _context(request, connection) | content_part(connection)
    return render(request, "settings/dry_run.html", context)


@require_POST
@connected_page
def start(request: MemberRequest, connection: Connection) -> HttpResponse:
    operations.begin_dry_run(connection, by=request.user, now=timezone.now())
    return redirect("settings:gsuite_dry_run")


@never_cache
@require_safe
@connected_page
def progress(request: MemberRequest, connection: Connection) -> HttpResponse:
    """How far it is; 204 while that is what the page shows."""
    if not request.htmx:
        return redirect("settings:gsuite_dry_run")
    context = _context(request, connection)
    if request.GET.get("version") == context["version"]:
        return HttpResponse(status=204)
    return render(request, "settings/dry_run_panel.html", context)


@never_cache
@require_safe
@connected_page
def download_json(request: MemberRequest, connection: Connection) -> HttpResponse:
    run = operations.latest_dry_run(connection)
    if run is None:
        return redirect("settings:gsuite_dry_run")
    names = _COLUMNS[2:]
    people = [
        {"name": each.staff.name, "email": each.staff.email, **{name: getattr(each, name) for name in names}}
        for each in operations.people_of_run(run)
    ]
    content = {
        "organisation": connection.organisation.name,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        **asdict(operations.report_of(run)),
        "people": people,
    }
    headers = {"Content-Disposition": 'attachment; filename="dry-run.json"'}
    return JsonResponse(content, headers=headers, json_dumps_params={"indent": 2})


@never_cache
@require_safe
@connected_page
def download_csv(request: MemberRequest, connection: Connection) -> HttpResponse:
    """A line a person. Numbers and names of staff only: no title of anything in Google is known here."""
    run = operations.latest_dry_run(connection)
    if run is None:
        return redirect("settings:gsuite_dry_run")
    headers = {"Content-Disposition": 'attachment; filename="dry-run.csv"'}
    return HttpResponse(csv_lines(_rows(run)), content_type="text/csv; charset=utf-8", headers=headers)


_COLUMNS = ("name", "email", "blocking", "all_day_free", "double_booked", "leftovers", "problem")


def _rows(run: DryRun) -> Iterator[Sequence[object]]:
    yield _COLUMNS
    for each in operations.people_of_run(run).iterator(chunk_size=500):
        numbers = (each.blocking, each.all_day_free, each.double_booked, sum(each.leftovers.values()))
        yield (each.staff.name, each.staff.email, *numbers, each.problem)


def _context(request: MemberRequest, connection: Connection) -> dict[str, Any]:
    run = operations.latest_dry_run(connection)
    if run is None:
        return {"connection": connection, "run": None, "version": "none"}
    report = operations.report_of(run)
    page = Paginator(operations.people_of_run(run), A_PAGE).get_page(request.GET.get("page"))
    return {
        "connection": connection,
        "run": run,
        "report": report,
        "page": page,
        "leftovers": sum(report.leftovers.values()),
        "left_by": ", ".join(sorted(report.leftovers)) or _("none"),
        "version": f"{run.pk}-{report.looked_at}-{'over' if run.finished_at else 'on'}",
    }
