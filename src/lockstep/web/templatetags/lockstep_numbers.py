"""Numbers in templates."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def seconds(milliseconds: int) -> str:
    """Milliseconds as seconds with one decimal: 420 is "0.4"."""
    return number_format(milliseconds / 1000, decimal_pos=1)
