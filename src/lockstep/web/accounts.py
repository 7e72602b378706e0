"""Log-ins: nobody signs up by themselves; an admin or the operator makes the account."""

from __future__ import annotations

import time

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from django.http import HttpRequest
from django.urls import reverse


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth publishes no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str) -> bool:
        """False for whoever signed in a moment ago: asking for the password twice in a row guards nothing."""
        request = context.request
        if request is None or not request.user.is_authenticated:
            return True
        records = get_authentication_records(request, request.user)
        just_now = time.time() - account_settings.REAUTHENTICATION_TIMEOUT
        return not any(record["at"] > just_now for record in records)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The operator to their own pages, everybody else to their calendar."""
        user = request.user
        if getattr(user, "is_operator", False) and getattr(user, "organisation_id", None) is None:
            return reverse("admin:index")
        return reverse("desk:calendar")
