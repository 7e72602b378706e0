"""Numbers of a report in words."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import ngettext


def percent(share: float | None) -> str:
    """ "12 %"; empty where there is nothing to take a share of."""
    return "" if share is None else f"{share * 100:.0f} %"


def days_and_hours(span: timedelta | None) -> str:
    """ "3 days", under two days in hours; empty where there is none."""
    if span is None:
        return ""
    hours = round(span.total_seconds() / 3600)
    if hours < 48:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = round(hours / 24)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
