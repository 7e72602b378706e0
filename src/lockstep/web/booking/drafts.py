"""What a client has typed so far, kept while they choose another time.

In the visitor's own session and not under the flow: an address that is passed on must not carry a name or a number.
Where cookies are refused the fields are empty again, and nothing else changes.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, QueryDict

_KEY = "booking_draft"
_KEPT_FOR_S = 3600


def keep_draft(request: HttpRequest, flow: UUID, typed: QueryDict, fields: list[str]) -> None:
    request.session[_KEY] = {"flow": flow.hex, "typed": {name: typed.get(name, "") for name in fields}}
    if not request.user.is_authenticated:
        # Of somebody without a log-in the session holds nothing but this, so it need not last longer than the typing.
        request.session.set_expiry(_KEPT_FOR_S)


def draft_of(request: HttpRequest, flow: UUID) -> dict[str, str]:
    """What was typed in this flow, or nothing."""
    kept = request.session.get(_KEY) or {}
    return dict(kept.get("typed", {})) if kept.get("flow") == flow.hex else {}


def forget_draft(request: HttpRequest) -> None:
    if _KEY in request.session:
        del request.session[_KEY]
