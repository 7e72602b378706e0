"""The booking flow: one client's way from the times to the confirmation, known by a signed token in the address.

A token instead of a cookie: two tabs are two flows, and the pages work where cookies are refused.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from django.core import signing

LIFETIME = timedelta(hours=2)
_SALT = "lockstep.booking.flow"


def new_flow() -> UUID:
    return uuid4()


def flow_token(flow: UUID) -> str:
    """The flow as it stands in addresses."""
    return signing.dumps(flow.hex, salt=_SALT)


def flow_from(token: str) -> UUID | None:
    """The flow of a token of ours that is not older than `LIFETIME`, otherwise None."""
    try:
        return UUID(signing.loads(token, salt=_SALT, max_age=LIFETIME))
    except (signing.BadSignature, ValueError):
        return None
