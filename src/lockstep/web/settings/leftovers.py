"""Other installations that write into the same calendars, and removing what one of them left."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lockstep.operations.leftovers import begin_removal, others_of
from lockstep.store.models import Connection
from lockstep.web.access import MemberRequest
from lockstep.web.settings.pages import connected_page, tab


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@connected_page
def leftovers(request: MemberRequest, connection: Connection) -> HttpResponse:
    """Says the numbers; with one installation in the address asks once; a POST has its events removed."""
    others = others_of(connection)
    said = request.POST if request.method == "POST" else request.GET
    chosen = next((each for each in others if f"{each.installation}.{each.environment}" == said.get("of")), None)
    if request.method == "POST" and chosen is not None:
        installation: UUID = chosen.installation
        number = begin_removal(connection, installation, chosen.environment, by=request.user, now=timezone.now())
        words = ngettext(
            "%(n)d event is being removed from Google.", "%(n)d events are being removed from Google.", number
        )
        messages.success(request, words % {"n": number})
        return redirect("settings:gsuite_leftovers")
    return render(
        request, "settings/leftovers.html", tab(connection, "overview") | {"others": others, "chosen": chosen}
    )
