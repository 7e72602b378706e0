"""The signed link with which a client sees, moves or cancels their appointment without a log-in."""

from __future__ import annotations

from uuid import UUID

from django.core import signing

from lockstep.store.models import Appointment

_SIGNER = signing.Signer(salt="lockstep.appointment")


def manage_token(appointment: Appointment) -> str:
    return _SIGNER.sign(appointment.uuid.hex)


def manage_path(appointment: Appointment) -> str:
    return f"/appointment/{manage_token(appointment)}/"


def appointment_from_token(token: str) -> Appointment | None:
    """The appointment that a link speaks of; None for a link that was not made here."""
    try:
        uuid = UUID(hex=_SIGNER.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return (
        Appointment.objects.select_related("service", "location", "staff", "client", "organisation")
        .filter(uuid=uuid)
        .first()
    )
