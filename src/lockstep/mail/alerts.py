"""Alerts as e-mails and as posts to a webhook."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from lockstep.mail import webhook
from lockstep.mail.one_line import one_line
from lockstep.operations.alerting import AlertMessage, NotDelivered


class AlertCourier:
    """Implements `lockstep.operations.alerting.Courier`."""

    def email(self, message: AlertMessage, to: list[str]) -> None:
        """See `Courier.email`. One message to all: they are colleagues."""
        with translation.override(settings.LANGUAGE_CODE):
            context = {"message": message, "link": _link()}
            subject = translation.gettext("Over: %(title)s") if message.healed else "%(title)s"
            mail = EmailMultiAlternatives(
                subject=one_line(f"[Lockstep] {subject % {'title': message.title}}"),
                body=render_to_string("mail/alert.txt", context),
                from_email=settings.DEFAULT_FROM_EMAIL,
                to=[one_line(each) for each in to],
                headers={"Auto-Submitted": "auto-generated"},
            )
            mail.attach_alternative(render_to_string("mail/alert.html", context), "text/html")
        try:
            mail.send()
        except OSError as error:
            raise NotDelivered(f"The mail server did not take the alert ({type(error).__name__}).") from None

    def post(self, message: AlertMessage, url: str, secret: str) -> None:
        """See `Courier.post`."""
        content = {
            "kind": message.kind,
            "state": "healed" if message.healed else "open",
            "title": message.title,
            "detail": message.detail,
            "organisation": message.organisation,
            "environment": settings.ENVIRONMENT,
            "at": message.at.isoformat(),
            "link": _link(),
        }
        try:
            webhook.post(url, secret, content, now=timezone.now(), private_too=settings.WEBHOOKS_MAY_BE_PRIVATE)
        except webhook.NotPosted as error:
            raise NotDelivered(str(error)) from None


def _link() -> str:
    return settings.PUBLIC_URL + reverse("settings:gsuite")
