"""The Users tab: who syncs and how they are doing, and what an admin does about it, for one person or for many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lockstep.operations import resyncing, selecting
from lockstep.operations.roster import Cause, Counts, Level, chosen, people_of, rows
from lockstep.operations.visible import home_zone
from lockstep.store.models import Connection, StaffMember
from lockstep.web.access import MemberRequest
from lockstep.web.settings.pages import connected_page, tab

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

A_PAGE = 50
LEVELS = {
    "syncing": (Level.OK, Level.READING),
    "warnings": (Level.WARNING,),
    "errors": (Level.ERROR,),
    "off": (Level.OFF,),
}
"""The tiles, and which people each counts."""


@never_cache
@require_safe
@connected_page
def users(request: MemberRequest, connection: Connection) -> HttpResponse:
    """The people who sync, filtered by a tile and searched; htmx takes the table alone."""
    return render(
        request, "settings/people.html" if request.htmx else "settings/gsuite_users.html", _table(request, connection)
    )


def _table(request: MemberRequest, connection: Connection) -> dict[str, Any]:
    """Whoever searches gets the table alone, and nobody else is counted."""
    now = timezone.now()
    search, level = request.GET.get("search", "").strip(), request.GET.get("level", "")
    levels = LEVELS.get(level, ())
    pages = Paginator(people_of(connection, levels=levels, search=search, now=now), A_PAGE)
    around = {} if request.htmx else tab(connection, "users")
    if around and not search:
        # Known already, so it is not counted again.
        counts: Counts = around["overview"].counts
        pages.count = counts.at(*levels) if levels else counts.people
    page = pages.get_page(request.GET.get("page"))
    context = {
        "connection": connection,
        "page": page,
        "rows": rows(page.object_list, now=now),
        "search": search,
        "level": level if levels else "",
        "filtered": bool(search or levels),
        "zone": home_zone(request.user),
    }
    return around | context | (_for_everybody(connection, around["overview"].counts) if around else {})


def _for_everybody(connection: Connection, counts: Counts) -> dict[str, Any]:
    """What the deeds for everybody are about, in numbers."""
    failed = counts.of(Cause.BLOCKED) + counts.of(Cause.BACKING_OFF)
    at_rest = counts.at(Level.OFF) + counts.of(Cause.LEFT) + counts.of(Cause.MISMATCHED)
    return {
        "off": counts.of(Cause.SWITCHED_OFF),
        "failed": failed,
        "all": counts.people - at_rest,
        **_reading(connection, 0),
    }


def _reading(connection: Connection, was: int) -> dict[str, int]:
    reading = resyncing.being_read(connection).count()
    was = max(was, reading)
    return {"reading": reading, "was": was, "read": was - reading}


@never_cache
@require_safe
@connected_page
def rereading(request: MemberRequest, connection: Connection) -> HttpResponse:
    """How many calendars are still being read; 204 while it stands where the page already shows it."""
    try:
        was, shown = int(request.GET.get("was", "0")), int(request.GET.get("now", "0"))
    except ValueError as error:
        raise Http404 from error
    context = _reading(connection, was)
    if not request.htmx:
        return redirect("settings:gsuite_users")
    if context["reading"] == shown:
        return HttpResponse(status=204)
    return render(request, "settings/rereading.html", context)


@dataclass(frozen=True, slots=True)
class _Deed:
    """What may be done for chosen people. A question is asked first where something of theirs goes."""

    title: StrPromise | str = ""
    words: StrPromise | str = ""
    consequences: tuple[StrPromise | str, ...] = ()


_STAYS = gettext_lazy(
    "Future appointments stay in Lockstep, and our events stay in their Google calendars. Neither follows the other "
    "any more, except that an event goes when its appointment is cancelled or handed over."
)
_BACK = gettext_lazy("Switched on again, both sides catch up.")
DEEDS = {
    "resync": _Deed(),
    "take": _Deed(),
    "enable": _Deed(),
    "rest": _Deed(
        gettext_lazy("Take no more appointments?"),
        gettext_lazy("Switch off"),
        (gettext_lazy("Nobody can book them, and their calendars are no longer read."), _STAYS, _BACK),
    ),
    "disable": _Deed(
        gettext_lazy("Switch their sync off?"),
        gettext_lazy("Disable"),
        (
            gettext_lazy("They are booked by what stands in Lockstep alone: what they plan in Google blocks nothing."),
            _STAYS,
            _BACK,
        ),
    ),
}


@require_POST
@connected_page
def do(request: MemberRequest, connection: Connection) -> HttpResponse:
    """One deed for the people chosen; what takes something away says the numbers and asks first."""
    # A switch in a row is about its person, whoever else is ticked.
    name, _colon, only = request.POST.get("only", "").partition(":")
    name = name or request.POST.get("deed", "")
    deed = DEEDS.get(name)
    people = chosen(connection, _ids([only] if only else request.POST.getlist("people")))
    if deed is None:
        raise Http404
    if not people:
        messages.warning(request, _("Choose at least one person first."))
        return redirect("settings:gsuite_users")
    if deed.consequences and "confirmed" not in request.POST:
        losses = resyncing.losses_of(people, now=timezone.now())
        context = {"connection": connection, "deed": deed, "name": name, "people": people, "losses": losses}
        return render(request, "settings/people_deed.html", context)
    done = _carry_out(name, request, connection, people)
    messages.success(request, _said(name, done))
    return redirect("settings:gsuite_users")


def _carry_out(name: str, request: MemberRequest, connection: Connection, people: list[StaffMember]) -> int:
    now, uuids = timezone.now(), [each.uuid for each in people]
    if name == "resync":
        return resyncing.resync_people(connection, [each.pk for each in people], by=request.user, now=now)
    switch = selecting.set_appointment_taking if name in {"take", "rest"} else selecting.set_enabled
    return switch(request.organisation, uuids, on=name in {"take", "enable"}, by=request.user, now=now)


def _said(name: str, people: int) -> str:
    n = {"n": people}
    match name:
        case "resync":
            return _read_anew(people)
        case "take":
            return ngettext("%(n)s person takes appointments now.", "%(n)s people take appointments now.", people) % n
        case "rest":
            return (
                ngettext("%(n)s person takes no more appointments.", "%(n)s people take no more appointments.", people)
                % n
            )
        case "enable":
            return ngettext("Sync is on for %(n)s person.", "Sync is on for %(n)s people.", people) % n
    return ngettext("Sync is off for %(n)s person.", "Sync is off for %(n)s people.", people) % n


def _read_anew(people: int) -> str:
    return ngettext("%(n)s calendar is being read anew.", "%(n)s calendars are being read anew.", people) % {
        "n": people
    }


def _ids(texts: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts]
    except ValueError as error:
        raise Http404 from error


@require_POST
@connected_page
def resync(request: MemberRequest, connection: Connection, uuid: UUID) -> HttpResponse:
    """Read one person's calendar anew."""
    link = resyncing.link_of_person(connection, uuid)
    if link is None:
        raise Http404
    resyncing.resync_people(connection, [link.staff_id], by=request.user, now=timezone.now())
    messages.success(request, _("%(name)s’s calendar is being read anew.") % {"name": link.staff.name})
    return redirect("settings:gsuite_users")


@require_POST
@connected_page
def resync_many(request: MemberRequest, connection: Connection, who: str) -> HttpResponse:
    """Read every calendar anew, or those that failed."""
    links = resyncing.to_resync(connection, failed=who == "failed")
    people = list(links.values_list("staff_id", flat=True))
    done = resyncing.resync_people(connection, people, by=request.user, now=timezone.now())
    messages.success(request, _read_anew(done))
    return redirect("settings:gsuite_users")


@require_POST
@connected_page
def mend(request: MemberRequest, connection: Connection, uuid: UUID) -> HttpResponse:
    """Give a mismatched person their primary e-mail at Google."""
    try:
        staff = selecting.take_googles_email(request.organisation, uuid, by=request.user, now=timezone.now())
    except selecting.NotChanged as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("%(name)s’s e-mail is %(email)s now. Their calendar is being read.")
        messages.success(request, words % {"name": staff.name, "email": staff.email})
    return redirect("settings:gsuite_users")


@require_POST
@connected_page
def manual(request: MemberRequest, connection: Connection) -> HttpResponse:
    """Switch manual user syncing."""
    on = request.POST.get("manual") == "on"
    selecting.set_manual(connection, on=on, by=request.user, now=timezone.now())
    messages.success(
        request,
        _("Each person has an Enabled toggle now. Everybody’s is on until you switch it off.")
        if on
        else _("Everybody who is selected syncs again."),
    )
    return redirect("settings:gsuite_users")


@require_POST
@connected_page
def let_go(request: MemberRequest, connection: Connection) -> HttpResponse:
    """Say that the many who lack in Google's list have really left."""
    try:
        seen = int(request.POST.get("seen", ""))
        gone = selecting.let_held_go(connection, seen=seen, by=request.user, now=timezone.now())
    except ValueError as error:
        raise Http404 from error
    except selecting.NotChanged as refusal:
        messages.error(request, str(refusal))
    else:
        words = ngettext("%(n)s person has left.", "%(n)s people have left.", gone)
        messages.success(request, words % {"n": gone} + " " + _("Their appointments wait to be handed over."))
    return redirect("settings:gsuite_users")
