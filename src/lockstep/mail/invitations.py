"""Invitations to a log-in: a link to choose a password, good once and for three days."""

from __future__ import annotations

from email.utils import formataddr, parseaddr

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from lockstep.mail.messages import NotSent
from lockstep.mail.one_line import one_line
from lockstep.store.models import User


class InvitationMailer:
    """Sends through the installation's mail server."""

    def send(self, user: User) -> None:
        """Raises: NotSent, naming the kind of failure only: a server's answer may quote the address."""
        with translation.override(settings.LANGUAGE_CODE):
            mail = _mail(user)
        try:
            mail.send()
        except OSError as error:
            raise NotSent(f"The mail server did not take an invitation ({type(error).__name__}).") from None


def _mail(user: User) -> EmailMultiAlternatives:
    name = user.organisation.name if user.organisation else "Lockstep"
    context = {"user": user, "organisation_name": name, "link": _link(user)}
    mail = EmailMultiAlternatives(
        subject=one_line(translation.gettext("Your log-in at %(organisation)s") % {"organisation": name}),
        body=render_to_string("mail/invitation.txt", context),
        from_email=formataddr((one_line(name), parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[one_line(user.email)],
        headers={"Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string("mail/invitation.html", context), "text/html")
    return mail


def _link(user: User) -> str:
    key = default_token_generator.make_token(user)
    arguments = {"uidb36": user_pk_to_url_str(user), "key": key}
    return settings.PUBLIC_URL + reverse("account_reset_password_from_key", kwargs=arguments)
