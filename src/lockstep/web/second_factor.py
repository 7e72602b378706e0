"""The second factor: who needs one, and that they set it up before anything else.

Admins and operators change what everybody depends on, so a stolen password alone must not be enough. Who signs in
through the organisation's identity provider is guarded by that. Everybody else may set one up.
"""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from lockstep.scheduling.roles import Role
from lockstep.store.models import User

_OPEN = ("/accounts/", "/static/", "/healthz", "/book/", "/appointment/", "/google/push")
"""What is reached before the second factor is set up: setting it up, and what needs no log-in."""
_SEEN = "second_factor_seen"
"""In the session once the factor was found, so that not every page asks the database. It cannot be taken away again
while it is needed (`Adapter.can_delete_authenticator`)."""


def needs_second_factor(user: User) -> bool:
    """True for people whose password alone is not enough."""
    return settings.SECOND_FACTOR == "required" and (user.role == Role.ADMIN or user.is_operator)


def _came_from_the_identity_provider(request: HttpRequest, user: User) -> bool:
    return any(record["method"] == "socialaccount" for record in get_authentication_records(request, user))


class SecondFactorFirst:
    """Leads people who need a second factor and have none to where they set it up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if request.path.startswith(_OPEN) or not isinstance(user, User) or not needs_second_factor(user):
            return self.get_response(request)
        if request.session.get(_SEEN) or _came_from_the_identity_provider(request, user):
            return self.get_response(request)
        if is_mfa_enabled(user):
            request.session[_SEEN] = True
            return self.get_response(request)
        messages.info(request, _("Your account needs a second factor, because it can change what everybody uses."))
        return redirect("mfa_activate_totp")


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth publishes no types
    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not needs_second_factor(authenticator.user)
