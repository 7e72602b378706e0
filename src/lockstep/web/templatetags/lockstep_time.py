"""Times in templates: `{% clock instant zone %}`, `{% span start end zone %}`, `{% moment instant zone %}`, and more.

Each writes a `<time>` element. `zone` is an IANA name or a ZoneInfo.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lockstep.web import clock as words

register = template.Library()

ELEMENT = '<time datetime="{}">{}</time>'


def _zone(zone: str | ZoneInfo) -> ZoneInfo:
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)


def _twelve(context: Mapping[str, Any]) -> bool:
    return words.uses_twelve_hours(context.get("request"))


@register.simple_tag(takes_context=True)
def clock(context: Mapping[str, Any], instant: datetime, zone: str | ZoneInfo) -> SafeString:
    """The time of day."""
    text = words.time_words(instant, _zone(zone), twelve=_twelve(context))
    return format_html(ELEMENT, words.machine_words(instant), text)


@register.simple_tag(takes_context=True)
def span(context: Mapping[str, Any], start: datetime, end: datetime, zone: str | ZoneInfo) -> SafeString:
    """From start to end, times of day; "am" and "pm" are said once where both are in the same half."""
    local, twelve = _zone(zone), _twelve(context)
    first, last = (words.time_words(each, local, twelve=twelve) for each in (start, end))
    number, blank, half = first.partition(" ")
    if blank and last.endswith(f" {half}"):
        first = number
    return format_html(f"{ELEMENT}–{ELEMENT}", words.machine_words(start), first, words.machine_words(end), last)


@register.simple_tag
def day(instant: datetime, zone: str | ZoneInfo) -> SafeString:
    """The day, without the time."""
    local = _zone(zone)
    today = timezone.now().astimezone(local).date()
    return format_html(
        ELEMENT, instant.astimezone(local).date().isoformat(), words.day_words(instant.astimezone(local), today=today)
    )


@register.simple_tag
def iso_day(instant: datetime, zone: str | ZoneInfo) -> str:
    """The day for an address: 2026-12-08."""
    return instant.astimezone(_zone(zone)).date().isoformat()


@register.simple_tag
def date_words(value: date) -> SafeString:
    """A day of the calendar, which is the same in every zone."""
    return format_html(ELEMENT, value.isoformat(), words.day_words(value, today=timezone.now().date()))


@register.simple_tag(takes_context=True)
def moment(context: Mapping[str, Any], instant: datetime, zone: str | ZoneInfo, *, short: bool = False) -> SafeString:
    """Day and time; `short=True` for tables."""
    local = _zone(zone)
    today = timezone.now().astimezone(local).date()
    on = instant.astimezone(local)
    day_text = words.short_day_words(on) if short else words.day_words(on, today=today)
    time_text = words.time_words(instant, local, twelve=_twelve(context))
    return format_html(ELEMENT, words.machine_words(instant), f"{day_text}, {time_text}")


@register.simple_tag
def zone_name(zone: str | ZoneInfo, at: datetime) -> str:
    """What the zone is called at that moment."""
    return words.zone_words(_zone(zone), at)


@register.simple_tag
def ago(instant: datetime) -> SafeString:
    """How long ago it was."""
    return format_html(ELEMENT, words.machine_words(instant), words.ago_words(instant, timezone.now()))
