"""Who may open the settings, and the parts that their pages share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from lockstep.operations.check_steps import CheckReport, Outcome
from lockstep.operations.connection import connection_of
from lockstep.operations.overview import overview
from lockstep.scheduling.roles import Ability, may
from lockstep.store.models import Connection, User
from lockstep.web.access import MemberRequest, says_abilities

P = ParamSpec("P")


def may_connect(user: User) -> bool:
    """True where the operator enabled GSuite for the organisation and `user` may connect integrations."""
    organisation = user.organisation
    return bool(organisation and organisation.gsuite_enabled and may(user.role, Ability.CONNECT_INTEGRATIONS))


def gsuite_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Where GSuite does not show in Settings it does not exist either: 404, for whoever it does not show to."""

    @login_required
    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_connect(request.user):
            raise Http404
        request.organisation = request.user.organisation
        return view(request, *args, **kwargs)

    return says_abilities(guarded, Ability.CONNECT_INTEGRATIONS)


def connected_page(
    view: Callable[Concatenate[MemberRequest, Connection, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """A GSuite page that needs a connection; without one, the way to connect."""

    @gsuite_page
    @wraps(view)
    def guarded(request: MemberRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        connection = connection_of(request.organisation)
        if connection is None or connection.state in UNFINISHED:
            return redirect("settings:gsuite")
        return view(request, connection, *args, **kwargs)

    return guarded


UNFINISHED = (Connection.State.WAITING, Connection.State.DISCONNECTING)
"""They have one page, which shows how far they are."""


def unfinished_page(
    view: Callable[Concatenate[MemberRequest, Connection, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """A GSuite page for a connection that waits for Google or is being left."""

    @gsuite_page
    @wraps(view)
    def guarded(request: MemberRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        connection = connection_of(request.organisation)
        if connection is None or connection.state not in UNFINISHED:
            return redirect("settings:gsuite")
        return view(request, connection, *args, **kwargs)

    return guarded


def tab(connection: Connection, name: str) -> dict[str, Any]:
    """What every tab of a connected GSuite shows above its own part."""
    return {"connection": connection, "tab": name, "overview": overview(connection, now=timezone.now())}


def signs_of(report: CheckReport) -> list[dict[str, Any]]:
    """The check's steps with the sign and the pill that each is shown with."""
    return [{"step": step, **_SIGNS[step.outcome]} for step in report.steps]


_SIGNS: dict[Outcome, dict[str, str]] = {
    Outcome.PASSED: {"level": "ok", "sign": "✓"},
    Outcome.NOTED: {"level": "warn", "sign": "i"},
    Outcome.FAILED: {"level": "bad", "sign": "!"},
    Outcome.WAITING: {"level": "warn", "sign": "…"},
    Outcome.SKIPPED: {"level": "", "sign": "–"},
}
