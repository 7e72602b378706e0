"""What a client tells about themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lockstep.operations.booking import ClientDetails, GivenAnswer
from lockstep.store.models import MeetingMethod, Question
from lockstep.web.booking.question_fields import field_for, field_name, given

_PHONE = re.compile(r"\+?[\d\s()./-]{6,40}")


class DetailsForm(forms.Form):
    """Name and e-mail; the phone number has to be given when the client is called on it."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "words"}),
        error_messages={"required": gettext_lazy("Please tell us your name.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("We send the confirmation there, with a link to move or cancel."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={
            "required": gettext_lazy("Please give us an e-mail address, so that we can confirm."),
            "invalid": gettext_lazy("This is not a whole e-mail address. It looks like name@example.com."),
        },
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    notes = forms.CharField(
        label=gettext_lazy("Anything we should know?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, method: str, questions: Sequence[Question] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[field_name(question)] = field_for(question)
        if questions:
            # What is said in one's own words comes last.
            self.order_fields([name for name in self.fields if name != "notes"])
        if method == MeetingMethod.PHONE:
            phone = self.fields["phone"]
            phone.required = True
            phone.help_text = _("We call you on this number.")
            phone.error_messages["required"] = _("Please give us the number that we should call.")

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"].strip()
        if phone and not _PHONE.fullmatch(phone):
            raise ValidationError(_("This does not look like a phone number. Use digits, like +1 902 555 0100."))
        return phone

    def client(self) -> ClientDetails:
        """The answers of a valid form."""
        return ClientDetails(
            name=self.cleaned_data["name"], email=self.cleaned_data["email"], phone=self.cleaned_data["phone"]
        )

    def answers(self) -> tuple[GivenAnswer, ...]:
        """What a valid form says to the service's questions."""
        return given(self.questions, self.cleaned_data)
