"""The Content-Security-Policy of every page: what a browser may load and run.

Only files of our own. No inline script, and no inline style either: the calendar's positions are classes from
`calendar_rows.css`, and progress bars are `<progress>` elements, so no nonce is needed and every page can be cached
or swapped in parts. htmx runs without eval and without the style that it would otherwise add (components/scripts.html).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


def policy(frames_of: Sequence[str] = ()) -> str:
    """The policy's text, for a page that the sites `frames_of` may show in a frame."""
    # A form may lead away through an answer that redirects: to the identity provider, and nowhere else.
    forms = f"form-action 'self' {settings.SIGN_IN_ISSUER}" if settings.SIGN_IN_CLIENT else "form-action 'self'"
    return "; ".join(
        (
            "default-src 'self'",
            # The Django admin draws some of its signs from data: addresses, and so does a second factor's picture.
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            forms,
            " ".join(("frame-ancestors", *(frames_of or ("'none'",)))),
        )
    )


class ContentSecurityPolicy:
    """Adds the policy to every answer that does not bring its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.policy = policy()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response
