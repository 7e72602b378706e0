"""The front page, and the style guide that shows every component while debugging."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _

from lockstep.operations.organisations import all_organisations


def front(request: HttpRequest) -> HttpResponse:
    """What this is, and the way in. A demo also leads to the client's side of each organisation."""
    organisations = all_organisations() if settings.ENVIRONMENT == "demo" else ()
    return render(request, "front.html", {"organisations": organisations, "mail_page": settings.MAIL_CATCHER})


def favicon(request: HttpRequest) -> HttpResponse:
    return redirect(static("lockstep/mark.svg"))


class _Sample(forms.Form):
    email = forms.EmailField(label="Directory User Email", help_text="A Google admin account.")
    group = forms.EmailField(label="Directory Group", required=False, help_text="Leave empty if everyone takes part.")
    method = forms.ChoiceField(
        label="How shall we meet?", choices=[("a", "In person"), ("b", "By phone")], widget=forms.RadioSelect
    )
    zone = forms.ChoiceField(label="Time zone", choices=[("a", "Halifax"), ("b", "Vancouver")])
    notes = forms.CharField(label="Notes", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    include = forms.BooleanField(
        label="Include client ID in the synced event description",
        required=False,
        help_text="Leave this off where staff should not see client IDs.",
    )


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in use. Reached only while debugging, so its words are not translated."""
    messages.success(request, _("Saved."))
    form = _Sample({"email": "lockstep@", "zone": "a"} if "errors" in request.GET else None)
    return render(request, "styleguide.html", {"form": form, "trail": [("Settings", "#"), ("Integrations & API", "#")]})
