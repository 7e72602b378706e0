"""Numbers in templates."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def seconds(milliseconds: int) -> str:
    """Milliseconds as seconds with one decimal: 420 is "0.4"."""
    return number_format(milliseconds / 1000, decimal_pos=1)


@register.filter
def percent(share: float) -> str:
    """A share as words: 0.034 is "3.4 %", and what is almost nothing is "under 0.1 %"."""
    return "< 0.1 %" if 0 < share < 0.001 else f"{number_format(share * 100, decimal_pos=1)} %"


@register.filter
def minutes(lasting: timedelta) -> int:
    """Whole minutes, never fewer than it lasts."""
    return -(-int(lasting.total_seconds()) // 60)
