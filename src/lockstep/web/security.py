"""The Content-Security-Policy of every page: what a browser may load and run.

Only files of our own. No inline script, and no inline style either: the calendar's positions are classes from
`calendar_rows.css`, and progress bars are `<progress>` elements, so no nonce is needed and every page can be cached
or swapped in parts. htmx runs without eval and without the style that it would otherwise add (components/scripts.html).
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

POLICY = "; ".join(
    (
        "default-src 'self'",
        # The Django admin draws some of its signs from data: addresses.
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class ContentSecurityPolicy:
    """Adds the policy to every answer that does not bring its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response
