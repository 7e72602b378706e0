"""Words of the booking pages in templates: durations, ways to meet, parts of the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lockstep.mail.place import what_the_client_does
from lockstep.operations.video import video_url
from lockstep.store.models import Appointment, MeetingMethod

register = template.Library()


def _zone(zone: str | ZoneInfo) -> ZoneInfo:
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)


@register.filter
def duration_words(duration: timedelta) -> str:
    """ "45 minutes", "1 hour", "1 hour 30 minutes"."""
    hours, minutes = divmod(int(duration.total_seconds()) // 60, 60)
    words = []
    if hours:
        words.append(ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours})
    if minutes or not hours:
        words.append(ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes})
    return " ".join(words)


@register.filter
def method_words(methods: Iterable[str]) -> str:
    """ "In person, by phone": the ways to meet as one phrase."""
    words = [str(MeetingMethod(each).label) for each in methods]
    return ", ".join([*words[:1], *(each[:1].lower() + each[1:] for each in words[1:])])


@register.filter
def method_promise(method: str) -> str:
    """What happens when one chooses this way to meet."""
    return {
        MeetingMethod.AT_LOCATION: _("You come to us"),
        MeetingMethod.PHONE: _("We call you"),
        MeetingMethod.VIDEO: _("We see each other on the screen"),
        MeetingMethod.OFF_SITE: _("We come to you"),
    }[MeetingMethod(method)]


@register.filter
def part_words(part: str) -> str:
    """The part of a day that times are grouped by."""
    return {"morning": _("Morning"), "afternoon": _("Afternoon"), "evening": _("Evening")}[part]


@register.filter
def offset_words(at: datetime, zone: str | ZoneInfo) -> str:
    """Which of two equal clock times is meant, on the day when clocks go back: "ADT" or "AST"."""
    return at.astimezone(_zone(zone)).tzname() or ""


@register.filter
def local_date(at: datetime, zone: str | ZoneInfo) -> str:
    """The day in `zone` as it stands in addresses: "2026-12-08"."""
    return at.astimezone(_zone(zone)).date().isoformat()


@register.filter
def what_to_do(appointment: Appointment) -> str:
    """One sentence: what the client does when the time comes."""
    return what_the_client_does(appointment)


@register.filter
def video_link(appointment: Appointment) -> str:
    """Where to meet by video; empty where that is not known, or not by video."""
    return video_url(appointment)
