"""The form of an absence: whole days or a time, once or again and again, in the person's own zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lockstep.calendar.event import AllDay, Timed, When, ZoneName
from lockstep.operations.absences import AbsenceDetails
from lockstep.scheduling.away import Frequency, recurring
from lockstep.store.models import Absence, StaffMember
from lockstep.store.values import when_from_json

ONCE, AS_IT_IS = "once", "as_it_is"

_FREQUENCIES = [
    (ONCE, gettext_lazy("No, once")),
    (Frequency.DAILY.value, gettext_lazy("Every day")),
    (Frequency.WEEKLY.value, gettext_lazy("Every week")),
    (Frequency.FORTNIGHTLY.value, gettext_lazy("Every two weeks")),
    (Frequency.MONTHLY.value, gettext_lazy("Every month")),
    (Frequency.YEARLY.value, gettext_lazy("Every year")),
]
_DAY = {"type": "date"}
_TIME = {"type": "time"}


class AbsenceForm(forms.Form):
    """What a person enters. Days are inclusive here, as people say them; ends are exclusive everywhere else."""

    staff = forms.ChoiceField(label=gettext_lazy("Who is away?"))
    title = forms.CharField(
        label=gettext_lazy("What for?"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Shown in Google Calendar unless your organisation hides the titles of absences."),
    )
    all_day = forms.BooleanField(label=gettext_lazy("Whole days"), required=False)
    first_day = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    start = forms.TimeField(
        label=gettext_lazy("From what time?"), required=False, widget=forms.TimeInput(attrs=_TIME, format="%H:%M")
    )
    last_day = forms.DateField(
        label=gettext_lazy("To, that day included"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    end = forms.TimeField(
        label=gettext_lazy("Until what time?"), required=False, widget=forms.TimeInput(attrs=_TIME, format="%H:%M")
    )
    frequency = forms.ChoiceField(label=gettext_lazy("Does it repeat?"), choices=_FREQUENCIES)
    until = forms.DateField(
        label=gettext_lazy("Repeats until"),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        help_text=gettext_lazy("The last day on which it may begin. Empty: without end."),
    )

    def __init__(self, *args: Any, people: list[StaffMember], absence: Absence | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.absence = absence
        self.fields["staff"] = forms.ChoiceField(
            label=gettext_lazy("Who is away?"), choices=[(str(each.uuid), each.name) for each in people]
        )
        if len(people) == 1:
            self.fields["staff"].widget = forms.HiddenInput()
            self.fields["staff"].initial = str(people[0].uuid)
        if absence is not None and absence.recurrence:
            kept = (AS_IT_IS, gettext_lazy("As it does now"))
            self.fields["frequency"] = forms.ChoiceField(
                label=gettext_lazy("Does it repeat?"), choices=[kept, *_FREQUENCIES]
            )

    def clean(self) -> dict[str, Any]:
        """Check what no field can say alone."""
        given = super().clean() or {}
        first, last = given.get("first_day"), given.get("last_day")
        if not given.get("all_day"):
            for name in ("start", "end"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("Give a time, or choose whole days."))
        if first and last and not self.errors:
            until = given.get("until")
            if last < first or (not given["all_day"] and (first, given["start"]) >= (last, given["end"])):
                self.add_error("last_day", _("It ends before it starts."))
            if until and until < first and given.get("frequency") not in (ONCE, AS_IT_IS):
                self.add_error("until", _("It would end before it begins."))
        return given

    def details(self, zone: ZoneInfo) -> AbsenceDetails:
        """What was entered, in the zone of whoever is away."""
        given = self.cleaned_data
        when = self._when(zone)
        return AbsenceDetails(given["title"].strip(), when, zone, self._recurrence(when, zone))

    def _when(self, zone: ZoneInfo) -> When:
        given = self.cleaned_data
        if given["all_day"]:
            return AllDay(given["first_day"], given["last_day"] + timedelta(days=1))
        start = datetime.combine(given["first_day"], given["start"], zone)
        return Timed(start, datetime.combine(given["last_day"], given["end"], zone), ZoneName(zone.key))

    def _recurrence(self, when: When, zone: ZoneInfo) -> tuple[str, ...]:
        chosen = self.cleaned_data["frequency"]
        if chosen == ONCE:
            return ()
        if chosen == AS_IT_IS and self.absence is not None:
            return tuple(self.absence.recurrence)
        return recurring(Frequency(chosen), when=when, last_day=self.cleaned_data["until"], zone=zone)


def initial_of(absence: Absence, zone: ZoneInfo) -> dict[str, Any]:
    """The form's values for an absence that stands."""
    when = when_from_json(absence.when)
    common = {
        "staff": str(absence.staff.uuid),
        "title": absence.title,
        "frequency": AS_IT_IS if absence.recurrence else ONCE,
        "all_day": isinstance(when, AllDay),
    }
    if isinstance(when, AllDay):
        return {**common, "first_day": when.start, "last_day": when.end - timedelta(days=1)}
    start, end = when.start.astimezone(zone), when.end.astimezone(zone)
    return {**common, "first_day": start.date(), "start": start.time(), "last_day": end.date(), "end": end.time()}


def initial_for(day: date) -> dict[str, Any]:
    """A new absence: the whole of that day."""
    return {"all_day": True, "first_day": day, "last_day": day, "start": time(9), "end": time(17), "frequency": ONCE}
