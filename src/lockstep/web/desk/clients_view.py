"""Clients at the desk: the list, a client's card with their appointments, and correcting it."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lockstep.operations import clients as operations
from lockstep.operations.visible import home_zone
from lockstep.scheduling.roles import Ability, may
from lockstep.store.models import Client
from lockstep.web.access import MemberRequest, needs

A_PAGE = 50


class ClientForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    email = forms.EmailField(label=gettext_lazy("E-mail"))
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    client_id = forms.CharField(
        label=gettext_lazy("Client ID"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("Your organisation’s own number for them."),
    )

    def card(self) -> operations.ClientCard:
        return operations.ClientCard(**self.cleaned_data)


@never_cache
@require_safe
@needs(Ability.SEE_CALENDARS)
def clients(request: MemberRequest) -> HttpResponse:
    search = request.GET.get("search", "").strip()
    page = Paginator(operations.clients_seen_by(request.user, search=search), A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "search": search}
    return render(request, "desk/client_list.html" if request.htmx else "desk/clients.html", context)


@never_cache
@require_safe
@needs(Ability.SEE_CALENDARS)
def client(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """The card: who they are, what is ahead, what was."""
    found = _found(request, uuid)
    now = timezone.now()
    past = operations.appointments_before(found, request.user, now=now)
    context = {
        "client": found,
        "ahead": operations.appointments_ahead(found, request.user, now=now),
        "page": Paginator(past, A_PAGE).get_page(request.GET.get("page")),
        "zone": home_zone(request.user),
        "can_book": may(request.user.role, Ability.BOOK),
        "can_change": may(request.user.role, Ability.CHANGE_APPOINTMENTS),
    }
    return render(request, "desk/client.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.CHANGE_APPOINTMENTS)
def change(request: MemberRequest, uuid: UUID) -> HttpResponse:
    found = _found(request, uuid)
    initial = {name: getattr(found, name) for name in ClientForm.base_fields}
    form = ClientForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            operations.change_client(found, form.card(), by=request.user, now=timezone.now())
        except operations.ClientIdTaken as refusal:
            form.add_error("client_id", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:client", uuid=uuid)
    return render(request, "desk/client_change.html", {"client": found, "form": form})


def _found(request: MemberRequest, uuid: UUID) -> Client:
    found = operations.client_of(request.user, uuid)
    if found is None:
        raise Http404
    return found
