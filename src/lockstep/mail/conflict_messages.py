"""What is asked about a conflict: the client for another time, the staff member for a word.

Implements the port `lockstep.operations.asking.AskingMailer`. Never logs an address or a text.
"""

from __future__ import annotations

from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from lockstep.mail.messages import NotSent
from lockstep.mail.one_line import one_line
from lockstep.mail.when import day_in_words, span_in_words, time_in_words
from lockstep.operations.asking import AlternativesMessage, QuestionMessage
from lockstep.store.models import Organisation


class ConflictMailer:
    """Sends through the installation's mail server. Both raise NotSent, which names the kind of failure only."""

    def offer(self, message: AlternativesMessage) -> None:
        appointment = message.appointment
        zone = appointment.client_time_zone
        length = appointment.ends_at - appointment.starts_at
        with translation.override(settings.LANGUAGE_CODE):
            context: dict[str, Any] = {
                "subject": one_line(_("Another time for %(service)s?") % {"service": appointment.service.name}),
                "service": appointment.service.name,
                "now": f"{day_in_words(appointment.starts_at, zone)}, {time_in_words(appointment.starts_at, zone)}",
                "choices": [
                    {
                        "words": day_in_words(each.starts_at, zone),
                        "more": span_in_words(each.starts_at, each.starts_at + length, zone),
                        "url": each.url,
                    }
                    for each in message.alternatives
                ],
                "manage_url": message.manage_url,
            }
            _send("alternatives", appointment.organisation, appointment.client.email, context)

    def ask(self, message: QuestionMessage) -> None:
        conflict, zone = message.conflict, message.zone
        appointment = conflict.appointment
        with translation.override(settings.LANGUAGE_CODE):
            when = f"{day_in_words(appointment.starts_at, zone)}, {time_in_words(appointment.starts_at, zone)}"
            context: dict[str, Any] = {
                "subject": one_line(_("What shall become of %(service)s?") % {"service": appointment.service.name}),
                "kind": conflict.get_kind_display(),
                "service": appointment.service.name,
                "when": when,
                "question": conflict.question,
                "url": message.desk_url,
            }
            _send("question", appointment.organisation, conflict.staff.email, context)


def _send(name: str, organisation: Organisation, to: str, context: dict[str, Any]) -> None:
    context = {**context, "organisation": organisation}
    mail = EmailMultiAlternatives(
        subject=context["subject"],
        body=render_to_string(f"mail/{name}.txt", context),
        from_email=formataddr((one_line(organisation.name), parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[one_line(to)],
        headers={"Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string(f"mail/{name}.html", context), "text/html")
    try:
        mail.send()
    except OSError as error:
        raise NotSent(f"The mail server did not take a message ({type(error).__name__}).") from None
