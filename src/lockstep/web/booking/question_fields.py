"""A form field for each of a service's questions, and the answer that it gives as text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lockstep.operations.booking import GivenAnswer
from lockstep.store.models import Question

Kind = Question.Kind
LONGEST = {Kind.TEXT: 300, Kind.LONG_TEXT: 2000}
YES, NO = "yes", "no"
PREFIX = "question-"


def field_name(question: Question) -> str:
    return f"{PREFIX}{question.uuid}"


def field_for(question: Question) -> forms.Field:
    """The field that asks it."""
    common: dict[str, Any] = {"label": question.words, "required": question.required}
    match question.kind:
        case Kind.LONG_TEXT:
            widget = forms.Textarea(attrs={"rows": 3})
            return forms.CharField(max_length=LONGEST[Kind.LONG_TEXT], widget=widget, **common)
        case Kind.CHOICE:
            return forms.ChoiceField(choices=_options(question), widget=forms.RadioSelect, **common)
        case Kind.CHOICES:
            choices = [(each, each) for each in question.options]
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
        case Kind.YES_NO:
            return forms.ChoiceField(choices=[(YES, _("Yes")), (NO, _("No"))], widget=forms.RadioSelect, **common)
        case Kind.DATE:
            return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **common)
        case Kind.NUMBER:
            return forms.DecimalField(max_digits=15, decimal_places=4, **common)
        case Kind.EMAIL:
            return forms.EmailField(**common)
        case Kind.PHONE:
            return forms.CharField(max_length=40, widget=forms.TextInput(attrs={"type": "tel"}), **common)
        case _:
            return forms.CharField(max_length=LONGEST[Kind.TEXT], **common)


def _options(question: Question) -> list[tuple[str, str]]:
    return [(each, each) for each in question.options]


def given(questions: Iterable[Question], cleaned: dict[str, Any]) -> tuple[GivenAnswer, ...]:
    """The answers in a valid form's data; a question that was left out has none."""
    said = ((each, _as_text(each, cleaned.get(field_name(each)))) for each in questions)
    return tuple(GivenAnswer(question, text) for question, text in said if text)


def _as_text(question: Question, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if isinstance(value, list):
        return ", ".join(value)
    if question.kind == Kind.YES_NO and value:
        return _("Yes") if value == YES else _("No")
    return str(value).strip()
