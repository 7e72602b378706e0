"""Who may open a page: signed in, of an organisation, and with the ability that the page needs.

The table of roles is `lockstep.scheduling.roles`; here it only meets the request.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django_htmx.middleware import HtmxDetails

from lockstep.scheduling.roles import Ability, may
from lockstep.store.models import Organisation, User

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """A request of somebody who is signed in and belongs to an organisation."""

    user: User
    organisation: Organisation
    htmx: HtmxDetails


View = Callable[Concatenate[MemberRequest, P], HttpResponse]


def needs(*abilities: Ability) -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """Open the page to people with one of `abilities`; others get 403, anonymous visitors the log-in."""

    def decorate(view: View[P]) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            user: User = request.user
            if user.organisation is None:
                # The operator belongs to no organisation and has pages of their own.
                return redirect("admin:index" if user.is_operator else "front")
            if not any(may(user.role, ability) for ability in abilities):
                raise PermissionDenied
            request.organisation = user.organisation
            return view(request, *args, **kwargs)

        return says_abilities(guarded, *abilities)

    return decorate


def says_abilities(view: Callable[..., HttpResponse], *abilities: Ability) -> Callable[..., HttpResponse]:
    """Write on the view who may open it, so that a test can ask every address."""
    view.abilities = abilities  # type: ignore[attr-defined]  # a mark of ours on a function
    return view
