"""What each message to a client says: its subject, heading and first sentence, and the facts in their order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from lockstep.mail.one_line import one_line
from lockstep.mail.place import place_in_words, what_the_client_does
from lockstep.mail.when import day_in_words, short_day_in_words, span_in_words, time_in_words, zone_in_words
from lockstep.operations.telling import ClientMessage, News
from lockstep.store.models import Appointment


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the table: "When", "Tuesday …"."""

    name: str
    value: str
    more: str = ""
    past: bool = False
    """True for what is so no longer."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A message in words, before it is laid out."""

    subject: str
    heading: str
    sentence: str
    facts: tuple[Fact, ...]
    manage_words: str
    """What the link to the appointment is called."""


def wording_of(message: ClientMessage) -> Wording:
    """The words of `message` in the active language; times in the client's zone."""
    appointment = message.appointment
    short = {
        "service": appointment.service.name,
        "day": short_day_in_words(appointment.starts_at, appointment.client_time_zone),
        "time": time_in_words(appointment.starts_at, appointment.client_time_zone),
    }
    facts = tuple(_facts(message))
    match message.kind:
        case News.MOVED:
            return Wording(
                subject=one_line(_("Moved: %(service)s is now on %(day)s, %(time)s") % short),
                heading=_("Your appointment has moved"),
                sentence=_("The new time is below. %(what)s") % {"what": what_the_client_does(appointment)},
                facts=facts,
                manage_words=_("Move or cancel"),
            )
        case News.CANCELLED:
            return Wording(
                subject=one_line(_("Cancelled: %(service)s on %(day)s, %(time)s") % short),
                heading=_("Your appointment is cancelled"),
                sentence=_("You need not do anything. This is what was booked:"),
                facts=facts,
                manage_words=_("See the appointment"),
            )
        case News.LINK:
            return Wording(
                subject=one_line(_("Where to meet: %(service)s on %(day)s, %(time)s") % short),
                heading=_("This is where you meet"),
                sentence=what_the_client_does(appointment),
                facts=facts,
                manage_words=_("Move or cancel"),
            )
        case News.REMINDER:
            return Wording(
                subject=one_line(_("Reminder: %(service)s on %(day)s, %(time)s") % short),
                heading=_("Your appointment is soon"),
                sentence=what_the_client_does(appointment),
                facts=facts,
                manage_words=_("Move or cancel"),
            )
        case _:
            return Wording(
                subject=one_line(_("Booked: %(service)s on %(day)s, %(time)s") % short),
                heading=_("You are booked"),
                sentence=what_the_client_does(appointment),
                facts=facts,
                manage_words=_("Move or cancel"),
            )


def _facts(message: ClientMessage) -> list[Fact]:
    appointment = message.appointment
    facts = [
        Fact(_("What"), appointment.service.name),
        Fact(
            _("When"),
            day_in_words(appointment.starts_at, appointment.client_time_zone),
            span_in_words(appointment.starts_at, appointment.ends_at, appointment.client_time_zone),
        ),
    ]
    if message.kind is News.MOVED and message.previous_starts_at:
        facts.append(Fact(_("Before"), _moment(appointment, message.previous_starts_at), past=True))
    facts.append(Fact(_("Where"), place_in_words(appointment)))
    if appointment.staff:
        people = [appointment.staff, *appointment.additional.all()] if appointment.pk else [appointment.staff]
        facts.append(Fact(_("With"), ", ".join(each.name for each in people)))
    return facts


def _moment(appointment: Appointment, at: datetime) -> str:
    zone = appointment.client_time_zone
    return _("%(day)s, %(time)s, %(zone)s") % {
        "day": day_in_words(at, zone),
        "time": time_in_words(at, zone),
        "zone": zone_in_words(zone, at),
    }
