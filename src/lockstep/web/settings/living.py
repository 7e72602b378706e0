"""The Event content tab: what events tell, with both kinds of event shown as Google will show them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from lockstep.operations.event_settings import EventContent, content_of_connection, events_ahead, preview_of
from lockstep.store.models import Connection
from lockstep.web.access import MemberRequest
from lockstep.web.settings.forms import ContentForm, content_form
from lockstep.web.settings.pages import connected_page, tab


def content_part(connection: Connection, form: ContentForm | None = None) -> dict[str, Any]:
    """The form, the preview of what is chosen in it, and how many events saving it rewrites."""
    now = timezone.now()
    shown = content_of_connection(connection)
    if form is not None and form.is_bound and form.is_valid():
        shown = EventContent(**form.cleaned_data)
    return {
        "form": form or content_form(connection),
        "preview": preview_of(connection, shown, now=now),
        "ahead": events_ahead(connection, now=now),
    }


@require_safe
@connected_page
def content(request: MemberRequest, connection: Connection) -> HttpResponse:
    return render(request, "settings/gsuite_content.html", tab(connection, "content") | content_part(connection))


@require_http_methods(["POST"])
@connected_page
def preview(request: MemberRequest, connection: Connection) -> HttpResponse:
    """The two events by what is chosen at the moment; nothing is saved."""
    if not request.htmx:
        return redirect("settings:gsuite_content")
    return render(request, "settings/content_preview.html", content_part(connection, ContentForm(request.POST)))
