"""The forms of the set-up. Their errors are instructions; what was typed stays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lockstep.operations.setting_up.reach import categories_of
from lockstep.scheduling.hours import Days
from lockstep.store.models import (
    Category,
    Location,
    MeetingMethod,
    Organisation,
    Question,
    Service,
    StaffMember,
    VideoLink,
)
from lockstep.web.booking.zones import is_zone

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_TEXT = {"autocomplete": "off"}


class Measured(forms.FloatField):
    """A length of time, typed as a number of `unit`s."""

    def __init__(self, unit: timedelta, **more: Any) -> None:
        self.unit = unit
        super().__init__(**{"min_value": 0, "widget": forms.NumberInput(attrs={"class": "input-short"}), **more})

    def clean(self, value: Any) -> timedelta | None:
        number = super().clean(value)
        return None if number is None else timedelta(seconds=round(number * self.unit.total_seconds()))

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, timedelta):
            number = value / self.unit
            return int(number) if number == int(number) else round(number, 2)
        return value


def _external_id() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("External ID"),
        required=False,
        max_length=64,
        help_text=gettext_lazy("What your other programs call it; imported files find it by this."),
        widget=forms.TextInput(attrs={**_TEXT, "class": "input-short"}),
    )


class LocationForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    virtual = forms.BooleanField(
        label=gettext_lazy("Virtual"),
        required=False,
        help_text=gettext_lazy("Clients meet you by phone or video, wherever they are."),
    )
    address = forms.CharField(
        label=gettext_lazy("Address"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("As it stands in messages to clients."),
    )
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        help_text=gettext_lazy("Hours and times of this location are in this zone, for example America/Halifax."),
        widget=forms.TextInput(attrs={**_TEXT, "list": "zones"}),
    )
    active = forms.BooleanField(
        label=gettext_lazy("Clients can book here"), required=False, initial=True,
        help_text=gettext_lazy("Off: nothing is offered here. Appointments that are booked stay."),
    )  # fmt: skip
    external_id = _external_id()

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"]).strip()
        if not is_zone(zone):
            raise forms.ValidationError(_("Choose a zone from the list, such as America/Halifax or Europe/Berlin."))
        return zone


class ServiceForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    category: forms.ModelChoiceField[Category] = forms.ModelChoiceField(
        label=gettext_lazy("Category"), queryset=None, required=False, empty_label=gettext_lazy("None")
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("What clients read under the name."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    duration = Measured(
        _MINUTE, label=gettext_lazy("Duration, in minutes"), min_value=1, max_value=1440, initial=30 * _MINUTE
    )
    buffer_before = Measured(
        _MINUTE, label=gettext_lazy("Buffer before, in minutes"), max_value=720, initial=timedelta(),
        help_text=gettext_lazy("Kept free before each appointment."),
    )  # fmt: skip
    buffer_after = Measured(
        _MINUTE, label=gettext_lazy("Buffer after, in minutes"), max_value=720, initial=timedelta(),
        help_text=gettext_lazy("Kept free after each appointment."),
    )  # fmt: skip
    increment = Measured(
        _MINUTE, label=gettext_lazy("Starts every … minutes"), min_value=1, max_value=1440, initial=30 * _MINUTE,
        help_text=gettext_lazy("Counted from midnight: 30 offers 9:00, 9:30, 10:00."),
    )  # fmt: skip
    lead_time = Measured(
        _HOUR, label=gettext_lazy("Shortest notice, in hours"), max_value=8760, initial=_HOUR,
        help_text=gettext_lazy("How long before its start a time can last be booked."),
    )  # fmt: skip
    furthest = Measured(
        _DAY, label=gettext_lazy("Bookable up to … days ahead"), max_value=365, initial=60 * _DAY,
    )  # fmt: skip
    daily_limit = forms.IntegerField(
        label=gettext_lazy("Most appointments a day, per person"), required=False, min_value=1, max_value=500,
        help_text=gettext_lazy("Empty: as many as fit."), widget=forms.NumberInput(attrs={"class": "input-short"}),
    )  # fmt: skip
    meeting_methods = forms.MultipleChoiceField(
        label=gettext_lazy("How you meet"), choices=MeetingMethod.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one way to meet.")},
    )  # fmt: skip
    video_link = forms.ChoiceField(
        label=gettext_lazy("Where you meet by video"), required=False,
        choices=[("", gettext_lazy("As in Settings, Event content")), *VideoLink.choices],
    )  # fmt: skip
    seats = forms.IntegerField(
        label=gettext_lazy("Seats"), min_value=1, max_value=1000, initial=1,
        help_text=gettext_lazy("How many clients take part in one appointment; more than 1 makes it a group service."),
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )  # fmt: skip
    invite_only = forms.BooleanField(
        label=gettext_lazy("By invitation only"), required=False,
        help_text=gettext_lazy("Not in the public list; whoever has its link can book it."),
    )  # fmt: skip
    active = forms.BooleanField(
        label=gettext_lazy("Clients can book it"), required=False, initial=True,
        help_text=gettext_lazy("Off: it is not offered. Appointments that are booked stay."),
    )  # fmt: skip
    external_id = _external_id()

    def __init__(self, organisation: Organisation, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["category"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = categories_of(organisation)

    def clean_increment(self) -> timedelta:
        increment: timedelta = self.cleaned_data["increment"]
        if increment % _MINUTE:
            raise forms.ValidationError(_("Write whole minutes."))
        return increment


class StaffForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("The primary e-mail of their Google account, if they have one: it is how they sync."),
        widget=forms.EmailInput(attrs=_TEXT),
    )
    appointment_taking = forms.BooleanField(
        label=gettext_lazy("Takes appointments"), required=False, initial=True,
        help_text=gettext_lazy("Off: nobody can book them, and their Google calendar is not read."),
    )  # fmt: skip
    daily_limit = forms.IntegerField(
        label=gettext_lazy("Most appointments a day"), required=False, min_value=1, max_value=500,
        help_text=gettext_lazy("Of all services together. Empty: as many as fit."),
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )  # fmt: skip
    video_url = forms.URLField(
        label=gettext_lazy("Their own video link"), required=False, assume_scheme="https",
        help_text=gettext_lazy("Clients get it where they do not get a Google Meet link."),
    )  # fmt: skip
    external_id = _external_id()


class ClosureForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, help_text=gettext_lazy("For example: New Year"))
    first_day = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Empty: one day."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    location = forms.ChoiceField(label=gettext_lazy("Where"), required=False)

    def __init__(self, places: Iterable[Location], *args: Any, everywhere: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["location"]
        if isinstance(field, forms.ChoiceField):
            first = [("", _("All locations"))] if everywhere else []
            field.choices = [*first, *((str(each.uuid), each.name) for each in places)]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        first, last = said.get("first_day"), said.get("last_day") or said.get("first_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day is before the first. Write a later one, or leave it empty."))
        elif first and last and (last - first).days > 366:
            self.add_error("last_day", _("A closure is a year at most. For longer, switch the location off."))
        return said

    @property
    def days(self) -> Days:
        first: date = self.cleaned_data["first_day"]
        return Days(first, self.cleaned_data["last_day"] or first)


class CategoryForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)


class QuestionForm(forms.Form):
    words = forms.CharField(label=gettext_lazy("Question"), max_length=300)
    kind = forms.ChoiceField(label=gettext_lazy("Answer"), choices=Question.Kind.choices)
    options = forms.CharField(
        label=gettext_lazy("Answers to choose from"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One on each line; only where clients choose."),
    )  # fmt: skip
    required = forms.BooleanField(label=gettext_lazy("Must be answered"), required=False)

    def clean_options(self) -> list[str]:
        lines = [line.strip()[:200] for line in str(self.cleaned_data["options"]).splitlines()]
        return list(dict.fromkeys(line for line in lines if line))


def values_of(row: Location | Service | StaffMember | None, form: type[forms.Form]) -> dict[str, Any] | None:
    """What a form shows of a row; None for a new one, which shows what the form begins with."""
    return None if row is None else {name: getattr(row, name) for name in form.base_fields}
