"""GSuite before it is live: the values to set up in Google, Connect, the check, and Save."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lockstep import wiring
from lockstep.operations.check import check_connection
from lockstep.operations.check_steps import CheckReport
from lockstep.operations.connection import ConnectRefused, connect_workspace, connection_of, save_connection, stakes_of
from lockstep.operations.event_settings import EventContent
from lockstep.operations.leftovers import others_of
from lockstep.operations.measures import limits, people_here
from lockstep.operations.overview import overview, progress_of
from lockstep.operations.roster import PersonRow, people_of, rows
from lockstep.store.models import Connection
from lockstep.sync.planned_load import planned_load
from lockstep.web.access import MemberRequest
from lockstep.web.settings.forms import ConnectForm, ContentForm
from lockstep.web.settings.guide import guide_context
from lockstep.web.settings.lifecycle import TYPED, unfinished_context
from lockstep.web.settings.living import content_part
from lockstep.web.settings.measured import measured_part
from lockstep.web.settings.pages import UNFINISHED, connected_page, gsuite_page, signs_of, tab

FIRST_PEOPLE = 20


@never_cache
@require_safe
@gsuite_page
def gsuite(request: MemberRequest) -> HttpResponse:
    """Not connected: how to; pending: what was found, and Save; live or paused: the overview."""
    connection = connection_of(request.organisation)
    if connection is None:
        return render(
            request,
            "settings/gsuite_setup.html",
            _setup(request, ConnectForm(initial=request.session.get(TYPED))) | _planned(request),
        )
    if connection.state in UNFINISHED:
        return render(request, "settings/gsuite_unfinished.html", unfinished_context(connection))
    if connection.state == Connection.State.PENDING:
        return render(request, "settings/gsuite_pending.html", _pending(connection))
    return render(request, "settings/gsuite_overview.html", _live(connection))


@require_POST
@gsuite_page
def connect(request: MemberRequest) -> HttpResponse:
    """Check, connect, and on to what was found. A refusal shows the step to mend and keeps what was typed."""
    form = ConnectForm(request.POST)
    if not form.is_valid():
        return _refused(request, form, None)
    typed = form.cleaned_data
    request.session[TYPED] = typed
    try:
        connect_workspace(
            organisation=request.organisation,
            directory_user=typed["directory_user"],
            directory_group=typed["directory_group"],
            workspace=wiring.workspace(),
            by=request.user,
            now=timezone.now(),
        )
    except ConnectRefused as refusal:
        return _refused(request, form, refusal.report)
    request.session.pop(TYPED, None)
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": reverse("settings:gsuite")})
    return redirect("settings:gsuite")


def _refused(request: MemberRequest, form: ConnectForm, report: CheckReport | None) -> HttpResponse:
    template = "settings/connect_panel.html" if request.htmx else "settings/gsuite_setup.html"
    return render(request, template, _setup(request, form, report))


@require_POST
@connected_page
def check(request: MemberRequest, connection: Connection) -> HttpResponse:
    """Probe the connection as it is, and show every step."""
    report = _checked(connection)
    context = {"connection": connection, "signs": signs_of(report), "report": report}
    return render(request, "settings/check_panel.html" if request.htmx else "settings/check.html", context)


def _checked(connection: Connection) -> CheckReport:
    return check_connection(
        organisation=connection.organisation,
        directory_user=connection.directory_user,
        directory_group=connection.directory_group,
        workspace=wiring.workspace(),
        now=timezone.now(),
    )


@never_cache
@require_safe
@connected_page
def check_json(request: MemberRequest, connection: Connection) -> JsonResponse:
    """The same for machines, read-only like the page's: 200 where all is well, 503 where something needs mending."""
    report = _checked(connection)
    return JsonResponse(report.as_json(), status=200 if report.ok else 503)


@never_cache
@require_safe
@connected_page
def progress(request: MemberRequest, connection: Connection) -> HttpResponse:
    """How far the first reading is; 204 while it stands where the page already shows it."""
    now = timezone.now()
    context = _progress(connection)
    if not request.htmx:
        return redirect("settings:gsuite")
    if request.GET.get("version") == context["version"]:
        return HttpResponse(status=204)
    if connection.state == Connection.State.PENDING:
        context["people"] = _first_people(connection, now)
    return render(request, "settings/progress_panel.html", context)


@never_cache
@require_safe
@connected_page
def measured(request: MemberRequest, connection: Connection) -> HttpResponse:
    """The measured part of the Overview; 204 while it stands as the page already shows it."""
    if not request.htmx:
        return redirect("settings:gsuite")
    context = measured_part(connection, now=timezone.now())
    if request.GET.get("version") == context["measured_version"]:
        return HttpResponse(status=204)
    return render(request, "settings/measured_panel.html", context)


@require_POST
@connected_page
def save(request: MemberRequest, connection: Connection) -> HttpResponse:
    """Save what events contain; the first Save makes the connection live."""
    form = ContentForm(request.POST)
    was_pending = connection.state == Connection.State.PENDING
    if not form.is_valid():
        if was_pending:
            return render(request, "settings/gsuite_pending.html", _pending(connection) | {"form": form})
        return render(
            request, "settings/gsuite_content.html", tab(connection, "content") | content_part(connection, form)
        )
    save_connection(connection, content=EventContent(**form.cleaned_data), by=request.user, now=timezone.now())
    if was_pending:
        messages.success(request, _("Live. From now on, appointments are written to Google Calendar."))
        return redirect("settings:gsuite")
    messages.success(request, _("Saved. Future events are being written anew."))
    return redirect("settings:gsuite_content")


MOST_PEOPLE = 200_000


def _planned(request: MemberRequest) -> dict[str, Any]:
    """What synchronising costs, for as many people as are asked for; at first for those who are here already."""
    typed = request.GET.get("people", "")
    people = min(int(typed), MOST_PEOPLE) if typed.isdecimal() else max(people_here(request.organisation), 1)
    return {
        "planned_people": people,
        "planned": [{"push": push, "load": planned_load(people, push=push, limits=limits())} for push in (True, False)],
        "quota_limit": limits().project,
    }


def _setup(request: MemberRequest, form: ConnectForm, report: CheckReport | None = None) -> dict[str, Any]:
    signs = signs_of(report) if report else []
    return {"form": form, "report": report, "signs": signs, **guide_context(request, report)}


def _progress(connection: Connection) -> dict[str, Any]:
    now = progress_of(connection)
    shown = (now.people, now.read, now.events, now.failed, now.importing, bool(connection.import_error))
    version = ".".join(str(int(each)) for each in shown)
    return {"connection": connection, "progress": now, "version": version}


def _first_people(connection: Connection, now: datetime) -> list[PersonRow]:
    """As many as fit beside the form; the Users tab has them all."""
    return rows(people_of(connection, now=now)[:FIRST_PEOPLE], now=now)


def _pending(connection: Connection) -> dict[str, Any]:
    now = timezone.now()
    return {
        **_progress(connection),
        "overview": overview(connection, now=now),
        "people": _first_people(connection, now),
        **content_part(connection),
    }


def _live(connection: Connection) -> dict[str, Any]:
    return (
        _progress(connection)
        | tab(connection, "overview")
        | measured_part(connection, now=timezone.now())
        | {"stakes": stakes_of(connection), "others": others_of(connection)}
    )
