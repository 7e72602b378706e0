"""The forms of the GSuite settings, in Google's own words where an admin meets them there."""

from __future__ import annotations

from dataclasses import asdict

from django import forms
from django.utils.translation import gettext_lazy as _

from lockstep.calendar.event import Visibility
from lockstep.operations.event_settings import content_of_connection
from lockstep.store.models import AbsenceTitles, Connection, VideoLink


class ConnectForm(forms.Form):
    directory_user = forms.EmailField(
        label=_("Directory User Email"),
        help_text=_("A Google admin account. A user with the Integration Account role is enough."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    directory_group = forms.EmailField(
        label=_("Directory Group"),
        required=False,
        help_text=_("Its members take part. Leave it empty if everyone in the domain takes part."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ContentForm(forms.Form):
    """What the events tell that Lockstep writes into Google Calendar."""

    include_client_id = forms.BooleanField(
        label=_("Include client ID in the synced event description"),
        required=False,
        help_text=_("Leave this off where staff should not see client IDs in Google Calendar."),
    )
    include_notes = forms.BooleanField(
        label=_("Include the client’s notes in the description"),
        required=False,
        help_text=_("What the client typed when booking. It may be personal; off keeps it in Lockstep."),
    )
    absence_titles = forms.ChoiceField(
        label=_("What are absences called in Google Calendar?"),
        choices=AbsenceTitles.choices,
        widget=forms.RadioSelect,
        help_text=_("A title such as “Medical appointment” is personal: whoever may read the event reads it too."),
    )
    video_link = forms.ChoiceField(
        label=_("Where do appointments by video take place?"),
        choices=VideoLink.choices,
        widget=forms.RadioSelect,
        help_text=_("Clients get the link by e-mail. A service can have its own choice."),
    )
    visibility = forms.ChoiceField(
        label=_("Who may read the event in Google Calendar?"),
        choices=[
            (
                Visibility.PUBLIC.value,
                _("Public: everyone who may see that calendar’s free/busy, usually the whole domain"),
            ),
            (Visibility.DEFAULT.value, _("Calendar’s default: whoever the calendar is shared with")),
            (Visibility.PRIVATE.value, _("Private: the staff member, and people who may change their calendar")),
        ],
        widget=forms.RadioSelect,
        help_text=_("A public event shows its title, place and description, notes included."),
    )


class DisconnectForm(forms.Form):
    keep_events = forms.ChoiceField(
        label=_("The events that Lockstep wrote"),
        choices=[
            ("remove", _("Remove them from Google Calendar")),
            ("keep", _("Keep them in Google Calendar")),
        ],
        initial="remove",
        widget=forms.RadioSelect,
    )


def content_form(connection: Connection) -> ContentForm:
    """The form with what is saved."""
    return ContentForm(initial=asdict(content_of_connection(connection)))
