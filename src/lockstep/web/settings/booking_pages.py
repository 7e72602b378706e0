"""Settings of the booking pages: the order of questions, cut-off, holds, reminders, and other sites that show them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lockstep.operations.organisations import BookingRules, booking_rules_of, change_booking_rules
from lockstep.scheduling.roles import Ability
from lockstep.web.access import MemberRequest, needs

_HOUR, _DAY = 60, 24 * 60
CUT_OFFS = {
    0: gettext_lazy("Until it begins"),
    _HOUR: gettext_lazy("Until an hour before"),
    4 * _HOUR: gettext_lazy("Until four hours before"),
    _DAY: gettext_lazy("Until a day before"),
    2 * _DAY: gettext_lazy("Until two days before"),
    7 * _DAY: gettext_lazy("Until a week before"),
}
REMINDERS = {
    7 * _DAY: gettext_lazy("A week before"),
    2 * _DAY: gettext_lazy("Two days before"),
    _DAY: gettext_lazy("A day before"),
    4 * _HOUR: gettext_lazy("Four hours before"),
    _HOUR: gettext_lazy("An hour before"),
}
MOST_SITES = 20


class BookingPagesForm(forms.Form):
    location_first = forms.TypedChoiceField(
        label=gettext_lazy("What are clients asked first?"),
        choices=[(0, gettext_lazy("What it is about")), (1, gettext_lazy("Where"))],
        coerce=lambda said: said == "1",
        widget=forms.RadioSelect,
    )
    cut_off_minutes = forms.TypedChoiceField(
        label=gettext_lazy("Until when may clients move or cancel their appointment?"),
        choices=CUT_OFFS.items(),
        coerce=int,
        help_text=gettext_lazy("Afterwards their page asks them to get in touch."),
    )
    reminder_minutes = forms.TypedMultipleChoiceField(
        label=gettext_lazy("When are clients reminded?"),
        choices=REMINDERS.items(),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    hold_minutes = forms.IntegerField(
        label=gettext_lazy("For how many minutes is a time held while a client types?"),
        min_value=2,
        max_value=30,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )
    embed_origins = forms.CharField(
        label=gettext_lazy("Web sites that may show the booking pages within their own"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy("One a line, like https://www.example.com. Without any, no other site may."),
    )

    def clean_embed_origins(self) -> list[str]:
        said = [line.strip().rstrip("/") for line in self.cleaned_data["embed_origins"].splitlines() if line.strip()]
        if len(said) > MOST_SITES:
            raise ValidationError(_("At most %(most)d sites.") % {"most": MOST_SITES})
        return [_origin(each) for each in dict.fromkeys(said)]

    def rules(self) -> BookingRules:
        said: dict[str, Any] = dict(self.cleaned_data)
        said["reminder_minutes"] = sorted(said["reminder_minutes"], reverse=True)
        return BookingRules(**said)


def _origin(text: str) -> str:
    """The origin as a browser names it. Raises: ValidationError for anything that is not one."""
    example = _("%(text)s is not the address of a site. It looks like https://www.example.com, without a path.")
    try:
        parts = urlsplit(text)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise ValidationError(example % {"text": text}) from None
    host = (parts.hostname or "").encode("idna").decode() if parts.hostname and len(parts.hostname) < 254 else ""
    plain = all(sign.isalnum() or sign in ".-" for sign in host)
    local = settings.ENVIRONMENT == "demo" and parts.scheme == "http" and host in {"localhost", "127.0.0.1"}
    if not host or not plain or parts.path or parts.query or parts.username or not (parts.scheme == "https" or local):
        raise ValidationError(example % {"text": text})
    return f"{parts.scheme}://{host}{port}"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.CHANGE_SETTINGS)
def booking_pages(request: MemberRequest) -> HttpResponse:
    rules = booking_rules_of(request.organisation)
    initial = {
        "location_first": int(rules.location_first),
        "cut_off_minutes": rules.cut_off_minutes,
        "reminder_minutes": rules.reminder_minutes,
        "hold_minutes": rules.hold_minutes,
        "embed_origins": "\n".join(rules.embed_origins),
    }
    form = BookingPagesForm(request.POST or None, initial=initial)
    if form.is_valid():
        change_booking_rules(request.organisation, form.rules(), by=request.user, now=timezone.now())
        messages.success(request, _("Saved. The booking pages follow at once."))
        return redirect("settings:booking_pages")
    slug = request.organisation.slug
    script = settings.PUBLIC_URL + reverse("booking:embed_script", args=[slug])
    context = {
        "form": form,
        "address": settings.PUBLIC_URL + reverse("booking:questions", args=[slug]),
        "embed_tag": f'<script src="{script}" async></script>',
    }
    return render(request, "settings/booking_pages.html", context, status=422 if form.errors else 200)
