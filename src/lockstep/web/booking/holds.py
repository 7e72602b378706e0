"""Holds the time that a form names, for the flow and the answers in the form's address."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from lockstep.operations.holding import hold_slot
from lockstep.scheduling.refusals import NotOffered
from lockstep.store.models import Hold
from lockstep.web.booking.choices import Choices
from lockstep.web.booking.flow import flow_from


def hold_for(request: HttpRequest, choices: Choices, starts_at: datetime | None) -> Hold:
    """Hold that time; the flow's earlier hold is given up for it. Raises: NotOffered, SlotTaken, TooManyHolds."""
    flow = flow_from(choices.flow_token)
    if flow is None or starts_at is None or choices.service is None or choices.location is None:
        raise NotOffered
    return hold_slot(
        flow=flow,
        address=_address_of(request),
        service=choices.service,
        location=choices.location,
        staff=choices.staff,
        meeting_method=choices.method or "",
        starts_at=starts_at,
        now=timezone.now(),
    )


def instant(text: str) -> datetime | None:
    """The instant that a form names; None for anything else."""
    try:
        named = datetime.fromisoformat(text)
    except ValueError:
        return None
    return named.astimezone(UTC) if named.tzinfo else None


def _address_of(request: HttpRequest) -> str:
    """The visitor's network address: as our own proxy reports it, where there is one."""
    proxies: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    hops = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",") if each.strip()]
    # Only the last entries were written by our proxies; whatever stands before them anyone may have typed.
    if proxies and len(hops) >= proxies:
        return hops[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
