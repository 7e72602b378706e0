"""What every template knows: the environment, the organisation, and the navigation that the person's role allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from lockstep.operations.visible import open_conflicts, own_staff_member
from lockstep.scheduling.roles import Ability, may
from lockstep.store.models import User
from lockstep.web.single_sign_on import sign_in_name


@dataclass(frozen=True, slots=True)
class NavigationItem:
    words: str
    href: str
    current: bool
    count: int = 0
    """What needs the person there."""


def installation(request: HttpRequest) -> dict[str, Any]:
    """The context of every page. Lazy, so that a page that shows no header asks the database nothing."""
    return {
        "environment": settings.ENVIRONMENT,
        "is_demo": settings.ENVIRONMENT == "demo",
        "sign_in_name": sign_in_name(),
        "organisation": SimpleLazyObject(lambda: getattr(getattr(request, "user", None), "organisation", None)),
        "navigation": SimpleLazyObject(lambda: list(_navigation(request))),
    }


def _navigation(request: HttpRequest) -> Iterator[NavigationItem]:
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_authenticated:
        return
    if user.organisation_id is None:
        if user.is_operator:
            yield _item(request, _("Operator"), reverse("admin:index"))
        return
    if may(user.role, Ability.SEE_CALENDARS):
        conflicts, clients, absences = reverse("desk:conflicts"), reverse("desk:clients"), reverse("desk:absences")
        desk = reverse("desk:calendar")
        elsewhere = request.path.startswith((conflicts, clients, absences))
        yield NavigationItem(_("Calendar"), desk, request.path.startswith(desk) and not elsewhere)
        yield _item(request, _("Clients"), clients)
        if may(user.role, Ability.CHANGE_HOURS):
            yield _item(request, _("Absences"), absences)
        open_ones = open_conflicts(user).count()
        yield NavigationItem(_("Conflicts"), conflicts, request.path.startswith(conflicts), open_ones)
    if may(user.role, Ability.SEE_REPORTS):
        yield _item(request, _("Reports"), reverse("reports:index"))
    if may(user.role, Ability.SET_UP):
        yield _item(request, _("Set-up"), reverse("setup:index"))
    elif may(user.role, Ability.CHANGE_HOURS) and (own := own_staff_member(user)):
        yield _item(request, _("My hours"), reverse("setup:hours", args=[own.uuid]))
    if may(user.role, Ability.CHANGE_SETTINGS):
        yield _item(request, _("Settings"), reverse("settings:index"))


def _item(request: HttpRequest, words: str, href: str) -> NavigationItem:
    return NavigationItem(words, href, request.path.startswith(href))
