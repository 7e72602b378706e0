"""Log-ins: nobody signs up by themselves; an admin or the operator makes the account."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth publishes no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The operator to their own pages, everybody else to their calendar."""
        user = request.user
        if getattr(user, "is_operator", False) and getattr(user, "organisation_id", None) is None:
            return reverse("admin:index")
        return reverse("desk:calendar")
