"""The set-up guide: Google's screens in the order in which they come, each ticked when the check sees that it is done.

The page for the admin keeps itself up to date; the printable one is for whoever runs Google Workspace and has no log-in
here. It is reached by a signed link that ends by itself, and holds nothing but what has to be typed in Google.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lockstep import wiring
from lockstep.operations.check import check_connection
from lockstep.operations.check_steps import CheckReport, CheckStep, Outcome, scopes_for
from lockstep.operations.organisations import organisation_by_uuid
from lockstep.store.models import Organisation
from lockstep.sync.errors import SyncError
from lockstep.web.access import MemberRequest
from lockstep.web.settings.forms import ConnectForm
from lockstep.web.settings.lifecycle import TYPED
from lockstep.web.settings.pages import gsuite_page, signs_of

PRINTED_LASTS = timedelta(days=14)
_SALT = "google-set-up"


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One screen of Google's."""

    name: str
    title: str
    who: str
    path: str
    """How to get there, in Google's own words."""
    state: str
    """done, missing, or unknown while nobody could look."""
    problem: CheckStep | None


def guide_steps(*, with_group: bool, report: CheckReport | None) -> list[GuideStep]:
    """The steps, as far as `report` shows them done."""
    return [_step(*row, report) for row in _screens(with_group=with_group)]


def _screens(*, with_group: bool) -> list[tuple[str, str, str, str, tuple[str, ...]]]:
    """Name, title, who, path, and the steps of the check that show it done."""
    scopes = ("client", "users_scope", *(["groups_scope"] if with_group else []), "calendar_scope")
    operator, super_admin = _("The operator of this installation"), _("A Google super admin")
    rows = [
        (
            "cloud",
            _("A service account, and two APIs"),
            operator,
            "Google Cloud console → APIs & Services → Library",
            ("key", "accepted", "directory_api", "calendar_api"),
        ),
        (
            "delegation",
            _("Let Lockstep in"),
            super_admin,
            "Google Admin console → Security → Access and data control → API controls → Manage domain-wide delegation",
            scopes,
        ),
        (
            "role",
            _("A role that may read the directory, and a user who has it"),
            super_admin,
            "Google Admin console → Account → Admin roles → Create new role",
            ("directory_user", "users_read"),
        ),
    ]
    if with_group:
        title, path = _("A group of the people who take appointments"), "Directory → Groups → Create group"
        rows.append(("group", title, _("A Google admin"), f"Google Admin console → {path}", ("group", "members")))
    return rows


def _step(
    name: str, title: str, who: str, path: str, shown_by: tuple[str, ...], report: CheckReport | None
) -> GuideStep:
    found = [each for each in report.steps if each.name in shown_by] if report else []
    problem = next((each for each in found if each.outcome in {Outcome.FAILED, Outcome.WAITING}), None)
    done = report is not None and all(report.passed(each) for each in shown_by)
    return GuideStep(name, title, who, path, "done" if done else "missing" if problem else "unknown", problem)


def values_to_paste(*, with_group: bool) -> dict[str, Any]:
    """The Client ID and the scopes; without a usable key, why there is none."""
    workspace = wiring.workspace()
    client_id, key_problem = "", ""
    if workspace is None:
        key_problem = _("No service account key is configured. The operator of this installation does that first.")
    else:
        try:
            client_id = workspace.client_id
        except SyncError as error:
            key_problem = str(error)
    scopes = ",".join(scopes_for("a group" if with_group else ""))
    return {"client_id": client_id, "key_problem": key_problem, "scopes": scopes, "with_group": with_group}


def guide_context(request: MemberRequest, report: CheckReport | None = None) -> dict[str, Any]:
    """What the guide shows: before anything was typed, everything but the ticks."""
    typed = request.session.get(TYPED) or {}
    with_group = _with_group(request, typed)
    steps = guide_steps(with_group=with_group, report=report)
    version = "-".join(each.state[0] + (each.problem.name if each.problem else "") for each in steps)
    all_done = all(each.state == "done" for each in steps)
    printed = reverse("google_set_up", args=[_printed(request.organisation, with_group)])
    return {
        **values_to_paste(with_group=with_group),
        "guide": steps,
        "guide_version": version,
        "watched": bool(typed.get("directory_user")) and not all_done,
        "all_done": all_done,
        "printed_url": settings.PUBLIC_URL + printed,
        "printed_days": PRINTED_LASTS.days,
    }


def _with_group(request: MemberRequest, typed: dict[str, str]) -> bool:
    """As chosen on the page; else as typed before; else with one, which is the usual way."""
    chosen = request.GET.get("group")
    if chosen in {"yes", "no"}:
        return chosen == "yes"
    return bool(typed.get("directory_group")) if typed else True


@never_cache
@require_safe
@gsuite_page
def guide(request: MemberRequest) -> HttpResponse:
    """The guide's steps as they are now; 204 while they stand as the page already shows them."""
    if not request.htmx:
        return redirect("settings:gsuite")
    typed = request.session.get(TYPED) or {}
    report = _checked(request.organisation, typed) if typed.get("directory_user") else None
    context = guide_context(request, report)
    if request.GET.get("version") == context["guide_version"]:
        return HttpResponse(status=204)
    return render(request, "settings/guide_panel.html", context)


@require_POST
@gsuite_page
def try_out(request: MemberRequest) -> HttpResponse:
    """Check what was typed without connecting; from then on the guide's ticks follow."""
    form = ConnectForm(request.POST)
    report = None
    if form.is_valid():
        request.session[TYPED] = form.cleaned_data
        report = _checked(request.organisation, form.cleaned_data)
    context = {"form": form, "report": report, "signs": signs_of(report) if report else []}
    if request.htmx:
        answer = render(request, "settings/connect_panel.html", context)
        answer.headers["HX-Trigger-After-Swap"] = "checked"
        return answer
    return render(request, "settings/gsuite_setup.html", context | guide_context(request, report))


def _checked(organisation: Organisation, typed: dict[str, str]) -> CheckReport:
    return check_connection(
        organisation=organisation,
        directory_user=typed["directory_user"],
        directory_group=typed["directory_group"],
        workspace=wiring.workspace(),
        now=timezone.now(),
    )


def _printed(organisation: Organisation, with_group: bool) -> str:
    return signing.dumps({"o": organisation.uuid.hex, "g": with_group}, salt=_SALT)


@never_cache
@require_safe
def printable(request: HttpRequest, token: str) -> HttpResponse:
    """What has to be done in Google, for somebody without a log-in. Shows no secret, and ends after two weeks."""
    try:
        said = signing.loads(token, salt=_SALT, max_age=PRINTED_LASTS)
        organisation = organisation_by_uuid(UUID(said["o"]))
        with_group = bool(said["g"])
    except signing.SignatureExpired:
        return render(request, "settings/guide_over.html", {"is_public": True}, status=410)
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        raise Http404 from None
    if organisation is None or not organisation.gsuite_enabled:
        raise Http404
    context = {
        **values_to_paste(with_group=with_group),
        "organisation": organisation,
        "guide": guide_steps(with_group=with_group, report=None),
        "public_url": settings.PUBLIC_URL,
    }
    response = render(request, "settings/guide_printable.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
