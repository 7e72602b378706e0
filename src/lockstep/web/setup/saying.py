"""How the set-up says what became of a change."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lockstep.operations.setting_up.writing_down import NotSaved
from lockstep.web.access import MemberRequest


def refused(form: forms.Form, refusal: NotSaved) -> None:
    """Say it beside its field, or above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def say_saved(request: MemberRequest, left: int, words: str = "") -> None:
    """Saved; and how many people's times still follow, who are not offered until they have."""
    words = words or _("Saved.")
    if left:
        words += " " + ngettext(
            "The times of %(n)d person follow in a moment; until then they are not offered.",
            "The times of %(n)d people follow in a moment; until then they are not offered.",
            left,
        ) % {"n": left}
    messages.success(request, words)
