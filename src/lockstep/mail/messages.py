"""Sends what became of an appointment to its client, as text and HTML with an iCalendar file.

Implements the port `lockstep.operations.telling.Mailer`. Never logs an address or a text.
"""

from __future__ import annotations

from email.mime.text import MIMEText
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from lockstep.mail.ics import FILE_NAME, Method, calendar_file
from lockstep.mail.one_line import one_line
from lockstep.mail.wording import wording_of
from lockstep.operations.telling import ClientMessage, News


class NotSent(OSError):
    """The mail server did not take the message; try again later."""


class DjangoMailer:
    """Sends through the installation's mail server (or the demo's catcher, by Django's setting)."""

    def send(self, message: ClientMessage) -> None:
        """Hand `message` to the mail server.

        Raises: NotSent when the server cannot be reached or refuses. It names the kind of failure only: the server's
        own answer may quote the address.
        """
        with translation.override(message.appointment.client_language or settings.LANGUAGE_CODE):
            mail = _mail(message)
        try:
            mail.send()
        except OSError as error:
            # smtplib's own errors are among these.
            raise NotSent(f"The mail server did not take a message ({type(error).__name__}).") from None


def _mail(message: ClientMessage) -> EmailMultiAlternatives:
    appointment = message.appointment
    words = wording_of(message)
    context = {"words": words, "organisation": appointment.organisation, "manage_url": message.manage_url}
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    mail = EmailMultiAlternatives(
        subject=words.subject,
        body=render_to_string("mail/appointment.txt", context),
        from_email=formataddr((one_line(appointment.organisation.name), sender)),
        to=[one_line(appointment.client.email)],
        # Says to other programs that no person wrote this, so that no out-of-office reply comes back (RFC 3834).
        headers={"Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string("mail/appointment.html", context), "text/html")
    if message.kind is not News.REMINDER:
        # A reminder changes nothing in the client's calendar.
        mail.attach(_calendar_part(message))
    return mail


def _calendar_part(message: ClientMessage) -> MIMEText:
    """The file as calendar programs expect it: its method stands in the part's type as well (RFC 6047, 2.4)."""
    method = Method.CANCEL if message.kind is News.CANCELLED else Method.REQUEST
    file = calendar_file(message.appointment, method=method, manage_url=message.manage_url)
    part = MIMEText(file.decode(), "calendar", "utf-8")
    part.set_param("method", method.value)
    part.add_header("Content-Disposition", "attachment", filename=FILE_NAME)
    return part
