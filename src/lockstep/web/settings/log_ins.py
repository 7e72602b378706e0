"""Who may sign in: the list, inviting, changing, closing and opening log-ins."""

from __future__ import annotations

from typing import Any
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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lockstep.operations import log_ins as operations
from lockstep.operations.visible import home_zone, locations_at
from lockstep.scheduling.refusals import Refused
from lockstep.scheduling.roles import Ability, Role
from lockstep.store.models import Location, Organisation, User
from lockstep.web.access import MemberRequest, needs
from lockstep.web.role_words import ROLES, role_name

A_PAGE = 50


class LogInForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[(role.value, words) for role, (words, _what) in ROLES.items()],
        initial=Role.STAFF.value,
    )
    locations: forms.ModelMultipleChoiceField[Location] = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Their locations"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("For managers and for staff who see others. Without any: where they take appointments."),
    )

    def __init__(self, organisation: Organisation, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["locations"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = locations_at(organisation)

    def log_in(self, email: str) -> operations.LogIn:
        said = self.cleaned_data
        return operations.LogIn(said["name"], email, Role(said["role"]), tuple(said["locations"]))


class InvitationForm(LogInForm):
    email = forms.EmailField(label=gettext_lazy("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    field_order = ("name", "email", "role", "locations")


@never_cache
@require_safe
@needs(Ability.CHANGE_SETTINGS)
def index(request: MemberRequest) -> HttpResponse:
    search = request.GET.get("search", "").strip()
    page = Paginator(operations.log_ins_of(request.organisation, search=search), A_PAGE).get_page(
        request.GET.get("page")
    )
    rows = [{"user": user, "role": role_name(user.role), "waits": operations.waits_for_password(user)} for user in page]
    context = {"page": page, "rows": rows, "search": search, "zone": home_zone(request.user)}
    return render(request, "settings/log_in_list.html" if request.htmx else "settings/log_ins.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.CHANGE_SETTINGS)
def invite(request: MemberRequest) -> HttpResponse:
    form = InvitationForm(request.organisation, request.POST or None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        try:
            operations.invite(request.organisation, form.log_in(email), by=request.user, now=timezone.now())
        except operations.AddressTaken as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": email})
            return redirect("settings:log_ins")
    return render(request, "settings/log_in.html", {"form": form, "roles": ROLES.values()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.CHANGE_SETTINGS)
def change(request: MemberRequest, uuid: UUID) -> HttpResponse:
    user = _found(request, uuid)
    initial = {"name": user.name, "role": user.role, "locations": user.locations.all()}
    form = LogInForm(request.organisation, request.POST or None, initial=initial)
    if form.is_valid():
        try:
            operations.change_log_in(user, form.log_in(user.email), by=request.user, now=timezone.now())
        except operations.LastAdmin as refusal:
            form.add_error("role", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("settings:log_ins")
    waits = operations.waits_for_password(user)
    return render(
        request, "settings/log_in.html", {"form": form, "concerned": user, "waits": waits, "roles": ROLES.values()}
    )


@require_POST
@needs(Ability.CHANGE_SETTINGS)
def invite_again(request: MemberRequest, uuid: UUID) -> HttpResponse:
    user = _found(request, uuid)
    operations.invite_again(user, by=request.user, now=timezone.now())
    messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": user.email})
    return redirect("settings:log_ins")


@require_POST
@needs(Ability.CHANGE_SETTINGS)
def close(request: MemberRequest, uuid: UUID) -> HttpResponse:
    user = _found(request, uuid)
    try:
        operations.close_log_in(user, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        words = _("%(name)s can no longer sign in. Nothing of theirs is removed; open the log-in again at any time.")
        messages.success(request, words % {"name": user.name})
    return redirect("settings:log_ins")


@require_POST
@needs(Ability.CHANGE_SETTINGS)
def open_again(request: MemberRequest, uuid: UUID) -> HttpResponse:
    user = _found(request, uuid)
    operations.open_log_in(user, by=request.user, now=timezone.now())
    messages.success(request, _("%(name)s can sign in again.") % {"name": user.name})
    return redirect("settings:log_ins")


def _found(request: MemberRequest, uuid: UUID) -> User:
    user = operations.log_in_of(request.organisation, uuid)
    if user is None:
        raise Http404
    return user
