"""Text in templates."""

from __future__ import annotations

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def breakable(text: str) -> SafeString:
    """A long value that may be broken behind its commas. What is copied from it is the same text."""
    return mark_safe(str(conditional_escape(text)).replace(",", ",<wbr>"))  # noqa: S308  (escaped one step before)
