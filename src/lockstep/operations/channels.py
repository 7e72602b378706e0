"""Push channels: opened ahead of need, renewed with overlap, and what Google posts to them."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from lockstep.operations.clock import Clock
from lockstep.operations.looking import ask_for_look
from lockstep.operations.standing import standing
from lockstep.store.models import CalendarLink, Channel
from lockstep.sync import pace
from lockstep.sync.errors import AccessLost, LookAgain, OurMistake, TryLater
from lockstep.sync.gateway import Workspace
from lockstep.sync.people import Standing

log = logging.getLogger(__name__)


def receive(*, channel_id: str, token: str, resource_id: str, state: str, now: datetime) -> None:
    """Take a notification: a hint that the calendar may have changed, if the channel is ours.

    A message for an unknown channel, or with a wrong token, is ignored.
    """
    channel = _ours(channel_id, token, resource_id)
    if channel is None:
        return
    with transaction.atomic():
        Channel.objects.filter(pk=channel.pk).update(heard_at=now)
        if state != "sync":
            ask_for_look(channel.link_id, now=now)


def _ours(channel_id: str, token: str, resource_id: str) -> Channel | None:
    try:
        channel = Channel.objects.filter(channel_id=UUID(channel_id), closed_at=None).first()
    except ValueError:
        return None
    if channel is None or not hmac.compare_digest(channel.token_digest, _digest(token)):
        return None
    # The sync message may arrive before the answer that tells us the resource's id.
    if channel.resource_id and not hmac.compare_digest(channel.resource_id.encode(), resource_id.encode()):
        return None
    return channel


def open_channel(link_id: int, *, workspace: Workspace, clock: Clock) -> None:
    """Open a channel on the calendar, and close the ones it replaces. Does nothing while a young one is open.

    The row is stored before the call, because the first message may come before the answer. Where push cannot be had
    the poll goes on, and the row stays, closed, so that nobody tries again in a hurry.
    """
    link = CalendarLink.objects.select_related("connection", "staff").filter(pk=link_id).first()
    now = clock()
    if link is None or not settings.PUSH_URL or not needs_channel(link, now):
        return
    if standing(link.staff, link.connection) is not Standing.SYNCS:
        return
    token = secrets.token_urlsafe(32)
    channel = Channel.objects.create(link=link, token_digest=_digest(token), opened_at=now)
    gateway = workspace.calendar(link.staff.email)
    try:
        opened = gateway.watch(
            str(channel.channel_id), settings.PUSH_URL, token, int(pace.CHANNEL_LIFETIME.total_seconds())
        )
    except (TryLater, LookAgain, AccessLost, OurMistake) as error:
        log.warning("calendar %s: no push channel: %s", link_id, error)
        Channel.objects.filter(pk=channel.pk).update(closed_at=clock())
        return
    Channel.objects.filter(pk=channel.pk).update(resource_id=opened.resource_id, expires_at=opened.expires_at)
    # A change between the last look and this moment was announced to nobody.
    ask_for_look(link_id, now=clock())
    # Only older ones: of two that were opened at the same time one has to stay.
    for old in Channel.objects.filter(link=link, closed_at=None, pk__lt=channel.pk):
        close_channel(old, workspace=workspace, clock=clock)


def close_channel(channel: Channel, *, workspace: Workspace, clock: Clock) -> None:
    """Close the channel at Google if it can be reached; here in any case, so that its messages are ignored."""
    Channel.objects.filter(pk=channel.pk).update(closed_at=clock())
    if not channel.resource_id:
        return
    try:
        workspace.calendar(channel.link.staff.email).stop_channel(str(channel.channel_id), channel.resource_id)
    except (TryLater, LookAgain, AccessLost, OurMistake) as error:
        # It ends by itself; until then its messages find no open channel.
        log.info("channel of calendar %s not stopped: %s", channel.link_id, type(error).__name__)


def close_channels(link_id: int, *, workspace: Workspace, clock: Clock) -> None:
    """Close every channel of a calendar that is not to be looked at; one that is looked at again keeps its own."""
    link = CalendarLink.objects.select_related("connection", "staff").filter(pk=link_id).first()
    if link is None or standing(link.staff, link.connection) is Standing.SYNCS:
        return
    for channel in Channel.objects.select_related("link__staff").filter(link=link, closed_at=None):
        close_channel(channel, workspace=workspace, clock=clock)


def needs_channel(link: CalendarLink, now: datetime) -> bool:
    """True when none is open, or the newest is in the last third of its life; False for a while after a try."""
    newest = Channel.objects.filter(link=link).order_by("-opened_at", "-pk").first()
    if newest is None:
        return True
    if newest.closed_at is not None or newest.expires_at is None:
        # Refused, or opened by a call that never came back.
        return now - newest.opened_at > pace.BLOCKED_RETRY
    return pace.ChannelLife(newest.opened_at, newest.expires_at).is_due_for_renewal(now)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
