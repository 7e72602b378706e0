"""Messages that the demo's mail catcher keeps, and the mail page shows."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from lockstep.store.models import CaughtMessage


def keep_message(*, to: str, subject: str, parts: Mapping[str, str]) -> None:
    """Keep a message instead of sending it. `parts` has its text by content type."""
    CaughtMessage.objects.create(
        to=to,
        subject=subject[:300],
        text=parts.get("text/plain", ""),
        html=parts.get("text/html", ""),
        calendar=parts.get("text/calendar", ""),
    )


def newest_messages(count: int) -> list[CaughtMessage]:
    """The newest first, without their bodies."""
    return list(CaughtMessage.objects.only("uuid", "at", "to", "subject")[:count])


def caught_message(uuid: UUID) -> CaughtMessage | None:
    return CaughtMessage.objects.filter(uuid=uuid).first()
