"""The Rules tab: what counts as busy, what is followed and after how long, and when Lockstep stops and asks."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lockstep.operations.rules import Rules, change_rules, rules_of
from lockstep.store.models import Connection
from lockstep.web.access import MemberRequest
from lockstep.web.settings.pages import connected_page, tab


class RulesForm(forms.Form):
    tentative_blocks = forms.BooleanField(
        label=gettext_lazy("Tentative and unanswered events count as busy"),
        required=False,
        help_text=gettext_lazy(
            "On: nobody is booked over a maybe. Off: only what a person accepted blocks their time. What is stored is "
            "counted anew at once, without asking Google."
        ),
    )
    google_hours = forms.BooleanField(
        label=gettext_lazy("Take working hours from Google Calendar"),
        required=False,
        help_text=gettext_lazy(
            "For everybody who has set working hours in their Google Calendar: Google says when, Lockstep says where. "
            "Dates entered in Lockstep go first, and opening hours still hold. Whoever has set none keeps their hours "
            "in Lockstep. Read every four hours."
        ),
    )
    ask_first = forms.BooleanField(
        label=gettext_lazy("Ask before following a move or deletion made in Google"),
        required=False,
        help_text=gettext_lazy(
            "On: each goes to the conflict inbox, and both times stay blocked until somebody decides. Off: the "
            "appointment moves or is cancelled, and the client is told after the time below."
        ),
    )
    grace_minutes = forms.FloatField(
        label=gettext_lazy("Wait before the client is told, in minutes"),
        min_value=0,
        max_value=60,
        widget=forms.NumberInput(attrs={"class": "input-short", "step": "0.5", "inputmode": "decimal"}),
        help_text=gettext_lazy(
            "After a change in Google the old time stays blocked this long, so that a restore or three drags end in "
            "one e-mail about the outcome."
        ),
    )
    brake_number = forms.IntegerField(
        label=gettext_lazy("Stop and ask at more than this many appointments of one calendar"),
        min_value=1,
        max_value=1000,
        widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"}),
        help_text=gettext_lazy("Moved or deleted in Google within ten minutes. None of it is followed until you say."),
    )
    brake_share = forms.IntegerField(
        label=gettext_lazy("Or at more than this share of them, in per cent"),
        min_value=1,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"}),
        help_text=gettext_lazy(
            "From five on. It also stops a full reading that no longer shows this share of the coming busy time."
        ),
    )

    def rules(self) -> Rules:
        values = dict(self.cleaned_data)
        return Rules(grace_seconds=round(values.pop("grace_minutes") * 60), **values)


def _form_of(rules: Rules) -> RulesForm:
    return RulesForm(
        initial={
            "tentative_blocks": rules.tentative_blocks,
            "google_hours": rules.google_hours,
            "ask_first": rules.ask_first,
            "grace_minutes": f"{rules.grace_seconds / 60:g}",
            "brake_number": rules.brake_number,
            "brake_share": rules.brake_share,
        }
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@connected_page
def rules(request: MemberRequest, connection: Connection) -> HttpResponse:
    form = RulesForm(request.POST) if request.method == "POST" else _form_of(rules_of(request.organisation))
    if form.is_bound and form.is_valid():
        if change_rules(request.organisation, form.rules(), by=request.user, now=timezone.now()):
            messages.success(request, _("Saved. The new rules hold from now on."))
        else:
            messages.info(request, _("Nothing was different."))
        return redirect("settings:gsuite_rules")
    return render(request, "settings/gsuite_rules.html", tab(connection, "rules") | {"form": form})
