"""Words of the set-up in templates: hours."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from lockstep.scheduling.hours import LocalRange
from lockstep.scheduling.hours_text import ranges_words

register = template.Library()


@register.filter
def hours_words(ranges: Iterable[LocalRange]) -> str:
    """ "9:00–12:30, 13:30–17:00"."""
    return ranges_words(ranges)
