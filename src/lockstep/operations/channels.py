"""Push channels: opened ahead of need, renewed with overlap, stopped at the end, and what Google posts to them."""

from __future__ import annotations

import hashlib
import hmac
import logging
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from lockstep.operations import jobs
from lockstep.operations.clock import Clock
from lockstep.operations.looking import ask_for_look
from lockstep.operations.standing import standing
from lockstep.store.models import CalendarLink, Channel
from lockstep.sync import pace
from lockstep.sync.errors import AccessLost, LookAgain, OurMistake, PushRefused, TryLater
from lockstep.sync.gateway import Workspace
from lockstep.sync.people import Standing
from lockstep.sync.urgency import Urgency

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notification:
    """What the headers of Google's message say."""

    channel_id: str
    token: str
    resource_id: str
    state: str
    resource_uri: str = ""
    expires_at: datetime | None = None


def receive(message: Notification, *, now: datetime) -> None:
    """Take a notification: a hint that the calendar may have changed, if the channel is ours and open.

    A stranger's message, or one with a wrong token, is ignored. A message of a channel that is ours and closed, or that
    nothing is known of any more (the database was restored), has Google told to stop.
    """
    try:
        channel_id = UUID(message.channel_id)
    except ValueError:
        return
    channel = Channel.objects.filter(channel_id=channel_id).first()
    if channel is None:
        _adopt_orphan(message, channel_id, now)
    elif _is_proven(channel, message):
        if channel.closed_at is not None:
            _stop_again(channel, message, now)
        else:
            _heard(channel, message, now)


def _is_proven(channel: Channel, message: Notification) -> bool:
    if not hmac.compare_digest(channel.token_digest, _digest(message.token)):
        return False
    # The sync message may arrive before the answer that tells us the resource's id.
    if not channel.resource_id:
        return True
    return hmac.compare_digest(channel.resource_id.encode(), message.resource_id.encode())


def _heard(channel: Channel, message: Notification, now: datetime) -> None:
    with transaction.atomic():
        open_one = Channel.objects.filter(pk=channel.pk, closed_at=None)
        open_one.update(heard_at=now)
        # The answer that opened it was lost: what it would have told stands here as well.
        if message.expires_at is not None:
            open_one.filter(expires_at=None).update(
                resource_id=message.resource_id,
                expires_at=message.expires_at,
                renew_at=_renew_at(channel, message.expires_at),
            )
        if message.state == "sync":
            _close_older(channel, now)
        else:
            ask_for_look(channel.link_id, now=now, urgency=Urgency.PUSH)


def _close_older(channel: Channel, now: datetime) -> None:
    """The new channel works, so the ones that it replaces have done their work."""
    older = Channel.objects.filter(link_id=channel.link_id, closed_at=None, pk__lt=channel.pk)
    ids = list(older.values_list("pk", flat=True))
    older.update(closed_at=now)
    for each in ids:
        jobs.stop_channel(each)


def _stop_again(channel: Channel, message: Notification, now: datetime) -> None:
    """It speaks, so it is not stopped, whatever we believed."""
    tried_lately = Q(stop_tried_at__gt=now - pace.BLOCKED_RETRY)
    row = Channel.objects.filter(pk=channel.pk).exclude(tried_lately)
    if row.update(stopped_at=None, stop_tried_at=now, resource_id=message.resource_id):
        jobs.stop_channel(channel.pk)


def _adopt_orphan(message: Notification, channel_id: UUID, now: datetime) -> None:
    """A channel of ours that the database has forgotten is remembered as closed, so that it is stopped like any other.

    Only whoever holds our key can have made its token, so a stranger cannot have us call Google.
    """
    if not message.resource_id or not hmac.compare_digest(_token(channel_id).encode(), message.token.encode()):
        return
    link = CalendarLink.objects.filter(staff__email__iexact=_owner(message.resource_uri)).first()
    if link is None:
        return
    with transaction.atomic():
        channel, made = Channel.objects.get_or_create(
            channel_id=channel_id,
            defaults={
                "link": link,
                "token_digest": _digest(message.token),
                "resource_id": message.resource_id,
                "opened_at": now - pace.CHANNEL_LIFETIME,
                "expires_at": message.expires_at or now + pace.CHANNEL_LIFETIME,
                "closed_at": now,
                "stop_tried_at": now,
            },
        )
        if made:
            jobs.stop_channel(channel.pk)


def _owner(resource_uri: str) -> str:
    """The address in `…/calendars/<address>/events`; empty when there is none."""
    parts = urlsplit(resource_uri).path.split("/")
    return unquote(parts[-2]) if len(parts) > 2 and parts[-1] == "events" else ""


def open_channel(link_id: int, *, workspace: Workspace, clock: Clock) -> None:
    """Open a channel on the calendar. Does nothing while a young one is open.

    The row is stored before the call, because the first message may come before the answer. The channel that it
    replaces stays open until the new one has spoken. Where push cannot be had the poll goes on, and the row stays,
    closed, so that nobody tries again in a hurry.
    """
    link = CalendarLink.objects.select_related("staff", "connection").filter(pk=link_id).first()
    now = clock()
    if link is None or not settings.PUSH_URL or not needs_channel(link, now):
        return
    if standing(link.staff, link.connection) is not Standing.SYNCS:
        return
    channel = Channel(link=link, opened_at=now)
    token = _token(channel.channel_id)
    channel.token_digest = _digest(token)
    channel.save()
    gateway = workspace.paying(str(link.connection.organisation_id), Urgency.POLL).calendar(link.staff.email)
    try:
        opened = gateway.watch(
            str(channel.channel_id), settings.PUSH_URL, token, int(pace.CHANNEL_LIFETIME.total_seconds())
        )
    except (TryLater, LookAgain, AccessLost, OurMistake) as error:
        _not_opened(channel, error, clock())
        return
    Channel.objects.filter(pk=channel.pk).update(
        resource_id=opened.resource_id, expires_at=opened.expires_at, renew_at=_renew_at(channel, opened.expires_at)
    )
    # A change between the last look and this moment was announced to nobody.
    ask_for_look(link_id, now=clock(), urgency=Urgency.PUSH)


def _not_opened(channel: Channel, error: Exception, now: datetime) -> None:
    log.warning("calendar %s: no push channel: %s", channel.link_id, type(error).__name__)
    Channel.objects.filter(pk=channel.pk).update(
        closed_at=now,
        problem=str(error),
        refused_for_good=isinstance(error, PushRefused) and error.for_good,
    )


def close_channel(channel: Channel, *, workspace: Workspace, clock: Clock) -> None:
    """Close the channel here at once, so that its messages are ignored, and at Google if it can be reached."""
    Channel.objects.filter(pk=channel.pk).update(closed_at=clock())
    stop_channel(channel.pk, workspace=workspace, clock=clock)


def close_channels(link_id: int, *, workspace: Workspace, clock: Clock) -> None:
    """Close every channel of a calendar that is not to be looked at; one that is looked at again keeps its own."""
    link = CalendarLink.objects.select_related("connection", "staff").filter(pk=link_id).first()
    if link is None or standing(link.staff, link.connection) is Standing.SYNCS:
        return
    for channel in Channel.objects.filter(link=link, closed_at=None):
        close_channel(channel, workspace=workspace, clock=clock)


def stop_channel(channel_pk: int, *, workspace: Workspace, clock: Clock) -> None:
    """Tell Google that a closed channel is not needed. What cannot be told now is told later, by the sweep."""
    channel = Channel.objects.select_related("link__staff", "link__connection").filter(pk=channel_pk).first()
    if channel is None or channel.closed_at is None or channel.stopped_at is not None or not channel.resource_id:
        return
    Channel.objects.filter(pk=channel.pk).update(stop_tried_at=clock())
    paying = workspace.paying(str(channel.link.connection.organisation_id), Urgency.POLL)
    try:
        paying.calendar(channel.link.staff.email).stop_channel(str(channel.channel_id), channel.resource_id)
    except (TryLater, LookAgain, AccessLost, OurMistake) as error:
        # It ends by itself; until then its messages find no open channel.
        log.info("channel of calendar %s not stopped: %s", channel.link_id, type(error).__name__)
        return
    Channel.objects.filter(pk=channel.pk).update(stopped_at=clock())


def orphans(now: datetime) -> QuerySet[Channel]:
    """Closed here and not yet at Google, and not tried a moment ago."""
    return (
        Channel.objects.filter(closed_at__isnull=False, stopped_at=None, expires_at__gt=now)
        .exclude(resource_id="")
        .exclude(stop_tried_at__gt=now - pace.BLOCKED_RETRY)
    )


def settled(now: datetime) -> QuerySet[Channel]:
    """Channels for whose calendars nothing is to be opened now.

    Young and open; or lately refused, or opened by a call that never came back; or of a calendar that gets no push.
    """
    return Channel.objects.filter(
        Q(closed_at=None, renew_at__gt=now) | Q(opened_at__gt=now - pace.BLOCKED_RETRY) | Q(refused_for_good=True)
    )


def needs_channel(link: CalendarLink, now: datetime) -> bool:
    """True when there is no channel, or none that is young."""
    return not settled(now).filter(link=link).exists()


def _renew_at(channel: Channel, expires_at: datetime) -> datetime:
    chance = channel.channel_id.int % 1000 / 1000
    return pace.ChannelLife(channel.opened_at, expires_at).renew_at(chance=chance)


def _token(channel_id: UUID) -> str:
    """Derived and not drawn, so that a channel is known as ours when its row is lost."""
    return salted_hmac("lockstep.push", str(channel_id), algorithm="sha256").hexdigest()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
