"""How admins are told when something is wrong for longer, with a test, and what they were told."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lockstep import wiring
from lockstep.operations import alerting
from lockstep.store.models import Connection
from lockstep.web.access import MemberRequest
from lockstep.web.settings.pages import connected_page, tab


class AlertForm(forms.Form):
    by_email = forms.BooleanField(
        label=gettext_lazy("E-mail to every admin"),
        required=False,
    )
    webhook_url = forms.URLField(
        label=gettext_lazy("Webhook"),
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("An https:// address on the public Internet that takes a signed POST."),
    )
    delay_limit_seconds = forms.IntegerField(
        label=gettext_lazy("Longest delay, in seconds"),
        min_value=1,
        max_value=86_400,
        help_text=gettext_lazy("You are told when one change in twenty of the last hour took longer."),
    )

    def clean_webhook_url(self) -> str:
        url: str = self.cleaned_data["webhook_url"]
        if url and not url.startswith("https://"):
            raise forms.ValidationError(_("Enter an address that begins with https://."))
        return url


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@connected_page
def alerts(request: MemberRequest, connection: Connection) -> HttpResponse:
    """The settings of the alerts; POST saves them."""
    current = alerting.settings_of(request.organisation)
    initial = {name: getattr(current, name) for name in AlertForm.base_fields}
    form = AlertForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        alerting.save_settings(request.organisation, **form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("settings:gsuite_alerts")
    context = tab(connection, "overview") | {
        "form": form,
        "current": current,
        "admins": alerting.admins_of(request.organisation),
        "incidents": alerting.recent_incidents(request.organisation),
    }
    return render(request, "settings/alerts.html", context)


@require_POST
@connected_page
def test_alert(request: MemberRequest, connection: Connection) -> HttpResponse:
    """Send a test now, and say what came of it."""
    try:
        alerting.send_test(request.organisation, courier=wiring.courier(), now=timezone.now())
    except alerting.NotDelivered as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The test is on its way. Look where you expect it."))
    return redirect("settings:gsuite_alerts")
