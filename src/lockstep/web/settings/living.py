"""GSuite once it is live: event content."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lockstep.store.models import Connection
from lockstep.web.access import MemberRequest
from lockstep.web.settings.forms import content_form
from lockstep.web.settings.pages import connected_page, tab


@require_safe
@connected_page
def content(request: MemberRequest, connection: Connection) -> HttpResponse:
    return render(
        request, "settings/gsuite_content.html", tab(connection, "content") | {"form": content_form(connection)}
    )
