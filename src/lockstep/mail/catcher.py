"""The demo's mail catcher: a Django e-mail backend that keeps messages for the mail page instead of sending them."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import Message

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from lockstep.operations.caught_mail import keep_message


class Backend(BaseEmailBackend):
    """Stores a row for each recipient."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for email in email_messages:
            parts = _parts(email.message())
            for recipient in email.recipients():
                keep_message(to=recipient, subject=str(email.subject), parts=parts)
        return len(email_messages)


def _parts(message: Message) -> dict[str, str]:
    """The first text of each kind, as a mail program would find it."""
    found: dict[str, str] = {}
    for part in message.walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            found.setdefault(part.get_content_type(), content.decode(part.get_content_charset() or "utf-8"))
    return found
