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


def uuid_of_token(token: str) -> UUID | None:
    """What a link speaks of: an appointment, or a seat in one. None for a link that was not made here."""
    try:
        return UUID(hex=_SIGNER.unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def appointment_from_token(token: str) -> Appointment | None:
    """The appointment that a link speaks of; None for a link that speaks of none."""
    uuid = uuid_of_token(token)
    rows = Appointment.objects.select_related("service", "location", "staff", "client", "organisation")
    return rows.filter(uuid=uuid).first() if uuid else None
