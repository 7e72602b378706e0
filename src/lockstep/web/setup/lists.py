"""The three lists of the set-up: search, filter, pages, and what can be done with several rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lockstep.operations.setting_up import lists as operations
from lockstep.operations.setting_up.lists import Kind, Listed, Show
from lockstep.operations.setting_up.people import assign_many
from lockstep.operations.setting_up.reach import (
    location_for,
    locations_for,
    service_for,
    services_for,
    sets_up_everything,
)
from lockstep.operations.setting_up.writing_down import NotSaved
from lockstep.scheduling.roles import Ability
from lockstep.store.models import Location, Service, StaffMember
from lockstep.web.access import MemberRequest, needs
from lockstep.web.setup.words import ListWords, list_words, under_the_name

A_PAGE = 50
PAGES = {Kind.LOCATIONS: "setup:location", Kind.SERVICES: "setup:service", Kind.STAFF: "setup:staff_member"}
ADDING = {Kind.LOCATIONS: "setup:location_new", Kind.SERVICES: "setup:service_new", Kind.STAFF: "setup:staff_new"}


@dataclass(frozen=True, slots=True)
class Row:
    row: Listed
    href: str
    under: str
    on: bool


@never_cache
@require_safe
@needs(Ability.SET_UP)
def listing(request: MemberRequest, kind: str) -> HttpResponse:
    which = _kind(kind)
    search = request.GET.get("search", "").strip()
    show = Show(request.GET["show"]) if request.GET.get("show") in set(Show) else Show.ALL
    found = operations.listed(request.user, which, search=search, show=show)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    words = list_words(which)
    context: dict[str, Any] = {
        "kind": which.value,
        "words": words,
        "add_href": reverse(ADDING[which]),
        "page": page,
        "rows": [_row(which, each) for each in page.object_list if isinstance(each, Location | Service | StaffMember)],
        "search": search,
        "show": show.value,
        "shows": _shows(words),
        "filtered": bool(search) or show is not Show.ALL,
        "may_add": sets_up_everything(request.user),
        "may_change": which is not Kind.SERVICES or sets_up_everything(request.user),
        "archived": show is Show.ARCHIVED,
    }
    if which is Kind.STAFF:
        context |= {"services": services_for(request.user), "locations": locations_for(request.user)}
    return render(request, "setup/rows.html" if request.htmx else "setup/list.html", context)


def _kind(kind: str) -> Kind:
    if kind not in set(Kind):
        raise Http404
    return Kind(kind)


def _row(kind: Kind, row: Location | Service | StaffMember) -> Row:
    on = row.appointment_taking if isinstance(row, StaffMember) else row.active
    return Row(row, reverse(PAGES[kind], args=[row.uuid]), under_the_name(row), on)


def _shows(words: ListWords) -> list[tuple[str, str]]:
    return [
        (Show.ALL.value, _("All")),
        (Show.ON.value, words.on),
        (Show.OFF.value, words.off),
        (Show.ARCHIVED.value, _("Archived")),
    ]


@require_POST
@needs(Ability.SET_UP)
def bulk(request: MemberRequest, kind: str) -> HttpResponse:
    """What is done with the ticked rows. Removing shows the numbers first and asks once."""
    which = _kind(kind)
    uuids = ticked(request.POST)
    action = request.POST.get("action", "")
    if not uuids:
        messages.warning(request, _("Nothing is ticked. Tick the rows that you mean, then choose again."))
        return redirect("setup:list", which)
    try:
        return _act(request, which, uuids, action)
    except NotSaved as refusal:
        messages.error(request, str(refusal))
        return redirect("setup:list", which)


def ticked(data: QueryDict) -> list[UUID]:
    """The rows that were ticked; what is no id is left out."""
    uuids = []
    for text in data.getlist("row"):
        try:
            uuids.append(UUID(text))
        except ValueError:
            continue
    return uuids


def _act(request: MemberRequest, kind: Kind, uuids: Sequence[UUID], action: str) -> HttpResponse:
    now = timezone.now()
    match action:
        case "on" | "off":
            number = operations.switch(request.user, kind, uuids, on=action == "on", now=now)
            words = list_words(kind)
            messages.success(
                request, f"{words.switched_on if action == 'on' else words.switched_off} {_counted(number)}"
            )
        case "restore":
            number = operations.restore(request.user, kind, uuids, now=now)
            messages.success(request, _("Restored, switched off.") + f" {_counted(number)}")
        case "remove":
            removal = operations.removal_of(request.user, kind, uuids)
            if request.POST.get("sure") != "yes":
                context = {"kind": kind.value, "words": list_words(kind), "removal": removal, "uuids": uuids}
                return render(request, "setup/remove.html", context)
            removal = operations.remove(request.user, kind, uuids, now=now)
            messages.success(
                request,
                _("%(deleted)d removed, %(archived)d archived.")
                % {"deleted": len(removal.deleted), "archived": len(removal.archived)},
            )
        case "assign" | "unassign" if kind is Kind.STAFF:
            _assign(request, uuids, on=action == "assign")
        case _:
            messages.warning(request, _("Choose what to do with the ticked rows."))
    return redirect("setup:list", kind)


def _assign(request: MemberRequest, uuids: Sequence[UUID], *, on: bool) -> None:
    service = _named(request, "service", service_for)
    location = _named(request, "location", location_for)
    if service is None or location is None:
        messages.warning(request, _("Choose a service and a location to assign them to."))
        return
    people = [each for each in operations.chosen(request.user, Kind.STAFF, uuids) if isinstance(each, StaffMember)]
    assign_many(people, service, location, on=on, by=request.user, now=timezone.now())
    done = (
        _("Assigned to %(service)s at %(location)s.") if on else _("No longer assigned to %(service)s at %(location)s.")
    )
    messages.success(request, done % {"service": service.name, "location": location.name} + f" {_counted(len(people))}")


def _named(request: MemberRequest, name: str, find: Any) -> Any:
    try:
        return find(request.user, UUID(request.POST.get(name, "")))
    except ValueError:
        return None


def _counted(number: int) -> str:
    return ngettext("%(n)d was changed.", "%(n)d were changed.", number) % {"n": number}
