"""The form of a week's hours: one line a day, as people write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lockstep.scheduling.hours import LocalRange, WeeklyHours
from lockstep.scheduling.hours_text import HoursUnreadable, Unreadable, ranges_in, words_of


def hours_error(error: HoursUnreadable) -> str:
    """What to do about hours that cannot be read."""
    return {
        Unreadable.NO_RANGE: _("“%(text)s” has no start and end. Write, for example, 9:00–17:00."),
        Unreadable.NO_TIME: _("“%(text)s” is no time of day. Write, for example, 9:00 or 5:30 pm."),
        Unreadable.BACKWARDS: _(
            "“%(text)s” ends before it starts. Hours over midnight are two days: until 24:00, and from 0:00."
        ),
        Unreadable.OVERLAP: _("These overlap: %(text)s. Write them as one, or move one of them."),
    }[error.what] % {"text": error.text}


class HoursField(forms.CharField):
    """Hours of one day."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, max_length=200, **more)

    def clean(self, value: Any) -> list[LocalRange]:
        try:
            return ranges_in(str(super().clean(value)))
        except HoursUnreadable as error:
            raise forms.ValidationError(hours_error(error)) from error


class WeekForm(forms.Form):
    """Seven lines. `copied` fills the other weekdays with Monday's before anything is read."""

    def __init__(self, weekly: Sequence[WeeklyHours], data: Any = None, *, empty: str = "") -> None:
        initial = {f"day{weekday}": words for weekday, words in enumerate(words_of(weekly))}
        super().__init__(data, initial=initial)
        for weekday in range(7):
            self.fields[f"day{weekday}"] = HoursField(
                label=WEEKDAYS[weekday],
                widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": empty}),
            )

    @property
    def weekly(self) -> list[WeeklyHours]:
        days = enumerate(self.cleaned_data[f"day{weekday}"] for weekday in range(7))
        return [WeeklyHours(weekday, each) for weekday, ranges in days for each in ranges]


def with_monday_on_weekdays(data: Any) -> Any:
    """What was sent, with Monday's hours from Tuesday to Friday."""
    copied = data.copy()
    for weekday in range(1, 5):
        copied[f"day{weekday}"] = data.get("day0", "")
    return copied


class DateForm(forms.Form):
    """Other hours, or none, on a date or several in a row."""

    first_day = forms.DateField(label=gettext_lazy("Date"), widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(
        label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("Empty: only that date."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip
    hours = HoursField(
        label=gettext_lazy("Hours"), help_text=gettext_lazy("For example 10:00–14:00. Empty: off."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        first, last = said.get("first_day"), said.get("last_day") or said.get("first_day")
        if first and last and not 0 <= (last - first).days <= 92:
            self.add_error("last_day", _("Write a day on or after the first, three months later at most."))
        return said
