"""Signing in with the organisation's own accounts, by OpenID Connect: Google's, or another provider's.

Nobody gets a log-in by this: it opens the one that an admin or the operator made, found by an address that the
provider vouches for, and from then on by the provider's own immutable id.
"""

from __future__ import annotations

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from requests import RequestException

log = logging.getLogger(__name__)

GOOGLE = "https://accounts.google.com"


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth publishes no types
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Turn away, with a sentence, whom nobody has given a log-in, and addresses that nobody vouches for."""
        if not sociallogin.is_existing or not _is_vouched_for(sociallogin.account.extra_data):
            messages.error(
                request,
                _("There is no log-in for this account. Ask an administrator of your organisation to invite you."),
            )
            raise ImmediateHttpResponse(redirect("account_login"))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_more: Any) -> None:
        raise ImmediateHttpResponse(self.did_not_work(request))

    def did_not_work(self, request: HttpRequest) -> HttpResponse:
        words = _("%(provider)s did not sign you in. Try again, or use your password.")
        messages.error(request, words % {"provider": settings.SIGN_IN_NAME})
        return redirect("account_login")


def login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Lead to the provider. One that cannot be reached is a sentence on the log-in page."""
    try:
        answer: HttpResponseBase = views.login(request, provider_id)
    except RequestException:
        log.warning("The identity provider cannot be reached.")
        return Adapter(request).did_not_work(request)
    return answer


def _is_vouched_for(told: dict[str, Any]) -> bool:
    """True when the provider says that the address is this person's.

    Of addresses outside Gmail, Google vouches for those of a Workspace only (`hd`): a private account may keep an
    address that its holder no longer has. Source: Google's OpenID Connect guide, on `email_verified` and `hd`.
    """
    claims = told.get("id_token") or told.get("userinfo") or told
    if claims.get("email_verified") not in (True, "true"):
        return False
    if claims.get("iss") != GOOGLE:
        return True
    return bool(claims.get("hd")) or str(claims.get("email", "")).endswith("@gmail.com")


def sign_in_name() -> str:
    """What the button calls the provider; empty where none is configured."""
    return settings.SIGN_IN_NAME if settings.SIGN_IN_CLIENT else ""
