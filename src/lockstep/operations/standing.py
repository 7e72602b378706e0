"""Whether a person's calendar is to be synchronised, read from their row."""

from __future__ import annotations

from lockstep.store.models import Connection, StaffMember
from lockstep.sync.people import Standing, standing_of


def standing(staff: StaffMember, connection: Connection) -> Standing:
    """Where the person stands with this connection; it says nothing about how their calendar is doing."""
    return standing_of(
        left=staff.left_at is not None,
        enabled=staff.sync_enabled,
        manual=connection.manual_users,
        appointment_taking=staff.appointment_taking,
        email=staff.email,
        google_email=staff.google_email,
    )
